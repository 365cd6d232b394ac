"""Changes of targets, evaluations, and what the third party handed in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.documents.models import Document
from minzheng.kernel.indicators.models import Frozen
from minzheng.kernel.ledger.guards import Guard, never

from .standing import kept_once

__all__ = ["Adjustment", "Evaluation", "Review"]


class Adjustment(Placed):
    """A change of a target on its way (目标调整): nothing major passes without the written opinion of 发展改革委."""

    stands_open = "目标值的调整不涉及具体的人"

    class State(models.TextChoices):
        DRAFT = "draft", "已提出"
        REVIEWED = "reviewed", "已初审"
        CONSULTED = "consulted", "已征求发展改革委意见"
        APPROVED = "approved", "集体决定同意"
        REJECTED = "rejected", "集体决定不同意"
        PUBLISHED = "published", "已公布"

    plan = models.CharField("规划", max_length=60)
    target = models.CharField("目标", max_length=10)
    minor = models.BooleanField("仅更正表述", default=False)
    ground = models.CharField("调整事由", max_length=12)
    reason = models.CharField("理由", max_length=500)
    impact = models.CharField("影响", max_length=500)
    old_value = models.DecimalField("原目标值", max_digits=16, decimal_places=2, null=True)
    new_value = models.DecimalField("新目标值", max_digits=16, decimal_places=2)
    state = models.CharField("状态", max_length=9, choices=State, default=State.DRAFT)
    evidence = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name="依据材料")
    expert_opinion = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name="专家和第三方意见"
    )
    drc_opinion = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name="发展改革委书面意见"
    )
    minutes = models.CharField("集体决定文号", max_length=60, blank=True)
    filed_by = models.CharField("提出人标识", max_length=40)
    filed_by_name = models.CharField("提出人", max_length=60)
    filed_at = models.DateTimeField("提出时间")
    reviewed_by_name = models.CharField("初审人", max_length=60, blank=True)
    decided_by_name = models.CharField("决定记录人", max_length=60, blank=True)
    decided_on = models.DateField("决定日期", null=True)
    valid_from = models.DateField("生效日期", null=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "目标调整"
        constraints = (
            models.CheckConstraint(
                condition=Q(minor=True) | Q(state__in=["draft", "reviewed"]) | Q(drc_opinion__isnull=False),
                name="adjustment_with_drc_opinion",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(valid_from__isnull=False), name="adjustment_valid_from"
            ),
            Guard(
                name="adjustment_stands", when="BEFORE UPDATE",
                body=kept_once("OLD.state IN ('published', 'rejected')", "a decided adjustment is not changed"),
            ),
            *never("plans_adjustment", "DELETE", "a requested adjustment is not deleted"),
        )  # fmt: skip


class Evaluation(Placed):
    """A mid-term or final evaluation: a frozen snapshot, a drawn sample, figures and lights as they stood."""

    stands_open = "评估只有各地的统计数"

    class Kind(models.TextChoices):
        MID = "mid", "中期评估"
        FORECAST = "forecast", "终期预测"
        FINAL = "final", "终期评估"

    plan = models.CharField("规划", max_length=60)
    kind = models.CharField("类别", max_length=8, choices=Kind)
    as_of = models.DateField("数据截止日期")
    frozen = models.ForeignKey(Frozen, models.PROTECT, related_name="+", verbose_name="封存快照")
    seed = models.CharField("抽样种子", max_length=40)
    sample = models.JSONField("第三方样本", default=list)
    lines = models.JSONField("逐项结果", default=list)
    # Limits of the lights, adjusted targets and counties' parts as they were: whatever is set later changes no report.
    basis = models.JSONField("判断口径", default=dict)
    sha = models.CharField("结果摘要", max_length=64)
    report = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", verbose_name="评估报告")
    made_by_name = models.CharField("编制人", max_length=60)
    made_at = models.DateTimeField("编制时间")
    published_on = models.DateField("公布日期", null=True)

    class Meta:
        verbose_name = "规划评估"
        constraints = (
            models.UniqueConstraint(fields=["plan", "kind"], name="evaluation_once"),
            models.CheckConstraint(
                condition=Q(published_on=None) | Q(report__isnull=False), name="evaluation_published_on_paper"
            ),
            Guard(
                name="evaluation_stands", when="BEFORE UPDATE",
                body=kept_once(
                    "OLD.published_on IS NOT NULL OR NEW.lines IS DISTINCT FROM OLD.lines"
                    " OR NEW.sample IS DISTINCT FROM OLD.sample OR NEW.frozen_id <> OLD.frozen_id"
                    " OR NEW.basis IS DISTINCT FROM OLD.basis OR NEW.sha <> OLD.sha OR NEW.seed <> OLD.seed",
                    "an evaluation rests on its snapshot and is not changed",
                ),
            ),
            *never("plans_evaluation", "DELETE", "an evaluation is not deleted"),
        )  # fmt: skip


class Review(Placed):
    """What a third party without a stake handed in (第三方评估), and the points of every office and county with it."""

    stands_open = "评估只有各地的统计数"

    evaluation = models.OneToOneField(
        Evaluation, models.PROTECT, related_name="review", verbose_name="规划评估"
    )
    organisation = models.CharField("第三方机构", max_length=80)
    procurement = models.CharField("采购文号", max_length=60)
    method = models.CharField("评估方法", max_length=1000)
    report = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name="评估意见")
    tables = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name="原始数据表")
    respondents = models.JSONField("有效问卷", default=dict)
    rows = models.JSONField("评分", default=list)
    by_name = models.CharField("登记人", max_length=60)
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "第三方评估"
        constraints = never("plans_review", "UPDATE OR DELETE", "what a third party handed in stands")
