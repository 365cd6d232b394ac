"""The telephone that people in need may call, county by county (社会救助服务热线)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history

__all__ = ["HotlineRoute"]


@keeps_history()
class HotlineRoute(Placed):
    """Where calls of a county are put through (热线路由): live once the province got through, until it is cut."""

    number = models.CharField("热线号码", max_length=20)
    answered_by = models.CharField("接听单位", max_length=80)
    hours = models.CharField("接听时间", max_length=60)
    entered_on = models.DateField("登记日期")
    # The last test call, whether it got through or not.
    tested_on = models.DateField("最近测试日期", null=True, blank=True)
    note = models.CharField("测试情况", max_length=120, blank=True)
    live_from = models.DateField("接通日期", null=True, blank=True)
    cut_on = models.DateField("停用日期", null=True, blank=True)
    why = models.CharField("停用原因", max_length=120, blank=True)

    class Meta:
        verbose_name = "热线接通表"
        constraints = (
            models.UniqueConstraint(fields=["path"], condition=Q(cut_on=None), name="hotline_one_in_use"),
            models.CheckConstraint(
                condition=Q(live_from=None) | Q(tested_on__gte=F("live_from")),
                name="hotline_live_when_tested",
            ),
            models.CheckConstraint(
                condition=Q(cut_on=None) | Q(cut_on__gte=F("entered_on")) & ~Q(why=""),
                name="hotline_cut_with_reason",
            ),
        )
