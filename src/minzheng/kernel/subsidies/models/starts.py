"""What starts a list: the published index of a month, or an emergency declared for an area, with its measures.

A figure is never edited: a correction is a new row that takes the place of the old one, and both stay visible.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.ledger.guards import Guard, never

__all__ = ["Emergency", "IndexRow", "Measure", "MeasureTask"]

_FIGURES_KEPT = """
IF (NEW.path, NEW.subsidy, NEW.month, NEW.cpi, NEW.food_cpi, NEW.scpi, NEW.published_on, NEW.source, NEW.entered_by)
   IS DISTINCT FROM
   (OLD.path, OLD.subsidy, OLD.month, OLD.cpi, OLD.food_cpi, OLD.scpi, OLD.published_on, OLD.source, OLD.entered_by)
   OR NOT (OLD.state = NEW.state OR (OLD.state, NEW.state) IN (
       ('entered', 'checked'), ('entered', 'refused'), ('checked', 'superseded'))) THEN
  RAISE EXCEPTION 'figures are not edited: a correction is a new row' USING ERRCODE = 'restrict_violation';
END IF;
RETURN NEW;"""


class IndexRow(Placed):
    """The indices of a prefecture for a month, as published: year on year, in hundredths of a percent."""

    stands_open = "补贴的启动条件不涉及具体的人"

    class State(models.TextChoices):
        ENTERED = "entered", "待复核"
        CHECKED = "checked", "已复核"
        REFUSED = "refused", "已退回"
        SUPERSEDED = "superseded", "已更正"

    subsidy = models.CharField("补贴", max_length=60)
    month = models.DateField("指数月份")
    cpi = models.IntegerField("居民消费价格同比涨幅（万分之一）")
    food_cpi = models.IntegerField("食品价格同比涨幅（万分之一）")
    scpi = models.IntegerField("低收入居民物价同比涨幅（万分之一）", null=True)
    published_on = models.DateField("公布日期")
    source = models.CharField("来源", max_length=200)
    state = models.CharField("状态", max_length=10, choices=State, default=State.ENTERED)
    triggered = models.BooleanField("达到启动条件", null=True)
    trace = models.JSONField("判断过程", default=dict)
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="corrections", verbose_name="更正自"
    )
    reason = models.CharField("更正或退回原因", max_length=200, blank=True)
    entered_by = models.CharField("登记人标识", max_length=40)
    entered_by_name = models.CharField("登记人", max_length=60)
    entered_at = models.DateTimeField("登记时间")
    checked_by = models.CharField("复核人标识", max_length=40, blank=True)
    checked_by_name = models.CharField("复核人", max_length=60, blank=True)
    checked_at = models.DateTimeField("复核时间", null=True)

    class Meta:
        verbose_name = "物价指数"
        constraints = (
            models.CheckConstraint(condition=Q(month__day=1), name="index_month_is_first_day"),
            models.UniqueConstraint(
                fields=["subsidy", "path", "month"], condition=Q(state="entered"), name="index_one_waiting"
            ),
            models.UniqueConstraint(
                fields=["subsidy", "path", "month"], condition=Q(state="checked"), name="index_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(checked_by="") | ~Q(checked_by=F("entered_by")), name="index_two_persons"
            ),
            Guard(name="subsidies_index_kept", when="BEFORE UPDATE", body=_FIGURES_KEPT),
            *never("subsidies_indexrow", "DELETE", "a figure is corrected by a new row, never deleted"),
        )


class Emergency(Placed):
    """A public emergency declared for an area by order of the province (突发公共事件应急响应)."""

    stands_open = "补贴的启动条件不涉及具体的人"

    class Grade(models.IntegerChoices):
        I = 1, "Ⅰ级响应"  # noqa: E741
        II = 2, "Ⅱ级响应"
        III = 3, "Ⅲ级响应"
        IV = 4, "Ⅳ级响应"

    domain = models.CharField("业务领域", max_length=40)
    title = models.CharField("事由", max_length=120)
    grade = models.PositiveSmallIntegerField("响应级别", choices=Grade)
    order_number = models.CharField("启动文号", max_length=60)
    from_on = models.DateField("启动日期")
    until_on = models.DateField("终止日期", null=True)
    declared_by = models.CharField("登记人标识", max_length=40)
    declared_by_name = models.CharField("登记人", max_length=60)
    declared_at = models.DateTimeField("登记时间")
    lift_order = models.CharField("终止文号", max_length=60, blank=True)
    lifted_by_name = models.CharField("终止登记人", max_length=60, blank=True)
    lifted_at = models.DateTimeField("终止登记时间", null=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "应急响应"
        constraints = (
            models.UniqueConstraint(fields=["order_number", "path"], name="emergency_once_an_order"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")), name="emergency_interval"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_grade_display()}：{self.title}"


class Measure(models.Model):
    """One measure of an emergency with its dated value."""

    stands_open = "补贴的启动条件不涉及具体的人"

    class Code(models.TextChoices):
        LIVING_SUBSIDY = "living_subsidy", "发放临时生活补贴"
        REMOTE_INVESTIGATION = "remote_investigation", "以视频、电话等方式调查"
        EXTENDED_REVIEWS = "extended_reviews", "延长定期复核期限"
        PRICE_CHECK = "price_check", "核对价格补贴联动"

    emergency = models.ForeignKey(Emergency, models.PROTECT, related_name="measures", verbose_name="响应")
    code = models.CharField("措施", max_length=24, choices=Code)
    value = models.BigIntegerField("值", default=0)
    from_on = models.DateField("起")
    until_on = models.DateField("止", null=True)

    class Meta:
        verbose_name = "应急措施"
        constraints = (
            models.UniqueConstraint(fields=["emergency", "code"], name="measure_once"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="measure_interval"
            ),
            models.CheckConstraint(
                condition=~Q(code__in=["living_subsidy", "extended_reviews"]) | Q(value__gt=0),
                name="measure_has_its_value",
            ),
        )


class MeasureTask(Placed):
    """What one county has to do for one measure: who did it, and when."""

    stands_open = "补贴的启动条件不涉及具体的人"
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="tasks", verbose_name="措施")
    opened_at = models.DateTimeField("下达时间")
    due_on = models.DateField("期限")
    done_at = models.DateTimeField("完成时间", null=True)
    done_by = models.CharField("办理人标识", max_length=40, blank=True)
    done_by_name = models.CharField("办理人", max_length=60, blank=True)
    words = models.CharField("办理情况", max_length=300, blank=True)

    class Meta:
        verbose_name = "应急措施任务"
        constraints = (models.UniqueConstraint(fields=["measure", "path"], name="measure_task_once"),)
