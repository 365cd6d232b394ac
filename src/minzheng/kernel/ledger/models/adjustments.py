"""What later turns out to be owed: make-up (补发), recovery (追缴), and the month that carries each.

An approved month is never edited.  What it lacked is added to a later payment of the same beneficiary, and what
was paid too much is claimed, then repaid in cash or withheld from later months by instalments (社会救助暂行办法
art. 68; from 2026-07-01 社会救助法 art. 73).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import PathField, Placed
from minzheng.kernel.people.models import Household, Person

from ..guards import Guard, never
from .entitlements import Entitlement
from .runs import Payment

__all__ = ["Adjustment", "Carried", "Recovery", "Repayment"]

_CANCELLED_ONLY = """
IF (to_jsonb(NEW) - 'cancelled_at' - 'cancelled_by') IS DISTINCT FROM
   (to_jsonb(OLD) - 'cancelled_at' - 'cancelled_by')
   OR OLD.cancelled_at IS NOT NULL
   OR EXISTS (SELECT 1 FROM ledger_carried c JOIN ledger_payment p ON p.id = c.payment_id
              JOIN ledger_batch b ON b.id = p.batch_id
              WHERE c.adjustment_id = OLD.id AND b.state <> 'draft') THEN
  RAISE EXCEPTION 'an adjustment is not edited, and one that is approved for payment is not cancelled'
    USING ERRCODE = 'restrict_violation';
END IF;
RETURN NEW;"""

_CLAIM_KEPT = """
IF (to_jsonb(NEW) - 'state' - 'waived' - 'closed_at' - 'version') IS DISTINCT FROM
   (to_jsonb(OLD) - 'state' - 'waived' - 'closed_at' - 'version')
   OR (OLD.state <> 'open' AND NEW.state <> OLD.state) THEN
  RAISE EXCEPTION 'a claim is settled or waived, never edited' USING ERRCODE = 'restrict_violation';
END IF;
RETURN NEW;"""

_CARRIED_BY_DRAFT = """
PERFORM 1 FROM ledger_batch b WHERE b.id IN (
  SELECT p.batch_id FROM touched t JOIN ledger_payment p ON p.id = t.payment_id) FOR SHARE;
IF EXISTS (SELECT 1 FROM touched t JOIN ledger_payment p ON p.id = t.payment_id
           JOIN ledger_batch b ON b.id = p.batch_id WHERE b.state <> 'draft') THEN
  RAISE EXCEPTION 'what a payment carries cannot change once it is under review or approved'
    USING ERRCODE = 'restrict_violation';
END IF;
RETURN NULL;"""


def _beneficiary(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(household=None, person__isnull=False) | Q(household__isnull=False, person=None),
        name=f"{name}_household_or_person",
    )


class Recovery(Placed):
    """Money paid without a right to it, claimed back by a decision (追缴)."""

    class State(models.TextChoices):
        OPEN = "open", "追缴中"
        SETTLED = "settled", "已追回"
        WAIVED = "waived", "已免予追缴"

    scheme = models.CharField("项目", max_length=60)
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="+", verbose_name="家庭")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="人员")
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="+", verbose_name="待遇")
    books_path = PathField(verbose_name="记账地区")
    fund = models.CharField("资金来源", max_length=10)
    for_from = models.DateField("多发起始月")
    for_until = models.DateField("多发截止月之次月")
    amount = models.BigIntegerField("应追缴金额（分）")
    waived = models.BigIntegerField("免予追缴金额（分）", default=0)
    reason = models.CharField("追缴原因", max_length=200)
    case_id = models.BigIntegerField("办件", null=True)
    decision_number = models.CharField("决定文号", max_length=60)
    rule_set = models.CharField("规则版本", max_length=60)
    trace_sha = models.CharField("计算过程摘要", max_length=64, blank=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.OPEN)
    by = models.CharField("立项人", max_length=40)
    at = models.DateTimeField("立项时间")
    closed_at = models.DateTimeField("了结时间", null=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "追缴"
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="recovery_amount_positive"),
            models.CheckConstraint(
                condition=Q(waived__gte=0, waived__lte=F("amount")), name="recovery_waived_within"
            ),
            models.CheckConstraint(condition=Q(for_until__gt=F("for_from")), name="recovery_interval"),
            models.UniqueConstraint(
                fields=["entitlement", "decision_number", "for_from"], name="recovery_once_a_decision"
            ),
            _beneficiary("recovery"),
            Guard(name="ledger_recovery_moves", when="BEFORE UPDATE", body=_CLAIM_KEPT),
            *never("ledger_recovery", "DELETE", "a claim is settled or waived, never deleted"),
        )
        indexes = (models.Index(fields=["scheme", "path", "state"]),)


class Repayment(Placed):
    """Money that came back in cash under a receipt number (缴款书)."""

    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="repayments", verbose_name="追缴")
    amount = models.BigIntegerField("金额（分）")
    receipt = models.CharField("缴款书编号", max_length=60)
    on = models.DateField("缴款日期")
    by = models.CharField("登记人", max_length=40)
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "追缴缴款"
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="repayment_amount_positive"),
            models.UniqueConstraint(fields=["receipt"], name="repayment_receipt_once"),
            *never(
                "ledger_repayment", "UPDATE OR DELETE", "a repayment is corrected by a counter-entry only"
            ),
        )


class Adjustment(Placed):
    """An amount added to (补发) or withheld from (扣回) the next payment of a household or person."""

    class Kind(models.TextChoices):
        MAKEUP = "makeup", "补发"
        WITHHOLD = "withhold", "分期扣回"

    kind = models.CharField("类别", max_length=8, choices=Kind)
    scheme = models.CharField("项目", max_length=60)
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="+", verbose_name="家庭")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="人员")
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="+", verbose_name="待遇")
    recovery = models.ForeignKey(
        Recovery, models.PROTECT, null=True, related_name="instalments", verbose_name="追缴"
    )
    amount = models.BigIntegerField("金额（分）")
    from_month = models.DateField("最早随哪个月发放")
    for_from = models.DateField("所属起始月")
    for_until = models.DateField("所属截止月之次月")
    reason = models.CharField("原因", max_length=200)
    case_id = models.BigIntegerField("办件", null=True)
    decision_number = models.CharField("决定文号", max_length=60)
    rule_set = models.CharField("规则版本", max_length=60)
    trace_sha = models.CharField("计算过程摘要", max_length=64, blank=True)
    by = models.CharField("登记人", max_length=40)
    at = models.DateTimeField("登记时间")
    cancelled_at = models.DateTimeField("撤销时间", null=True)
    cancelled_by = models.CharField("撤销人", max_length=40, blank=True)

    class Meta:
        verbose_name = "补发与扣回"
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="adjustment_amount_positive"),
            models.CheckConstraint(
                condition=Q(from_month__day=1, for_from__day=1, for_until__day=1),
                name="adjustment_months_are_first_days",
            ),
            models.CheckConstraint(condition=Q(for_until__gt=F("for_from")), name="adjustment_interval"),
            models.CheckConstraint(
                condition=Q(kind="makeup", recovery=None) | Q(kind="withhold", recovery__isnull=False),
                name="adjustment_withheld_for_a_claim",
            ),
            models.UniqueConstraint(
                fields=["entitlement", "kind", "decision_number", "for_from", "from_month"],
                condition=Q(cancelled_at=None),
                name="adjustment_once_a_decision",
            ),
            _beneficiary("adjustment"),
            Guard(name="ledger_adjustment_moves", when="BEFORE UPDATE", body=_CANCELLED_ONLY),
            *never("ledger_adjustment", "DELETE", "an adjustment is cancelled, never deleted"),
        )
        indexes = (
            models.Index(fields=["scheme", "path"], condition=Q(cancelled_at=None), name="adjustment_open"),
        )


class Carried(models.Model):
    """The payment that carries an adjustment: each is carried once, ever."""

    payment = models.ForeignKey(Payment, models.CASCADE, related_name="carried", verbose_name="发放明细")
    adjustment = models.OneToOneField(
        Adjustment, models.PROTECT, related_name="carried", verbose_name="补发与扣回"
    )

    class Meta:
        verbose_name = "随月发放的补发与扣回"
        constraints = (
            Guard(
                name="ledger_carried_added_to_draft", when="AFTER INSERT", level="STATEMENT",
                body=_CARRIED_BY_DRAFT, referencing="REFERENCING NEW TABLE AS touched",
            ),
            *never("ledger_carried", "UPDATE", "what a payment carries is never edited"),
        )  # fmt: skip
