"""Posting to the books: every step of a run is a balanced journal, and a step back is a counter-entry.

    approval      debit 救助支出    credit 应付救助金
    to the bank   debit 在途资金    credit 专户存款
    paid          debit 应付救助金  credit 在途资金
    returned      debit 专户存款    credit 在途资金     the counter-entry of what was sent

So 应付 always stands at what is approved and not yet paid, 在途 at what the bank has not yet answered.
"""

from __future__ import annotations

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor

from .models import Account, Batch, Journal, Line

__all__ = ["post"]

_SIDES = {
    Journal.Kind.OBLIGATION: (Account.Kind.BUDGET, Account.Kind.OBLIGATION),
    Journal.Kind.ORDER: (Account.Kind.TRANSIT, Account.Kind.CASH),
    Journal.Kind.SETTLEMENT: (Account.Kind.OBLIGATION, Account.Kind.TRANSIT),
    Journal.Kind.RETURN: (Account.Kind.CASH, Account.Kind.TRANSIT),
}


def post(batch: Batch, kind: Journal.Kind, amount: int, *, step: int, by: Actor) -> Journal | None:
    """Post a step of a batch; the voucher number makes a second posting of the same step impossible."""
    if amount == 0:
        return None
    debit, credit = _SIDES[kind]
    journal = Journal.objects.create(
        path=batch.path, kind=kind, reference=f"{batch.number}/{kind}/{step}", batch=batch, on=clock.today(),
        at=clock.now(), by=by.id, memo=f"{kind.label}：{batch.number}"[:200], total=amount, line_count=2,
    )  # fmt: skip
    Line.objects.bulk_create(
        [
            Line(journal=journal, account=_account(batch, debit), debit=amount),
            Line(journal=journal, account=_account(batch, credit), credit=amount),
        ]
    )
    return journal


def _account(batch: Batch, kind: Account.Kind) -> Account:
    """The account of the batch's place, fund and scheme, opened when first needed."""
    same = {"path": batch.path, "fund": batch.fund, "scheme": batch.scheme, "kind": kind}
    code = f"{kind}.{batch.fund}.{batch.scheme}.{batch.path.strip('/').replace('/', '-')}"
    Account.objects.bulk_create([Account(code=code, **same)], ignore_conflicts=True)
    return Account.objects.get(**same)
