"""What comes of a case, and what may be said against it: decision, objection, appeal, sampling."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import Changed, keeps_history
from minzheng.kernel.people.fields import SealedField, SealedJSONField, SealedTextField
from minzheng.kernel.people.models import Person

__all__ = ["Appeal", "Decision", "Objection", "Objector", "Sample", "SampledCase"]


@keeps_history()
class Decision(models.Model):
    """A decision in writing.  What was approved is frozen: payload, determination and their digest never change."""

    class Kind(models.TextChoices):
        GRANT = "grant", "予以确认"
        REFUSE = "refuse", "不予确认"

    case = models.ForeignKey("casework.Case", models.PROTECT, related_name="decisions", verbose_name="办件")
    number = models.CharField("文书号", max_length=40, unique=True)
    kind = models.CharField("结论", max_length=8, choices=Kind)
    on = models.DateField("决定日期")
    by = models.CharField("决定人标识", max_length=40)
    by_name = models.CharField("决定人", max_length=60)
    level = models.PositiveSmallIntegerField("决定层级")
    rule_set = models.CharField("法规版本", max_length=20)
    reason = SealedTextField("理由", blank=True)
    determination = SealedJSONField("测算过程")
    payload = SealedJSONField("决定内容")
    payload_sha = models.CharField("内容摘要", max_length=64)
    document_id = models.BigIntegerField("决定书", null=True)
    served_on = models.DateField("送达日期", null=True)

    class Meta:
        verbose_name = "决定"
        triggers = (
            pgtrigger.Protect(name="decision_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="decision_frozen",
                operation=pgtrigger.Update,
                condition=Changed(
                    "case",
                    "number",
                    "kind",
                    "on",
                    "by",
                    "rule_set",
                    "reason",
                    "determination",
                    "payload",
                    "payload_sha",
                ),
            ),
        )


@keeps_history()
class Objection(models.Model):
    """What someone says against a public posting, and what was found when it was looked into."""

    class State(models.TextChoices):
        OPEN = "open", "待核实"
        UPHELD = "upheld", "异议成立"
        DISMISSED = "dismissed", "异议不成立"

    class Channel(models.TextChoices):
        ONLINE = "online", "网上"
        VISIT = "visit", "来访"
        PAPER = "paper", "书面"
        PHONE = "phone", "电话"

    case = models.ForeignKey("casework.Case", models.PROTECT, related_name="objections", verbose_name="办件")
    posting_id = models.BigIntegerField("公示")
    text = SealedTextField("异议内容")
    at = models.DateTimeField("提出时间")
    channel = models.CharField(
        "提出方式", max_length=6, choices=Channel, default=Channel.ONLINE, db_default="online"
    )
    # By which whoever objected without an account finds the answer; empty where the platform knows whom to tell.
    code = models.CharField("查询码", max_length=12, blank=True, default="", db_default="")
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    answer = SealedTextField("核实结果", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by = models.CharField("答复人", max_length=40, blank=True)

    class Meta:
        verbose_name = "公示异议"
        constraints = (
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="objection_found_by_code"),
        )

    @property
    def by_name(self) -> str:
        """Who objected, for whoever may know; nothing for all others."""
        told = getattr(self, "objector", None)
        return told.name if told is not None else ""

    @property
    def by_phone(self) -> str:
        """The telephone for looking into it, for whoever may know; nothing for all others."""
        told = getattr(self, "objector", None)
        return told.phone if told is not None else ""


class Objector(Placed):
    """Who objected: known to whoever answers, and to nobody else who works on the case; told of the answer."""

    compartment = "reporter"
    objection = models.OneToOneField(Objection, models.PROTECT, related_name="objector", verbose_name="异议")
    name = models.CharField("异议人", max_length=60)
    phone = SealedField(verbose_name="异议人电话", blank=True, default="", db_default="")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="异议人档案")

    class Meta:
        verbose_name = "异议人身份"


@keeps_history()
class Appeal(models.Model):
    """An application for administrative reconsideration (行政复议) against a decision."""

    class State(models.TextChoices):
        FILED = "filed", "已提出"
        ACCEPTED = "accepted", "已受理"
        REJECTED = "rejected", "不予受理"
        DECIDED = "decided", "已决定"

    class Result(models.TextChoices):
        UPHELD = "upheld", "维持"
        CHANGED = "changed", "变更"
        REVOKED = "revoked", "撤销"
        ORDERED = "ordered", "责令履行"
        ENDED = "ended", "终止"

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="appeals", verbose_name="决定")
    reasons = SealedTextField("复议理由")
    filed_at = models.DateTimeField("提出时间")
    filed_by = models.CharField("提出人", max_length=40)
    state = models.CharField("状态", max_length=10, choices=State, default=State.FILED)
    examine_by = models.DateField("审查期限")
    decide_by = models.DateField("决定期限", null=True)
    result = models.CharField("结果", max_length=10, choices=Result, blank=True)
    opinion = SealedTextField("复议意见", blank=True)
    decided_at = models.DateTimeField("决定时间", null=True)
    decided_by = models.CharField("复议人员", max_length=40, blank=True)
    document_id = models.BigIntegerField("复议决定书", null=True)

    class Meta:
        verbose_name = "行政复议"
        constraints = (
            models.UniqueConstraint(
                fields=["decision"], condition=~Q(state="rejected"), name="appeal_once_per_decision"
            ),
        )


class Sample(Placed):
    """A random draw of decided files by a higher level; the stored seed draws the same files again."""

    stands_open = "抽查批次不涉及具体的人"

    sampling = models.CharField("抽查事项", max_length=60)
    seed = models.CharField("随机种子", max_length=64)
    pool_sha = models.CharField("名单摘要", max_length=64)
    pool_size = models.PositiveIntegerField("名单数量")
    size = models.PositiveIntegerField("抽取数量")
    drawn_at = models.DateTimeField("抽取时间")
    drawn_by = models.CharField("抽取人", max_length=40)

    class Meta:
        verbose_name = "随机抽查"


@keeps_history()
class SampledCase(models.Model):
    """One drawn file: what was found, by when it must be put right, and that it was."""

    hangs_on = "case"

    class State(models.TextChoices):
        DRAWN = "drawn", "待检查"
        SOUND = "sound", "合格"
        FAULTY = "faulty", "待整改"
        RECTIFIED = "rectified", "已整改"
        CLOSED = "closed", "已销号"

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="cases", verbose_name="抽查")
    case = models.ForeignKey("casework.Case", models.PROTECT, related_name="samples", verbose_name="办件")
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAWN)
    findings = SealedJSONField("检查情况")
    checked_by = models.CharField("检查人", max_length=40, blank=True)
    rectify_by = models.DateField("整改期限", null=True)
    rectified_text = SealedTextField("整改情况", blank=True)
    rectified_by = models.CharField("整改人", max_length=40, blank=True)

    class Meta:
        verbose_name = "抽查办件"
        constraints = (models.UniqueConstraint(fields=["sample", "case"], name="sampled_once"),)
