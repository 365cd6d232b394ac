"""A measure's value for a county and a month, as it was counted; the past is never edited."""

from __future__ import annotations

from django.db import models

from minzheng.kernel.areas.models import Placed

__all__ = ["Snapshot"]


class Snapshot(Placed):
    """Numerator and denominator of one indicator, for one county and one month."""

    stands_open = "只有一地的统计数"
    indicator = models.CharField("指标", max_length=60)
    month = models.DateField("月份")
    numerator = models.BigIntegerField("分子")
    denominator = models.BigIntegerField("分母", null=True)
    counted_at = models.DateTimeField("统计时间")

    class Meta:
        verbose_name = "指标快照"
        constraints = (
            models.UniqueConstraint(fields=["indicator", "month", "path"], name="snapshot_once_a_month"),
        )
