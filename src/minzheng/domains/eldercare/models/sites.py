"""What a mutual-aid site (互助养老站点) does from month to month."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.facilities.models import Facility

__all__ = ["SiteMonth"]


@keeps_history()
class SiteMonth(Placed):
    """A month of a site: on how many days it was open, who came, who helped; looked at by the county."""

    class State(models.TextChoices):
        REPORTED = "reported", "待核查"
        MET = "met", "核查属实"
        FAILED = "failed", "核查不属实"

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+", verbose_name="站点")
    month = models.DateField("月份")
    days = models.PositiveSmallIntegerField("开放天数")
    visitors = models.PositiveIntegerField("参加人次")
    meals = models.PositiveIntegerField("助餐人次", default=0)
    helpers = models.PositiveIntegerField("志愿者人次", default=0)
    hours = models.PositiveIntegerField("志愿服务小时", default=0)
    warm = models.BooleanField("供暖正常", default=True)
    words = models.CharField("开展的活动", max_length=300)
    reported_by = models.CharField("登记人标识", max_length=40)
    reported_by_name = models.CharField("登记人", max_length=60)
    checked_on = models.DateField("核查日期", null=True)
    opinion = models.CharField("核查情况", max_length=300, blank=True)
    checked_by_name = models.CharField("核查人", max_length=60, blank=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.REPORTED)

    class Meta:
        verbose_name = "互助站点月度记录"
        constraints = (
            models.UniqueConstraint(fields=["facility", "month"], name="site_month_once"),
            models.CheckConstraint(
                condition=Q(month__day=1, days__lte=31) & (Q(days__gt=0) | Q(visitors=0)),
                name="site_month_facts",
            ),
            models.CheckConstraint(
                condition=Q(state="reported") | Q(checked_on__isnull=False) & ~Q(opinion=""),
                name="site_month_checked",
            ),
        )
