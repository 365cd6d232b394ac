"""What the monthly comparison found of a household, the visit it led to, and what came of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from minzheng.kernel import declare
from minzheng.kernel.areas.models import PathField, Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.ledger.guards import never
from minzheng.kernel.people.fields import SealedTextField
from minzheng.kernel.people.models import Household
from minzheng.kernel.visits.models import Visit

__all__ = ["Alert", "Hit", "Sweep"]


class Sweep(Placed):
    """The comparison of one county and month; repeated within the month it finds only what is new."""

    monitor = models.CharField("监测", max_length=60)
    month = models.DateField("月份")
    begun_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("完成时间", null=True)
    hits = models.PositiveIntegerField("预警", default=0)
    alerts = models.PositiveIntegerField("新增户数", default=0)
    merged = models.PositiveIntegerField("并入已有预警", default=0)
    in_chain = models.PositiveIntegerField("已在办理", default=0)

    class Meta:
        verbose_name = "监测比对"
        constraints = (
            models.UniqueConstraint(fields=["monitor", "path", "month"], name="sweep_once_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="sweep_month_is_first_day"),
        )


@keeps_history()
class Alert(Placed):
    """A household to be looked at (预警): opened by the first warning, closed with what was seen and done."""

    class State(models.TextChoices):
        OPEN = "open", "待走访"
        FOLLOWING = "following", "跟进中"
        CLOSED = "closed", "已了结"
        IN_CHAIN = "in_chain", "并入在办"

    monitor = models.CharField("监测", max_length=60)
    household = models.ForeignKey(
        Household, models.PROTECT, db_index=False, related_name="+", verbose_name="家庭"
    )
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    urgent = models.BooleanField("紧急", default=False)
    opened_on = models.DateField("预警日期")
    opened_at = models.DateTimeField("列入时间")
    due_on = models.DateField("期限")
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="+", verbose_name="走访")
    result = models.CharField(
        "走访结果", max_length=10, blank=True, choices=list(declare.WARNING_RESULTS.items())
    )
    lead_id = models.BigIntegerField("线索", null=True)
    case_id = models.BigIntegerField("办件", null=True)
    # Of a household that is being helped already: by what.
    chain = models.CharField("已在办理的事项", max_length=200, blank=True)
    closed_at = models.DateTimeField("了结时间", null=True)
    closed_by_name = models.CharField("了结人", max_length=60, blank=True)
    words = SealedTextField("办理情况", blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "监测预警"
        constraints = (
            models.UniqueConstraint(
                fields=["monitor", "household"], condition=Q(state__in=["open", "following"]),
                name="alert_one_chain_per_household",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "in_chain"], visit=None, result="")
                | Q(state__in=["following", "closed"], visit__isnull=False) & ~Q(result=""),
                name="alert_followed_has_evidence",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | (Q(closed_at__isnull=False) & ~Q(words="")),
                name="alert_closed_with_words",
            ),
            models.CheckConstraint(
                condition=~Q(state="in_chain") | ~Q(chain=""), name="alert_in_chain_says_which"
            ),
            *never("monitoring_alert", "DELETE", "a warning is closed, never deleted"),
        )  # fmt: skip
        indexes = (
            models.Index(fields=["household", "-id"]),
            models.Index(fields=["path", "due_on"], condition=Q(state__in=["open", "following"]), name="alert_waiting"),
        )  # fmt: skip


class Hit(models.Model):
    """One reason for which a household was warned of: a fact, under the rule that found it, once."""

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="hits", verbose_name="预警")
    monitor = models.CharField("监测", max_length=60)
    household = models.ForeignKey(
        Household, models.PROTECT, db_index=False, related_name="+", verbose_name="家庭"
    )
    path = PathField(verbose_name="管辖")
    rule = models.CharField("规则", max_length=10)
    ref = models.CharField("依据", max_length=60)
    words = SealedTextField("内容")
    on = models.DateField("发现日期")

    class Meta:
        verbose_name = "预警内容"
        constraints = (
            models.UniqueConstraint(fields=["household", "monitor", "rule", "ref"], name="hit_once_a_fact"),
            *never(
                "monitoring_hit",
                "UPDATE OR DELETE",
                "what was found stays as it was found",
                sealed=("words",),
            ),
        )
