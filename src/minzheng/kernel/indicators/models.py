"""What was counted: by township for a running month, for all divisions and months at once, and frozen for good."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from minzheng.kernel.areas.models import PathField, Placed
from minzheng.kernel.ledger.guards import Guard, never

__all__ = ["Computation", "Frozen", "FrozenSeries", "Series", "Snapshot"]

_SEALED = """
IF OLD.sealed_at IS NOT NULL THEN
  RAISE EXCEPTION 'a frozen snapshot is not changed' USING ERRCODE = 'restrict_violation';
END IF;
RETURN NEW;"""
_CLOSED = """
IF EXISTS (SELECT 1 FROM indicators_frozen f WHERE f.id = NEW.frozen_id AND f.sealed_at IS NOT NULL) THEN
  RAISE EXCEPTION 'nothing is added to a frozen snapshot' USING ERRCODE = 'restrict_violation';
END IF;
RETURN NEW;"""


class Snapshot(Placed):
    """Numerator and denominator of one indicator, for one township (or what is above it) and one month."""

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


class Computation(models.Model):
    """All declared measures over a window of months, by the divisions of one day; the newest finished one is shown."""

    stands_open = "只有一地的统计数"

    divisions_on = models.DateField("区划口径日期")
    first = models.DateField("起始月份")
    months = models.PositiveSmallIntegerField("月数")
    indicators = models.PositiveSmallIntegerField("指标数", default=0)
    areas = models.PositiveIntegerField("单位数", default=0)
    # Rows whose place no division of any day explains: told, never left out in silence.
    unplaced = models.JSONField("未能归属的记录", default=dict)
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("完成时间", null=True)
    by = models.CharField("发起人标识", max_length=40)

    class Meta:
        verbose_name = "指标计算"
        indexes = (
            models.Index(fields=["-id"], condition=Q(finished_at__isnull=False), name="computation_done"),
        )


class Figures(Placed):
    """Numerators and denominators of one indicator in one place, month by month; no row is nothing anywhere."""

    stands_open = "只有一地的统计数"

    path = PathField(verbose_name="管辖")
    indicator = models.CharField("指标", max_length=60)
    # One to eight bytes for each month (``packing``): a province of them is written in half the time arrays take.
    width = models.PositiveSmallIntegerField("每月字节数")
    numerators = models.BinaryField("分子")
    denominators = models.BinaryField("分母", null=True)

    class Meta:
        abstract = True


class Series(Figures):
    """What the last computation gave."""

    computation = models.ForeignKey(
        # Not looked up again for each of a million rows: whoever computes makes them, and replaces them whole.
        Computation, models.CASCADE, db_index=False, db_constraint=False, related_name="+", verbose_name="计算",
    )  # fmt: skip

    class Meta:
        verbose_name = "指标序列"
        indexes = (models.Index(fields=["computation", "indicator", "path"], name="series_of_a_place"),)


class Frozen(models.Model):
    """A snapshot that a report rests on: filled, sealed under its hash, and unchangeable from then on."""

    stands_open = "只有一地的统计数"

    label = models.CharField("名称", max_length=80)
    as_of = models.DateField("数据截止日期")
    divisions_on = models.DateField("区划口径日期")
    first = models.DateField("起始月份")
    months = models.PositiveSmallIntegerField("月数")
    rows = models.PositiveIntegerField("行数", default=0)
    sha = models.CharField("SM3 摘要", max_length=64, blank=True)
    created_at = models.DateTimeField("形成时间")
    created_by = models.CharField("形成人标识", max_length=40)
    created_by_name = models.CharField("形成人", max_length=60)
    sealed_at = models.DateTimeField("封存时间", null=True)

    class Meta:
        verbose_name = "封存快照"
        constraints = (
            models.CheckConstraint(condition=Q(sealed_at=None) | ~Q(sha=""), name="frozen_under_its_hash"),
            Guard(name="frozen_stands", when="BEFORE UPDATE", body=_SEALED),
            *never("indicators_frozen_gone", "DELETE", "a frozen snapshot is not deleted"),
        )

    def __str__(self) -> str:
        return self.label


class FrozenSeries(Figures):
    """One row of a snapshot: computed, or given with evidence where no register exists."""

    class Source(models.TextChoices):
        COMPUTED = "computed", "台账计算"
        GIVEN = "given", "填报核实"

    frozen = models.ForeignKey(Frozen, models.PROTECT, related_name="series", verbose_name="快照")
    source = models.CharField("来源", max_length=8, choices=Source)

    class Meta:
        verbose_name = "封存序列"
        indexes = (models.Index(fields=["frozen", "path", "indicator"], name="frozen_series_of_a_place"),)
        constraints = (
            models.UniqueConstraint(
                fields=["frozen", "indicator", "path", "source"], name="frozen_series_once"
            ),
            Guard(name="frozen_series_closed", when="BEFORE INSERT", body=_CLOSED),
            *never("frozen_series", "UPDATE OR DELETE", "a frozen snapshot is not changed"),
        )
