"""Posting to the books: every step is a balanced journal, and a step back is a counter-entry.

    allotted      debit 专户存款    credit 财政拨款
    approval      debit 救助支出    credit 应付救助金, and 应收追缴款 for what is withheld
    to the bank   debit 在途资金    credit 专户存款
    paid          debit 应付救助金  credit 在途资金
    returned      debit 专户存款    credit 在途资金     the counter-entry of what was sent
    claimed       debit 应收追缴款  credit 救助支出
    repaid        debit 专户存款    credit 应收追缴款
    advance       debit 备用金      credit 专户存款     and the appropriation moves to the township's books
    from reserve  debit 救助支出    credit 备用金

So 应付 always stands at what is approved and not yet paid, 在途 at what the bank has not yet answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.db.models import F

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.deed import name_of
from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.registers.words import in_yuan

from .models import Account, Batch, Budget, Fund, Journal, Line

__all__ = ["Books", "Entry", "commit", "post", "post_entry", "release"]


@dataclass(frozen=True, slots=True)
class Books:
    """Whose books: a place, a fund and a scheme."""

    path: str
    fund: str
    scheme: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One side of a journal in fen: a debit or a credit of one account, in these books or in others'."""

    kind: Account.Kind
    debit: int = 0
    credit: int = 0
    books: Books | None = None


_SIDES = {
    Journal.Kind.ORDER: (Account.Kind.TRANSIT, Account.Kind.CASH),
    Journal.Kind.SETTLEMENT: (Account.Kind.OBLIGATION, Account.Kind.TRANSIT),
    Journal.Kind.RETURN: (Account.Kind.CASH, Account.Kind.TRANSIT),
}


def post_entry(
    *,
    kind: Journal.Kind,
    books: Books,
    reference: str,
    entries: Sequence[Entry],
    by: Actor,
    memo: str = "",
    about: models.Model | None = None,
    batch: Batch | None = None,
    case_id: int | None = None,
    reverses: Journal | None = None,
) -> Journal | None:
    """Post a balanced journal inside the running verb; sides of zero are left out, nothing at all posts nothing.

    ``reference`` is the voucher number (凭证号), unique: a second posting of the same step is impossible.
    """
    sides = [one for one in entries if one.debit or one.credit]
    if not sides:
        return None
    total = _balanced(sides, reference)
    journal = Journal.objects.create(
        path=books.path, kind=kind, reference=reference, batch=batch, on=clock.today(), at=clock.now(), by=by.id,
        memo=(memo or f"{kind.label}：{reference}")[:200], total=total, line_count=len(sides), case_id=case_id,
        subject=name_of(about)[:80] if about is not None else "", reverses=reverses,
    )  # fmt: skip
    Line.objects.bulk_create(_lines(journal, sides, books))
    return journal


def _balanced(sides: Sequence[Entry], reference: str) -> int:
    """What both sides come to."""
    total = sum(one.debit for one in sides)
    if total != sum(one.credit for one in sides):
        raise Mistake("journal_unbalanced", f"journal {reference!r} does not balance")
    return total


def _lines(journal: Journal, sides: Sequence[Entry], books: Books) -> list[Line]:
    return [
        Line(
            journal=journal,
            account=_account(one.books or books, one.kind),
            debit=one.debit,
            credit=one.credit,
        )
        for one in sides
    ]


def post(batch: Batch, kind: Journal.Kind, amount: int, *, step: int, by: Actor) -> Journal | None:
    """Post a step of a batch."""
    if kind == Journal.Kind.OBLIGATION:
        entries = [
            Entry(Account.Kind.BUDGET, debit=amount + batch.withheld),
            Entry(Account.Kind.OBLIGATION, credit=amount),
            Entry(Account.Kind.RECEIVABLE, credit=batch.withheld),
        ]
    else:
        debit, credit = _SIDES[kind]
        entries = [Entry(debit, debit=amount), Entry(credit, credit=amount)]
    return post_entry(
        kind=kind, books=Books(batch.path, batch.fund, batch.scheme), reference=f"{batch.number}/{kind}/{step}",
        entries=entries, memo=f"{kind.label}：{batch.number}", batch=batch, by=by,
    )  # fmt: skip


def commit(books: Books, *, year: int, amount: int) -> None:
    """Take an amount out of what is left of the year's budget; the database lets nobody take more."""
    row = (
        Budget.objects.select_for_update()
        .filter(path=books.path, fund=books.fund, scheme=books.scheme, year=year)
        .first()
    )
    left = row.left if row else 0
    if row is None or amount > left:
        label = Fund(books.fund).label
        raise Refused(
            "budget_exceeded",
            f"{year} 年{label}预算余额 {in_yuan(left)}，本次需 {in_yuan(amount)}，不足以批准。"
            "请先登记下达的拨款，或调整发放内容。",
            left=left,
            needed=amount,
        )
    Budget.objects.filter(pk=row.pk).update(committed=F("committed") + amount)


def release(books: Books, *, year: int, amount: int) -> None:
    """Give back to the year's budget what was committed and is not spent."""
    Budget.objects.filter(path=books.path, fund=books.fund, scheme=books.scheme, year=year).update(
        committed=F("committed") - amount
    )


def _account(books: Books, kind: Account.Kind) -> Account:
    """The account of a place, fund and scheme, opened when first needed."""
    same = {"path": books.path, "fund": books.fund, "scheme": books.scheme, "kind": kind}
    code = f"{kind}.{books.fund}.{books.scheme}.{books.path.strip('/').replace('/', '-')}"
    Account.objects.bulk_create([Account(code=code, **same)], ignore_conflicts=True)
    return Account.objects.get(**same)
