"""One number of one place in one month."""

from __future__ import annotations

from django.db import models

from minzheng.kernel.areas.models import PathField, Placed

__all__ = ["BoardFigure"]


class BoardFigure(Placed):
    """Added up through all levels; ``code`` says of what (``sources``), a denominator stands where there is a share."""

    stands_open = "只有一地的统计数"

    path = PathField(verbose_name="管辖")
    month = models.DateField("月份")
    code = models.CharField("内容", max_length=80)
    numerator = models.BigIntegerField("分子")
    denominator = models.BigIntegerField("分母", null=True)
    counted_at = models.DateTimeField("统计时间")

    class Meta:
        verbose_name = "看板数字"
        constraints = (models.UniqueConstraint(fields=["path", "month", "code"], name="board_figure_once"),)
