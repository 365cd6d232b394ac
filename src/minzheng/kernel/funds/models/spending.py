"""What a reserve fund pays under two signatures, the batches in which it is settled (核销), and requests for more."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.ledger.guards import Guard, never
from minzheng.kernel.people.models import Person

from .reserve import ReserveFund, totals_hold

__all__ = ["ReservePayment", "Settlement", "TopUp"]

_PAYMENT_STANDS = """
IF NOT EXISTS (SELECT 1 FROM funds_reservefund f WHERE f.id = NEW.fund_id AND f.path = NEW.path
               AND f.state = 'open' AND f.year = extract(year FROM NEW."on")) THEN
  RAISE EXCEPTION 'an open reserve fund pays in its own township and year' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;"""

_SETTLED_ONLY = """
IF (to_jsonb(NEW) - 'settlement_id') IS DISTINCT FROM (to_jsonb(OLD) - 'settlement_id')
   OR EXISTS (SELECT 1 FROM funds_settlement s WHERE s.id = OLD.settlement_id AND s.state = 'approved')
   OR NOT EXISTS (SELECT 1 FROM funds_settlement s WHERE s.id = NEW.settlement_id AND s.state = 'submitted'
                  AND s.fund_id = NEW.fund_id) AND NEW.settlement_id IS NOT NULL THEN
  RAISE EXCEPTION 'a payment is settled once, and otherwise never altered' USING ERRCODE = 'restrict_violation';
END IF;
RETURN NEW;"""

_SETTLEMENT_MOVES = """
IF (to_jsonb(NEW) - 'state' - 'decided_by' - 'decided_by_name' - 'decided_at' - 'reason') IS DISTINCT FROM
   (to_jsonb(OLD) - 'state' - 'decided_by' - 'decided_by_name' - 'decided_at' - 'reason')
   OR OLD.state <> 'submitted' THEN
  RAISE EXCEPTION 'a settlement is decided once' USING ERRCODE = 'restrict_violation';
END IF;
RETURN NEW;"""


class Settlement(Placed):
    """Payments up to a day, handed by the township to the county to be approved (核销)."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", "待县级核销"
        APPROVED = "approved", "已核销"
        RETURNED = "returned", "已退回"

    fund = models.ForeignKey(ReserveFund, models.PROTECT, related_name="settlements", verbose_name="备用金")
    until = models.DateField("截止日期")
    count = models.PositiveIntegerField("笔数")
    total = models.BigIntegerField("金额（分）")
    state = models.CharField("状态", max_length=9, choices=State, default=State.SUBMITTED)
    submitted_by = models.CharField("报送人标识", max_length=40)
    submitted_by_name = models.CharField("报送人", max_length=60)
    submitted_at = models.DateTimeField("报送时间")
    decided_by = models.CharField("核销人标识", max_length=40, blank=True)
    decided_by_name = models.CharField("核销人", max_length=60, blank=True)
    decided_at = models.DateTimeField("核销时间", null=True)
    reason = models.CharField("退回理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "备用金核销"
        constraints = (
            models.UniqueConstraint(
                fields=["fund"], condition=Q(state="submitted"), name="settlement_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(count__gt=0, total__gt=0), name="settlement_not_empty"),
            models.CheckConstraint(
                condition=Q(state="submitted", decided_at=None)
                | (Q(decided_at__isnull=False) & ~Q(decided_by=F("submitted_by"))),
                name="settlement_by_another",
            ),
            Guard(name="funds_settlement_moves", when="BEFORE UPDATE", body=_SETTLEMENT_MOVES),
            *never("funds_settlement", "DELETE", "a settlement is returned, never deleted"),
        )


class ReservePayment(Placed):
    """Cash, goods or a transfer for one stage of one case, signed by the officer who pays and the one who approved."""

    class Method(models.TextChoices):
        CASH = "cash", "现金"
        GOODS = "goods", "实物"
        TRANSFER = "transfer", "转账"

    fund = models.ForeignKey(ReserveFund, models.PROTECT, related_name="payments", verbose_name="备用金")
    case_id = models.BigIntegerField("办件")
    case_number = models.CharField("办件编号", max_length=26)
    stage = models.CharField("期次", max_length=12)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="受助人")
    payee = models.CharField("领取人", max_length=60)
    method = models.CharField("方式", max_length=8, choices=Method)
    amount = models.BigIntegerField("金额（分）")
    purpose = models.CharField("用途", max_length=200)
    evidence = ArrayField(models.BigIntegerField(), default=list, verbose_name="凭据文件")
    witness = models.CharField("见证人", max_length=60, blank=True)
    officer = models.CharField("经办人标识", max_length=40)
    officer_name = models.CharField("经办人", max_length=60)
    approver = models.CharField("审批人标识", max_length=40)
    approver_name = models.CharField("审批人", max_length=60)
    on = models.DateField("支付日期")
    at = models.DateTimeField("支付时间")
    settlement = models.ForeignKey(
        Settlement, models.PROTECT, null=True, related_name="payments", verbose_name="核销"
    )

    class Meta:
        verbose_name = "备用金支出"
        constraints = (
            models.UniqueConstraint(fields=["case_id", "stage"], name="reserve_payment_once_a_stage"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, case_id__gt=0), name="reserve_payment_for_a_case"
            ),
            models.CheckConstraint(
                condition=~Q(officer=F("approver")) & ~Q(officer="") & ~Q(approver=""),
                name="reserve_payment_two_signatures",
            ),
            models.CheckConstraint(
                condition=~Q(evidence=[]) | ~Q(witness=""), name="reserve_payment_evidenced"
            ),
            Guard(name="funds_reservepayment_stands", when="BEFORE INSERT", body=_PAYMENT_STANDS),
            Guard(name="funds_reservepayment_settles", when="BEFORE UPDATE", body=_SETTLED_ONLY),
            totals_hold("funds_reservepayment", "NEW.fund_id", "AFTER INSERT"),
            *never("funds_reservepayment", "DELETE", "a payment is corrected by money that comes back only"),
        )
        indexes = (models.Index(fields=["fund", "-id"]),)


class TopUp(Placed):
    """More is asked of the county for a fund that runs low; raised by itself below the line, met within days."""

    class State(models.TextChoices):
        REQUESTED = "requested", "待县级审核"
        GRANTED = "granted", "已同意，待拨付"
        ADVANCED = "advanced", "已拨付"
        REFUSED = "refused", "未同意"

    fund = models.ForeignKey(ReserveFund, models.PROTECT, related_name="top_ups", verbose_name="备用金")
    amount = models.BigIntegerField("申请金额（分）")
    balance = models.BigIntegerField("申请时余额（分）")
    automatic = models.BooleanField("系统自动生成")
    due_on = models.DateField("拨付期限")
    state = models.CharField("状态", max_length=9, choices=State, default=State.REQUESTED)
    requested_by = models.CharField("申请人标识", max_length=40)
    requested_at = models.DateTimeField("申请时间")
    granted = models.BigIntegerField("同意金额（分）", default=0)
    decided_by = models.CharField("审核人标识", max_length=40, blank=True)
    decided_at = models.DateTimeField("审核时间", null=True)
    reason = models.CharField("理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "备用金补充"
        constraints = (
            models.UniqueConstraint(
                fields=["fund"], condition=Q(state__in=["requested", "granted"]), name="top_up_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0, granted__gte=0), name="top_up_positive"),
            *never("funds_topup", "DELETE", "a request is met or refused, never deleted"),
        )
