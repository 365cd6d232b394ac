"""Projects of the boxes, what stands in the way of a target, and what people say."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.documents.models import Document

__all__ = ["Milestone", "Opinion", "Problem", "Project"]


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
