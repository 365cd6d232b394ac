"""The proof of the ledger: what must hold between books, batches, bank files and answers, and who breaks it.

Most of it the database already refuses; the proof is for the day when somebody has gone round the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.apps import apps
from django.db import connection
from django.utils.module_loading import import_string

from .content import as_approved
from .models import Batch

__all__ = ["Check", "Examined", "Problem", "examine", "problems", "verify"]


class Check(NamedTuple):
    """An invariant: its code, the sentence for whoever reads of a breach, a query that names each, what it proves.

    A room above the ledger adds its own: its ``AppConfig`` names them as ``ledger_checks``.
    """

    code: str
    message: str
    statement: str
    proves: str = ""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: which rule, in words, and at which row."""

    code: str
    message: str
    subject: str


@dataclass(frozen=True)
class Examined:
    """One check that was made: what it proves, and the rows that contradict it."""

    code: str
    proves: str
    message: str
    subjects: tuple[str, ...]


# What each check proves, in words; one that is not named here proves that its message is untrue.
_PROVES = {
    "journal_unbalanced": "每张凭证借贷相等，分录数与登记时一致",
    "paid_twice": "同一家庭（个人）同一项目同一月份只有一笔发放",
    "ordered_twice": "每笔发放最多有一条有效的付款指令",
    "batch_total": "批次的笔数、金额、扣回等于明细之和",
    "payment_without_order": "送银行的每笔发放都有付款指令",
    "order_without_approval": "付款指令都出自已审批的批次",
    "order_differs": "付款指令的批次和金额与发放明细相同",
    "obligation_differs": "账上的应付救助金等于批准的金额",
    "orders_differ": "账上送银行的金额等于付款指令",
    "settlement_differs": "账上发放成功的金额等于付款指令",
    "return_differs": "账上退回的金额等于付款指令",
    "file_differs": "银行文件的笔数和金额等于付款指令",
    "answer_missing": "付款指令的每个结果都有银行回执",
    "answer_without_order": "已入账的每条银行回执都有对应的付款指令",
    "not_entitled": "已审批的每笔发放都有当月的待遇",
    "parts_differ": "补发、扣回与发放明细逐笔相符",
    "budget_differs": "预算的下达和支出与账相符，没有超支",
    "claim_differs": "应收追缴款等于未追回的金额",
    "paid_in_closed_month": "关账的月份没有增减",
    "not_four_eyes": "编制、初核、复核是三个不同的人",
    "content_altered": "已审批批次的每一笔与审批时的内容摘要一致",
}
_ALTERED = ("content_altered", "批次明细与审批时的内容摘要不一致")

_APPROVED = "b.state IN ('approved', 'sent', 'reconciled', 'closed')"


def _books(kind: str) -> str:
    return (
        "(SELECT coalesce(sum(l.debit), 0) FROM ledger_journal j JOIN ledger_line l ON l.journal_id = j.id "
        f"WHERE j.batch_id = b.id AND j.kind = '{kind}')"
    )


def _account(kind: str, side: str, account: str) -> str:
    return (
        f"(SELECT coalesce(sum(l.{side}), 0) FROM ledger_journal j JOIN ledger_line l ON l.journal_id = j.id "
        f"JOIN ledger_account a ON a.id = l.account_id "
        f"WHERE j.batch_id = b.id AND j.kind = '{kind}' AND a.kind = '{account}')"
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
        HAVING count(p.id) <> b.count OR coalesce(sum(p.amount), 0) <> b.total
          OR coalesce(sum(p.withheld), 0) <> b.withheld""",
    ),
    (
        "payment_without_order",
        "已送银行的发放没有付款指令",
        """SELECT p.id::text FROM ledger_payment p JOIN ledger_batch b ON b.id = p.batch_id
        WHERE b.state IN ('sent', 'reconciled', 'closed')
          AND NOT EXISTS (SELECT 1 FROM ledger_instruction i WHERE i.payment_id = p.id)""",
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
        "SELECT b.number FROM ledger_batch b WHERE "
        f"{_account('obligation', 'credit', 'obligation')} <> CASE WHEN {_APPROVED} THEN b.total ELSE 0 END OR "
        f"{_account('obligation', 'credit', 'receivable')} <> CASE WHEN {_APPROVED} THEN b.withheld ELSE 0 END",
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
          (p.regular <> 0 AND (e.amount <> p.regular OR p.month < e.from_month OR p.month >= e.until_month))
          OR e.scheme <> p.scheme OR e.household_id IS DISTINCT FROM p.household_id
          OR e.person_id IS DISTINCT FROM p.person_id)""",
    ),
    (
        "parts_differ",
        "补发、扣回与发放明细不符",
        """SELECT p.id::text FROM ledger_payment p LEFT JOIN ledger_carried c ON c.payment_id = p.id
        LEFT JOIN ledger_adjustment a ON a.id = c.adjustment_id
        GROUP BY p.id HAVING coalesce(sum(a.amount) FILTER (WHERE a.kind = 'makeup'), 0) <> p.makeup
          OR coalesce(sum(a.amount) FILTER (WHERE a.kind = 'withhold'), 0) <> p.withheld
          OR p.regular + p.makeup - p.withheld <> p.amount""",
    ),
    (
        "budget_differs",
        "预算的已批准支出与账不符",
        """SELECT g.path || ' ' || g.fund || ' ' || g.scheme || ' ' || g.year FROM ledger_budget g
        WHERE g.committed > g.allotted OR g.committed <> coalesce((
          SELECT sum(l.debit) - sum(l.credit) FROM ledger_line l JOIN ledger_account a ON a.id = l.account_id
          JOIN ledger_journal j ON j.id = l.journal_id
          WHERE a.kind = 'budget' AND a.path = g.path AND a.fund = g.fund AND a.scheme = g.scheme
            AND j.kind <> 'claim' AND j.kind <> 'waiver'
            AND coalesce((SELECT extract(year FROM b.month) FROM ledger_batch b WHERE b.id = j.batch_id),
                         extract(year FROM j.on)) = g.year), 0)
          OR g.allotted <> coalesce((
          SELECT sum(l.credit) - sum(l.debit) FROM ledger_line l JOIN ledger_account a ON a.id = l.account_id
          JOIN ledger_journal j ON j.id = l.journal_id
          WHERE a.kind = 'appropriation' AND a.path = g.path AND a.fund = g.fund AND a.scheme = g.scheme
            AND j.subject = 'ledger.budget:' || g.id), 0)""",
    ),
    (
        "claim_differs",
        "应收追缴款的账与追缴不符",
        """SELECT r.id::text FROM (
          SELECT r.books_path, r.scheme, min(r.id) AS id, sum(r.amount - r.waived)
            - coalesce(sum((SELECT sum(y.amount) FROM ledger_repayment y WHERE y.recovery_id = r.id)), 0)
            - coalesce(sum((SELECT sum(a.amount) FROM ledger_adjustment a
                JOIN ledger_carried c ON c.adjustment_id = a.id
                JOIN ledger_payment p ON p.id = c.payment_id JOIN ledger_batch b ON b.id = p.batch_id
                WHERE a.recovery_id = r.id AND b.state IN ('approved', 'sent', 'reconciled', 'closed'))), 0) AS open
          FROM ledger_recovery r GROUP BY r.books_path, r.scheme) r
        WHERE r.open <> coalesce((
          SELECT sum(l.debit) - sum(l.credit) FROM ledger_line l JOIN ledger_account a ON a.id = l.account_id
          WHERE a.kind = 'receivable' AND a.scheme = r.scheme AND a.path = r.books_path), 0)""",
    ),
    (
        "paid_in_closed_month",
        "关账月份的笔数或金额与关账时不符",
        f"""SELECT c.scheme || ' ' || c.month FROM ledger_closedmonth c WHERE (c.count, c.total) <> (
          SELECT count(*), coalesce(sum(p.amount), 0) FROM ledger_payment p JOIN ledger_batch b ON b.id = p.batch_id
          WHERE p.scheme = c.scheme AND p.month = c.month AND starts_with(b.path, c.path) AND {_APPROVED})""",
    ),
    (
        "not_four_eyes",
        "编制、初核、复核不是三个不同的人",
        f"""SELECT b.number FROM ledger_batch b WHERE {_APPROVED} AND (
          b.first_by IS NULL OR b.second_by IS NULL OR b.first_by = b.second_by
          OR b.prepared_by IN (b.first_by, b.second_by))""",
    ),
)


def _checks() -> Iterator[tuple[str, ...]]:
    """The ledger's own, then those of the rooms above it."""
    yield from _CHECKS
    for app in apps.get_app_configs():
        if listed := getattr(app, "ledger_checks", ""):
            yield from import_string(listed)


def examine(*, contents: bool = True) -> Iterator[Examined]:
    """Every check in turn, with what contradicts it; ``contents`` also reads each approved payment again."""
    for code, message, statement, *proves in _checks():
        with connection.cursor() as cursor:
            cursor.execute(statement)
            subjects = tuple(str(subject) for (subject,) in cursor.fetchall())
        yield Examined(code, "".join(proves) or _PROVES.get(code, f"没有：{message}"), message, subjects)
    if contents:
        code, message = _ALTERED
        yield Examined(code, _PROVES[code], message, tuple(_altered()))


def verify(*, contents: bool = True) -> tuple[Problem, ...]:
    """Every broken invariant by name."""
    return problems(examine(contents=contents))


def problems(checks: Iterable[Examined]) -> tuple[Problem, ...]:
    """What the checks found wrong, one by one."""
    return tuple(Problem(one.code, one.message, subject) for one in checks for subject in one.subjects)


def _altered() -> Iterator[str]:
    approved = Batch.objects.exclude(state__in=["draft", "first_reviewed"]).order_by("id")
    return (batch.number for batch in approved if not as_approved(batch))
