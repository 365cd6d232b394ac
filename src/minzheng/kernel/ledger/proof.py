"""The proof of the ledger: what must hold between books, batches, bank files and answers, and who breaks it.

Most of it the database already refuses; the proof is for the day when somebody has gone round the database.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from .content import content_sha
from .models import Batch

__all__ = ["Problem", "verify"]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: which rule, in words, and at which row."""

    code: str
    message: str
    subject: str


_APPROVED = "b.state IN ('approved', 'sent', 'reconciled', 'closed')"


def _books(kind: str) -> str:
    return (
        "(SELECT coalesce(sum(l.debit), 0) FROM ledger_journal j JOIN ledger_line l ON l.journal_id = j.id "
        f"WHERE j.batch_id = b.id AND j.kind = '{kind}')"
    )


def _ordered(states: str) -> str:
    return (
        "(SELECT coalesce(sum(i.amount), 0) FROM ledger_instruction i "
        f"WHERE i.batch_id = b.id AND i.state IN ({states}))"
    )


_CHECKS: tuple[tuple[str, str, str], ...] = (
    (
        "journal_unbalanced",
        "凭证借贷不平，或分录被增减",
        """SELECT j.reference FROM ledger_journal j LEFT JOIN ledger_line l ON l.journal_id = j.id
        GROUP BY j.id HAVING coalesce(sum(l.debit), 0) <> j.total OR coalesce(sum(l.credit), 0) <> j.total
          OR count(l.id) <> j.line_count""",
    ),
    (
        "paid_twice",
        "同一家庭（个人）同一项目同一月份有两笔发放",
        """SELECT min(id)::text FROM ledger_payment GROUP BY scheme, household_id, person_id, month
        HAVING count(*) > 1""",
    ),
    (
        "ordered_twice",
        "同一笔发放有两条有效的付款指令",
        """SELECT payment_id::text FROM ledger_instruction WHERE state <> 'failed'
        GROUP BY payment_id HAVING count(*) > 1""",
    ),
    (
        "batch_total",
        "批次的笔数或金额与明细不符",
        f"""SELECT b.number FROM ledger_batch b LEFT JOIN ledger_payment p ON p.batch_id = b.id
        WHERE {_APPROVED} GROUP BY b.id
        HAVING count(p.id) <> b.count OR coalesce(sum(p.amount), 0) <> b.total""",
    ),
    (
        "payment_without_order",
        "已审批的发放没有付款指令",
        f"""SELECT p.id::text FROM ledger_payment p JOIN ledger_batch b ON b.id = p.batch_id
        WHERE {_APPROVED} AND NOT EXISTS (SELECT 1 FROM ledger_instruction i WHERE i.payment_id = p.id)""",
    ),
    (
        "order_without_approval",
        "未审批的发放已有付款指令",
        f"""SELECT i.reference FROM ledger_instruction i JOIN ledger_batch b ON b.id = i.batch_id
        WHERE NOT {_APPROVED}""",
    ),
    (
        "order_differs",
        "付款指令的批次或金额与发放明细不符",
        """SELECT i.reference FROM ledger_instruction i JOIN ledger_payment p ON p.id = i.payment_id
        WHERE i.amount <> p.amount OR i.batch_id <> p.batch_id""",
    ),
    (
        "obligation_differs",
        "审批确认的账与批次不符",
        f"SELECT b.number FROM ledger_batch b WHERE {_books('obligation')} <> "
        f"CASE WHEN {_APPROVED} THEN b.total ELSE 0 END",
    ),
    (
        "orders_differ",
        "送银行的账与付款指令不符",
        f"SELECT b.number FROM ledger_batch b WHERE {_books('order')} <> "
        + _ordered("'sent', 'paid', 'failed'"),
    ),
    (
        "settlement_differs",
        "发放成功的账与付款指令不符",
        f"SELECT b.number FROM ledger_batch b WHERE {_books('settlement')} <> " + _ordered("'paid'"),
    ),
    (
        "return_differs",
        "退回的账与付款指令不符",
        f"SELECT b.number FROM ledger_batch b WHERE {_books('return')} <> " + _ordered("'failed'"),
    ),
    (
        "file_differs",
        "银行文件的笔数或金额与付款指令不符",
        """SELECT b.number || '/' || f.number FROM ledger_bankfile f JOIN ledger_batch b ON b.id = f.batch_id
        LEFT JOIN ledger_instruction i ON i.file_id = f.id
        GROUP BY f.id, b.number HAVING count(i.id) <> f.count OR coalesce(sum(i.amount), 0) <> f.total""",
    ),
    (
        "answer_missing",
        "付款指令的结果没有银行回执，或与回执相反",
        """SELECT i.reference FROM ledger_instruction i WHERE i.state IN ('paid', 'failed') AND NOT EXISTS (
          SELECT 1 FROM ledger_returnrow r WHERE r.reference = i.reference AND r.outcome = 'applied'
            AND r.paid = (i.state = 'paid'))""",
    ),
    (
        "answer_without_order",
        "已入账的银行回执找不到对应结果的付款指令",
        """SELECT r.reference FROM ledger_returnrow r WHERE r.outcome = 'applied' AND NOT EXISTS (
          SELECT 1 FROM ledger_instruction i WHERE i.reference = r.reference
            AND i.state = CASE WHEN r.paid THEN 'paid' ELSE 'failed' END)""",
    ),
    (
        "not_entitled",
        "已审批的发放与当月待遇不符",
        f"""SELECT p.id::text FROM ledger_payment p JOIN ledger_batch b ON b.id = p.batch_id
        JOIN ledger_entitlement e ON e.id = p.entitlement_id
        WHERE {_APPROVED} AND (
          e.amount <> p.amount OR e.scheme <> p.scheme OR p.month < e.from_month OR p.month >= e.until_month
          OR e.household_id IS DISTINCT FROM p.household_id OR e.person_id IS DISTINCT FROM p.person_id)""",
    ),
    (
        "not_four_eyes",
        "编制、初核、复核不是三个不同的人",
        f"""SELECT b.number FROM ledger_batch b WHERE {_APPROVED} AND (
          b.first_by IS NULL OR b.second_by IS NULL OR b.first_by = b.second_by
          OR b.prepared_by IN (b.first_by, b.second_by))""",
    ),
)


def verify(*, contents: bool = True) -> tuple[Problem, ...]:
    """Every broken invariant by name; ``contents`` also reads each approved payment to check the digests."""
    found: list[Problem] = []
    with connection.cursor() as cursor:
        for code, message, statement in _CHECKS:
            cursor.execute(statement)
            found.extend(Problem(code, message, subject) for (subject,) in cursor.fetchall())
    if contents:
        found.extend(_altered())
    return tuple(found)


def _altered() -> list[Problem]:
    approved = Batch.objects.exclude(state__in=["draft", "first_reviewed"]).order_by("id")
    return [
        Problem("content_altered", "批次明细与审批时的内容摘要不一致", batch.number)
        for batch in approved
        if content_sha(batch) != batch.content_sha
    ]
