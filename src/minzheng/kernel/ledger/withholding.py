"""What a claim withholds month by month (分期扣回): planned, cut when cash comes in, never more than is open."""

from __future__ import annotations

from django.db.models import Max, Q, Sum

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import Refused
from minzheng.kernel.registers.words import in_yuan

from .duties import ratio
from .entitling import COMMITTED, Basis
from .models import Adjustment, Batch, Entitlement, Recovery
from .owing import Owed, adjustment

__all__ = ["carried", "drop_surplus", "outstanding", "planned", "row_of", "withheld_from"]


def outstanding(recovery: Recovery) -> int:
    """What is still open of a claim: less what was repaid, what approved months withheld, and what was given up."""
    repaid = recovery.repayments.aggregate(s=Sum("amount"))["s"] or 0
    withheld = recovery.instalments.filter(carried__payment__batch__state__in=COMMITTED)
    return recovery.amount - recovery.waived - repaid - (withheld.aggregate(s=Sum("amount"))["s"] or 0)


def carried(recovery: Recovery, *states: str) -> int:
    """What batches that nobody has approved yet are about to withhold."""
    rows = recovery.instalments.filter(cancelled_at=None, carried__payment__batch__state__in=states)
    return rows.aggregate(s=Sum("amount"))["s"] or 0


def row_of(recovery: Recovery) -> Q:
    """The condition that a row is of the same household or person."""
    if recovery.household_id is not None:
        return Q(household_id=recovery.household_id)
    return Q(person_id=recovery.person_id)


def planned(
    row: Recovery, running: Entitlement, monthly: int, from_month: Month, by: Actor
) -> list[Adjustment]:
    """One instalment a month, the last one the rest; a month that a batch already withholds in is passed over."""
    basis = Basis(
        decision_number=row.decision_number, rule_set=row.rule_set, trace_sha=row.trace_sha, case_id=row.case_id
    )  # fmt: skip
    plan: list[Adjustment] = []
    left, month = outstanding(row) - carried(row, "draft", "first_reviewed"), from_month
    withheld = set(row.instalments.filter(cancelled_at=None).values_list("from_month", flat=True))
    while left > 0:
        if month.first in withheld:
            month = month.next
            continue
        amount = min(monthly, left)
        owed = Owed(running.pk, Month.of(row.for_from), Month.of(row.for_until), amount)
        plan.append(
            adjustment(Adjustment.Kind.WITHHOLD, running, owed, month, basis, row.reason, by, recovery=row)
        )
        left, month = left - amount, month.next
    return plan


def withheld_from(row: Recovery, monthly: int, from_month: Month) -> Entitlement:
    """The running entitlement from which so much may be withheld each month."""
    running = (
        Entitlement.objects.filter(row_of(row), scheme=row.scheme, state="current")
        .order_by("-from_month")
        .first()
    )
    if running is None or not running.path.startswith(row.books_path):
        raise Refused(
            "nothing_to_withhold_from", "该家庭（个人）在本地已没有在发的待遇，不能扣回。请改为现金缴回。"
        )
    most = _most(running, row, from_month)
    if not 0 < monthly <= most:
        raise Refused(
            "instalment_too_large",
            f"每月扣回须大于零且不超过 {in_yuan(most)}（当月待遇的规定比例），以保障基本生活。请调整每期金额。",
            field="monthly",
        )
    return running


def drop_surplus(row: Recovery, by: Actor) -> None:
    """Instalments that are no longer needed are called off, the last one needed is cut to the rest."""
    left = outstanding(row) - carried(row, "first_reviewed")
    settled = (*COMMITTED, Batch.State.FIRST_REVIEWED)
    waiting = row.instalments.filter(cancelled_at=None).exclude(carried__payment__batch__state__in=settled)
    for one in waiting.order_by("from_month"):
        if one.amount > left:
            one.cancelled_at, one.cancelled_by = clock.now(), by.id
            one.save(update_fields=["cancelled_at", "cancelled_by"])
            _cut(one, left, by)
        left = max(0, left - one.amount)


def _cut(one: Adjustment, amount: int, by: Actor) -> None:
    """In the place of an instalment a smaller one, in the same month."""
    if amount > 0:
        kept = {field.attname: getattr(one, field.attname) for field in Adjustment._meta.concrete_fields}
        anew = {
            "id": None,
            "amount": amount,
            "by": by.id,
            "at": clock.now(),
            "cancelled_at": None,
            "cancelled_by": "",
        }
        Adjustment.objects.create(**kept | anew)


def _most(running: Entitlement, row: Recovery, from_month: Month) -> int:
    """The share of a month's benefit, less what other claims on the same household withhold of it already."""
    share = ratio("ledger.instalment.share", path=running.path, on=clock.today())
    planned = Adjustment.objects.filter(
        row_of(row), scheme=row.scheme, kind=Adjustment.Kind.WITHHOLD, cancelled_at=None, carried=None,
        from_month__gte=from_month.first,
    ).exclude(recovery=row)  # fmt: skip
    taken = planned.values("from_month").annotate(s=Sum("amount")).aggregate(most=Max("s"))["most"] or 0
    return max(0, running.amount * share.numerator // share.denominator - taken)
