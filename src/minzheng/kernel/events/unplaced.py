"""Rows of other offices that could not be registered: put right, tried again, or found to be nobody's.

What was sent is kept as it was sent.  A correction says only how to read it: whose number, which day, where to.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet

from minzheng.kernel import clock, declare
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.queries import in_force
from minzheng.kernel.audit import Actor, note, system, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import MinzhengError, NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.people.identity import normalise
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.queries import find_person

from . import duties
from .models import LifeEvent, Unplaced
from .registering import Told, report

__all__ = ["drop", "lies_with", "place", "rows", "set_aside", "try_again"]

State = Unplaced.State
OF_PLATFORM = system("events")
_AT_ONCE = 500


@verb("events.set_aside", label="搁置来源事件")
def set_aside(*, source: str, row: Mapping[str, Any], why: str, by: Actor) -> None:
    """What could not be registered is kept as it was sent, with the reason, once for a reference."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "来源事件由平台按时取得，不能代办。")
    reference, kind = str(row.get("reference", ""))[:80], str(row.get("kind", ""))[:20]
    kept = {name: row[name] for name in ("number", "day", "detail") if name in row}
    path = lies_with(str(row.get("number", "")))
    one = Unplaced(
        source=source, reference=reference, kind=kind, reason=why[:300], row=kept, path=path, at=clock.now()
    )
    Unplaced.objects.bulk_create([one], ignore_conflicts=True)
    note(path=path, reason=why, after={"source": source, "kind": kind})


def lies_with(number: str) -> str:
    """The county that first gave the number, if it is one of ours today; else the province."""
    code = f"{normalise(number)[:6]}000000"
    found = in_force().filter(code=code, level=int(Level.COUNTY)).values_list("path", flat=True).first()
    top = in_force().filter(level=int(Level.PROVINCE)).order_by("path").values_list("path", flat=True)
    return found or top.first() or "22/"


def rows(by: Actor) -> QuerySet[Unplaced]:
    """Those of the reader's places."""
    return in_scope(Unplaced.objects.all(), by)


def _held(unplaced: Unplaced, by: Actor, version: int | None) -> Unplaced:
    row = Unplaced.objects.select_for_update().filter(pk=unplaced.pk).first()
    if row is None or not by.covers(row.path):
        raise NotFound("unplaced_unknown", "没有这条来源事件，或不在您的管辖范围内。请返回列表重新选择。")
    if by.kind is not Kind.SYSTEM and not duties.holds(by, duties.placer, path=row.path):
        labels = "、".join(dict.fromkeys(role.label for role in duties.roles(duties.placer).values()))
        raise NotAllowed("event_duty", f"未登记事件由“{labels}”处理，您在该地区没有这一岗位。")
    if row.state != State.OPEN or version not in (None, row.version):
        raise Stale("unplaced_settled", f"这条来源事件现为“{row.get_state_display()}”。请刷新页面查看。")
    return row


@verb("events.place_row", label="登记来源事件")
def place(
    *, unplaced: Unplaced, by: Actor, number: str = "", day: date | None = None, to_path: str = "", words: str = "",
    version: int | None = None,
) -> LifeEvent:  # fmt: skip
    """Registered as the source reported it, read as the officer has found it must be read."""
    row = _held(unplaced, by, version)
    if (number or day or to_path) and not words.strip():
        raise Refused("words_missing", "请写明依据什么更正（不超过300个字）。", field="words")
    person = find_person(number or str(row.row.get("number", "")))
    if person is None or not by.covers(person.path):
        message = "您管辖的范围内没有这个号码的档案。请核对号码；人不在本地的，请转请上级处理。"
        raise Refused("person_unknown", message, field="number")
    told = Told(
        source=row.source, day=day or _day(row), reference=row.reference or f"补登-{row.pk}",
        detail=_detail(row, to_path), words=words,
    )  # fmt: skip
    event: LifeEvent = report(kind=row.kind, person=person, told=told, by=OF_PLATFORM)
    _placed(row, event, by=by, words=words)
    note(about=row, path=row.path, reason=words, after={"event": event.pk})
    return event


def _placed(row: Unplaced, event: LifeEvent, *, by: Actor, words: str = "") -> None:
    row.state, row.event, row.words = State.PLACED, event, words.strip()[:300]
    row.settled_at, row.settled_by_name, row.version = clock.now(), by.name, row.version + 1
    row.save()


def _day(row: Unplaced) -> date:
    try:
        return date.fromisoformat(str(row.row.get("day")))
    except ValueError as error:
        raise Refused("day_malformed", "来源给出的日期不对。请填写查明的日期。", field="day") from error


def _detail(row: Unplaced, to_path: str) -> dict[str, Any]:
    """What the kind asks, and nothing else; a place by its division's code, unless it is said by hand."""
    kind, said = declare.EVENT_KINDS.get(row.kind), row.row.get("detail")
    said = dict(said) if isinstance(said, dict) else {}
    code = str(said.pop("to", ""))
    known = in_force().filter(code=code).values_list("path", flat=True).first() if code else None
    if to_path or known:
        said["to_path"] = to_path or known
    return {name: said[name] for name in (kind.details if kind else {}) if name in said}


@verb("events.drop_row", label="来源事件不予登记")
def drop(*, unplaced: Unplaced, reason: str, by: Actor, version: int | None = None) -> Unplaced:
    """Nobody here is meant, or nothing happened; the reason stays with what was sent."""
    row = _held(unplaced, by, version)
    if not reason.strip() or len(reason) > 300:
        raise Refused("reason_missing", "请写明不予登记的理由（不超过300个字）。", field="reason")
    row.state, row.words = State.DROPPED, reason.strip()
    row.settled_at, row.settled_by_name, row.version = clock.now(), by.name, row.version + 1
    row.save()
    note(about=row, path=row.path, reason=reason)
    return row


def try_again() -> int:
    """Whoever has been given a file since is registered as was reported; how many were."""
    waiting = list(Unplaced.objects.filter(state=State.OPEN).order_by("id")[:_AT_ONCE])
    numbers = {normalise(str(one.row.get("number", ""))) for one in waiting} - {""}
    known = set(Person.objects.filter(id_number__in=numbers).values_list("id_number", flat=True))
    placed = 0
    for one in waiting:
        if normalise(str(one.row.get("number", ""))) in known:
            try:
                place(unplaced=one, by=OF_PLATFORM)
            except MinzhengError:
                continue
            placed += 1
    return placed
