"""What is kept of supervision: draws with all that went in, checks by clause, faults until they are put right."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.documents.models import Document
from minzheng.kernel.ledger.guards import Guard, never
from minzheng.kernel.people.fields import SealedTextField
from minzheng.kernel.people.models import Person

__all__ = ["Aside", "Check", "Credit", "Draw", "Hazard", "Incident", "Penalty"]


class Subjected(Placed):
    """A row about somebody who is inspected: the key that the declaration gives, and the name of that day."""

    supervision = models.CharField("监管事项", max_length=60)
    subject = models.CharField("检查对象标识", max_length=40)
    subject_name = models.CharField("检查对象", max_length=80)

    class Meta:
        abstract = True


class Aside(Subjected):
    """An inspector who stands aside for a subject (回避): kin, interest, former colleague."""

    user = models.CharField("人员标识", max_length=40)
    reason = models.CharField("回避原因", max_length=200)
    by_name = models.CharField("登记人", max_length=60)

    class Meta:
        verbose_name = "回避登记"
        constraints = (models.UniqueConstraint(fields=["supervision", "subject", "user"], name="aside_once"),)


class Draw(Placed):
    """A draw (双随机抽取): what went in, the seed and what came out; nothing of it is ever written again."""

    supervision = models.CharField("监管事项", max_length=60)
    plan = models.CharField("计划编号", max_length=40)
    announced = models.CharField("公开随机数", max_length=80)
    on = models.DateField("抽取日期")
    inputs = models.JSONField("抽取名录")
    names = models.JSONField("名称", default=dict)
    input_sm3 = models.CharField("名录摘要", max_length=64)
    seed = models.CharField("种子", max_length=64)
    result = models.JSONField("抽取结果")
    by_name = models.CharField("抽取人", max_length=60)
    at = models.DateTimeField("抽取时间")

    class Meta:
        verbose_name = "双随机抽取"
        constraints = (
            models.UniqueConstraint(fields=["supervision", "path", "plan"], name="draw_plan_once"),
            *never("inspections_draw", "UPDATE OR DELETE", "a draw stands as it fell"),
        )


class Check(Subjected):
    """A check (检查): planned by a draw or for a reason, carried out by two, answered clause by clause."""

    class Kind(models.TextChoices):
        RANDOM = "random", "双随机检查"
        YEARLY = "yearly", "年度检查"
        FIRST = "first", "备案后首次检查"
        COMPLAINT = "complaint", "投诉举报检查"
        SPECIAL = "special", "专项检查"
        OWN = "own", "机构自查"

    draw = models.ForeignKey(Draw, models.PROTECT, null=True, related_name="checks", verbose_name="抽取")
    kind = models.CharField("检查类别", max_length=10, choices=Kind)
    list_code = models.CharField("检查表", max_length=30)
    list_version = models.CharField("检查表版本", max_length=20)
    inspectors = models.JSONField("检查人员标识", default=list)
    inspector_names = models.CharField("检查人员", max_length=120, blank=True)
    partners = models.JSONField("联合检查部门", default=list)
    due_on = models.DateField("完成期限")
    done_on = models.DateField("检查日期", null=True)
    done_by = models.CharField("填报人标识", max_length=40, blank=True)
    answers = models.JSONField("检查结果", default=dict, encoder=DjangoJSONEncoder)
    met = models.BooleanField("符合强制条款", null=True)
    publish_by = models.DateField("公开期限", null=True)
    published_on = models.DateField("公开日期", null=True)

    class Meta:
        verbose_name = "检查"
        constraints = (
            models.CheckConstraint(
                condition=Q(done_on=None, met=None) | Q(done_on__isnull=False, met__isnull=False),
                name="check_done_with_result",
            ),
            models.CheckConstraint(
                condition=Q(published_on=None) | Q(done_on__isnull=False), name="check_published_when_done"
            ),
            Guard(
                name="check_stands", when="BEFORE UPDATE",
                body="IF OLD.done_on IS NOT NULL AND (NEW.answers IS DISTINCT FROM OLD.answers"
                " OR NEW.met IS DISTINCT FROM OLD.met OR NEW.done_on IS DISTINCT FROM OLD.done_on) THEN"
                " RAISE EXCEPTION 'a check that was carried out is not changed' USING ERRCODE = 'restrict_violation';"
                " END IF; RETURN NEW;",
            ),
        )  # fmt: skip
        indexes = (models.Index(fields=["supervision", "subject", "-done_on"]),)


class Hazard(Subjected):
    """A clause not met (隐患): put right by a day, shown to be, and checked again."""

    class State(models.TextChoices):
        OPEN = "open", "待整改"
        REMEDIED = "remedied", "待复查"
        CLOSED = "closed", "已销号"
        WITHDRAWN = "withdrawn", "申辩成立撤销"

    check_of = models.ForeignKey(Check, models.PROTECT, related_name="hazards", verbose_name="检查")
    clause = models.CharField("条款", max_length=20)
    clause_text = models.CharField("条款内容", max_length=200)
    mandatory = models.BooleanField("强制条款")
    words = models.CharField("问题描述", max_length=300)
    photo = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", verbose_name="现场照片")
    found_on = models.DateField("发现日期")
    due_on = models.DateField("整改期限")
    state = models.CharField("状态", max_length=9, choices=State, default=State.OPEN)
    remedy = models.CharField("整改情况", max_length=300, blank=True)
    remedy_photo = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name="整改照片"
    )
    remedied_on = models.DateField("整改日期", null=True)
    remedied_by = models.CharField("整改人标识", max_length=40, blank=True)
    plea = models.CharField("申辩理由", max_length=300, blank=True)
    plea_answer = models.CharField("申辩复核意见", max_length=300, blank=True)
    closed_on = models.DateField("销号日期", null=True)
    closed_by = models.CharField("复查人标识", max_length=40, blank=True)
    closed_by_name = models.CharField("复查人", max_length=60, blank=True)

    class Meta:
        verbose_name = "隐患"
        constraints = (
            models.UniqueConstraint(fields=["check_of", "clause"], name="hazard_once_a_clause"),
            models.CheckConstraint(
                condition=Q(closed_by="") | ~Q(closed_by=F("remedied_by")), name="hazard_closed_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["closed", "withdrawn"]) | Q(closed_on__isnull=False),
                name="hazard_closed_on",
            ),
        )
        indexes = (models.Index(fields=["supervision", "subject", "state"]),)


@keeps_history()
class Incident(Subjected):
    """Something that happened to somebody (事故): told within hours, by how grave it is."""

    class Severity(models.IntegerChoices):
        NONE = 1, "无伤害"
        LIGHT = 2, "轻微"
        SERIOUS = 3, "严重"
        DEATH = 4, "死亡"

    risk = models.CharField("风险类别", max_length=20)
    severity = models.PositiveSmallIntegerField("后果", choices=Severity)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="当事人")
    happened_at = models.DateTimeField("发生时间")
    where = models.CharField("地点", max_length=80)
    words = SealedTextField("经过和处置")
    due_at = models.DateTimeField("报告期限")
    reported_at = models.DateTimeField("报告时间")
    reported_by_name = models.CharField("报告人", max_length=60)
    late = models.BooleanField("迟报", default=False)
    # What came of it: found out, put right, told to the family; by the overseer.
    result = SealedTextField("处置结果", blank=True)
    closed_on = models.DateField("结案日期", null=True)
    closed_by_name = models.CharField("结案人", max_length=60, blank=True)

    class Meta:
        verbose_name = "事故"
        constraints = (*never("inspections_incident", "DELETE", "an incident is not deleted"),)
        indexes = (models.Index(fields=["supervision", "subject", "-happened_at"]),)


class Penalty(Subjected):
    """What follows from a fault that was not put right (行政处罚): proposed, looked at by law, decided by another."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "待法制审核"
        REVIEWED = "reviewed", "待决定"
        RETURNED = "returned", "审核不同意"
        DECIDED = "decided", "已决定"

    hazard = models.OneToOneField(Hazard, models.PROTECT, related_name="penalty", verbose_name="隐患")
    kind = models.CharField("处罚种类", max_length=20)
    amount = models.BigIntegerField("罚款（分）", default=0)
    grounds = models.CharField("事实和依据", max_length=500)
    record = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name="执法过程记录"
    )
    proposed_by = models.CharField("承办人标识", max_length=40)
    proposed_by_name = models.CharField("承办人", max_length=60)
    proposed_on = models.DateField("立案日期")
    decide_by = models.DateField("决定期限")
    reviewed_by = models.CharField("审核人标识", max_length=40, blank=True)
    reviewed_by_name = models.CharField("审核人", max_length=60, blank=True)
    opinion = models.CharField("法制审核意见", max_length=300, blank=True)
    decided_by = models.CharField("决定人标识", max_length=40, blank=True)
    decided_by_name = models.CharField("决定人", max_length=60, blank=True)
    decided_on = models.DateField("决定日期", null=True)
    publish_by = models.DateField("公开期限", null=True)
    published_on = models.DateField("公开日期", null=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.PROPOSED)

    class Meta:
        verbose_name = "行政处罚"
        constraints = (
            models.CheckConstraint(
                condition=Q(reviewed_by="") | ~Q(reviewed_by=F("proposed_by")),
                name="penalty_reviewed_by_another",
            ),
            # 行政处罚法 art. 58: no decision without the review; and on a record of how it came about.
            models.CheckConstraint(
                condition=~Q(state="decided")
                | (~Q(reviewed_by="") & Q(record__isnull=False, decided_on__isnull=False)),
                name="penalty_decided_after_review",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="penalty_amount"),
        )


class Credit(Subjected):
    """An entry in the credit file (信用记录): how grave, from when, until when it may be shown, and its repair."""

    class Level(models.IntegerChoices):
        MINOR = 1, "轻微失信"
        GENERAL = 2, "一般失信"
        SERIOUS = 3, "严重失信"

    penalty = models.OneToOneField(
        Penalty, models.PROTECT, null=True, related_name="credit", verbose_name="处罚决定"
    )
    level = models.PositiveSmallIntegerField("失信程度", choices=Level)
    basis = models.CharField("认定依据", max_length=200)
    on = models.DateField("认定日期")
    least_until = models.DateField("最短公示至")
    most_until = models.DateField("最长公示至")
    repaired_on = models.DateField("修复日期", null=True)
    promise = models.CharField("信用承诺", max_length=200, blank=True)
    by_name = models.CharField("认定人", max_length=60)

    class Meta:
        verbose_name = "信用记录"
        constraints = (
            models.CheckConstraint(
                condition=Q(repaired_on=None) | Q(repaired_on__gte=F("least_until")),
                name="credit_repaired_in_time",
            ),
            models.CheckConstraint(
                condition=Q(repaired_on=None) | ~Q(promise=""), name="credit_repaired_promise"
            ),
        )
