"""What was ended or claimed by mistake is put right: paid on from the first open month, the missed ones made up.

An ended interval is never lengthened (the database refuses it): a new one follows it, for the same amount, account
and persons.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Max, QuerySet, Sum

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, Refused

from .entitling import COMMITTED, Basis, carried_on, hold
from .models import Entitlement, Payment, Recovery
from .owing import Owed, make_up
from .recovering import give_up
from .running import closed_month

__all__ = ["Resumed", "last_drafted", "paid_after", "resume", "take_back_claim"]


@dataclass(frozen=True)
class Resumed:
    """The interval that follows, and the months that are made up with its first payment."""

    entitlement: Entitlement | None
    from_month: Month
    missed: tuple[Month, ...]
    made_up: int


def last_drafted(row: Entitlement) -> Month | None:
    """The last month in which the household or person stands in any batch of the scheme, drafted or approved."""
    last = Payment.objects.filter(row.beneficiary, scheme=row.scheme).aggregate(Max("month"))["month__max"]
    return Month.of(last) if last else None


def paid_after(row: Entitlement, month: Month) -> tuple[Month | None, int]:
    """The last month after this one that was approved, and what of all of them, without make-ups, is unclaimed."""
    found = _approved(row).filter(month__gt=month.first).aggregate(last=Max("month"), sum=Sum("regular"))
    claimed = Recovery.objects.filter(row.beneficiary, scheme=row.scheme, for_until__gt=month.next.first)
    taken = claimed.aggregate(s=Sum(F("amount") - F("waived")))["s"] or 0
    return (Month.of(found["last"]) if found["last"] else None), max(0, (found["sum"] or 0) - taken)


def _approved(row: Entitlement) -> QuerySet[Payment]:
    return Payment.objects.filter(row.beneficiary, scheme=row.scheme, batch__state__in=COMMITTED)


@verb("ledger.resume", label="恢复待遇")
def resume(
    *, entitlement: Entitlement, until_month: Month | None, basis: Basis, reason: str, by: Actor
) -> Resumed:
    """An entitlement that was ended by mistake is paid on; ``until_month`` is where it had been going to stop."""
    old = hold(entitlement, by)
    if old.state != Entitlement.State.ENDED or old.until_month is None:
        raise Refused("not_ended", "该待遇没有终止，或已变更，不需要恢复。请在最新一条待遇上办理。")
    stopped = Month.of(old.until_month)
    start = _first_open(old, stopped)
    stop = min(start, until_month) if until_month else start
    missed = tuple(stopped.until(stop)) if stopped < stop else ()
    new = None
    if until_month is None or start < until_month:
        new = carried_on(old, from_month=start, until_month=until_month, basis=basis, by=by)
    owed = [Owed((new or old).pk, month, month.next, old.amount) for month in missed]
    if owed:
        make_up(rows=owed, from_month=start, basis=basis, reason=reason, place=old.path, by=by)
    note(about=new or old, case_id=basis.case_id, path=old.path, reason=reason,
         after={"from": str(start), "missed": len(missed)})  # fmt: skip
    return Resumed(new, start, missed, old.amount * len(missed))


def _first_open(row: Entitlement, stopped: Month) -> Month:
    """The month that runs, or the first after it that is neither closed nor drafted for the beneficiary."""
    start = max(stopped, Month.of(clock.today()))
    drafted = last_drafted(row)
    if drafted is not None and drafted >= start:
        start = drafted.next
    while closed_month(row.scheme, row.path, start) is not None:
        start = start.next
    return start


@verb("ledger.take_back_claim", label="撤销追缴")
def take_back_claim(*, recovery: Recovery, basis: Basis, reason: str, by: Actor) -> Recovery:
    """A claim that rested on an event that was none: what is open is given up, what came back is made up."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "撤销追缴由平台随事件的撤销自动办理。确不能追回的，请办理免予追缴。")
    row = Recovery.objects.select_for_update().get(pk=recovery.pk)
    if row.state == Recovery.State.OPEN:
        give_up(row, by)
    back = row.amount - row.waived
    if back > 0:
        months = Month.of(row.for_from), Month.of(row.for_until)
        latest = Entitlement.objects.filter(row.entitlement.beneficiary, scheme=row.scheme).latest(
            "from_month", "id"
        )
        make_up(
            rows=[Owed(latest.pk, *months, back)], from_month=Month.of(clock.today()), basis=basis, reason=reason,
            place=latest.path, by=by,
        )  # fmt: skip
    note(about=row, case_id=row.case_id, path=row.path, reason=reason, after={"made_up": back})
    return row
