"""Consents, verifications, the log of every question asked, and the differences found.

A verification walks 待授权 → 已发起 → 部分返回 → 全返回 → 报告 → 异议 → 复核 → 报告 … → 过期
(handbook 01 §8); it stops where its matter ends without a decision.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.exchange import answers
from minzheng.kernel.exchange.policies import Policy
from minzheng.kernel.exchange.sources import SOURCES, Source, source
from minzheng.kernel.people.fields import SealedJSONField, SealedTextField
from minzheng.kernel.people.models import Person
from minzheng.kernel.signing import sm3

__all__ = ["Channel", "Consent", "Discrepancy", "Query", "Verification"]


class Channel(models.TextChoices):
    """How a letter was signed."""

    PORTAL = "portal", "网上签署"
    PAPER = "paper", "纸质签署"
    LINK = "link", "链接签署"


@keeps_history()
class Consent(Placed):
    """One adult's letter of authorisation (核对授权书) for one case and one purpose, until withdrawn."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="授权人")
    guardian = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="代签的监护人", null=True, blank=True
    )
    case_id = models.BigIntegerField("办件")
    purpose = models.CharField("用途", max_length=60)
    version = models.CharField("授权书版本", max_length=40)
    text_sha = models.CharField("授权书摘要", max_length=64)
    signed_at = models.DateTimeField("签署时间")
    channel = models.CharField("签署方式", max_length=6, choices=Channel)
    witnessed_by = models.CharField("见证人标识", max_length=40, blank=True)
    witness_name = models.CharField("见证人", max_length=60, blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    class Meta:
        verbose_name = "核对授权"
        constraints = (
            models.UniqueConstraint(
                fields=["person", "case_id", "purpose"],
                condition=Q(withdrawn_at=None),
                name="consent_one_current",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("signed_at")),
                name="consent_withdrawn_after_signed",
            ),
            models.CheckConstraint(
                condition=~Q(channel="paper") | ~Q(witnessed_by=""), name="consent_paper_is_witnessed"
            ),
        )
        indexes = (
            models.Index(fields=["case_id", "purpose"]),
            models.Index(
                fields=["withdrawn_at"], condition=Q(withdrawn_at__isnull=False), name="consent_withdrawn"
            ),
        )


@keeps_history()
class Verification(Placed):
    """One check of one household's means, at one reference date, for one purpose."""

    class State(models.TextChoices):
        AWAITING = "awaiting", "待授权"
        STARTED = "started", "已发起"
        PARTIAL = "partial", "部分返回"
        COMPLETE = "complete", "全返回"
        REPORTED = "reported", "已出报告"
        OBJECTED = "objected", "有异议"
        RECHECKING = "rechecking", "复核中"
        EXPIRED = "expired", "已过期"
        STOPPED = "stopped", "已停止"

    class Conclusion(models.TextChoices):
        WITHIN = "within", "与申报相符"
        EXCEEDS = "exceeds", "超出申报"
        UNKNOWN = "unknown", "尚不能确定"

    case_id = models.BigIntegerField("办件", db_index=True)
    purpose = models.CharField("用途", max_length=60)
    basis = models.CharField("依据", max_length=100)
    state = models.CharField("状态", max_length=10, choices=State, default=State.STARTED)
    round = models.PositiveSmallIntegerField("轮次", default=1)
    reference_date = models.DateField("基准日")
    member_ids = ArrayField(models.BigIntegerField(), verbose_name="成员")
    source_codes = ArrayField(models.CharField(max_length=20), verbose_name="数据来源")
    declared = SealedJSONField(verbose_name="申报内容")
    requested_by = models.CharField("发起人标识", max_length=40)
    requester_name = models.CharField("发起人", max_length=60)
    requested_at = models.DateTimeField("发起时间")
    due = models.DateField("应完成日期", null=True, blank=True)
    report = SealedJSONField(verbose_name="报告", null=True, blank=True, default=None)
    report_sha = models.CharField("报告摘要", max_length=64, blank=True)
    reported_at = models.DateTimeField("报告时间", null=True, blank=True)
    valid_until = models.DateField("有效期至（不含）", null=True, blank=True)
    conclusion = models.CharField("结论", max_length=8, choices=Conclusion, blank=True)
    objection = SealedTextField("异议", blank=True)
    objected_by = models.CharField("异议人", max_length=60, blank=True)
    objected_at = models.DateTimeField("异议时间", null=True, blank=True)

    class Meta:
        verbose_name = "家庭经济状况核对"
        constraints = (
            models.UniqueConstraint(
                fields=["case_id", "purpose"],
                condition=Q(
                    state__in=["awaiting", "started", "partial", "complete", "objected", "rechecking"]
                ),
                name="verification_one_open",
            ),
            models.CheckConstraint(
                condition=Q(report_sha="", reported_at=None, valid_until=None, conclusion="")
                | (
                    ~Q(report_sha="")
                    & Q(reported_at__isnull=False, valid_until__isnull=False)
                    & ~Q(conclusion="")
                ),
                name="verification_reported_whole",
            ),
            models.CheckConstraint(condition=~Q(purpose=""), name="verification_has_a_purpose"),
        )
        indexes = (models.Index(fields=["state", "valid_until"]),)


@keeps_history()
class Query(Placed):
    """One question to one source about one person: the log entry and the evidence in one row."""

    hangs_on = "verification"

    class State(models.TextChoices):
        PENDING = "pending", "待查询"
        LATE = "late", "已受理待答复"
        ANSWERED = "answered", "已返回"
        FAILED = "failed", "未返回"
        REFUSED = "refused", "拒绝查询"

    verification = models.ForeignKey(
        Verification, models.PROTECT, related_name="queries", verbose_name="核对"
    )
    round = models.PositiveSmallIntegerField("轮次", default=1)
    source = models.CharField("来源", max_length=20, choices=[(s.code, s.label) for s in SOURCES.values()])
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="被查询人")
    request_id = models.UUIDField("查询编号", default=uuid.uuid4, unique=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.PENDING)
    asked_at = models.DateTimeField("查询时间", null=True, blank=True)
    asked_by = models.CharField("查询人", max_length=60, blank=True)
    answered_at = models.DateTimeField("返回时间", null=True, blank=True)
    answer = SealedJSONField(verbose_name="返回内容", null=True, blank=True, default=None)
    raw_sha = models.CharField("原文摘要", max_length=64, blank=True)
    as_of = models.DateField("数据截至", null=True, blank=True)
    valid_until = models.DateField("有效期至（不含）", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    error = models.CharField("原因", max_length=40, blank=True)
    # What was done because the source was silent, and the earlier answer that stands in for it.
    policy = models.CharField("未应答的处理", max_length=10, choices=Policy, blank=True)
    taken_from = models.ForeignKey(
        "self", models.PROTECT, related_name="+", verbose_name="沿用的查询", null=True, blank=True
    )

    class Meta:
        verbose_name = "查询记录"
        constraints = (
            models.UniqueConstraint(
                fields=["verification", "round", "source", "person"], name="query_asked_once_a_round"
            ),
            models.CheckConstraint(
                condition=Q(state="answered", answered_at__isnull=False, answer__isnull=False, error="")
                & ~Q(raw_sha="")
                | ~Q(state="answered") & Q(answered_at=None, answer__isnull=True, raw_sha=""),
                name="query_answered_with_evidence",
            ),
        )
        indexes = (
            models.Index(fields=["person", "asked_at"]),
            models.Index(fields=["state"], condition=Q(state="late"), name="query_still_late"),
        )

    @property
    def of(self) -> Source:
        """The source that was asked."""
        return source(self.source)

    @property
    def raw(self) -> str:
        """The answer as received, to the byte; empty while there is none."""
        return str(self.answer["raw"]) if self.answer else ""

    @property
    def body(self) -> dict[str, Any] | None:
        """The answer read, or None: unknown."""
        found = answers.parsed(self.raw) if self.answer else None
        # Of a line of an answer file, day and source stood in the header.
        if self.answer and "as_of" in self.answer:
            found = answers.of_line(self.raw, of=self.source, as_of=self.answer["as_of"])
        return dict(found) if found is not None else None

    @property
    def intact(self) -> bool:
        """Whether the kept answer is still the one that was received."""
        return sm3(self.raw.encode()) == self.raw_sha


@keeps_history()
class Discrepancy(Placed):
    """Found beyond declared: explained by the household, then decided by the office, before any refusal."""

    hangs_on = "verification"

    class State(models.TextChoices):
        OPEN = "open", "待说明"
        EXPLAINED = "explained", "已说明"
        ACCEPTED = "accepted", "说明成立"
        UPHELD = "upheld", "差异成立"
        CLEARED = "cleared", "复核后消除"

    verification = models.ForeignKey(
        Verification, models.PROTECT, related_name="discrepancies", verbose_name="核对"
    )
    member = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="成员", null=True, blank=True
    )
    item = models.CharField("事项", max_length=40)
    source = models.CharField("来源", max_length=20, choices=[(s.code, s.label) for s in SOURCES.values()])
    declared = models.BigIntegerField("申报", null=True, blank=True)
    found = models.BigIntegerField("查得")
    settled = models.BigIntegerField("采用", null=True, blank=True)
    state = models.CharField("状态", max_length=9, choices=State, default=State.OPEN)
    explain_due = models.DateField("说明截止日")
    explanation = SealedTextField("说明", blank=True)
    document_id = models.BigIntegerField("证明材料", null=True, blank=True)
    explained_by = models.CharField("说明人标识", max_length=40, blank=True)
    explained_at = models.DateTimeField("说明时间", null=True, blank=True)
    decided_by = models.CharField("认定人标识", max_length=40, blank=True)
    decided_at = models.DateTimeField("认定时间", null=True, blank=True)
    reason = SealedTextField("认定理由", blank=True)

    class Meta:
        verbose_name = "核对差异"
        constraints = (
            models.UniqueConstraint(
                fields=["verification", "item", "member"],
                nulls_distinct=False,
                name="discrepancy_once_per_item",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "upheld"], decided_at__isnull=False)
                & Q(settled__isnull=False)
                & ~Q(decided_by="")
                & ~Q(reason="")
                | ~Q(state__in=["accepted", "upheld"]),
                name="discrepancy_decided_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="explained") | ~Q(explanation=""), name="discrepancy_explained_in_words"
            ),
        )
        indexes = (
            models.Index(
                fields=["verification"],
                condition=Q(state__in=["open", "explained"]),
                name="discrepancy_unsettled",
            ),
        )
