"""The run of a whole month over all schemes of a place, what a human must look at, and the month that is closed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from minzheng.kernel.areas.models import Placed

from ..guards import Guard, never
from .entitlements import Entitlement
from .runs import Batch

__all__ = ["ClosedMonth", "Doubt", "MonthlyRun", "RunPart"]


_ANSWER_STAYS = """
IF OLD.answer <> '' THEN
  RAISE EXCEPTION 'a doubt that was answered keeps its answer' USING ERRCODE = 'restrict_violation';
END IF;
RETURN coalesce(NEW, OLD);"""


class MonthlyRun(Placed):
    """The month's payments of all schemes in a place (月度发放), county by county, resumed where it stopped."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待中"
        RUNNING = "running", "编制中"
        PREPARED = "prepared", "已编制"
        FAILED = "failed", "部分未完成"

    month = models.DateField("发放月份")
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    by = models.CharField("发起人", max_length=40)
    asked_at = models.DateTimeField("发起时间")
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = "月度发放"
        constraints = (
            models.CheckConstraint(condition=Q(month__day=1), name="monthly_run_month_is_first_day"),
            models.UniqueConstraint(
                fields=["path", "month"],
                condition=Q(state__in=("waiting", "running")),
                name="monthly_run_one_open",
            ),
        )


class RunPart(Placed):
    """One county and one scheme of a monthly run: done in one transaction, or not at all."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待中"
        DONE = "done", "已完成"
        EMPTY = "empty", "没有需要发放的"
        FAILED = "failed", "未完成"

    run = models.ForeignKey(MonthlyRun, models.PROTECT, related_name="parts", verbose_name="月度发放")
    scheme = models.CharField("项目", max_length=60)
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    entitled = models.PositiveIntegerField("应发户（人）数", default=0)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="+", verbose_name="批次")
    held = models.PositiveIntegerField("缓发户（人）数", default=0)
    message = models.CharField("未完成原因", max_length=300, blank=True)
    milliseconds = models.PositiveIntegerField("用时（毫秒）", default=0)

    class Meta:
        verbose_name = "月度发放分项"
        constraints = (models.UniqueConstraint(fields=["run", "path", "scheme"], name="run_part_once"),)


class Doubt(Placed):
    """Something about one entitlement and month that a human looks at before it is paid (发放疑点)."""

    class Weight(models.TextChoices):
        HOLD = "hold", "缓发"
        WARN = "warn", "提示"

    class Answer(models.TextChoices):
        PAY = "pay", "核实后发放"
        SKIP = "skip", "本月不发"

    scheme = models.CharField("项目", max_length=60)
    month = models.DateField("发放月份")
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="+", verbose_name="待遇")
    code = models.CharField("疑点", max_length=30)
    weight = models.CharField("处理", max_length=4, choices=Weight)
    detail = models.CharField("说明", max_length=200)
    found_at = models.DateTimeField("发现时间")
    answer = models.CharField("核实结果", max_length=4, choices=Answer, blank=True)
    answer_note = models.CharField("核实说明", max_length=200, blank=True)
    answered_by = models.CharField("核实人", max_length=40, blank=True)
    answered_at = models.DateTimeField("核实时间", null=True)

    class Meta:
        verbose_name = "发放疑点"
        constraints = (
            models.UniqueConstraint(fields=["entitlement", "month", "code"], name="doubt_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by="")
                | (~Q(answer="") & Q(answered_at__isnull=False) & ~Q(answered_by="") & ~Q(answer_note="")),
                name="doubt_answer_is_whole",
            ),
            Guard(name="ledger_doubt_kept", when="BEFORE UPDATE OR DELETE", body=_ANSWER_STAYS),
        )
        indexes = (models.Index(fields=["scheme", "month", "path"], name="doubt_of_month"),)


class ClosedMonth(Placed):
    """A month of one scheme in one place that is frozen: what comes later goes to the next month."""

    scheme = models.CharField("项目", max_length=60)
    month = models.DateField("月份")
    count = models.PositiveIntegerField("笔数")
    total = models.BigIntegerField("金额（分）")
    sha = models.CharField("内容摘要", max_length=64)
    by = models.CharField("关账人", max_length=40)
    at = models.DateTimeField("关账时间")

    class Meta:
        verbose_name = "已关账月份"
        constraints = (
            models.UniqueConstraint(fields=["scheme", "month", "path"], name="closed_month_once"),
            *never("ledger_closedmonth", "UPDATE OR DELETE", "a closed month stays closed"),
        )
