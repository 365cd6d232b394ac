"""A make-up (补发) entered by hand: what paid months of one household or person still lacked, and no fen more."""

from __future__ import annotations

from django.db.models import Q, QuerySet, Sum

from minzheng.kernel import clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.registers.words import in_yuan

from .duties import require_scheme_payer
from .entitling import Basis
from .models import Adjustment, Entitlement, Payment
from .owing import Owed, adjustment, books_of
from .running import closed_month

__all__ = ["adjustment_of", "adjustments", "register_make_up", "still_owed"]


@verb("ledger.register_make_up", label="登记补发")
def register_make_up(*, owed: Owed, from_month: Month, basis: Basis, reason: str, by: Actor) -> Adjustment:
    """A payer says by which decision months were paid too little; it goes out with the next payment from a month on.

    Refused: ``above_owed`` (more than those months still lack), ``make_up_twice`` (the decision is entered already),
    ``month_closed`` (it would go out with a month that nothing is added to any more).
    """
    of = Entitlement.objects.select_for_update(of=("self",)).get(pk=owed.entitlement)
    require_scheme_payer(of.scheme, path=books_of(of.path), by=by)
    if not reason.strip() or not basis.decision_number.strip():
        raise Refused("reason_missing", "补发须写明决定文号和原因。请填写。", field="reason")
    if from_month < Month.of(clock.today()) or closed_month(of.scheme, of.path, from_month) is not None:
        raise Refused(
            "month_closed", "补发只能随本月或以后未关账的月份发放。请改选月份。", field="from_month"
        )
    _refuse_second(of, owed, basis)
    left = still_owed(of, owed.for_from, min(owed.for_until, from_month))
    if not 0 < owed.amount <= left:
        raise Refused(
            "above_owed",
            f"按这份待遇，这些月份（早于发放月份的）还少发 {in_yuan(left)}，补发须大于零且不超过它。请核对月份和金额。",
            field="amount",
        )
    row = adjustment(Adjustment.Kind.MAKEUP, of, owed, from_month, basis, reason, by)
    row.save()
    note(about=row, path=row.path, case_id=row.case_id, reason=reason, after={"amount": row.amount})
    return row


def still_owed(of: Entitlement, first: Month, until: Month) -> int:
    """What the months in which there was a right would have given at this amount, less what was given; in fen.

    A decision that corrects an amount upwards thus makes up earlier months of the same beneficiary as well.
    """
    months = [one.first for one in first.until(until) if _entitled_in(of, one)] if first < until else []
    if not months:
        return 0
    paid = Payment.objects.filter(of.beneficiary, scheme=of.scheme, month__in=months)
    made_up = Adjustment.objects.filter(
        of.beneficiary, scheme=of.scheme, kind=Adjustment.Kind.MAKEUP, cancelled_at=None, for_from__lt=until.first,
        for_until__gt=first.first,
    )  # fmt: skip
    given = (paid.aggregate(s=Sum("regular"))["s"] or 0) + (made_up.aggregate(s=Sum("amount"))["s"] or 0)
    return max(0, of.amount * len(months) - given)


def _entitled_in(of: Entitlement, month: Month) -> bool:
    own = Entitlement.objects.filter(of.beneficiary, scheme=of.scheme, from_month__lte=month.first)
    return own.filter(Q(until_month=None) | Q(until_month__gt=month.first)).exists()


def adjustments(by: Actor) -> QuerySet[Adjustment]:
    """Make-ups and instalments of the reader's place, with the batch that carries each."""
    rows = in_scope(Adjustment.objects.all(), by)
    return rows.select_related("household", "person", "carried__payment__batch")


def adjustment_of(pk: int, by: Actor) -> Adjustment:
    """One of them, or the same answer for one that does not exist and one out of scope."""
    found: Adjustment | None = adjustments(by).filter(pk=pk).first()
    if found is None:
        raise NotFound(
            "adjustment_unknown", "没有这笔补发（扣回），或不在您的管辖范围内。请返回列表重新选择。"
        )
    return found


def _refuse_second(of: Entitlement, owed: Owed, basis: Basis) -> None:
    """One decision makes up one time what was lacking from a month on."""
    same = Adjustment.objects.filter(
        of.beneficiary, scheme=of.scheme, kind=Adjustment.Kind.MAKEUP, cancelled_at=None,
        decision_number=basis.decision_number, for_from=owed.for_from.first,
    )  # fmt: skip
    if same.exists():
        raise Refused(
            "make_up_twice",
            f"{owed.for_from} 起的补发已按“{basis.decision_number}”登记。确需再补的，请凭新的决定文号办理。",
            field="decision",
        )
