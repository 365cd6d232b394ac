"""A voucher entered by mistake is undone by its counter-entry (冲销), once, with its reason; it stays in the books.

What a batch, a claim, a fund or a contract has brought about is undone where it was done, so that books and rows
never part; what was allotted or cut back by mistake is undone here, with the budget.
"""

from __future__ import annotations

from django.db.models import F

from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.registers.words import in_yuan

from .duties import require_scheme_reviewer
from .models import Account, Budget, Journal
from .posting import Books, Entry, post_entry

__all__ = ["reverse", "reversible"]

_OF_BUDGETS = (Journal.Kind.ALLOTMENT, Journal.Kind.CUTBACK)


def reversible(journal: Journal) -> str:
    """Why a voucher cannot be reversed by itself, in a sentence; nothing if it can."""
    if journal.batch_id is not None:
        return "该凭证由发放批次形成，须随批次办理退回或追缴，不能单独冲销。"
    if journal.kind == Journal.Kind.REVERSAL:
        return "冲销凭证不能再冲销。需要恢复的，请重新登记。"
    if journal.kind not in _OF_BUDGETS:
        label = Journal.Kind(journal.kind).label
        return f"该凭证由“{label}”形成，须在原业务中更正，不能单独冲销。"
    if Journal.objects.filter(reverses=journal).exists():
        return "该凭证已冲销。请刷新页面。"
    return ""


@verb("ledger.reverse", label="冲销凭证")
def reverse(*, journal: Journal, reason: str, by: Actor) -> Journal:
    """The counter-entry of a voucher that belongs to no batch; a reviewer of its scheme answers for it."""
    if not by.covers(journal.path):
        raise NotAllowed("out_of_scope", "该凭证不在您的管辖范围内，不能办理。")
    row = Journal.objects.select_for_update().get(pk=journal.pk)
    lines = list(row.lines.select_related("account").order_by("id"))
    books = Books(row.path, lines[0].account.fund, lines[0].account.scheme)
    require_scheme_reviewer(books.scheme, path=row.path, by=by)
    if why := reversible(row):
        raise Refused("reversal_not_here", why)
    if not reason.strip():
        raise Refused("reason_missing", "冲销须写明理由。请填写。", field="reason")
    found = post_entry(
        kind=Journal.Kind.REVERSAL, books=books, reference=f"{row.reference[:110]}/reversal", by=by, reverses=row,
        entries=[
            Entry(Account.Kind(line.account.kind), debit=line.credit, credit=line.debit,
                  books=Books(line.account.path, line.account.fund, line.account.scheme))
            for line in lines
        ],
        memo=f"冲销 {row.reference}：{reason}", case_id=row.case_id, about=_budget_undone(row),
    )  # fmt: skip
    assert found is not None
    note(about=found, path=row.path, reason=reason, after={"reverses": row.reference})
    return found


def _budget_undone(journal: Journal) -> Budget | None:
    """The budget goes back to what it was before the voucher, if nothing has been approved out of it since."""
    if journal.kind not in _OF_BUDGETS:
        return None
    row = Budget.objects.select_for_update().get(pk=int(journal.subject.rpartition(":")[2]))
    change = -journal.total if journal.kind == Journal.Kind.ALLOTMENT else journal.total
    if row.left + change < 0:
        raise Refused(
            "budget_committed",
            f"预算余额只有 {in_yuan(row.left)}，冲销后不足已批准的支出，不能冲销 {in_yuan(journal.total)}。",
            left=row.left,
        )
    Budget.objects.filter(pk=row.pk).update(allotted=F("allotted") + change)
    return row
