"""What is allotted to a scheme for a year out of one fund, by a document; nobody can approve more than is left.

The reviewer registers what was allotted, the payer spends it: never the same post.
"""

from __future__ import annotations

from django.db.models import F

from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import Refused
from minzheng.kernel.registers.words import in_yuan

from .duties import require_scheme_reviewer
from .models import Account, Budget, Fund, Journal
from .posting import Books, Entry, post_entry

__all__ = ["allot", "cut_back"]

# How often one document can be entered wrongly, reversed and entered again.
_AGAIN = 10


@verb("ledger.allot", label="登记下达的拨款")
def allot(*, scheme: str, path: str, fund: Fund, year: int, amount: int, document: str, by: Actor) -> Budget:
    """Money that has come for a scheme and year, in fen, with the number of its document; the same one counts once."""
    _check(amount, document)
    require_scheme_reviewer(scheme, path=path, by=by)
    same = {"path": path, "fund": fund, "scheme": scheme, "year": year}
    Budget.objects.bulk_create([Budget(**same)], ignore_conflicts=True)
    row = Budget.objects.select_for_update().get(**same)
    Budget.objects.filter(pk=row.pk).update(allotted=F("allotted") + amount)
    _enter(row, Journal.Kind.ALLOTMENT, amount, document, by)
    row.refresh_from_db()
    return row


@verb("ledger.cut_back", label="收回拨款")
def cut_back(*, budget: Budget, amount: int, document: str, by: Actor) -> Budget:
    """Part of an allotment is taken back: a counter-entry, and never more than is left."""
    _check(amount, document)
    row = Budget.objects.select_for_update().get(pk=budget.pk)
    require_scheme_reviewer(row.scheme, path=row.path, by=by)
    if amount > row.left:
        raise Refused(
            "budget_committed",
            f"预算余额只有 {in_yuan(row.left)}，不能收回 {in_yuan(amount)}。已批准的支出不受影响。",
            left=row.left,
        )
    Budget.objects.filter(pk=row.pk).update(allotted=F("allotted") - amount)
    _enter(row, Journal.Kind.CUTBACK, amount, document, by)
    row.refresh_from_db()
    return row


def _check(amount: int, document: str) -> None:
    if isinstance(amount, bool) or not isinstance(amount, int) or amount <= 0:
        raise Refused("amount_positive", "金额须大于零。请核对下达文件。", field="amount")
    if not document.strip():
        raise Refused("document_missing", "请填写下达文件的文号。", field="document")


def _enter(row: Budget, kind: Journal.Kind, amount: int, document: str, by: Actor) -> None:
    came, went = (amount, 0) if kind == Journal.Kind.ALLOTMENT else (0, amount)
    reference = f"{kind}/{row.pk}/{document.strip()[:60]}"
    booked = Journal.objects.filter(
        reference__in=(reference, *(f"{reference}/{n}" for n in range(1, _AGAIN)))
    )
    standing = booked.filter(reversed_by=None).exists()
    if (times := booked.count()) and not standing and times < _AGAIN:
        reference = f"{reference}/{times}"  # the document was entered wrongly, reversed, and is entered again
    elif times:
        raise Refused(
            "document_booked", f"文号“{document.strip()}”已经登记过。请核对，勿重复登记。", field="document"
        )
    post_entry(
        kind=kind, books=Books(row.path, row.fund, row.scheme), reference=reference, about=row, by=by,
        entries=[
            Entry(Account.Kind.CASH, debit=came, credit=went),
            Entry(Account.Kind.APPROPRIATION, debit=went, credit=came),
        ],
        memo=f"{kind.label}：{document.strip()}",
    )  # fmt: skip
    note(about=row, path=row.path, reason=document, after={"amount": amount, "year": row.year})
