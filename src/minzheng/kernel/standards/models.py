"""Local parameter rows and calendar days; national values are YAML beside the rules, in the same shape."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed

__all__ = ["CalendarDay", "ParameterRow", "Stamp"]


class ParameterRow(Placed):
    """A value in force at a place from a day: a county's dibao standard, a limit, who decides."""

    stands_open = "标准和日历是公开信息"

    class Confidence(models.TextChoices):
        LAW = "law", "法规"
        COMMON = "common", "通行做法"
        ASSUMPTION = "assumption", "平台设定"
        PLAN = "plan", "规划"

    key = models.CharField("参数", max_length=80)
    from_on = models.DateField("生效日期")
    until_on = models.DateField("失效日期", null=True, blank=True)
    value = models.CharField("值", max_length=80)
    unit = models.CharField("单位", max_length=20)
    source = models.CharField("依据", max_length=300)
    confidence = models.CharField("性质", max_length=10, choices=Confidence)

    class Meta:
        verbose_name = "地方参数"
        constraints = (
            models.UniqueConstraint(fields=["key", "path", "from_on"], name="parameter_once_a_day"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")), name="parameter_interval"
            ),
        )


class CalendarDay(models.Model):
    """A day that the State Council notice of its year sets apart: off, or worked at a weekend (调休)."""

    stands_open = "标准和日历是公开信息"

    class Kind(models.TextChoices):
        OFF = "off", "放假"
        WORK = "work", "上班"

    on = models.DateField("日期", unique=True)
    kind = models.CharField("安排", max_length=4, choices=Kind)
    year = models.PositiveSmallIntegerField("通知年度")
    source = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = "节假日安排"


class Stamp(models.Model):
    """The state of a table as one mark, drawn anew by the database with every change of it, however it is made.

    Never counted on: after a change that is taken back a count would come again and mean something else.
    """

    stands_open = "标准和日历是公开信息"
    not_watched = "随所标记的表变化，那张表的改动已有记录"

    of = models.CharField("表", max_length=40, primary_key=True)
    mark = models.UUIDField("状态标记")

    class Meta:
        verbose_name = "标准和日历的状态标记"
