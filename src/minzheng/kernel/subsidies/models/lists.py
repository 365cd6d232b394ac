"""Who is on a list, and who is not: frozen by its digest once it is under signature.

Whoever is on a list can be on no other list of that scheme and month, wherever it is drawn up.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.ledger.guards import Guard, never
from minzheng.kernel.people.fields import SealedField
from minzheng.kernel.people.models import Household, Person

from .starts import IndexRow, Measure

__all__ = ["ConfirmedAccount", "LeftOut", "Listed", "SubsidyList"]

_LIST_MOVES = """
IF (NEW.scheme, NEW.month, NEW.path, NEW.number) IS DISTINCT FROM (OLD.scheme, OLD.month, OLD.path, OLD.number)
   OR (OLD.state <> 'draft' AND NEW.state <> 'draft' AND
       (NEW.content_sha, NEW.persons, NEW.beneficiaries, NEW.total)
       IS DISTINCT FROM (OLD.content_sha, OLD.persons, OLD.beneficiaries, OLD.total))
   OR NOT (OLD.state = NEW.state OR (OLD.state, NEW.state) IN (
       ('draft', 'first_signed'), ('first_signed', 'draft'), ('first_signed', 'approved'),
       ('draft', 'withdrawn'), ('first_signed', 'withdrawn'))) THEN
  RAISE EXCEPTION 'list %: what is signed cannot change, and states follow their order', OLD.number
    USING ERRCODE = 'restrict_violation';
END IF;
RETURN NEW;"""

_ROWS_OF_DRAFT = """
PERFORM 1 FROM subsidies_subsidylist l WHERE l.id IN (SELECT DISTINCT list_id FROM touched) FOR SHARE;
IF EXISTS (SELECT 1 FROM subsidies_subsidylist l WHERE l.id IN (SELECT DISTINCT list_id FROM touched)
           AND l.state NOT IN ('draft', 'withdrawn')) THEN
  RAISE EXCEPTION 'who is on a list cannot change once it is under signature'
    USING ERRCODE = 'restrict_violation';
END IF;
RETURN NULL;"""


def _frozen_rows(table: str, *sealed: str) -> tuple[Guard, ...]:
    """Rows come and go with a draft only; for raw SQL as well."""
    touched: tuple[tuple[str, str], ...] = (("INSERT", "NEW"), ("DELETE", "OLD"))
    return (
        *(
            Guard(
                name=f"{table}_{event.lower()}", when=f"AFTER {event}", level="STATEMENT", body=_ROWS_OF_DRAFT,
                referencing=f"REFERENCING {side} TABLE AS touched",
            )
            for event, side in touched
        ),
        *never(table, "UPDATE", "a line of a list is drawn up anew, never edited", sealed=sealed),
    )  # fmt: skip


class SubsidyList(Placed):
    """Everyone who is paid a subsidy for one month in one county: drafted, signed by two, then entitled."""

    stands_open = "补贴的启动条件不涉及具体的人"

    class State(models.TextChoices):
        DRAFT = "draft", "待第一人签"
        FIRST_SIGNED = "first_signed", "待第二人签"
        APPROVED = "approved", "已审定"
        WITHDRAWN = "withdrawn", "已撤回"

    subsidy = models.CharField("补贴", max_length=60)
    scheme = models.CharField("项目", max_length=60)
    month = models.DateField("所属月份")
    number = models.CharField("名单文号", max_length=60, unique=True)
    counted_on = models.DateField("名单截止日期")
    index = models.ForeignKey(IndexRow, models.PROTECT, null=True, related_name="lists", verbose_name="指数")
    measure = models.ForeignKey(
        Measure, models.PROTECT, null=True, related_name="lists", verbose_name="应急措施"
    )
    state = models.CharField("状态", max_length=12, choices=State, default=State.DRAFT)
    rates = models.JSONField("每人金额（分）", default=dict)
    rule_set = models.CharField("规则版本", max_length=60)
    trace = models.JSONField("计算过程", default=dict)
    trace_sha = models.CharField("计算过程摘要", max_length=64)
    persons = models.PositiveIntegerField("人数", default=0)
    beneficiaries = models.PositiveIntegerField("发放笔数", default=0)
    left_out = models.PositiveIntegerField("未列入人数", default=0)
    total = models.BigIntegerField("金额（分）", default=0)
    content_sha = models.CharField("内容摘要", max_length=64, blank=True)
    due_on = models.DateField("发放期限", null=True)
    drafted_by = models.CharField("生成人标识", max_length=40)
    drafted_by_name = models.CharField("生成人", max_length=60)
    drafted_at = models.DateTimeField("生成时间")
    first_by = models.CharField("第一签字人标识", max_length=40, blank=True)
    first_by_name = models.CharField("第一签字人", max_length=60, blank=True)
    first_at = models.DateTimeField("第一次签字时间", null=True)
    second_by = models.CharField("第二签字人标识", max_length=40, blank=True)
    second_by_name = models.CharField("第二签字人", max_length=60, blank=True)
    second_at = models.DateTimeField("第二次签字时间", null=True)
    end_reason = models.CharField("退回或撤回原因", max_length=200, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "补贴名单"
        constraints = (
            models.UniqueConstraint(
                fields=["scheme", "month", "path"], condition=~Q(state="withdrawn"), name="list_once_a_month"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="list_month_is_first_day"),
            models.CheckConstraint(
                condition=Q(index=None) | Q(measure=None), name="list_by_index_or_measure"
            ),
            models.CheckConstraint(
                condition=(Q(first_by="") | ~Q(first_by=F("drafted_by")))
                & (Q(second_by="") | (~Q(second_by=F("drafted_by")) & ~Q(second_by=F("first_by")))),
                name="list_three_different",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | (~Q(first_by="") & ~Q(second_by="") & Q(persons__gt=0)),
                name="list_approved_by_two",
            ),
            Guard(name="subsidies_list_moves", when="BEFORE UPDATE", body=_LIST_MOVES),
            *never("subsidies_subsidylist", "DELETE", "a list is withdrawn, never deleted"),
        )
        indexes = (models.Index(fields=["subsidy", "month", "path"]),)

    def __str__(self) -> str:
        return self.number


def _line(**more: Any) -> Any:
    return models.ForeignKey(SubsidyList, models.PROTECT, db_index=False, verbose_name="名单", **more)


class Listed(Placed):
    """One person on a list, with the amount and the account of the household; on one list of a month only."""

    list = _line(related_name="rows")
    scheme = models.CharField("项目", max_length=60)
    month = models.DateField("所属月份")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="人员")
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="+", verbose_name="家庭")
    group = models.CharField("对象类别", max_length=20)
    class_ur = models.CharField("城乡类别", max_length=5, choices=Household.Class)
    amount = models.BigIntegerField("金额（分）")
    payee = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="领取人")
    account = SealedField(verbose_name="银行账号")
    account_owner = models.CharField("户名", max_length=60)
    agreement = models.CharField("代领协议编号", max_length=60, blank=True)

    class Meta:
        verbose_name = "名单人员"
        constraints = (
            models.UniqueConstraint(fields=["list", "person"], name="listed_once"),
            models.UniqueConstraint(fields=["scheme", "month", "person"], name="listed_once_a_month"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="listed_amount_positive"),
            *_frozen_rows("subsidies_listed", "account"),
        )


class LeftOut(Placed):
    """Someone protected who is not on the list, and why: a human looks, nobody is passed over."""

    class Reason(models.TextChoices):
        DIED = "died", "名单截止日前已去世"
        ELSEWHERE = "elsewhere", "已列入其他地方当月名单"
        NO_ACCOUNT = "no_account", "没有登记的收款账户"
        SUSPENDED = "suspended", "暂停发放"

    list = _line(related_name="omissions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="人员")
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="+", verbose_name="家庭")
    group = models.CharField("对象类别", max_length=20)
    reason = models.CharField("原因", max_length=12, choices=Reason)

    class Meta:
        verbose_name = "未列入名单人员"
        constraints = (
            models.UniqueConstraint(fields=["list", "person"], name="left_out_once"),
            *_frozen_rows("subsidies_leftout"),
        )


@keeps_history()
class ConfirmedAccount(Placed):
    """The account that somebody found by the data has confirmed for a subsidy nobody applies for (免申即享)."""

    subsidy = models.CharField("补贴", max_length=60)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="人员")
    account = SealedField(verbose_name="银行账号")
    account_owner = models.CharField("户名", max_length=60)
    agreement = models.CharField("代领协议编号", max_length=60, blank=True)
    confirmed_by = models.CharField("确认人标识", max_length=40)
    confirmed_by_name = models.CharField("确认人", max_length=60)
    confirmed_at = models.DateTimeField("确认时间")
    suspended = models.CharField("暂停原因", max_length=100, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "已确认的收款账户"
        constraints = (
            models.UniqueConstraint(fields=["subsidy", "person"], name="confirmed_once_a_subsidy"),
            *never(
                "subsidies_confirmedaccount", "DELETE", "an account is changed or suspended, never deleted"
            ),
        )
        indexes = (models.Index(fields=["person"]),)
