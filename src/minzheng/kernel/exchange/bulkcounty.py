"""Some households of a county in a re-check: members, letters, answers, and what was last known of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from minzheng.kernel.people.models import Person
from minzheng.kernel.signing import sm3

from .bulkkept import Found, Kept, kept
from .bulkknown import Known
from .figures import Figure
from .models import Discrepancy, Query, Recheck, RecheckPart, RecheckSubject, Verification

__all__ = ["County"]


class County:
    """Everything about the households concerned (``members``, in order), read in a handful of statements."""

    def __init__(self, run: Recheck, path: str, homes: Sequence[int], known: Known) -> None:
        self._run, self._known, self.path = run, known, path
        self.members: dict[int, list[int]] = {home: [] for home in homes}
        self.matters: dict[int, tuple[int, str]] = {}
        settled = RecheckSubject.objects.filter(run_id=run.pk, path=path, household_id__in=homes)
        for one in settled.order_by("person_id"):
            self.members[one.household_id].append(one.person_id)
            self.matters[one.household_id] = (one.case_id, one.purpose)
        everyone = [pk for members in self.members.values() for pk in members]
        people = Person.objects.filter(pk__in=everyone).values_list("pk", "name", "path")
        self.names = {pk: name for pk, name, _ in people}
        places = {pk: place for pk, _, place in people}
        self.paths = {home: places[members[0]] for home, members in self.members.items()}
        self._parts = {part.pk: part for part in run.parts.filter(path=path).exclude(source="")}
        self._answers: dict[int, list[tuple[RecheckPart, Kept]]] = {home: [] for home in homes}
        for part in self._parts.values():
            for line in kept(part):
                if line.household_id in self._answers:
                    self._answers[line.household_id].append((part, line))
        self._accepted = set(
            Discrepancy.objects.filter(
                state=Discrepancy.State.ACCEPTED, verification__member_ids__overlap=everyone
            ).values_list("item", "verification__case_id", "found")
        )

    def parts_of(self, home: int) -> list[RecheckPart]:
        """The sources that have something on the household, or have left it open."""
        said = {part.pk for part, line in self._answers[home] if line.state != Found.NONE}
        return [self._parts[pk] for pk in sorted(said)]

    def questions(self, home: int, *, of: Verification) -> list[Query]:
        """The answers of those sources as questions asked and answered, each with its evidence."""
        parts = self.parts_of(home)
        rows = [(part, line) for part, line in self._answers[home] if part in parts]
        rows.sort(key=lambda row: (row[0].pk, row[1].person_id))
        return [_question(self._run, part, line, of) for part, line in rows]

    def declared(self, home: int) -> dict[str, Any]:
        """What was last known, in the words of the sources."""
        return self._known.of(home, self.members[home])

    def accepted(self, home: int, figure: Figure) -> bool:
        """Whether the same figure was explained before and the explanation accepted: then it stands."""
        return (figure.item.name, self.matters[home][0], int(figure.at_least)) in self._accepted


def _question(run: Recheck, part: RecheckPart, line: Kept, of: Verification) -> Query:
    query = Query(
        verification=of, source=part.source, person_id=line.person_id, path=of.path, request_id=uuid4(),
        asked_at=part.asked_at, asked_by=run.by_name, attempts=part.attempts, policy=part.policy,
    )  # fmt: skip
    if line.state == Found.UNKNOWN:
        query.state, query.error = Query.State.FAILED, line.error or "unanswered"
        return query
    query.state, query.answered_at = Query.State.ANSWERED, part.answered_at
    query.as_of, query.valid_until = part.as_of, part.valid_until
    query.answer = {
        "raw": line.raw,
        "as_of": part.as_of.isoformat() if part.as_of else "",
        "file": part.answer_sha,
    }
    query.raw_sha = sm3(line.raw.encode())
    return query
