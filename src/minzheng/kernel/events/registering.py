"""A report comes in: the same reference counts once, reports of one event meet in it, contradictions wait for a human.

Nothing is carried out here.  The person's file is held while a report is placed, so that of three offices that
report a death at the same moment the second and third find the first one's event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from minzheng.kernel import clock, declare
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.catalogue import terms
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.people.models import Household, Membership, Person

from . import duties
from .confirming import confirm
from .models import LifeEvent, Report

__all__ = ["Told", "checked", "report"]

State = LifeEvent.State


@dataclass(frozen=True)
class Told:
    """What one source says: its own reference, the day it gives, and what belongs to the kind.

    ``listed``: it came as a list that somebody brought, with no signature of the source on it.
    """

    source: str
    day: date
    reference: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""
    listed: bool = False


@verb("events.report", label="登记生活事件")
def report(*, kind: str, person: Person, told: Told, by: Actor) -> LifeEvent:
    """One office's word about a person; gives the event it belongs to, whether that is new or known."""
    who = Person.objects.select_for_update().get(pk=person.pk)
    if by.kind is not Kind.SYSTEM:
        duties.require(by, duties.reporter, path=who.path, duty="生活事件登记")
    found, told = checked(kind, who, told)
    reference = told.reference.strip() or f"手工-{who.pk}-{kind}-{told.day.isoformat()}"
    known = Report.objects.filter(source=told.source, reference=reference).select_related("event").first()
    if known is not None:
        return _again(known, kind, who, told)
    event = _same(found, who, told) or _opened(found, who, told)
    Report.objects.create(
        event=event, source=told.source, reference=reference[:80], day=told.day, detail=dict(told.detail),
        words=told.words.strip()[:300], received_at=clock.now(), by=by.id, by_name=by.name,
    )  # fmt: skip
    _settle(event, told, by)
    note(about=event, path=event.path, after={"kind": kind, "source": told.source, "state": event.state})
    return event


def checked(kind: str, who: Person, told: Told) -> tuple[declare.EventKind, Told]:
    """What is told, as the kind has it; refused in words if it cannot be."""
    found = declare.EVENT_KINDS.get(kind)
    if found is None:
        raise NotFound("event_kind_unknown", "没有这类生活事件。请从列表中选择。")
    if told.source not in found.sources:
        label = declare.EVENT_SOURCES.get(told.source, told.source)
        raise Refused("event_source", f"“{found.label}”不由{label}报送。请核对来源。", field="source")
    if told.day > clock.today() and not found.ahead:
        raise Refused("event_in_future", "发生日期晚于今天。请核对日期。", field="day")
    if who.birth is not None and told.day < who.birth:
        raise Refused("event_before_birth", "发生日期早于此人的出生日期。请核对人员和日期。", field="day")
    told = replace(told, detail=_as_the_kind_has_it(found, told.detail))
    if found.apart and found.apart not in told.detail:
        raise Refused("detail_missing", f"请填写{found.details[found.apart]}。", field=found.apart)
    if kind == "hukou_move" and "to_path" not in told.detail:
        raise Refused("to_path_missing", "请填写迁入地。", field="to_path")
    return found, told


def _as_the_kind_has_it(found: declare.EventKind, detail: Mapping[str, Any]) -> dict[str, Any]:
    """What belongs to the kind and nothing else; the same whichever door it came by, so that equal is equal."""
    said = {name: detail[name] for name in found.details if detail.get(name) not in (None, "")}
    if "whole_household" in said:
        said["whole_household"] = str(said["whole_household"]).lower() in ("true", "yes", "1")
    for name in said.keys() - {"whole_household"}:
        said[name] = str(said[name])
    for name, words in found.codes.items():
        if name in said and said[name] not in words:
            known = "、".join(f"{code}（{word}）" for code, word in words.items())
            raise Refused(
                "detail_wrong", f"{found.details[name]}不在代码表中，可用的是：{known}。", field=name
            )
    return said


def _again(known: Report, kind: str, who: Person, told: Told) -> LifeEvent:
    """The same reference once more: nothing happens; with other words under it, a human must look."""
    event = known.event
    if (event.kind, event.person_id, known.day) != (kind, who.pk, told.day):
        raise Refused(
            "reference_differs",
            "该来源编号已登记过，但人员、类别或日期与这次不同。更正须用新的来源编号报送；请与来源单位核对。",
            field="reference",
        )
    note(about=event, path=event.path, after={"known": True})
    return event


def _same(found: declare.EventKind, who: Person, told: Told) -> LifeEvent | None:
    """The event that this report is of: once in a life, or within the days in which reports are taken for one."""
    rows = LifeEvent.objects.filter(person=who, kind=found.code, apart=_apart(found, told))
    rows = rows.exclude(state=State.WITHDRAWN)
    if not (found.once or found.ahead):
        days = timedelta(days=terms.number("events.same_days", path=who.path, on=clock.today()))
        rows = rows.filter(reports__day__range=(told.day - days, told.day + days))
    first = rows.order_by("id").first()
    return LifeEvent.objects.select_for_update().get(pk=first.pk) if first else None


def _apart(found: declare.EventKind, told: Told) -> str:
    return str(told.detail.get(found.apart, ""))[:40] if found.apart else ""


def _opened(found: declare.EventKind, who: Person, told: Told) -> LifeEvent:
    return LifeEvent.objects.create(
        kind=found.code, person=who, path=_place(who), to_path=str(told.detail.get("to_path", "")), day=told.day,
        detail=dict(told.detail), apart=_apart(found, told), opened_at=clock.now(),
    )  # fmt: skip


def _place(who: Person) -> str:
    """Where the person lives: the place of the household, which answers for what is paid."""
    homes = Household.objects.filter(memberships__person=who, memberships__until_on=None)
    return homes.values_list("path", flat=True).first() or who.path


def _settle(event: LifeEvent, told: Told, by: Actor) -> None:
    """Confirmed if a trusted source says it and nothing contradicts; held if something does; else it waits."""
    if event.state in (State.CONFIRMED, State.CARRIED_OUT):
        _dispute(event, told)
        return
    if why := _contradictions(event):
        event.state, event.hold_reason = State.HELD, why[:300]
        event.version += 1
        event.save()
    elif event.state == State.REPORTED and by.kind is Kind.SYSTEM and _takes_effect(event, told):
        confirm(event, reason="来源送达，无矛盾", by=by)
    elif event.state == State.REPORTED:
        event.version += 1
        event.save()


def _takes_effect(event: LifeEvent, told: Told) -> bool:
    """Whether the place lets what this source says, by this door, stand without a human's word."""
    by_itself = duties.trusted(told.source, path=event.path)
    return by_itself and (not told.listed or duties.trusted("list", path=event.path))


def _dispute(event: LifeEvent, told: Told) -> None:
    """What was carried out stays until a human says otherwise; nobody overlooks that another office differs."""
    if told.day == event.day and all(event.detail.get(k) == v for k, v in told.detail.items()):
        return
    source = declare.EVENT_SOURCES[told.source]
    differs = f"{source}报为{told.day:%Y-%m-%d}" if told.day != event.day else f"{source}所报内容不同"
    event.disputed = f"{event.disputed}；{differs}".lstrip("；")[:300]
    event.version += 1
    event.save()


def _contradictions(event: LifeEvent) -> str:
    """Why nothing may be carried out before a human has decided, in words; empty if nothing contradicts."""
    reports = list(event.reports.order_by("id"))
    if len({one.day for one in reports}) > 1:
        said = "、".join(f"{declare.EVENT_SOURCES[one.source]}报{one.day:%Y-%m-%d}" for one in reports)
        return f"各来源的日期不一致：{said}"
    kept = [one.detail for one in reports if one.detail]
    if any(one != kept[0] for one in kept):
        return "各来源的内容不一致"
    return _against_file(event)


def _against_file(event: LifeEvent) -> str:
    """What the master file and earlier events say against it."""
    earlier = LifeEvent.objects.filter(
        person=event.person, kind=event.kind, apart=event.apart, state=State.WITHDRAWN
    )
    if event.kind in ("death", "age") and earlier.exists():
        return "此前同一事件已被撤销，须人工核实后再办"
    died = event.person.died_on
    if event.kind == "death":
        if died is not None and died != event.day:
            return f"人员档案登记的死亡日期为{died:%Y-%m-%d}"
        later = Membership.objects.filter(person=event.person, until_on=None, from_on__gt=event.day)
        return "此人在该日期之后才加入现在的家庭" if later.exists() else ""
    if died is not None and event.day > died and event.kind != "age":
        return f"人员档案登记此人已于{died:%Y-%m-%d}死亡，事件发生在其后"
    return ""
