"""What comes back from the bank: each reference once, the unknown kept in sight, the difference zero."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Sum

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import Refused

from .bank import Return
from .duties import locked, require_payer, require_state
from .models import Account, Batch, Instruction, Journal, Line, Payment, ReturnRow
from .posting import post

__all__ = ["Received", "Reconciliation", "close", "figures", "read_returns", "reconcile"]

_State = Instruction.State
_Outcome = ReturnRow.Outcome


@dataclass(frozen=True)
class Received:
    """What was made of a bank's answer, in numbers of rows."""

    paid: int
    failed: int
    duplicate: int
    rejected: int


@dataclass(frozen=True)
class Reconciliation:
    """The same batch by three witnesses, in fen: its approval, the bank's answers, the books."""

    approved: int
    paid: int
    outstanding: int
    in_transit: int
    waiting: int
    bank_paid: int
    books_owed: int
    books_in_transit: int

    @property
    def difference(self) -> int:
        """The sum of every disagreement between the witnesses; zero is the only good answer."""
        return (
            abs(self.approved - self.paid - self.outstanding - self.in_transit - self.waiting)
            + abs(self.bank_paid - self.paid)
            + abs(self.books_owed - (self.approved - self.paid))
            + abs(self.books_in_transit - self.in_transit)
        )


@verb("ledger.read_returns", label="读入银行回执")
def read_returns(*, batch: Batch, rows: Sequence[Return], by: Actor) -> Received:
    """Each reference takes effect once; repeats are ignored, strangers and contradictions stay visible."""
    row = locked(batch)
    if by.kind is not Kind.SYSTEM:
        require_payer(row, by)
    require_state(row, Batch.State.SENT, Batch.State.RECONCILED, Batch.State.CLOSED)
    judged = _judge(row, rows, by)
    ReturnRow.objects.bulk_create(judged, batch_size=2000)
    applied = [x for x in judged if x.outcome == _Outcome.APPLIED]
    paid, failed = [x for x in applied if x.paid], [x for x in applied if not x.paid]
    _settle(paid, failed)
    step = row.returns.count()
    post(row, Journal.Kind.SETTLEMENT, sum(x.amount for x in paid), step=step, by=by)
    post(row, Journal.Kind.RETURN, sum(x.amount for x in failed), step=step, by=by)
    repeated = sum(x.outcome == _Outcome.DUPLICATE for x in judged)
    received = Received(len(paid), len(failed), repeated, len(judged) - len(applied) - repeated)
    note(about=row, path=row.path, after={"paid": received.paid, "failed": received.failed,
                                          "rejected": received.rejected})  # fmt: skip
    return received


@verb("ledger.reconcile", label="对账")
def reconcile(*, batch: Batch, by: Actor) -> Reconciliation:
    """When the bank has answered everything, approved = paid + returned, and the books say the same."""
    row = locked(batch)
    require_payer(row, by)
    require_state(row, Batch.State.SENT, Batch.State.RECONCILED)
    found = figures(row)
    if found.in_transit or found.waiting:
        raise Refused(
            "bank_has_not_answered",
            "还有付款未得到银行答复，或有修正后的付款等待放行。请等银行回执全部读入后再对账。",
            in_transit=found.in_transit,
            waiting=found.waiting,
        )
    if found.difference:
        raise Refused("difference", "批次、银行回执与账簿不一致，不能对账。请运行核验并报告资金主管。")
    if row.state == Batch.State.SENT:
        row.state, row.version = Batch.State.RECONCILED, row.version + 1
        row.save(update_fields=["state", "version"])
    note(about=row, path=row.path, after={"paid": found.paid, "outstanding": found.outstanding})
    return found


@verb("ledger.close", label="关账")
def close(*, batch: Batch, by: Actor) -> Batch:
    """A batch of which every payment has arrived is frozen; whatever comes later goes to the next month."""
    row = locked(batch)
    require_payer(row, by)
    require_state(row, Batch.State.RECONCILED)
    found = figures(row)
    if found.paid != found.approved or found.difference:
        raise Refused("payments_outstanding", "还有退回未补发的付款，不能关账。请先修正账户并重新发放。")
    row.state, row.version = Batch.State.CLOSED, row.version + 1
    row.save(update_fields=["state", "version"])
    note(about=row, path=row.path, after={"state": row.state})
    return row


def figures(batch: Batch) -> Reconciliation:
    """The batch by its three witnesses, as they stand now."""
    orders = Instruction.objects.filter(batch=batch)
    by_state = dict(orders.values_list("state").annotate(Sum("amount")))
    alive = Instruction.objects.filter(payment=OuterRef("pk")).exclude(state=_State.FAILED)
    outstanding = Payment.objects.filter(~Exists(alive), batch=batch)
    bank_paid = ReturnRow.objects.filter(batch=batch, outcome=_Outcome.APPLIED, paid=True)
    return Reconciliation(
        approved=batch.total,
        paid=by_state.get(_State.PAID, 0),
        outstanding=outstanding.aggregate(s=Sum("amount"))["s"] or 0,
        in_transit=by_state.get(_State.SENT, 0),
        waiting=by_state.get(_State.PENDING, 0),
        bank_paid=bank_paid.aggregate(s=Sum("amount"))["s"] or 0,
        books_owed=-_balance(batch, Account.Kind.OBLIGATION),
        books_in_transit=_balance(batch, Account.Kind.TRANSIT),
    )


def _balance(batch: Batch, kind: Account.Kind) -> int:
    """Debits less credits of a batch on one kind of account."""
    lines = Line.objects.filter(journal__batch=batch, account__kind=kind)
    sums = lines.aggregate(debit=Sum("debit"), credit=Sum("credit"))
    return (sums["debit"] or 0) - (sums["credit"] or 0)


def _judge(batch: Batch, rows: Iterable[Return], by: Actor) -> list[ReturnRow]:
    """What each row of the answer means, against what was sent and what earlier rows said."""
    rows = list(rows)
    sent = Instruction.objects.filter(
        batch=batch, file__isnull=False, reference__in={x.reference for x in rows}
    )
    known = {r: (s, a) for r, s, a in sent.values_list("reference", "state", "amount")}
    at, judged = clock.now(), []
    for x in rows:
        state, amount = known.get(x.reference, ("", 0))
        outcome = _outcome(x, state, amount)
        if outcome == _Outcome.APPLIED:
            known[x.reference] = (_State.PAID if x.paid else _State.FAILED, amount)
        judged.append(
            ReturnRow(
                batch=batch, path=batch.path, reference=x.reference[:60], paid=x.paid, amount=x.amount,
                reason=x.reason[:200], outcome=outcome, by=by.id, at=at,
            )
        )  # fmt: skip
    return judged


def _outcome(row: Return, state: str, amount: int) -> ReturnRow.Outcome:
    if not state:
        return _Outcome.UNKNOWN
    if row.amount != amount:
        return _Outcome.AMOUNT_DIFFERS
    if state == _State.SENT:
        return _Outcome.APPLIED
    return _Outcome.DUPLICATE if (state == _State.PAID) == row.paid else _Outcome.CONTRADICTS


def _settle(paid: Sequence[ReturnRow], failed: Sequence[ReturnRow]) -> None:
    """Carry the bank's word over to the instructions, in as few statements as there are reasons."""
    sent = Instruction.objects.filter(state=_State.SENT)
    sent.filter(reference__in=[x.reference for x in paid]).update(state=_State.PAID)
    reasons: dict[str, list[str]] = {}
    for x in failed:
        reasons.setdefault(x.reason or "银行未说明原因", []).append(x.reference)
    for reason, references in reasons.items():
        sent.filter(reference__in=references).update(state=_State.FAILED, failure=reason)
