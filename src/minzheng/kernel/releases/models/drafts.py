"""What a release says, and who stands for it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import PathField, Placed
from minzheng.kernel.audit.history import keeps_history

__all__ = ["Release", "ReleaseValue", "Signature"]


@keeps_history()
class Release(Placed):
    """New dated values for a place from a month on, by one source document (标准与规则发布).

    A rule is released as a value too: its alternatives stand side by side in the rule file, and a dated code
    parameter picks one of them (``dibao.mode``: difference or tier).  ``alternative`` names rules that are
    written but that nothing picks yet: they can be tried on everyone, never published.
    """

    stands_open = "拟定中的标准不涉及具体的人"

    class Kind(models.TextChoices):
        STANDARD = "standard", "标准"
        RULE = "rule", "规则"

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SIMULATED = "simulated", "已试算"
        SIGNED = "signed", "已会签"
        PUBLISHED = "published", "已发布"
        BACKED_OUT = "backed_out", "已撤销"
        WITHDRAWN = "withdrawn", "已作废"

    domain = models.CharField("业务领域", max_length=40)
    kind = models.CharField("类别", max_length=8, choices=Kind)
    title = models.CharField("标题", max_length=120)
    source = models.CharField("依据文件", max_length=300)
    from_month = models.DateField("执行月份")
    alternative = models.CharField("备选规则", max_length=60, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    payload_sha = models.CharField("内容摘要", max_length=64)
    drafted_by = models.CharField("拟订人标识", max_length=40)
    drafted_by_name = models.CharField("拟订人", max_length=60)
    drafted_at = models.DateTimeField("拟订时间")
    published_by = models.CharField("发布人标识", max_length=40, blank=True)
    published_by_name = models.CharField("发布人", max_length=60, blank=True)
    published_at = models.DateTimeField("发布时间", null=True)
    applied_at = models.DateTimeField("待遇调整完成时间", null=True)
    ended_by = models.CharField("撤销或作废人标识", max_length=40, blank=True)
    ended_by_name = models.CharField("撤销或作废人", max_length=60, blank=True)
    ended_at = models.DateTimeField("撤销或作废时间", null=True)
    end_reason = models.CharField("撤销或作废理由", max_length=300, blank=True)
    restored_at = models.DateTimeField("待遇恢复完成时间", null=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "标准与规则发布"
        constraints = (
            models.CheckConstraint(condition=Q(from_month__day=1), name="release_from_a_first_day"),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "backed_out"]) | Q(published_at__isnull=False),
                name="release_published_at",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["withdrawn", "backed_out"]) | Q(ended_at__isnull=False),
                name="release_ended_at",
            ),
            models.CheckConstraint(
                condition=Q(applied_at=None) | Q(state__in=["published", "backed_out"]),
                name="release_applied_once_published",
            ),
        )

    @property
    def number(self) -> str:
        """How entitlements and letters name the release."""
        return f"标准发布第{self.pk}号"

    def __str__(self) -> str:
        return self.title


class ReleaseValue(models.Model):
    """One value the release sets, and the value it takes the place of."""

    stands_open = "拟定中的标准不涉及具体的人"
    release = models.ForeignKey(Release, models.PROTECT, related_name="values", verbose_name="发布")
    key = models.CharField("参数", max_length=80)
    title = models.CharField("参数名称", max_length=120, blank=True)
    path = PathField(verbose_name="适用地区")
    value = models.CharField("值", max_length=80)
    unit = models.CharField("单位", max_length=20)
    from_on = models.DateField("生效日期")
    until_on = models.DateField("失效日期", null=True)
    before = models.CharField("原值", max_length=80, blank=True)
    before_path = PathField(verbose_name="原值所属地区", blank=True)
    before_from = models.DateField("原值生效日期", null=True)
    before_source = models.CharField("原值依据", max_length=300, blank=True)
    row_id = models.BigIntegerField("发布后的参数记录", null=True)
    closed_id = models.BigIntegerField("因发布而截止的参数记录", null=True)

    class Meta:
        verbose_name = "发布的值"
        constraints = (
            models.UniqueConstraint(fields=["release", "key", "path"], name="release_value_once"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")), name="release_value_interval"
            ),
        )

    def __str__(self) -> str:
        return f"{self.title or self.key} {self.value}"


class Signature(models.Model):
    """One person stands for exactly what was drafted and what its simulation said; void once either changes."""

    stands_open = "拟定中的标准不涉及具体的人"
    release = models.ForeignKey(Release, models.PROTECT, related_name="signatures", verbose_name="发布")
    simulation = models.ForeignKey(
        "releases.Simulation", models.PROTECT, related_name="signatures", verbose_name="所依据的试算"
    )
    seal = models.CharField("签署内容摘要", max_length=64)
    by = models.CharField("会签人标识", max_length=40)
    by_name = models.CharField("会签人", max_length=60)
    role = models.CharField("会签岗位", max_length=60)
    office = models.CharField("会签机构", max_length=80)
    at = models.DateTimeField("会签时间")
    voided_at = models.DateTimeField("失效时间", null=True)

    class Meta:
        verbose_name = "会签"
        constraints = (
            models.UniqueConstraint(
                fields=["release", "by"], condition=Q(voided_at=None), name="signature_once_each"
            ),
        )
