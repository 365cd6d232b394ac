"""A household that moves takes its entitlement along: closed at the old place, opened at the new."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max

from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import Refused

from .entitling import Basis, hold, require_place, succeed
from .models import Adjustment, Entitlement, Payment

__all__ = ["NewPlace", "move"]


@dataclass(frozen=True, kw_only=True)
class NewPlace:
    """Where the household goes, and what that place pays a month by its own standard (fen)."""

    path: str
    amount: int
    class_ur: str


@verb("ledger.move", label="待遇随户迁移")
def move(
    *, entitlement: Entitlement, to: NewPlace, from_month: Month, basis: Basis, reason: str, by: Actor
) -> Entitlement:
    """From a month on another place pays: no month is lost on the way and none is paid twice.

    Months that the old place has drafted stay its own.  Whoever carries it out answers for both places: the level
    above them, or the platform by itself when a move is on file.
    """
    old = hold(entitlement, by)
    require_place(by, to.path)
    if to.path == old.path:
        raise Refused("moved_nowhere", "迁入地与原发放地相同，不需要迁移。请核对迁入地。", field="to")
    _refuse_if_drafted(old, from_month)
    new = succeed(
        old, from_month=from_month, amount=to.amount, basis=basis, reason=reason, by=by, path=to.path,
        class_ur=to.class_ur,
    )  # fmt: skip
    before = {"entitlement": old.pk, "path": old.path, "amount": old.amount}
    after = {"amount": to.amount, "from": str(from_month)}
    note(about=new, case_id=basis.case_id, path=to.path, reason=reason, before=before, after=after)
    return new


def _refuse_if_drafted(row: Entitlement, start: Month) -> None:
    """A month that the old place has drafted is its own, and so is what it still has to make up."""
    drafted = Payment.objects.filter(row.beneficiary, scheme=row.scheme, month__gte=start.first)
    last = drafted.aggregate(Max("month"))["month__max"]
    if last is not None:
        month = Month.of(last)
        raise Refused(
            "months_already_drafted",
            f"{month} 的待遇已由原发放地编入批次，由原发放地发放。请从 {month.next} 起迁移。",
            month=str(month),
        )
    owed = Adjustment.objects.filter(
        row.beneficiary, scheme=row.scheme, kind="makeup", cancelled_at=None, carried=None
    )
    if owed.exists():
        raise Refused(
            "makeup_waiting",
            "原发放地还有补发没有发出，须随原发放地的下一次发放付清或先撤销，再办理迁移。",
        )
