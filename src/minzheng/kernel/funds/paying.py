"""The township's side of a reserve fund: what is paid under two signatures, what comes back, and the settlement.

paid         debit 救助支出（乡镇）  credit 备用金（乡镇）
came back    debit 备用金（乡镇）    credit 救助支出（乡镇）
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of, parent
from minzheng.kernel.audit import Actor, note, part, verb
from minzheng.kernel.errors import Refused
from minzheng.kernel.ledger.models import Account, Fund, Journal
from minzheng.kernel.ledger.posting import Books, Entry, post_entry
from minzheng.kernel.people.models import Person
from minzheng.kernel.registers.words import in_yuan

from .duties import Declared, evaluated, held, locked, money, require, words
from .models import ReserveFund, ReserveMove, ReservePayment, Settlement
from .reserve import top_up_wanted

__all__ = ["Payout", "decide_settlement", "fund_for", "give_back", "pay", "settle"]


@dataclass(frozen=True, kw_only=True)
class Payout:
    """One payment as it is to be made: for which case and stage, to whom, how, how much, with what proof."""

    case_id: int
    case_number: str
    path: str
    person: Person
    payee: str
    method: str
    amount: int
    purpose: str
    stage: str = "1"
    evidence: Sequence[int] = ()
    witness: str = ""


def fund_for(reserve: str, *, path: str, year: int) -> ReserveFund | None:
    """The fund of the township in which a place lies."""
    township = parent(path) if level_of(path) is Level.VILLAGE else path
    return ReserveFund.objects.filter(path=township, reserve=reserve, year=year).first()


@verb("funds.pay", label="备用金支付")
def pay(*, reserve: str, payout: Payout, signed_by: Actor, by: Actor) -> ReservePayment:
    """Pay one stage of one case out of the township's own fund, once; ``by`` pays, ``signed_by`` has approved.

    Below the line a request to the county is raised by itself.
    """
    declared = catalogue.current().reserve(reserve)
    fund = fund_for(reserve, path=payout.path, year=clock.today().year)
    if fund is None:
        raise Refused(
            "fund_missing",
            f"本乡镇（街道）{clock.today().year} 年还没有核定“{declared.item.label}”。请联系县级民政部门核定并拨付。",
        )
    fund = locked(fund)
    _signed(declared, fund, signed_by, by)
    _due(payout)
    _within(fund, declared, payout)
    payment = ReservePayment.objects.create(
        fund=fund, path=fund.path, case_id=payout.case_id, case_number=payout.case_number, stage=payout.stage,
        person=payout.person, payee=payout.payee, method=payout.method, amount=payout.amount,
        purpose=payout.purpose[:200], evidence=list(payout.evidence), witness=payout.witness, officer=by.id,
        officer_name=by.name, approver=signed_by.id, approver_name=signed_by.name, on=clock.today(), at=clock.now(),
    )  # fmt: skip
    fund.paid += payout.amount
    fund.save(update_fields=["paid"])
    _post(fund, Journal.Kind.RESERVE_PAID, f"reserve/paid/{payment.pk}", payout.amount, payment, by)
    if held(evaluated(fund, declared), declared.item.tops_up):
        top_up_wanted(fund, declared, by=by)
    note(path=fund.path, case_id=payout.case_id)
    part("funds.pay", payment=payment.pk, amount=payout.amount, balance=fund.balance, signed_by=signed_by.id)
    return payment


def _signed(declared: Declared, fund: ReserveFund, signed_by: Actor, by: Actor) -> None:
    """Two persons, each in their role over the township: whoever pays has not approved."""
    require(declared, declared.item.officer, path=fund.path, by=by)
    require(declared, declared.item.approver, path=fund.path, by=signed_by)
    if signed_by.id == by.id:
        raise Refused("one_signature", "经办人和审批人须为不同的两人。请由其他同志经办。")


def _due(payout: Payout) -> None:
    """A payment is for a case, to somebody, in a known way, with a paper or a witness, and not made already."""
    money(payout.amount)
    words(payout.payee, what="领取人", field="payee", longest=60)
    if payout.method not in ReservePayment.Method.values:
        raise Refused("method_unknown", "请选择支付方式。", field="method")
    if not payout.evidence and not payout.witness.strip():
        raise Refused("evidence_missing", "请上传领取凭证照片，或填写见证人。", field="witness")
    if ReservePayment.objects.filter(case_id=payout.case_id, stage=payout.stage).exists():
        raise Refused("paid_already", "这件办件的这一期已经从备用金支付，不能重复支付。请刷新页面。")


def _within(fund: ReserveFund, declared: Declared, payout: Payout) -> None:
    """The fund can pay it, and the case stays within its cap with all that it has had."""
    if not held(evaluated(fund, declared, asked=payout.amount), declared.item.solvent):
        raise Refused(
            "reserve_short",
            f"备用金余额 {in_yuan(fund.balance)}，不足以支付 {in_yuan(payout.amount)}。"
            "请在备用金页面申请补充，或减少本次金额。",
            field="amount",
            balance=fund.balance,
        )
    had = ReservePayment.objects.filter(case_id=payout.case_id).aggregate(n=Sum("amount"))["n"] or 0
    if not held(evaluated(fund, declared, asked=had + payout.amount), declared.item.within):
        raise Refused(
            "reserve_case_cap",
            f"同一办件从备用金支付合计 {in_yuan(had + payout.amount)}，超过单件限额。"
            "请减少金额，其余通过一般程序办理。",
            field="amount",
        )


def _post(
    fund: ReserveFund, kind: Journal.Kind, reference: str, amount: int, payment: ReservePayment, by: Actor
) -> None:
    out, back = (amount, 0) if kind == Journal.Kind.RESERVE_PAID else (0, amount)
    post_entry(
        kind=kind, books=Books(fund.path, Fund.RESERVE, fund.scheme), reference=reference, about=payment, by=by,
        case_id=payment.case_id,
        entries=[
            Entry(Account.Kind.BUDGET, debit=out, credit=back),
            Entry(Account.Kind.ADVANCE, debit=back, credit=out),
        ],
        memo=f"{kind.label}：{payment.case_number}",
    )  # fmt: skip


@verb("funds.give_back", label="登记备用金退回")
def give_back(*, payment: ReservePayment, amount: int, reason: str, by: Actor) -> ReserveMove:
    """What was paid and came back stands at the fund's disposal again; never more than was paid."""
    fund = locked(payment.fund)
    declared = catalogue.current().reserve(fund.reserve)
    require(declared, declared.item.officer, path=fund.path, by=by)
    amount, reason = money(amount), words(reason, what="退回原因", field="reason")
    left = payment.amount - (payment.backs.aggregate(n=Sum("amount"))["n"] or 0)
    if amount > left:
        raise Refused("back_too_much", f"这笔支出最多还可退回 {in_yuan(left)}。请核对金额。", field="amount")
    fund.returned += amount
    fund.save(update_fields=["returned"])
    move = ReserveMove.objects.create(
        fund=fund, path=fund.path, kind=ReserveMove.Kind.BACK, amount=amount, document=reason, payment=payment,
        on=clock.today(), at=clock.now(), by=by.id, by_name=by.name,
    )  # fmt: skip
    _post(fund, Journal.Kind.RESERVE_BACK, f"reserve/back/{move.pk}", amount, payment, by)
    note(about=move, path=fund.path, case_id=payment.case_id, reason=reason, after={"amount": amount})
    return move


@verb("funds.settle", label="报送备用金核销")
def settle(*, fund: ReserveFund, until: date, by: Actor) -> Settlement:
    """All payments up to a day that are not settled yet, handed to the county in one batch."""
    fund = locked(fund)
    declared = catalogue.current().reserve(fund.reserve)
    require(declared, declared.item.officer, path=fund.path, by=by)
    if until > clock.today():
        raise Refused("until_ahead", "核销截止日期不能晚于今天。", field="until")
    if Settlement.objects.filter(fund=fund, state=Settlement.State.SUBMITTED).exists():
        raise Refused("settlement_pending", "已有一批核销正在县级审核。请等待结果后再报送。")
    rows = fund.payments.filter(settlement=None, on__lte=until)
    listed = list(rows.values_list("pk", "amount"))
    if not listed:
        raise Refused("nothing_to_settle", "截至该日没有待核销的支出。", field="until")
    found = Settlement.objects.create(
        fund=fund, path=fund.path, until=until, count=len(listed), total=sum(amount for _, amount in listed),
        submitted_by=by.id, submitted_by_name=by.name, submitted_at=clock.now(),
    )  # fmt: skip
    fund.payments.filter(pk__in=[pk for pk, _ in listed]).update(settlement=found)
    note(about=found, path=fund.path, after={"count": found.count, "total": found.total})
    return found


@verb("funds.decide_settlement", label="备用金核销审核")
def decide_settlement(*, settlement: Settlement, approved: bool, by: Actor, reason: str = "") -> Settlement:
    """The county approves a batch, or sends it back with what is wrong."""
    fund = locked(settlement.fund)
    declared = catalogue.current().reserve(fund.reserve)
    require(declared, declared.item.overseer, path=fund.path, by=by)
    row = Settlement.objects.select_for_update().get(pk=settlement.pk)
    if row.state != Settlement.State.SUBMITTED:
        raise Refused("settlement_decided", f"该批核销现为“{row.get_state_display()}”。请刷新页面。")
    if row.submitted_by == by.id:
        raise Refused("own_settlement", "本人报送的核销不能由本人审核。请由其他同志办理。")
    row.reason = "" if approved else words(reason, what="退回理由", field="reason")
    if not approved:
        fund.payments.filter(settlement=row).update(settlement=None)
    row.state = Settlement.State.APPROVED if approved else Settlement.State.RETURNED
    row.decided_by, row.decided_by_name, row.decided_at = by.id, by.name, clock.now()
    row.save()
    note(about=row, path=fund.path, reason=reason, after={"state": row.state, "total": row.total})
    return row
