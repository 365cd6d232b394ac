"""What a release would do to everyone in its place: one run, its figures by county, and households to look at."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.people.models import Household

from .drafts import Release

__all__ = ["Impact", "Sample", "Simulation"]


class Simulation(Placed):
    """One run of a release over the whole population of its place (试算); kept, and comparable with others."""

    stands_open = "拟定中的标准不涉及具体的人"

    class State(models.TextChoices):
        WAITING = "waiting", "等待中"
        RUNNING = "running", "试算中"
        FINISHED = "finished", "已完成"
        FAILED = "failed", "未完成"

    release = models.ForeignKey(Release, models.PROTECT, related_name="simulations", verbose_name="发布")
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    payload_sha = models.CharField("内容摘要", max_length=64)
    from_month = models.DateField("执行月份")
    by = models.CharField("发起人标识", max_length=40)
    by_name = models.CharField("发起人", max_length=60)
    asked_at = models.DateTimeField("发起时间")
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("完成时间", null=True)
    milliseconds = models.PositiveIntegerField("用时（毫秒）", default=0)
    done = models.PositiveIntegerField("已试算户数", default=0)
    total = models.PositiveIntegerField("总户数", default=0)
    without_facts = models.PositiveIntegerField("在保而无档案户数", default=0)
    rule_set = models.CharField("规则版本", max_length=60, blank=True)
    rules_digest = models.CharField("规则摘要", max_length=64, blank=True)
    parameters_digest = models.CharField("参数摘要", max_length=64, blank=True)
    population = models.CharField("人口档案摘要", max_length=80, blank=True)
    results = models.JSONField("结果", default=dict, encoder=DjangoJSONEncoder)
    seal = models.CharField("结果摘要", max_length=64, blank=True)
    failure = models.CharField("未完成原因", max_length=300, blank=True)
    voided_at = models.DateTimeField("失效时间", null=True)

    class Meta:
        verbose_name = "试算"
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="finished")
                | (Q(finished_at__isnull=False, done=F("total")) & ~Q(seal="")),
                name="simulation_finished_is_whole",
            ),
        )
        indexes = (models.Index(fields=["release", "-id"]),)


class Impact(Placed):
    """What one simulation found for one county and one scheme or status; money in fen a month."""

    stands_open = "拟定中的标准不涉及具体的人"
    simulation = models.ForeignKey(Simulation, models.CASCADE, related_name="impacts", verbose_name="试算")
    reckoned = models.CharField("项目", max_length=60)
    households = models.PositiveIntegerField("户数")
    winners = models.PositiveIntegerField("增加户数")
    losers = models.PositiveIntegerField("减少户数")
    unchanged = models.PositiveIntegerField("不变户数")
    newly = models.PositiveIntegerField("新符合户数")
    no_longer = models.PositiveIntegerField("不再符合户数")
    outside = models.PositiveIntegerField("前后均不符合户数")
    unknown = models.PositiveIntegerField("资料不全户数")
    cost_before = models.BigIntegerField("原月支出（分）")
    cost_after = models.BigIntegerField("新月支出（分）")
    paid_households = models.PositiveIntegerField("在保户数", default=0)
    paid_cost = models.BigIntegerField("在保月支出（分）", default=0)

    class Meta:
        verbose_name = "试算影响"
        constraints = (
            models.UniqueConstraint(fields=["simulation", "path", "reckoned"], name="impact_once"),
            models.CheckConstraint(
                condition=Q(
                    households=F("winners") + F("losers") + F("unchanged") + F("newly") + F("no_longer")
                    + F("outside") + F("unknown")
                ),
                name="impact_counts_everyone",
            ),
        )  # fmt: skip

    @property
    def difference(self) -> int:
        """What the release costs more, or less, each month."""
        return self.cost_after - self.cost_before


class Sample(Placed):
    """A household drawn for a closer look, with the reasons before and after (``explained``: before, after)."""

    simulation = models.ForeignKey(Simulation, models.CASCADE, related_name="samples", verbose_name="试算")
    household = models.ForeignKey(Household, models.PROTECT, related_name="+", verbose_name="家庭")
    reckoned = models.CharField("项目", max_length=60)
    group = models.CharField("影响类别", max_length=10)
    before = models.BigIntegerField("原月金额（分）", null=True)
    after = models.BigIntegerField("新月金额（分）", null=True)
    explained = models.JSONField("前后理由", default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = "试算样本"
        constraints = (
            models.UniqueConstraint(fields=["simulation", "reckoned", "household"], name="sample_once"),
        )
