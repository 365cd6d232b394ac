"""What is kept of a plan beside what registers count: given figures, county parts, projects, problems, opinions."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.documents.models import Document
from minzheng.kernel.indicators.models import Frozen
from minzheng.kernel.ledger.guards import Guard, never

__all__ = [
    "Adjustment", "CountyPart", "Evaluation", "Milestone", "Opinion", "Problem", "Project", "Reported",
]  # fmt: skip


def _kept_once(state: str, why: str) -> str:
    """A row that has come to its end is not written again."""
    return (
        f"IF {state} THEN RAISE EXCEPTION '{why}' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
    )


class Reported(Placed):
    """A figure for which no register exists, given with its paper by one person and verified by another."""

    class State(models.TextChoices):
        DRAFT = "draft", "待核实"
        VERIFIED = "verified", "已核实"
        REJECTED = "rejected", "已退回"

    plan = models.CharField("规划", max_length=60)
    target = models.CharField("目标", max_length=10)
    month = models.DateField("所属月份")
    numerator = models.BigIntegerField("分子")
    denominator = models.BigIntegerField("分母", null=True)
    evidence = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name="依据材料")
    # A verified figure stands; a later and better one is a row of its own, and says why.
    reason = models.CharField("更正理由", max_length=300, blank=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.DRAFT)
    reported_by = models.CharField("填报人标识", max_length=40)
    reported_by_name = models.CharField("填报人", max_length=60)
    reported_at = models.DateTimeField("填报时间")
    verified_by = models.CharField("核实人标识", max_length=40, blank=True)
    verified_by_name = models.CharField("核实人", max_length=60, blank=True)
    verified_at = models.DateTimeField("核实时间", null=True)
    opinion = models.CharField("核实意见", max_length=300, blank=True)

    class Meta:
        verbose_name = "填报数值"
        constraints = (
            models.CheckConstraint(
                condition=Q(verified_by="") | ~Q(verified_by=F("reported_by")), name="reported_by_two"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | ~Q(verified_by=""), name="reported_verified_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(denominator=None) | Q(denominator__gte=0), name="reported_denominator"
            ),
            models.UniqueConstraint(
                fields=["plan", "target", "path", "month"], condition=Q(state="draft"), name="reported_one_draft"
            ),
            Guard(
                name="reported_stands", when="BEFORE UPDATE",
                body=_kept_once("OLD.state <> 'draft'", "a verified figure is not changed"),
            ),
            *never("plans_reported", "DELETE", "a figure that was given is not deleted"),
        )  # fmt: skip
        indexes = (models.Index(fields=["plan", "target", "path", "month"], name="reported_of_a_target"),)


class CountyPart(Placed):
    """What a county is to bring of a target in a year (县级分解)."""

    plan = models.CharField("规划", max_length=60)
    target = models.CharField("目标", max_length=10)
    year = models.PositiveSmallIntegerField("年度")
    value = models.DecimalField("分解值", max_digits=16, decimal_places=2)
    by_name = models.CharField("分解人", max_length=60)
    at = models.DateTimeField("分解时间")

    class Meta:
        verbose_name = "县级分解"
        constraints = (
            models.UniqueConstraint(fields=["plan", "target", "path", "year"], name="county_part_once"),
        )


class Project(Placed):
    """A project of one of the plan's boxes (专栏), finished on the day it was accepted."""

    plan = models.CharField("规划", max_length=60)
    programme = models.CharField("专栏项目", max_length=40)
    name = models.CharField("项目名称", max_length=80)
    due_on = models.DateField("计划完成日期")
    completed_on = models.DateField("验收日期", null=True)
    evidence = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name="验收材料"
    )
    opened_by_name = models.CharField("登记人", max_length=60)
    opened_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "专栏项目"
        constraints = (
            models.CheckConstraint(
                condition=Q(completed_on=None) | Q(evidence__isnull=False), name="project_accepted_on_paper"
            ),
            models.UniqueConstraint(fields=["plan", "programme", "name"], name="project_named_once"),
        )


class Milestone(models.Model):
    """A step of a project (里程碑), with the day it was to be done and the day it was."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="milestones", verbose_name="项目")
    label = models.CharField("里程碑", max_length=60)
    due_on = models.DateField("计划日期")
    done_on = models.DateField("完成日期", null=True)
    by_name = models.CharField("登记人", max_length=60, blank=True)

    class Meta:
        verbose_name = "项目里程碑"
        constraints = (models.UniqueConstraint(fields=["project", "label"], name="milestone_named_once"),)


class Problem(Placed):
    """What stands in the way of a target (问题报告), told within days, and closed with what was done about it."""

    class Kind(models.TextChoices):
        DATA = "data", "数据"
        PROGRESS = "progress", "进度"
        MONEY = "money", "资金"
        POLICY = "policy", "政策"
        LAND = "land", "用地"
        STAFF = "staff", "人员"
        OTHER = "other", "其他"

    plan = models.CharField("规划", max_length=60)
    target = models.CharField("目标", max_length=10)
    kind = models.CharField("类别", max_length=8, choices=Kind)
    major = models.BooleanField("重大问题", default=False)
    text = models.CharField("问题", max_length=500)
    remedy = models.CharField("措施", max_length=500)
    found_on = models.DateField("发现日期")
    due_on = models.DateField("解决期限")
    late = models.BooleanField("迟报", default=False)
    reported_by_name = models.CharField("报告人", max_length=60)
    reported_at = models.DateTimeField("报告时间")
    closed_on = models.DateField("解决日期", null=True)
    closing = models.CharField("解决情况", max_length=500, blank=True)

    class Meta:
        verbose_name = "问题报告"
        constraints = (
            models.CheckConstraint(
                condition=Q(closed_on=None) | ~Q(closing=""), name="problem_closed_with_words"
            ),
        )
        indexes = (models.Index(fields=["plan", "target"], name="problem_of_a_target"),)


class Opinion(Placed):
    """What people say about the plan (公众意见), by topic, without personal data, answered and shown."""

    plan = models.CharField("规划", max_length=60)
    target = models.CharField("目标", max_length=10, blank=True)
    topic = models.CharField("主题", max_length=12)
    channel = models.CharField("渠道", max_length=12)
    text = models.CharField("意见", max_length=500)
    received_on = models.DateField("收到日期")
    reply_due = models.DateField("答复期限")
    reply = models.CharField("答复", max_length=500, blank=True)
    replied_on = models.DateField("答复日期", null=True)
    replied_by_name = models.CharField("答复人", max_length=60, blank=True)

    class Meta:
        verbose_name = "公众意见"
        constraints = (
            models.CheckConstraint(
                condition=Q(replied_on=None) | ~Q(reply=""), name="opinion_replied_in_words"
            ),
        )


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
                body=_kept_once("OLD.state IN ('published', 'rejected')", "a decided adjustment is not changed"),
            ),
            *never("plans_adjustment", "DELETE", "a requested adjustment is not deleted"),
        )  # fmt: skip


class Evaluation(Placed):
    """A mid-term or final evaluation: a frozen snapshot, a drawn sample, figures and lights as they stood."""

    stands_open = "评估只有各地的统计数"

    class Kind(models.TextChoices):
        MID = "mid", "中期评估"
        FINAL = "final", "终期评估"

    plan = models.CharField("规划", max_length=60)
    kind = models.CharField("类别", max_length=5, choices=Kind)
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
                body=_kept_once(
                    "OLD.published_on IS NOT NULL OR NEW.lines IS DISTINCT FROM OLD.lines"
                    " OR NEW.sample IS DISTINCT FROM OLD.sample OR NEW.frozen_id <> OLD.frozen_id"
                    " OR NEW.basis IS DISTINCT FROM OLD.basis OR NEW.sha <> OLD.sha OR NEW.seed <> OLD.seed",
                    "an evaluation rests on its snapshot and is not changed",
                ),
            ),
            *never("plans_evaluation", "DELETE", "an evaluation is not deleted"),
        )  # fmt: skip
