"""A human decides: which of the reported days is right, that a report is true, or that nothing of the kind happened."""

from __future__ import annotations

from datetime import date

from minzheng.kernel import clock, declare
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale

from . import duties
from .confirming import confirm, put_before_worker
from .models import Effect, LifeEvent, Report

__all__ = ["decide", "unsay", "withdraw"]

State = LifeEvent.State


@verb("events.decide", label="核实、裁定生活事件")
def decide(
    *,
    event: LifeEvent,
    report: Report,
    reason: str,
    by: Actor,
    day: date | None = None,
    version: int | None = None,
) -> LifeEvent:
    """The event stands as this report says, or on another day that was found out; only then is it carried out.

    For an event already carried out on another day, everything is undone and carried out anew.
    """
    row = _held(event, by, version)
    if report.event_id != row.pk:
        raise NotFound("report_unknown", "这份报告不属于该事件。请重新选择。")
    _require_reason(reason)
    chosen = day or report.day
    if chosen > clock.today() and not declare.EVENT_KINDS[row.kind].ahead:
        raise Refused("event_in_future", "发生日期晚于今天。请核对日期。", field="day")
    if row.state == State.WITHDRAWN:
        raise Stale("event_withdrawn", "该事件已撤销，不能再裁定。确有其事的，请重新登记。")
    before = {"state": row.state, "day": row.day}
    if row.state in (State.CONFIRMED, State.CARRIED_OUT):
        _decide_again(row, report, chosen, reason, by)
    else:
        confirm(row, reason=reason.strip(), by=by, day=chosen, detail=dict(report.detail))
    note(about=row, path=row.path, reason=reason, before=before, after={"state": row.state, "day": chosen})
    return row


def _decide_again(row: LifeEvent, report: Report, chosen: date, reason: str, by: Actor) -> None:
    if not row.disputed and chosen == row.day:
        raise Stale("event_decided", "该事件已核实，没有新的矛盾。请刷新页面查看。")
    if chosen == row.day and report.detail in (row.detail, {}):
        row.disputed, row.reason, row.version = "", reason.strip()[:300], row.version + 1
        row.save()
        return
    row.effects.filter(state__in=_OPEN).update(state=Effect.State.DROPPED, retry_at=None)
    row.effects.filter(state=Effect.State.DONE).update(retry_at=clock.now(), attempts=0)
    row.round += 1
    confirm(row, reason=reason.strip(), by=by, day=chosen, detail=dict(report.detail))


_OPEN = (Effect.State.WAITING, Effect.State.FAILED)


@verb("events.withdraw", label="撤销生活事件")
def withdraw(*, event: LifeEvent, reason: str, by: Actor, version: int | None = None) -> LifeEvent:
    """It did not happen: what has not been carried out is dropped, what has been is undone by counter-actions."""
    row = _held(event, by, version)
    _require_reason(reason)
    if row.state == State.WITHDRAWN:
        raise Stale("event_withdrawn", "该事件已撤销。请刷新页面查看。")
    before = {"state": row.state}
    _take_back(row, reason, by)
    note(about=row, path=row.path, reason=reason, before=before, after={"state": row.state})
    return row


def _take_back(row: LifeEvent, reason: str, by: Actor) -> None:
    row.effects.filter(state__in=_OPEN).update(state=Effect.State.DROPPED, retry_at=None)
    row.effects.filter(state=Effect.State.DONE).update(retry_at=clock.now(), attempts=0)
    row.state, row.withdrawn_at, row.withdrawn_by_name = State.WITHDRAWN, clock.now(), by.name
    row.withdrawn_reason, row.disputed, row.version = reason.strip()[:300], "", row.version + 1
    row.save()
    put_before_worker(row)


@verb("events.unsay", label="撤回误报的生活事件")
def unsay(*, event: LifeEvent, reason: str, by: Actor) -> LifeEvent:
    """What was brought by mistake and nobody has decided on; what another office says as well stays with its word."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "误报的生活事件随导入一并撤回，不能单独办理。请由县级撤销事件。")
    row = LifeEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
    alone = row.reports.count() == 1
    if alone and row.state not in (State.REPORTED, State.HELD):
        message = f"{row.number}已核实办理，不能随名单撤销。误报的请由县级在“生活事件”中逐个撤销。"
        raise Refused("event_decided", message)
    if alone:
        _take_back(row, reason, by)
    note(about=row, path=row.path, reason=reason, after={"state": row.state})
    return row


def _held(event: LifeEvent, by: Actor, version: int | None) -> LifeEvent:
    """The event as it is now, for whoever decides over its place; held until the verb ends."""
    row = (
        LifeEvent.objects.select_for_update(of=("self",)).select_related("person").filter(pk=event.pk).first()
    )
    if row is None:
        raise NotFound("event_unknown", "没有这个生活事件，或不在您的管辖范围内。请返回列表重新选择。")
    duties.require(by, duties.decider, path=row.path, duty="生活事件的核实、裁定和撤销")
    if version is not None and version != row.version:
        raise Stale("event_changed", "该事件刚有新的报告或变动。请刷新页面，看过后再办理。")
    return row


def _require_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > 300:
        raise Refused("reason_missing", "请写明理由（不超过300个字）。", field="reason")
