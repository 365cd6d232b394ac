"""An order accepted or not, begun and ended at the door, confirmed by the person, disputed and settled."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.catalogue.terms import number
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.visits.contacting import metres_between

from .duties import Declared, attends, holds, market_of, own_person, require, said
from .keeping import degree
from .models import Need, Order, Provider, Voucher

__all__ = ["Heard", "accept", "confirm", "decide_dispute", "decline", "finish", "lapse", "start"]

State = Order.State


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What the person says of a service; ``complaint`` says that it was not as it should be."""

    stars: int
    complaint: str = ""


@verb("matching.accept", label="接单")
def accept(*, order: Order, by: Actor) -> Order:
    """The provider takes the order within its hours."""
    row, _ = _locked(order, by, State.OFFERED)
    _own_staff(row, by)
    if clock.now() > row.answer_by:
        raise Refused("answer_late", "接单期限已过，订单将退回重新匹配。")
    row.state = State.ACCEPTED
    row.save()
    note(about=row, path=row.path)
    return row


@verb("matching.decline", label="不接单")
def decline(*, order: Order, reason: str, by: Actor) -> Order:
    """The provider cannot: the need is open again, and the voucher whole."""
    row, _ = _locked(order, by, State.OFFERED, State.ACCEPTED)
    _own_staff(row, by)
    return _back(row, State.DECLINED, said(reason, "原因", field="reason"))


@verb("matching.lapse", label="订单超时退回")
def lapse(*, path: str, by: Actor) -> int:
    """Orders nobody answered in time go back, so that another may be chosen."""
    late = Order.objects.select_for_update(of=("self",)).filter(
        path__startswith=path, state=State.OFFERED, answer_by__lt=clock.now()
    )
    rows = list(late.select_related("need"))
    for row in rows:
        _back(row, State.LAPSED, "服务商超过期限没有接单")
    note(path=path, after={"lapsed": len(rows)})
    return len(rows)


def _back(row: Order, state: State, words: str) -> Order:
    row.state, row.words = state, words
    row.save()
    if row.voucher_id is not None:
        Voucher.objects.filter(pk=row.voucher_id).update(spent=F("spent") - row.subsidy)
    Need.objects.filter(pk=row.need_id).update(state=Need.State.OPEN)
    note(about=row, path=row.path, reason=words, after={"state": state.value})
    return row


@verb("matching.start", label="开始服务")
def start(*, order: Order, lat: str, lon: str, by: Actor, far_reason: str = "") -> Order:
    """The worker signs in at the door; farther away than a visit would count, they say why (handbook 02 §15 B8)."""
    row, declared = _locked(order, by, State.ACCEPTED)
    _own_staff(row, by)
    today = clock.today()
    if today < row.planned_on:
        raise Refused("too_early", f"约定的日期是 {row.planned_on}，还不能签到。")
    row.lat, row.lon = degree(lat, 90, "lat"), degree(lon, 180, "lon")
    need = row.need
    row.metres = metres_between(need.lat, need.lon, row.lat, row.lon)
    if row.metres > number(declared.item.near_door, path=row.path, on=today):
        row.far_reason = said(far_reason, "不在住所附近的原因", field="far_reason")
    row.state, row.started_at, row.worker, row.worker_name = State.STARTED, clock.now(), by.id, by.name
    row.save()
    note(about=row, path=row.path, after={"metres": row.metres})
    return row


@verb("matching.finish", label="结束服务")
def finish(*, order: Order, record: str, by: Actor) -> Order:
    """Whoever began it signs out, and says what was done."""
    row, _ = _locked(order, by, State.STARTED)
    if row.worker != by.id:
        raise NotAllowed("not_worker", f"由签到的服务人员{row.worker_name}签退。")
    row.record = said(record, "服务记录", field="record", longest=500)
    row.state, row.ended_at = State.ENDED, clock.now()
    row.save()
    note(about=row, path=row.path)
    return row


@verb("matching.confirm", label="确认服务")
def confirm(*, order: Order, heard: Heard, by: Actor) -> Order:
    """The person says how it was, or whoever looks after the place asks them; never the provider for itself."""
    row, declared = _locked(order, by, State.ENDED)
    if not own_person(row.person_id, by):
        require(declared, *declared.item.told_by, path=row.path, by=by)
    if by.id == row.worker or attends(row.provider, by):
        raise NotAllowed("own_service", "服务商不能确认自己的服务。请由老人本人或村（社区）人员确认。")
    if heard.stars not in range(1, 6):
        raise Refused("stars_wrong", "请在一到五分之间评价。", field="stars")
    row.stars, row.complaint = heard.stars, heard.complaint.strip()[:300]
    if row.complaint:
        row.state = State.DISPUTED
        row.save()
    else:
        _confirmed(row, by)
    note(about=row, path=row.path, after={"stars": row.stars, "complaint": bool(row.complaint)})
    return row


def _confirmed(row: Order, by: Actor) -> None:
    row.state, row.confirmed_at, row.confirmed_by, row.confirmed_by_name = (
        State.CONFIRMED, clock.now(), by.id, by.name,
    )  # fmt: skip
    row.save()
    Provider.objects.filter(pk=row.provider_id).update(
        rated_sum=F("rated_sum") + row.stars, rated_count=F("rated_count") + 1
    )
    Need.objects.filter(pk=row.need_id).update(
        state=Need.State.MET, result=f"{row.provider.name}已提供服务，{row.stars}分"
    )


@verb("matching.decide_dispute", label="处理服务投诉")
def decide_dispute(*, order: Order, served: bool, opinion: str, by: Actor) -> Order:
    """The county finds that it was done after all, or that nothing is owed for it."""
    row, declared = _locked(order, by, State.DISPUTED)
    require(declared, declared.item.managed_by, path=row.path, by=by)
    words = said(opinion, "处理意见", field="opinion", longest=300)
    if not served:
        return _back(row, State.REFUSED, words)
    row.words = words
    _confirmed(row, by)
    note(about=row, path=row.path, reason=words, after={"served": served})
    return row


def _own_staff(row: Order, by: Actor) -> None:
    if not by.posts:
        raise NotFound("order_unknown", "没有这张订单。请返回列表重新选择。")
    if not attends(row.provider, by):
        raise NotAllowed(
            "not_attendant", f"这张订单由{row.provider.name}的人员办理。请由县级为您指定服务商。"
        )


def _locked(order: Order, by: Actor, *states: State) -> tuple[Order, Declared]:
    row = (
        Order.objects.select_for_update(of=("self",))
        .select_related("provider", "need")
        .filter(pk=order.pk)
        .first()
    )
    if row is None or not (by.covers(row.path) or own_person(row.person_id, by)):
        raise NotFound("order_unknown", "没有这张订单，或不在您的管辖范围内。请返回列表重新选择。")
    declared = market_of(row.provider.matching)
    item = declared.item
    mine = own_person(row.person_id, by) or attends(row.provider, by)
    if not mine and not holds(declared, *item.told_by, item.managed_by, path=row.path, by=by):
        raise NotAllowed("matching_duty", "您的岗位不办理服务订单。")
    if row.state not in states:
        raise Stale("order_state", f"这张订单现在是“{row.get_state_display()}”。请刷新页面。")
    return row, declared
