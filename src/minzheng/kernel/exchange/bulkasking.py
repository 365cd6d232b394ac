"""One county and one source of a re-check: a sealed file of subjects goes out, a sealed file of answers comes in.

The answers are sealed and written in the transaction of the part.  A line that does not fit, that came twice and not
the same, or did not come, leaves its subject unknown; a file that does not fit leaves the part to be asked again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.people.bulksealing import opened_many

from . import answers
from .bulkfiles import LARGEST_FILE, Sealed, Unreadable, opened, sealed
from .bulkkept import Found, Kept, keep
from .client import Line, line, posted
from .letters import covered
from .models import Consent, Recheck, RecheckPart, RecheckSubject
from .silence import policy_of
from .sources import Purpose, Source, source

__all__ = ["Subject", "Subjects", "ask_part", "read_answers"]

Part = RecheckPart.State
FOUND, NONE, UNKNOWN = (int(one) for one in Found)
_FILE = "application/octet-stream"


# As they are sealed: among thousands one costs an eighth of what it costs by itself.
_NUMBERS = "SELECT id, id_number FROM people_person WHERE id = ANY(%s) AND id_number IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Subject:
    """One person of a county, at a place in the file that stays the same for every source."""

    person_id: int
    household_id: int
    number: str
    wordings: str


class Subjects:
    """The subjects of a run, a county at a time: the ten sources of one county are asked one after the other."""

    def __init__(self, run: Recheck) -> None:
        self._run = run
        self._path, self._found = "", list[Subject]()

    def of(self, path: str) -> list[Subject]:
        """Everyone settled for the county, in the order of the file."""
        if path != self._path:
            settled = RecheckSubject.objects.filter(run_id=self._run.pk, path=path).order_by("person_id")
            rows = list(settled.values_list("person_id", "household_id", "wordings"))
            numbers = self._numbers([person for person, _, _ in rows])
            self._found = [
                Subject(person, home, numbers.get(person, ""), said) for person, home, said in rows
            ]
            self._path = path
        return self._found

    def _numbers(self, people: list[int]) -> Mapping[int, str]:
        with connection.cursor() as cursor:
            cursor.execute(_NUMBERS, [people])
            rows = cursor.fetchall()
        numbers = opened_many([number for _, number in rows], "id_number")
        return {pk: number for (pk, _), number in zip(rows, numbers, strict=True)}

    def withdrawn(self, path: str) -> set[int]:
        """Whoever has taken a letter back since the subjects were settled; nothing more is asked of them."""
        back = Consent.objects.filter(withdrawn_at__gte=self._run.asked_at, path__startswith=path)
        return set(back.values_list("person_id", flat=True))


@verb("exchange.recheck_part", label="年度复核分项查询")
def ask_part(*, part: RecheckPart, subjects: Subjects, by: Actor) -> RecheckPart:
    """Ask or fetch, read and write; a silent source leaves the part failed with the reason and its policy."""
    started, of, run = time.perf_counter(), source(part.source), part.run
    note(about=part, path=part.path, article=run.basis)
    everyone = subjects.of(part.path)
    unasked = _unasked(everyone, part.source, subjects.withdrawn(part.path))
    if not part.asked_at or part.state != Part.LATE:
        part.asked_at = clock.now()
    over = _file_line()
    asked = sealed(_header(part, run), _lines(everyone, unasked), key=over.key)
    request = asked.rpartition(b"\n=")[2].partition(b"\t")[0].decode()
    told = _sent(part, asked, request, over)
    answer = told if isinstance(told, str) else _checked(told, part=part, request=request, key=over.key)
    part.attempts, part.request_sha = part.attempts + 1, request
    if isinstance(answer, str):
        part.state = Part.LATE if answer == "accepted" else Part.FAILED
        part.error, part.policy = answer, policy_of(part.source, path=part.path, on=clock.today()).value
    else:
        lines = _lines_of(
            of.code, everyone, read_answers(answer, of=of, asked=len(everyone), unasked=unasked)
        )
        note(after={"answer": answer.sha, "kept": {str(part.pk): keep(part, lines)}})
        part.as_of = date.fromisoformat(str(answer.header["as_of"]))
        part.answer_sha, part.answered_at, part.state = answer.sha, clock.now(), Part.DONE
        part.valid_until = clock.today() + timedelta(days=of.valid_for.n)
        part.error = part.policy = ""
    part.milliseconds = round((time.perf_counter() - started) * 1000)
    part.save()
    note(after={"source": part.source, "state": part.state, "found": part.found, "unknown": part.unknown})
    return part


def _file_line() -> Line:
    seconds = float(getattr(settings, "MINZHENG_DEPARTMENTS_FILE_TIMEOUT", 120.0))
    return replace(line(), timeout=seconds)


def _unasked(everyone: list[Subject], code: str, withdrawn: set[int]) -> dict[int, str]:
    """Who is not asked about, by place in the file, and why."""
    named = {said: code in covered(said.split(",")) for said in {one.wordings for one in everyone}}
    reasons: dict[int, str] = {}
    for seq, one in enumerate(everyone):
        if not one.number:
            reasons[seq] = "no_number"
        elif not named[one.wordings]:
            reasons[seq] = "not_in_letter"
        elif one.person_id in withdrawn:
            reasons[seq] = "withdrawn"
    return reasons


def _header(part: RecheckPart, run: Recheck) -> dict[str, Any]:
    return {
        "kind": "ask", "run": run.pk, "part": part.pk, "source": part.source, "purpose": Purpose.RECHECK.value,
        "reference_date": run.reference_date.isoformat(),
    }  # fmt: skip


def _lines(everyone: list[Subject], unasked: Mapping[int, str]) -> Iterator[str]:
    return (f"{seq}\t{one.number}" for seq, one in enumerate(everyone) if seq not in unasked)


def _sent(part: RecheckPart, asked: bytes, request: str, over: Line) -> bytes | str:
    """The answer file, or in a word why there is none; a file that was taken in is fetched, not sent again."""
    told: tuple[int, bytes] | str = "unreachable"
    if part.state == Part.LATE and part.request_sha == request:
        body = f'{{"request":"{request}"}}'.encode()
        told = posted(over, f"/fetch/{part.source}", body, most=LARGEST_FILE)
    else:
        told = posted(over, f"/files/{part.source}", asked, kind=_FILE, most=LARGEST_FILE)
    if isinstance(told, str):
        return told
    status, content = told
    words = {202: "accepted", 403: "refused"}
    return content if status == 200 else words.get(status, f"status_{status}")


def _checked(content: bytes, *, part: RecheckPart, request: str, key: bytes) -> Sealed | str:
    try:
        answer = opened(content, key=key)
    except Unreadable as reason:
        return str(reason)
    header = answer.header
    if (
        header.get("kind") != "answer"
        or header.get("request") != request
        or header.get("source") != part.source
    ):
        return "mismatched"
    try:
        date.fromisoformat(str(header.get("as_of")))
    except ValueError:
        return "malformed"
    return answer


def read_answers(
    answer: Sealed, *, of: Source, asked: int, unasked: Mapping[int, str]
) -> list[tuple[int, str, str]]:
    """What became of each subject in the order of the file: state, record, and of the unknown the reason."""
    said: list[str | None] = [None] * asked
    torn: set[int] = set()
    for seq, record in answer.rows():
        if not 0 <= seq < asked or seq in unasked:
            continue  # nobody was asked about there
        before = said[seq]
        if before is not None and before != record:
            torn.add(seq)
        said[seq] = record
    return [
        (UNKNOWN, "", unasked[seq]) if seq in unasked
        else (UNKNOWN, "", "conflicting") if seq in torn
        else _one(of.code, record)
        for seq, record in enumerate(said)
    ]  # fmt: skip


def _one(code: str, record: str | None) -> tuple[int, str, str]:
    if record is None:
        return UNKNOWN, "", "unanswered"
    if not record:
        return NONE, "", ""
    return (FOUND, record, "") if _figures(code, record) is not None else (UNKNOWN, "", "malformed")


@lru_cache(maxsize=65_536)
def _figures(code: str, record: str) -> tuple[int | None, ...] | None:
    """The figures of a record; None if the record does not fit.  Many records are alike."""
    body = answers.of_line(f"0\t{record}", of=code, as_of="")
    return None if body is None else tuple(answers.found_figures(body).values())


def _lines_of(code: str, everyone: list[Subject], read: list[tuple[int, str, str]]) -> list[Kept]:
    """What became of each subject, as it is kept."""
    return [
        Kept(state, one.person_id, one.household_id, seq, error, _figures(code, record) or (), record)
        if state == FOUND
        else Kept(state, one.person_id, one.household_id, seq, error)
        for seq, (one, (state, record, error)) in enumerate(zip(everyone, read, strict=True))
    ]
