"""Money claimed back (追缴): repaid in cash, withheld by instalments, or given up with a reason.

社会救助暂行办法 art. 68; from 2026-07-01 社会救助法 art. 73.  How much of a month may be withheld at most is a
dated parameter of the place.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, Sum

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import Refused, Stale
from minzheng.kernel.registers.words import in_yuan

from .duties import require_scheme_payer, require_scheme_reviewer
from .entitling import COMMITTED, Basis
from .models import Account, Adjustment, Batch, Entitlement, Journal, Payment, Recovery, Repayment
from .owing import Owed, books_of
from .posting import Books, Entry, post_entry
from .withholding import carried, drop_surplus, outstanding, planned, withheld_from

__all__ = ["claim", "give_up", "instalments", "repay", "settle_claims", "waive"]


@verb("ledger.claim", label="追缴立项")
def claim(*, owed: Owed, basis: Basis, reason: str, by: Actor) -> Recovery:
    """Months approved for payment without a right to them are claimed back, never more than was paid for them.

    By the county that paid them, also when the household has moved on since; or by the platform itself, where a
    confirmed event says that nobody had a right to them.
    """
    of = Entitlement.objects.select_for_update(of=("self",)).get(pk=owed.entitlement)
    paid = _approved(of, owed, by)
    if not reason.strip():
        raise Refused("reason_missing", "追缴须写明原因。请填写。", field="reason")
    if not 0 < owed.amount <= paid["left"]:
        raise Refused(
            "claim_above_paid",
            f"这些月份已批准发放且未追缴的合计 {in_yuan(paid['left'])}，追缴金额须大于零且不超过它。请核对。",
            field="amount",
        )
    _refuse_second(of, owed, basis)
    row = Recovery.objects.create(
        scheme=of.scheme, path=_where(of, paid["books"]), books_path=paid["books"], fund=paid["fund"],
        household_id=of.household_id, person_id=of.person_id, entitlement=of, for_from=owed.for_from.first,
        for_until=owed.for_until.first, amount=owed.amount, reason=reason[:200], case_id=basis.case_id,
        decision_number=basis.decision_number, rule_set=basis.rule_set, trace_sha=basis.trace_sha, by=by.id,
        at=clock.now(),
    )  # fmt: skip
    sides = [Entry(Account.Kind.RECEIVABLE, debit=row.amount), Entry(Account.Kind.BUDGET, credit=row.amount)]
    _post(row, Journal.Kind.CLAIM, "1", sides, by)
    note(about=row, case_id=row.case_id, path=row.path, reason=reason, after={"amount": row.amount})
    return row


def _where(of: Entitlement, books: str) -> str:
    """The household's place within the county that paid; that county itself once the household has left it."""
    return of.path if of.path.startswith(books) else books


def _refuse_second(of: Entitlement, owed: Owed, basis: Basis) -> None:
    """One decision claims one time what was paid from a month on."""
    same = Recovery.objects.filter(
        entitlement=of, decision_number=basis.decision_number, for_from=owed.for_from.first
    )
    if same.exists():
        raise Refused(
            "claimed_already",
            f"{owed.for_from} 起的多发已按“{basis.decision_number}”立项追缴。确需再追缴的，请凭新的决定文号办理。",
            field="decision_number",
        )


def _approved(of: Entitlement, owed: Owed, by: Actor) -> dict[str, Any]:
    """Whose books paid these months, and how much of it is not yet claimed; for a payer of that county only."""
    own = Payment.objects.filter(of.beneficiary, scheme=of.scheme, batch__state__in=COMMITTED)
    rows = own.filter(month__gte=owed.for_from.first, month__lt=owed.for_until.first)
    last = rows.order_by("-month").values("batch__path", "batch__fund").first()
    if by.kind is not Kind.SYSTEM:
        require_scheme_payer(of.scheme, path=books_of(last["batch__path"] if last else of.path), by=by)
    if last is None:
        raise Refused(
            "nothing_was_paid", "这些月份没有已批准的发放，无须追缴。请核对月份。", field="for_from"
        )
    total = rows.aggregate(s=Sum("amount") + Sum("withheld"))["s"]
    overlapping = Q(for_from__lt=owed.for_until.first, for_until__gt=owed.for_from.first)
    claimed = Recovery.objects.filter(of.beneficiary, overlapping, scheme=of.scheme)
    taken = claimed.aggregate(s=Sum(F("amount") - F("waived")))["s"] or 0
    return {"books": last["batch__path"], "fund": last["batch__fund"], "left": total - taken}


@verb("ledger.instalments", label="商定分期扣回")
def instalments(*, recovery: Recovery, monthly: int, from_month: Month, by: Actor) -> int:
    """What is still open is withheld month by month from a month on; a new plan replaces what is not yet carried."""
    row = _open_claim(recovery, by)
    running = withheld_from(row, monthly, from_month)
    row.instalments.filter(cancelled_at=None, carried=None).update(
        cancelled_at=clock.now(), cancelled_by=by.id
    )
    plan = planned(row, running, monthly, from_month, by)
    Adjustment.objects.bulk_create(plan)
    note(
        about=row,
        path=row.path,
        after={"instalments": len(plan), "monthly": monthly, "from": str(from_month)},
    )
    return len(plan)


@verb("ledger.repay", label="登记追缴缴款")
def repay(*, recovery: Recovery, amount: int, receipt: str, by: Actor) -> Repayment:
    """Cash that came back under a receipt number; the same receipt counts once, and never more than is open."""
    row = _open_claim(recovery, by)
    if not receipt.strip():
        raise Refused("receipt_missing", "请填写缴款书编号。", field="receipt")
    if Repayment.objects.filter(receipt=receipt.strip()).exists():
        raise Refused("receipt_used", "该缴款书编号已登记过。请核对，勿重复登记。", field="receipt")
    pledged = carried(row, "first_reviewed")
    if not 0 < amount <= (left := outstanding(row) - pledged):
        held = f"（另有 {in_yuan(pledged)} 正随批次复核扣回）" if pledged else ""
        raise Refused(
            "repaid_too_much",
            f"尚未追回 {in_yuan(left)}{held}，缴款金额须大于零且不超过它。请核对。",
            field="amount",
        )
    paid = Repayment.objects.create(
        recovery=row,
        path=row.path,
        amount=amount,
        receipt=receipt.strip(),
        on=clock.today(),
        by=by.id,
        at=clock.now(),
    )
    sides = [Entry(Account.Kind.CASH, debit=amount), Entry(Account.Kind.RECEIVABLE, credit=amount)]
    _post(row, Journal.Kind.REPAYMENT, f"{paid.pk}", sides, by)
    drop_surplus(row, by)
    _settle_if_done(row)
    note(about=paid, case_id=row.case_id, path=row.path, after={"amount": amount, "left": outstanding(row)})
    return paid


@verb("ledger.waive", label="免予追缴")
def waive(*, recovery: Recovery, reason: str, by: Actor) -> Recovery:
    """What cannot be recovered is given up by a reviewer, with the reason; it is an expense again."""
    row = Recovery.objects.select_for_update().get(pk=recovery.pk)
    require_scheme_reviewer(row.scheme, path=books_of(row.path), by=by)
    _still_open(row)
    if not reason.strip():
        raise Refused("reason_missing", "免予追缴须写明理由和批准文号。请填写。", field="reason")
    left = give_up(row, by)
    note(about=row, case_id=row.case_id, path=row.path, reason=reason, after={"waived": left})
    return row


def give_up(row: Recovery, by: Actor) -> int:
    """What is open of a claim is given up, for the books as well; gives how much.

    Instalments that only a draft carries are called off with it, and that draft has to be drawn up again.
    Refused while reviewers are signing a batch that withholds some of it.
    """
    if held := carried(row, "first_reviewed"):
        raise Refused(
            "withheld_with_a_batch",
            f"其中 {in_yuan(held)} 正随批次复核扣回。请等该批次批准后再办理，或请复核人员先退回该批次。",
        )
    left = outstanding(row)
    row.instalments.filter(cancelled_at=None).exclude(carried__payment__batch__state__in=COMMITTED).update(
        cancelled_at=clock.now(), cancelled_by=by.id
    )
    row.waived, row.state, row.closed_at = left, Recovery.State.WAIVED, clock.now()
    row.version += 1
    row.save()
    sides = [Entry(Account.Kind.BUDGET, debit=left), Entry(Account.Kind.RECEIVABLE, credit=left)]
    _post(row, Journal.Kind.WAIVER, "1", sides, by)
    return left


def settle_claims(batch: Batch) -> None:
    """Claims whose last instalment the batch withholds are settled with its approval."""
    if not batch.withheld:
        return
    withheld = Adjustment.objects.filter(carried__payment__batch=batch).values("recovery")
    rows = Recovery.objects.select_for_update().filter(pk__in=withheld, state=Recovery.State.OPEN)
    for row in rows.order_by("id"):
        _settle_if_done(row)


def _open_claim(recovery: Recovery, by: Actor) -> Recovery:
    row = Recovery.objects.select_for_update().get(pk=recovery.pk)
    require_scheme_payer(row.scheme, path=books_of(row.path), by=by)
    _still_open(row)
    return row


def _still_open(row: Recovery) -> None:
    if row.state != Recovery.State.OPEN:
        raise Stale("claim_closed", f"该笔追缴{row.get_state_display()}，不能再办理。请刷新页面。")


def _settle_if_done(row: Recovery) -> None:
    if outstanding(row) == 0:
        row.state, row.closed_at, row.version = Recovery.State.SETTLED, clock.now(), row.version + 1
        row.save(update_fields=["state", "closed_at", "version"])


def _post(row: Recovery, kind: Journal.Kind, step: str, sides: list[Entry], by: Actor) -> None:
    books = Books(row.books_path, row.fund, row.scheme)
    post_entry(kind=kind, books=books, reference=f"ZJ{row.pk}/{kind}/{step}", entries=sides, about=row,
               case_id=row.case_id, by=by)  # fmt: skip
