"""What may be read of warnings within the reader's scope, and the whole of a household's help in one line of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import QuerySet

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case, Decision
from minzheng.kernel.counter.models import Part
from minzheng.kernel.errors import NotFound
from minzheng.kernel.events.models import FollowUp, LifeEvent
from minzheng.kernel.facilities.models import Stay
from minzheng.kernel.ledger.models import Entitlement
from minzheng.kernel.matching.models import Order
from minzheng.kernel.people.models import Household
from minzheng.kernel.visits.models import Lead, Visit

from .models import Alert, Sweep

__all__ = ["Link", "alert_of", "alerts", "chain_of", "last_sweeps", "visits_due"]


def alerts(by: Actor) -> QuerySet[Alert]:
    """The warnings of the reader's places."""
    return in_scope(Alert.objects.all(), by).select_related("household")


def alert_of(pk: int, by: Actor) -> Alert:
    """One warning, or the same answer for one that does not exist and one out of scope."""
    found = alerts(by).select_related("visit").filter(pk=pk).first()
    if found is None:
        raise NotFound("alert_unknown", "没有这条预警，或不在您的管辖范围内。请返回列表重新选择。")
    return found


def visits_due(by: Actor, most: int) -> list[Alert]:
    """Whom the actor is to visit, the urgent and the earliest due first."""
    waiting = alerts(by).filter(state=Alert.State.OPEN)
    return list(waiting.order_by("-urgent", "due_on", "id")[:most])


def last_sweeps(by: Actor) -> QuerySet[Sweep]:
    """When the reader's counties were last compared."""
    return in_scope(Sweep.objects.all(), by).order_by("-month", "path")


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain: when, what, in words; ``url`` where it stands on its own page, if it has one."""

    at: datetime
    kind: str
    title: str
    text: str
    case_id: int | None = None


def chain_of(home: Household) -> list[Link]:
    """All that was found of a household and done for it, whoever did it, the latest first (一户一条救助链)."""
    links = [
        *_warned(home), *_visited(home), *_cases(home), *_passed_on(home), *_lived(home), *_housed(home), *_drawn(home),
        *_beside(home),
    ]  # fmt: skip
    return sorted(links, key=lambda one: one.at, reverse=True)


def _at(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=clock.now().tzinfo)


def _warned(home: Household) -> Iterator[Link]:
    for one in Alert.objects.filter(household=home).prefetch_related("hits"):
        said = "；".join(each.words for each in one.hits.all())
        yield Link(
            one.opened_at, "warning", "监测预警", f"{said}。{one.chain and '并入：' + one.chain}", one.case_id
        )
        if one.closed_at:
            yield Link(one.closed_at, "done", "预警了结", one.words, one.case_id)


def _visited(home: Household) -> Iterator[Link]:
    known = catalogue.current().visits
    for one in Visit.objects.filter(household=home):
        label = known[one.kind].item.label if one.kind in known else one.kind
        yield Link(one.at, "visit", label, f"走访人：{one.by_name}")
    for lead in Lead.objects.filter(household=home):
        yield Link(lead.opened_at, "lead", "线索", lead.get_state_display(), lead.case_id)


def _cases(home: Household) -> Iterator[Link]:
    services = catalogue.current().services
    cases = Case.objects.filter(household=home).exclude(state=Case.State.DRAFT)
    for case in cases:
        label = services[case.service].item.label if case.service in services else case.service
        at = case.submitted_at or case.created_at
        yield Link(
            at, "case", f"申请：{label}", f"{case.number or ''} {case.get_state_display()}".strip(), case.pk
        )
    for one in Decision.objects.filter(case__in=cases):
        yield Link(_at(one.on), "decision", f"决定：{one.get_kind_display()}", one.number, one.case_id)


def _lived(home: Household) -> Iterator[Link]:
    people = home.memberships.values("person_id")
    happened = LifeEvent.objects.filter(person_id__in=people).exclude(state=LifeEvent.State.WITHDRAWN)
    for one in happened:
        yield Link(_at(one.day), "event", one.get_kind_display(), one.number)
    for todo in FollowUp.objects.filter(household=home).exclude(state=FollowUp.State.DROPPED):
        yield Link(todo.opened_at, "todo", f"事件待办：{todo.label}", todo.get_state_display(), todo.case_id)


def _passed_on(home: Household) -> Iterator[Link]:
    """What other departments were asked at the one door, and what they answered."""
    parts = Part.objects.filter(intake__household=home).exclude(state=Part.State.CASE)
    for one in parts.select_related("intake"):
        yield Link(
            one.sent_at, "passed", f"转请{one.department}", f"{one.intake.number} {one.get_state_display()}"
        )
        if one.replied_on:
            yield Link(_at(one.replied_on), "done", f"{one.department}答复", one.reply)


def _housed(home: Household) -> Iterator[Link]:
    """Who of the household lives in a house, and what is done for them at home."""
    people = home.memberships.values("person_id")
    for stay in Stay.objects.filter(person_id__in=people).select_related("facility"):
        until = f"，{stay.until_on}离开" if stay.until_on else ""
        yield Link(_at(stay.from_on), "house", "入住机构", f"{stay.facility.name}{until}")
    for order in Order.objects.filter(person_id__in=people).select_related("provider"):
        yield Link(
            order.ordered_at, "service", "上门服务", f"{order.provider.name} {order.get_state_display()}"
        )


def _drawn(home: Household) -> Iterator[Link]:
    schemes = catalogue.current().schemes
    rows = Entitlement.objects.filter(household=home) | Entitlement.objects.filter(
        person_id__in=home.memberships.values("person_id")
    )
    for one in rows:
        scheme = schemes[one.scheme].item if one.scheme in schemes else None
        yield Link(_at(one.from_month), "money", scheme.label if scheme else one.scheme, _sum(one, scheme))


def _beside(home: Household) -> Iterator[Link]:
    """What the domain that watches keeps of the household beside all this, such as another department's list."""
    for declared in catalogue.current().monitors.values():
        told = declared.item.beside(home.pk) if declared.item.beside is not None else ()
        yield from (Link(_at(day), "listed", title, text) for day, title, text in told)


def _sum(one: Entitlement, scheme: declare.Scheme | None) -> str:
    """How much and how long, as people say it; the month in which it stops is the first that is not paid."""
    yuan = f"{one.amount // 100}.{one.amount % 100:02d} 元"
    if scheme is not None and scheme.once:
        return f"一次 {yuan}"
    return f"每月 {yuan}，" + (f"自 {one.until_month:%Y-%m} 起停发" if one.until_month else "按月发放")
