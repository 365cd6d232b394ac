"""Who is entitled to how much a month, from when until when, by which decision.

An amount is never edited: a change closes one interval and opens the next.  Months are stored as their first
day, intervals are half-open.  Two entitlements of one scheme never overlap for one household or person, and
one person is never covered twice by an exclusive group (handbook 01 §17 B2: one dibao or tekun household).
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.people.fields import SealedField
from minzheng.kernel.people.models import Household, Person

from ..guards import Guard, never

__all__ = ["Covered", "Entitlement"]


def _same(column: str) -> tuple[Any, str]:
    """Equality written as overlap of one-point ranges: the server's own GiST needs no extension for it."""
    whole = Func(F(column), F(column), Value("[]"), function="int8range", output_field=BigIntegerRangeField())
    return whole, RangeOperators.OVERLAPS


def _same_code(column: str) -> tuple[Any, str]:
    """Equality of a code, through its 64-bit hash."""
    code = Func(F(column), Value(0), function="hashtextextended", output_field=models.BigIntegerField())
    whole = Func(code, code, Value("[]"), function="int8range", output_field=BigIntegerRangeField())
    return whole, RangeOperators.OVERLAPS


def _same_months() -> tuple[Any, str]:
    months = Func(F("from_month"), F("until_month"), function="daterange", output_field=DateRangeField())
    return months, RangeOperators.OVERLAPS


def _month_checks(prefix: str) -> tuple[models.CheckConstraint, ...]:
    return (
        models.CheckConstraint(
            condition=Q(from_month__day=1) & (Q(until_month=None) | Q(until_month__day=1)),
            name=f"{prefix}_months_are_first_days",
        ),
        models.CheckConstraint(
            condition=Q(until_month=None) | Q(until_month__gte=F("from_month")), name=f"{prefix}_interval"
        ),
    )


_FROZEN = """
IF (NEW.scheme, NEW.household_id, NEW.person_id, NEW.case_id, NEW.from_month, NEW.amount, NEW.class_ur,
    NEW.decision_number, NEW.rule_set, NEW.trace_sha, NEW.supersedes_id)
   IS DISTINCT FROM
   (OLD.scheme, OLD.household_id, OLD.person_id, OLD.case_id, OLD.from_month, OLD.amount, OLD.class_ur,
    OLD.decision_number, OLD.rule_set, OLD.trace_sha, OLD.supersedes_id)
   OR coalesce(NEW.until_month, 'infinity') > coalesce(OLD.until_month, 'infinity') THEN
  RAISE EXCEPTION 'an entitlement is not edited: close it and open the next'
    USING ERRCODE = 'restrict_violation';
END IF;
RETURN NEW;"""


@keeps_history()
class Entitlement(Placed):
    """An amount a month for one household or person under one scheme, from one month until another."""

    class State(models.TextChoices):
        CURRENT = "current", "执行中"
        SUPERSEDED = "superseded", "已变更"
        ENDED = "ended", "已终止"

    scheme = models.CharField("项目", max_length=60)
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="+", verbose_name="家庭")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="人员")
    case_id = models.BigIntegerField("办件", null=True)
    from_month = models.DateField("起始月")
    until_month = models.DateField("停发月", null=True)
    amount = models.BigIntegerField("月金额（分）")
    class_ur = models.CharField("城乡类别", max_length=5, choices=Household.Class)
    payee = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="领取人")
    account = SealedField(found_by=True, verbose_name="银行账号")
    account_owner = models.CharField("户名", max_length=60)
    agreement = models.CharField("代领协议编号", max_length=60, blank=True)
    decision_number = models.CharField("决定文号", max_length=60)
    rule_set = models.CharField("规则版本", max_length=60)
    trace_sha = models.CharField("计算过程摘要", max_length=64)
    state = models.CharField("状态", max_length=10, choices=State, default=State.CURRENT)
    end_reason = models.CharField("变更或终止原因", max_length=200, blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by", verbose_name="变更自"
    )
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "待遇"
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="entitlement_amount_positive"),
            models.CheckConstraint(
                condition=Q(household=None, person__isnull=False) | Q(household__isnull=False, person=None),
                name="entitlement_household_or_person",
            ),
            *_month_checks("entitlement"),
            ExclusionConstraint(
                name="entitlement_one_per_household",
                expressions=[_same("household"), _same_months(), _same_code("scheme")],
                condition=Q(household__isnull=False),
            ),
            ExclusionConstraint(
                name="entitlement_one_per_person",
                expressions=[_same("person"), _same_months(), _same_code("scheme")],
                condition=Q(person__isnull=False),
            ),
            Guard(name="ledger_entitlement_frozen", when="BEFORE UPDATE", body=_FROZEN),
            *never("ledger_entitlement", "DELETE", "an entitlement is ended, never deleted"),
        )
        indexes = (
            models.Index(fields=["scheme", "path"]),
            models.Index(fields=["case_id"]),
        )

    @property
    def beneficiary(self) -> Q:
        """The condition that a row is of the same household, or the same person."""
        if self.household_id is not None:
            return Q(household_id=self.household_id)
        return Q(person_id=self.person_id)


class Covered(Placed):
    """A person's months under an exclusive group (dibao and tekun are one): at most one at any time."""

    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="covered", verbose_name="待遇")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="人员")
    exclusive_group = models.CharField("互斥组", max_length=60)
    from_month = models.DateField("起始月")
    until_month = models.DateField("停发月", null=True)

    class Meta:
        verbose_name = "保障对象"
        constraints = (
            *_month_checks("covered"),
            models.UniqueConstraint(fields=["entitlement", "person"], name="covered_once"),
            models.UniqueConstraint(
                fields=["exclusive_group", "person"],
                condition=Q(until_month=None),
                name="covered_one_open_per_group",
            ),
            ExclusionConstraint(
                name="covered_one_at_a_time",
                expressions=[_same("person"), _same_months(), _same_code("exclusive_group")],
            ),
            *never("ledger_covered", "DELETE", "coverage is ended, never deleted"),
        )
