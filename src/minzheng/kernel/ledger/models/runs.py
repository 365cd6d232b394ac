"""The monthly run: a batch under four eyes, its payments, the orders to the bank and its answers.

One payment per scheme, household or person and benefit month, ever: a unique key.  A payment may need several
instructions (a closed account is repaired) but only one of them can be alive.  "Sent" is not "paid".
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import PathField, Placed
from minzheng.kernel.people.fields import SealedField
from minzheng.kernel.people.models import Household, Person

from ..guards import Guard, never
from .books import Fund
from .entitlements import Entitlement

__all__ = ["Batch", "Payment"]

_OPEN = ("draft", "first_reviewed")
_APPROVED = ("approved", "sent", "reconciled", "closed")

_BATCH_MOVES = """
IF TG_OP = 'DELETE' THEN
  RAISE EXCEPTION 'a batch is never deleted' USING ERRCODE = 'restrict_violation';
END IF;
IF (NEW.scheme, NEW.month, NEW.path, NEW.run, NEW.number)
   IS DISTINCT FROM (OLD.scheme, OLD.month, OLD.path, OLD.run, OLD.number)
   OR (NEW.fund <> OLD.fund AND NOT (OLD.state = 'draft' AND NEW.state = 'draft'))
   OR (OLD.state NOT IN ('draft', 'first_reviewed') AND
       (NEW.content_sha, NEW.count, NEW.total, NEW.withheld, NEW.prepared_by, NEW.first_by, NEW.second_by,
        NEW.payer_role, NEW.reviewer_role)
       IS DISTINCT FROM
       (OLD.content_sha, OLD.count, OLD.total, OLD.withheld, OLD.prepared_by, OLD.first_by, OLD.second_by,
        OLD.payer_role, OLD.reviewer_role))
   OR NOT (OLD.state = NEW.state OR (OLD.state, NEW.state) IN (
       ('draft', 'first_reviewed'), ('first_reviewed', 'draft'), ('first_reviewed', 'approved'),
       ('approved', 'sent'), ('sent', 'reconciled'), ('reconciled', 'sent'), ('reconciled', 'closed'))) THEN
  RAISE EXCEPTION 'batch %: approved content cannot change, and states follow their order', OLD.number
    USING ERRCODE = 'restrict_violation';
END IF;
RETURN NEW;"""

# The lock comes first: a review that runs at this moment is waited for, and then seen.
_DRAFT_ONLY = """
PERFORM 1 FROM ledger_batch b WHERE b.id IN (SELECT DISTINCT batch_id FROM touched) FOR SHARE;
IF EXISTS (SELECT 1 FROM ledger_batch b WHERE b.id IN (SELECT DISTINCT batch_id FROM touched)
           AND b.state <> 'draft') THEN
  RAISE EXCEPTION 'payments of a batch under review or approved cannot change'
    USING ERRCODE = 'restrict_violation';
END IF;
RETURN NULL;"""

# Set-based: every row of the statement at once, for raw SQL as well; cheaper and stricter than a key a column.
_AS_ENTITLED = """
IF EXISTS (
  SELECT 1 FROM touched t LEFT JOIN ledger_entitlement e ON e.id = t.entitlement_id
  LEFT JOIN ledger_batch b ON b.id = t.batch_id
  WHERE e.id IS NULL OR b.id IS NULL OR (t.scheme, t.month) IS DISTINCT FROM (b.scheme, b.month)
     OR e.scheme <> t.scheme OR e.household_id IS DISTINCT FROM t.household_id
     OR e.person_id IS DISTINCT FROM t.person_id OR NOT starts_with(t.path, b.path)) THEN
  RAISE EXCEPTION 'a payment is not of its entitlement and batch' USING ERRCODE = 'foreign_key_violation';
END IF;
IF EXISTS (
  SELECT 1 FROM (SELECT DISTINCT batch_id FROM touched) t JOIN ledger_batch b ON b.id = t.batch_id
  JOIN ledger_closedmonth c ON c.scheme = b.scheme AND c.month = b.month
   AND (starts_with(b.path, c.path) OR starts_with(c.path, b.path))) THEN
  RAISE EXCEPTION 'the month is closed: what comes later goes to the next' USING ERRCODE = 'restrict_violation';
END IF;
RETURN NULL;"""


class Batch(Placed):
    """A month's payments of one scheme in one place (发放批次)."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        FIRST_REVIEWED = "first_reviewed", "已初核"
        APPROVED = "approved", "已审批"
        SENT = "sent", "已送银行"
        RECONCILED = "reconciled", "已对账"
        CLOSED = "closed", "已关账"

    scheme = models.CharField("项目", max_length=60)
    month = models.DateField("发放月份")
    run = models.PositiveSmallIntegerField("批次序号")
    number = models.CharField("批次号", max_length=120, unique=True)
    fund = models.CharField("资金来源", max_length=10, choices=Fund)
    state = models.CharField("状态", max_length=14, choices=State, default=State.DRAFT)
    content_sha = models.CharField("内容摘要", max_length=64, blank=True)
    count = models.PositiveIntegerField("笔数", default=0)
    total = models.BigIntegerField("金额（分）", default=0)
    withheld = models.BigIntegerField("扣回（分）", default=0)
    payer_role = models.CharField("经办岗位", max_length=60)
    reviewer_role = models.CharField("复核岗位", max_length=60)
    prepared_by = models.CharField("经办人", max_length=40)
    prepared_at = models.DateTimeField("编制时间")
    first_by = models.CharField("初核人", max_length=40, null=True)
    first_at = models.DateTimeField("初核时间", null=True)
    second_by = models.CharField("复核人", max_length=40, null=True)
    second_at = models.DateTimeField("复核时间", null=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "发放批次"
        constraints = (
            models.UniqueConstraint(fields=["scheme", "month", "path", "run"], name="batch_run_once"),
            models.UniqueConstraint(
                fields=["scheme", "month", "path"], condition=Q(state__in=_OPEN), name="batch_one_open"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="batch_month_is_first_day"),
            models.CheckConstraint(
                condition=(Q(first_by=None) | ~Q(first_by=F("prepared_by")))
                & (Q(second_by=None) | (~Q(second_by=F("prepared_by")) & ~Q(second_by=F("first_by")))),
                name="batch_three_different_persons",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", first_by=None, second_by=None)
                | Q(state="first_reviewed", first_by__isnull=False, second_by=None)
                | Q(state__in=_APPROVED, first_by__isnull=False, second_by__isnull=False),
                name="batch_state_has_its_reviewers",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | (Q(count__gt=0, total__gt=0) & ~Q(content_sha="")),
                name="batch_reviewed_has_content",
            ),
            Guard(name="ledger_batch_moves", when="BEFORE UPDATE OR DELETE", body=_BATCH_MOVES),
            never("ledger_batch", "DELETE", "a batch is never deleted")[1],
        )

    def __str__(self) -> str:
        return self.number


class Payment(Placed):
    """What one household or person is paid for one month: the row that can exist only once."""

    path = PathField(verbose_name="管辖")  # read by scheme, month and place together
    batch = models.ForeignKey(
        Batch, models.PROTECT, db_constraint=False, related_name="payments", verbose_name="批次"
    )
    entitlement = models.ForeignKey(
        Entitlement, models.PROTECT, db_constraint=False, related_name="payments", verbose_name="待遇"
    )
    scheme = models.CharField("项目", max_length=60)
    # That these exist, and are the entitlement's, is held by a guard that looks at a whole statement at once.
    household = models.ForeignKey(
        Household,
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name="家庭",
    )
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name="人员",
    )
    month = models.DateField("发放月份")
    regular = models.BigIntegerField("当月待遇（分）", default=0)
    makeup = models.BigIntegerField("补发（分）", default=0)
    withheld = models.BigIntegerField("扣回（分）", default=0)
    amount = models.BigIntegerField("金额（分）")
    payee_name = models.CharField("领取人", max_length=60)
    account = SealedField(verbose_name="银行账号")
    account_owner = models.CharField("户名", max_length=60)

    class Meta:
        verbose_name = "发放明细"
        constraints = (
            models.UniqueConstraint(
                fields=["household", "scheme", "month"], condition=Q(household__isnull=False),
                name="payment_once_per_household",
            ),
            models.UniqueConstraint(
                fields=["person", "scheme", "month"], condition=Q(person__isnull=False),
                name="payment_once_per_person",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount__gt=0, regular__gte=0, makeup__gte=0, withheld__gte=0,
                    amount=F("regular") + F("makeup") - F("withheld"),
                ),
                name="payment_amount_is_its_parts",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="payment_month_is_first_day"),
            models.CheckConstraint(
                condition=Q(household=None, person__isnull=False) | Q(household__isnull=False, person=None),
                name="payment_household_or_person",
            ),
            Guard(
                name="ledger_payment_added_to_draft", when="AFTER INSERT", level="STATEMENT",
                body=_DRAFT_ONLY,
                referencing="REFERENCING NEW TABLE AS touched",
            ),
            Guard(
                name="ledger_payment_taken_from_draft", when="AFTER DELETE", level="STATEMENT",
                body=_DRAFT_ONLY, referencing="REFERENCING OLD TABLE AS touched",
            ),
            Guard(
                name="ledger_payment_as_entitled", when="AFTER INSERT", level="STATEMENT",
                body=_AS_ENTITLED, referencing="REFERENCING NEW TABLE AS touched",
            ),
            *never("ledger_payment", "UPDATE", "a payment is never edited", sealed=("account",)),
        )  # fmt: skip
        indexes = (models.Index(fields=["scheme", "month", "path"]),)
