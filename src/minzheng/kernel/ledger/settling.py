"""What comes back from the bank: each reference once, the unknown kept in sight, the difference zero."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Sum

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import Refused

from .bank import Return
from .duties import locked, require_payer, require_state
from .models import Account, Batch, Instruction, Journal, Line, Payment, Receipt, ReturnRow
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
def read_returns(
    *, batch: Batch, rows: Sequence[Return], by: Actor, receipt: Receipt | None = None
) -> Received:
    """Each reference takes effect once; repeats are ignored, strangers and contradictions stay visible."""
    row = locked(batch)
    if by.kind is not Kind.SYSTEM:
        require_payer(row, by)
    require_state(row, Batch.State.SENT, Batch.State.RECONCILED, Batch.State.CLOSED)
    found = _judge(row, rows, by, receipt)
    step = row.returns.count()
    post(row, Journal.Kind.SETTLEMENT, found["paid_fen"], step=step, by=by)
    post(row, Journal.Kind.RETURN, found["failed_fen"], step=step, by=by)
    rejected = sum(found[one] for one in (_Outcome.UNKNOWN, _Outcome.AMOUNT_DIFFERS, _Outcome.CONTRADICTS))
    received = Received(found["paid"], found["failed"], found[_Outcome.DUPLICATE], rejected)
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
    drawn = Payment.objects.filter(batch=batch).aggregate(s=Sum("amount"))["s"] or 0
    alive = sum(amount for state, amount in by_state.items() if state != _State.FAILED)
    bank_paid = ReturnRow.objects.filter(batch=batch, outcome=_Outcome.APPLIED, paid=True)
    return Reconciliation(
        approved=batch.total,
        paid=by_state.get(_State.PAID, 0),
        outstanding=drawn - alive,
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


_ASKED = """
CREATE TEMPORARY TABLE ledger_answer (
  n integer, reference text, paid boolean, amount bigint, reason text) ON COMMIT DROP"""

# Of several rows for one reference the first with the right amount is the one that counts.
_JUDGE = """
WITH told AS (
  SELECT a.*, i.id AS order_id, i.state, i.amount AS ordered,
         min(a.n) FILTER (WHERE a.amount = i.amount) OVER (PARTITION BY a.reference) AS first
  FROM ledger_answer a
  LEFT JOIN ledger_instruction i ON i.reference = a.reference AND i.batch_id = %(batch)s AND i.file_id IS NOT NULL)
INSERT INTO ledger_returnrow (batch_id, receipt_id, path, reference, paid, amount, reason, outcome, by, at)
SELECT %(batch)s, %(receipt)s, %(path)s, t.reference, t.paid, t.amount, t.reason,
  CASE WHEN t.order_id IS NULL THEN 'unknown'
       WHEN t.amount <> t.ordered THEN 'amount_differs'
       WHEN t.state = 'sent' AND t.n = t.first THEN 'applied'
       WHEN t.paid = CASE t.state WHEN 'sent' THEN f.paid WHEN 'paid' THEN true ELSE false END THEN 'duplicate'
       ELSE 'contradicts' END,
  %(by)s, %(at)s
FROM told t LEFT JOIN ledger_answer f ON f.n = t.first
ORDER BY t.n
RETURNING id, outcome, paid, amount"""

_SETTLE = """
UPDATE ledger_instruction i SET state = CASE WHEN r.paid THEN 'paid' ELSE 'failed' END,
       failure = CASE WHEN r.paid THEN '' ELSE coalesce(nullif(r.reason, ''), '银行未说明原因') END
FROM ledger_returnrow r WHERE r.id >= %(first)s AND r.id <= %(last)s AND r.batch_id = %(batch)s
  AND r.outcome = 'applied' AND i.reference = r.reference AND i.state = 'sent'"""


def _judge(batch: Batch, rows: Sequence[Return], by: Actor, receipt: Receipt | None) -> Counter[str]:
    """Write down what each row of the answer means, and carry what is new over to the orders; sums by outcome."""
    facts: dict[str, Any] = {
        "batch": batch.pk, "path": batch.path, "by": by.id, "at": clock.now(),
        "receipt": receipt.pk if receipt else None,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ASKED)
        with cursor.copy("COPY ledger_answer FROM STDIN") as out:
            for at, x in enumerate(rows):
                out.write_row((at, x.reference[:60], x.paid, x.amount, x.reason[:200]))
        cursor.execute("ANALYZE ledger_answer")
        cursor.execute(_JUDGE, facts)
        judged = cursor.fetchall()
        cursor.execute("DROP TABLE ledger_answer")
        if judged:
            ids = [pk for pk, *_ in judged]
            cursor.execute(_SETTLE, facts | {"first": min(ids), "last": max(ids)})
    found: Counter[str] = Counter()
    for _, outcome, paid, amount in judged:
        key = ("paid" if paid else "failed") if outcome == _Outcome.APPLIED else outcome
        found[key] += 1
        found[f"{key}_fen"] += amount
    return found
