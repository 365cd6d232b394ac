"""Some households of a county in a re-check: members, letters, answers, and what was last known of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from minzheng.kernel import catalogue
from minzheng.kernel.people.models import Person
from minzheng.kernel.profiles.words import Profiles
from minzheng.kernel.signing import sm3

from .figures import Figure
from .models import BulkAnswer, Discrepancy, Query, Recheck, RecheckPart, RecheckSubject, Verification
from .sources import SOURCES

__all__ = ["County", "profiles_kept"]


def profiles_kept() -> Profiles | None:
    """The office that keeps what is last known of each household; there is one."""
    return next(iter(catalogue.current().profiles.values()), None)


class County:
    """Everything about the households concerned, read in a handful of statements."""

    def __init__(self, run: Recheck, path: str, homes: Sequence[int]) -> None:
        self._run = run
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
        self._answers: dict[int, list[BulkAnswer]] = {}
        for row in BulkAnswer.objects.filter(part_id__in=self._parts, person_id__in=everyone):
            self._answers.setdefault(row.household_id, []).append(row)
        self._known = _Known(homes)
        self._accepted = set(
            Discrepancy.objects.filter(
                state=Discrepancy.State.ACCEPTED, verification__member_ids__overlap=everyone
            ).values_list("item", "verification__case_id", "found")
        )

    def parts_of(self, home: int) -> list[RecheckPart]:
        """The sources that have something on the household, or have left it open."""
        said = {row.part_id for row in self._answers.get(home, ()) if row.state != BulkAnswer.State.NONE}
        return [self._parts[pk] for pk in sorted(said)]

    def questions(self, home: int, *, of: Verification) -> list[Query]:
        """The answers of those sources as questions asked and answered, each with its evidence."""
        parts = {part.pk: part for part in self.parts_of(home)}
        rows = [row for row in self._answers.get(home, ()) if row.part_id in parts]
        rows.sort(key=lambda row: (row.part_id, row.person_id))
        return [_question(self._run, parts[row.part_id], row, of) for row in rows]

    def declared(self, home: int) -> dict[str, Any]:
        """What was last known, in the words of the sources."""
        return self._known.of(home, self.members[home])

    def accepted(self, home: int, figure: Figure) -> bool:
        """Whether the same figure was explained before and the explanation accepted: then it stands."""
        return (figure.item.name, self.matters[home][0], int(figure.at_least)) in self._accepted


def _question(run: Recheck, part: RecheckPart, row: BulkAnswer, of: Verification) -> Query:
    query = Query(
        verification=of, source=part.source, person_id=row.person_id, path=of.path, request_id=uuid4(),
        asked_at=part.asked_at, asked_by=run.by_name, attempts=part.attempts, policy=part.policy,
    )  # fmt: skip
    if row.state == BulkAnswer.State.UNKNOWN:
        query.state, query.error = Query.State.FAILED, row.error or "unanswered"
        return query
    raw = f"{row.seq}\t{row.record or ''}"
    query.state, query.answered_at = Query.State.ANSWERED, part.answered_at
    query.as_of, query.valid_until = part.as_of, part.valid_until
    query.answer = {
        "raw": raw,
        "as_of": part.as_of.isoformat() if part.as_of else "",
        "file": part.answer_sha,
    }
    query.raw_sha = row.raw_sha or sm3(raw.encode())
    return query


class _Known:
    """What the office last knew of some households, by the names of the items."""

    def __init__(self, homes: Iterable[int]) -> None:
        self._households: dict[int, dict[str, Any]] = {}
        self._persons: dict[tuple[int, int], dict[str, Any]] = {}
        profiles = profiles_kept()
        if profiles is None:
            return
        homes = list(homes)
        items = {item.name for of in SOURCES.values() for item in of.items}
        own = sorted(items & set(profiles.entity.facts))
        for row in profiles.household_model._default_manager.filter(pk__in=homes).values("pk", *own):
            self._households[row.pop("pk")] = _plain(row)
        own = sorted(items & set(profiles.person.facts))
        kept = profiles.person_model._default_manager.filter(**{"profile_id__in": homes})
        for row in kept.values("profile_id", "person_id", *own):
            self._persons[row.pop("profile_id"), row.pop("person_id")] = _plain(row)

    def of(self, home: int, members: Sequence[int]) -> dict[str, Any]:
        """As a declaration: by household, and by member in their order."""
        persons = [self._persons.get((home, pk), {}) for pk in members]
        return {"household": self._households.get(home, {}), "persons": persons}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """What is not known is not declared."""
    return {name: int(value) for name, value in row.items() if isinstance(value, int)}
