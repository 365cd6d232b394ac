"""The books: accounts by place, fund and scheme; journals that balance and are never altered.

The database holds it, not the program: a journal that does not balance cannot be committed, and neither a
journal nor a line can be updated, deleted, added to or emptied.  A correction is a counter-entry.  A budget is
what was allotted to a place, fund and scheme for a year; nobody can commit more.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed

from ..guards import Guard, never

__all__ = ["Account", "Budget", "Fund", "Journal", "Line"]

_BALANCE = """
IF (SELECT count(*) <> j.line_count OR count(*) < 2
       OR coalesce(sum(l.debit), 0) <> j.total OR coalesce(sum(l.credit), 0) <> j.total
    FROM ledger_journal j LEFT JOIN ledger_line l ON l.journal_id = j.id
    WHERE j.id = {journal} GROUP BY j.id) THEN
  RAISE EXCEPTION 'journal % does not balance', {journal} USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;"""


class Fund(models.TextChoices):
    """Whose money it is."""

    CENTRAL = "central", "中央资金"
    PROVINCE = "province", "省级资金"
    CITY = "city", "市级资金"
    COUNTY = "county", "县级统筹资金"
    LOTTERY = "lottery", "福彩公益金"
    CHARITY = "charity", "慈善资金"
    RESERVE = "reserve", "乡镇备用金"


class Account(Placed):
    """One account (科目) of one place, fund and scheme."""

    class Kind(models.TextChoices):
        BUDGET = "budget", "救助支出"
        OBLIGATION = "obligation", "应付救助金"
        TRANSIT = "transit", "在途资金"
        CASH = "cash", "专户存款"
        RECEIVABLE = "receivable", "应收追缴款"
        APPROPRIATION = "appropriation", "财政拨款"
        ADVANCE = "advance", "备用金"

    code = models.CharField("科目编码", max_length=160, unique=True)
    fund = models.CharField("资金来源", max_length=10, choices=Fund)
    scheme = models.CharField("项目", max_length=60)
    kind = models.CharField("科目", max_length=13, choices=Kind)

    class Meta:
        verbose_name = "账户"
        constraints = (
            models.UniqueConstraint(fields=["path", "fund", "scheme", "kind"], name="account_once"),
            *never("ledger_account", "UPDATE OR DELETE", "an account is never changed or deleted"),
        )

    def __str__(self) -> str:
        return self.code


class Journal(Placed):
    """One balanced entry (记账凭证): what happened, by whom, how much, in how many lines."""

    class Kind(models.TextChoices):
        OBLIGATION = "obligation", "审批确认"
        ORDER = "order", "送银行"
        SETTLEMENT = "settlement", "发放成功"
        RETURN = "return", "退回"
        ALLOTMENT = "allotment", "下达拨款"
        CUTBACK = "cutback", "收回拨款"
        CLAIM = "claim", "追缴立项"
        REPAYMENT = "repayment", "追缴收回"
        WAIVER = "waiver", "免予追缴"
        ADVANCE = "advance", "拨付备用金"
        RESERVE_PAID = "reserve_paid", "备用金支出"
        RESERVE_BACK = "reserve_back", "备用金退回"
        RESERVE_CLEARED = "reserve_cleared", "备用金年终清缴"
        CONTRACT = "contract", "合同支付"
        REVERSAL = "reversal", "冲销"

    kind = models.CharField("类别", max_length=16, choices=Kind)
    reference = models.CharField("凭证号", max_length=120, unique=True)
    batch = models.ForeignKey(
        "ledger.Batch", models.PROTECT, null=True, related_name="journals", verbose_name="批次"
    )
    case_id = models.BigIntegerField("办件", null=True)
    subject = models.CharField("所记事项", max_length=80, blank=True)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="reversed_by", verbose_name="冲销凭证"
    )
    on = models.DateField("记账日期")
    at = models.DateTimeField("记账时间")
    by = models.CharField("记账人", max_length=40)
    memo = models.CharField("摘要", max_length=200)
    total = models.BigIntegerField("金额（分）")
    line_count = models.PositiveSmallIntegerField("分录数")

    class Meta:
        verbose_name = "记账凭证"
        constraints = (
            models.CheckConstraint(condition=Q(total__gt=0), name="journal_total_positive"),
            models.CheckConstraint(
                condition=Q(kind="reversal", reverses__isnull=False)
                | (~Q(kind="reversal") & Q(reverses=None)),
                name="journal_reversal_names_what_it_reverses",
            ),
            Guard(
                name="ledger_journal_balances",
                when="AFTER INSERT",
                body=_BALANCE.format(journal="NEW.id"),
                deferred=True,
            ),
            *never("ledger_journal", "UPDATE OR DELETE", "a journal is corrected by a counter-entry only"),
        )
        indexes = (models.Index(fields=["subject"]),)

    def __str__(self) -> str:
        return self.reference


class Line(models.Model):
    """One side of a journal on one account: a debit or a credit, in fen."""

    journal = models.ForeignKey(Journal, models.PROTECT, related_name="lines", verbose_name="凭证")
    account = models.ForeignKey(Account, models.PROTECT, related_name="lines", verbose_name="账户")
    debit = models.BigIntegerField("借方（分）", default=0)
    credit = models.BigIntegerField("贷方（分）", default=0)

    class Meta:
        verbose_name = "分录"
        constraints = (
            models.CheckConstraint(
                condition=Q(debit__gt=0, credit=0) | Q(debit=0, credit__gt=0), name="line_one_side"
            ),
            models.UniqueConstraint(fields=["journal", "account"], name="line_once_per_account"),
            Guard(
                name="ledger_line_balances",
                when="AFTER INSERT",
                body=_BALANCE.format(journal="NEW.journal_id"),
                deferred=True,
            ),
            *never("ledger_line", "UPDATE OR DELETE", "a line is corrected by a counter-entry only"),
        )


class Budget(Placed):
    """What a place may spend on a scheme in a year out of one fund (预算), and how much of it is committed."""

    fund = models.CharField("资金来源", max_length=10, choices=Fund)
    scheme = models.CharField("项目", max_length=60)
    year = models.PositiveSmallIntegerField("年度")
    allotted = models.BigIntegerField("下达金额（分）", default=0)
    committed = models.BigIntegerField("已批准支出（分）", default=0)

    class Meta:
        verbose_name = "预算"
        constraints = (
            models.UniqueConstraint(fields=["path", "fund", "scheme", "year"], name="budget_once_a_year"),
            models.CheckConstraint(
                condition=Q(committed__gte=0, committed__lte=F("allotted")), name="budget_not_exceeded"
            ),
            *never("ledger_budget", "DELETE", "a budget is cut back by a counter-entry, never deleted"),
        )

    @property
    def left(self) -> int:
        """What may still be committed."""
        return self.allotted - self.committed
