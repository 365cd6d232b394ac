"""A house stops: told in time, a way for each resident, and only then closed (老年人权益保障法 art. 46)."""

from __future__ import annotations

from datetime import date

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import NotFound, Refused, Stale

from .duties import days_of, of, require_keeper, require_overseer, require_words
from .models import Facility, Filing, Fitting, Stay, TransferPlan, Waiting

__all__ = ["announce_closure", "close", "plan_transfer", "unplanned"]


@verb("facilities.announce_closure", label="告知停业")
def announce_closure(*, facility: Facility, closing_on: date, by: Actor, key: str | None = None) -> Facility:
    """Residents and the county are told so many days before; from then on nobody is taken in."""
    row = Facility.objects.select_for_update(of=("self",)).get(pk=facility.pk)
    require_keeper(row, by)
    if row.state != Facility.State.OPEN:
        raise Stale("facility_not_open", "机构不在运营状态。请刷新页面。")
    today = clock.today()
    days = days_of(of(row).item.closing_term, path=row.path, on=today)
    if (closing_on - today).days < days:
        raise Refused(
            "closing_too_soon", f"停业应提前 {days} 天书面告知入住人并报县级民政部门。", field="closing_on"
        )
    row.state, row.closing_on, row.version = Facility.State.CLOSING, closing_on, row.version + 1
    row.save()
    Filing.objects.create(
        facility=row, path=row.path, what=Filing.What.CLOSURE, happened_on=today, due_on=closing_on, sent_on=today,
        sent_by=by.id, sent_by_name=by.name,
    )  # fmt: skip
    waiting = row.waiting.filter(state__in=("waiting", "offered"))
    told = waiting.update(state=Waiting.State.WITHDRAWN, closed_on=today, bed=None, reason="机构停业")
    audit.note(about=row, path=row.path, after={"closing_on": str(closing_on), "waiting": told})
    return row


def unplanned(facility: Facility) -> int:
    """Residents for whom nobody has said where they go."""
    return facility.stays.filter(until_on=None, plan=None).count()


@verb("facilities.plan_transfer", label="登记安置方案")
def plan_transfer(
    *, stay: Stay, to: Facility | None, to_words: str, agreed_by: str, move_on: date, by: Actor,
    key: str | None = None,
) -> TransferPlan:  # fmt: skip
    """Where one resident goes, with whose agreement, before the house closes."""
    row = Stay.objects.select_for_update(of=("self",)).select_related("facility").filter(pk=stay.pk).first()
    if row is None or not by.covers(row.path):
        raise NotFound("stay_unknown", "没有这条入住记录，或不在您的管辖范围内。")
    require_keeper(row.facility, by)
    house = row.facility
    if house.state != Facility.State.CLOSING or house.closing_on is None:
        raise Refused("not_closing", "机构没有办理停业，不需要安置方案。")
    if move_on > house.closing_on:
        raise Refused("moves_too_late", "转移日期不能晚于停业日期。", field="move_on")
    if to is not None and (to.pk == house.pk or to.state != Facility.State.OPEN):
        raise Refused("moves_nowhere", "接收机构不在运营状态，请另选。", field="to")
    made, _ = TransferPlan.objects.update_or_create(
        stay=row,
        defaults={
            "path": row.path, "to": to, "move_on": move_on, "by_name": by.name,
            "to_words": require_words(to.name if to else to_words, "去向", field="to_words", longest=120),
            "agreed_by": require_words(agreed_by, "同意人", field="agreed_by", longest=60),
        },
    )  # fmt: skip
    audit.note(about=made, path=row.path, after={"to": made.to_words, "on": str(move_on)})
    return made


@verb("facilities.close", label="机构停业")
def close(*, facility: Facility, by: Actor, key: str | None = None) -> Facility:
    """The county closes the house when each resident has a plan and has left."""
    row = Facility.objects.select_for_update(of=("self",)).get(pk=facility.pk)
    require_overseer(row, by)
    if row.state != Facility.State.CLOSING:
        raise Stale("not_closing", "机构没有办理停业，或已经停业。请刷新页面。")
    if left := unplanned(row):
        raise Refused("residents_unplanned", f"还有 {left} 名入住人没有安置方案，不能停业。")
    if staying := row.stays.filter(until_on=None).count():
        raise Refused("residents_stay", f"还有 {staying} 名入住人没有离开，不能停业。")
    today = clock.today()
    row.state, row.closed_on, row.version = Facility.State.CLOSED, today, row.version + 1
    row.save()
    Fitting.objects.filter(bed__facility=row, until_on=None).update(until_on=today)
    row.beds.filter(closed_on=None).update(state="closed", closed_on=today)
    told = row.filings.filter(what=Filing.What.CLOSURE, state=Filing.State.SENT)
    told.update(
        state=Filing.State.RECEIVED, answered_on=today, answered_by=by.id, answered_by_name=by.name,
        number=f"TY{row.pk:06d}",
    )  # fmt: skip
    audit.note(about=row, path=row.path, after={"closed_on": str(today)})
    return row
