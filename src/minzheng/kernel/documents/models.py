"""What is kept of a paper: number, content hash, who made it, for which case; never changed afterwards.

A paper that turns out wrong is superseded by a new one or withdrawn; the old row and its file stay.
"""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import PathField, Placed
from minzheng.kernel.audit.history import only_resealed
from minzheng.kernel.people.fields import SealedJSONField

__all__ = ["Bundle", "Document", "Series", "Words"]

# Row against row, for a sealed column takes part in no comparison by field.
_LATER = "'{superseded_by_id,withdrawn_at,withdrawn_reason}'::text[]"
_ALTERED = f"((to_jsonb(OLD) - {_LATER}) IS DISTINCT FROM (to_jsonb(NEW) - {_LATER}))"


class Document(Placed):
    """One paper: a file somebody handed in, or a letter the office issued."""

    class Kind(models.TextChoices):
        UPLOAD = "upload", "上传材料"
        LETTER = "letter", "文书"

    number = models.CharField("编号", max_length=60, unique=True)
    kind = models.CharField("类别", max_length=6, choices=Kind)
    label = models.CharField("名称", max_length=80)
    letter = models.CharField("文书种类", max_length=40, blank=True)
    case_id = models.BigIntegerField("办件", null=True)
    person_id = models.BigIntegerField("所属人员", null=True)
    subject = models.CharField("事由", max_length=200, blank=True)
    office = models.CharField("制发机关", max_length=80, blank=True)
    filename = models.CharField("文件名", max_length=120)
    content_type = models.CharField("文件类型", max_length=40)
    size = models.PositiveBigIntegerField("字节数")
    sha = models.CharField("SM3 摘要", max_length=64)
    stored_name = models.CharField("存放位置", max_length=120)
    created_at = models.DateTimeField("形成时间")
    created_by = models.CharField("形成人标识", max_length=40)
    created_by_name = models.CharField("形成人", max_length=60)
    data = SealedJSONField(verbose_name="文书内容")
    check_code = models.CharField("核验码", max_length=12, unique=True)
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="supersedes", verbose_name="替代文书"
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True)
    withdrawn_reason = models.CharField("撤回原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "文书"
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="upload", letter="") | (Q(kind="letter") & ~Q(letter="")),
                name="document_letter_has_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(superseded_by=None) | ~Q(superseded_by=F("id")), name="document_not_its_own_heir"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""),
                name="document_withdrawn_for_a_reason",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="document_not_empty"),
        )
        indexes = (
            models.Index(fields=["case_id", "id"]),
            models.Index(fields=["path", "id"]),
            models.Index(fields=["stored_name"]),
        )
        triggers = (
            pgtrigger.Protect(
                name="document_append_only",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(f"({_ALTERED} AND NOT {only_resealed('data')})"),
            ),
            pgtrigger.Protect(name="document_kept", operation=pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.label} {self.number}"

    @property
    def in_force(self) -> bool:
        """Whether the paper still stands: neither replaced nor withdrawn."""
        return self.superseded_by_id is None and self.withdrawn_at is None


class Series(models.Model):
    """The running number of one kind of letter, in one place and year."""

    stands_open = "只记文书编号用到几号"
    path = PathField(verbose_name="管辖")
    word = models.CharField("机关代字", max_length=20)
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("末号", default=0)

    class Meta:
        verbose_name = "文书编号"
        constraints = (models.UniqueConstraint(fields=["path", "word", "year"], name="series_one_a_year"),)


class Words(Placed):
    """By which words a paper is found: digests of each two characters that stand together; nothing is read out of them.

    No row security serves an index over arrays, so that ``documents_with_words`` looks with the owner's eyes and gives
    numbers only (ADR 28).
    """

    document = models.OneToOneField(
        Document, models.DO_NOTHING, primary_key=True, related_name="words", verbose_name="文书"
    )
    digests = ArrayField(models.IntegerField(), null=True, verbose_name="词语摘要")
    read_at = models.DateTimeField("读取时间", null=True)

    class Meta:
        verbose_name = "文书词语"
        indexes = (
            GinIndex(fields=["digests"], name="words_digests", fastupdate=False),
            models.Index(fields=["document"], condition=Q(digests=None), name="words_unread"),
        )


class Bundle(Placed):
    """Letters of many cases as one file for the printer: made by the worker, fetched, and gone after its time."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待生成"
        RUNNING = "running", "正在生成"
        DONE = "done", "可以打印"
        FAILED = "failed", "没有生成"
        GONE = "gone", "已过期"

    letter = models.CharField("文书种类", max_length=40, blank=True)
    cases = models.JSONField("办件", default=list)
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField("已处理", default=0)
    pages = models.PositiveIntegerField("页数", default=0)
    # Case by case: why nothing of it is in the file.
    failures = models.JSONField("未能打印", default=dict)
    reason = models.CharField("原因", max_length=300, blank=True)
    stored_name = models.CharField("存储名", max_length=64, blank=True)
    sha = models.CharField("SM3 摘要", max_length=64, blank=True)
    created_by = models.CharField("申请人标识", max_length=40)
    created_by_name = models.CharField("申请人", max_length=60)
    asked_at = models.DateTimeField("申请时间")
    finished_at = models.DateTimeField("完成时间", null=True)
    expires_at = models.DateTimeField("失效时间", null=True)
    fetched = models.PositiveSmallIntegerField("下载次数", default=0)

    class Meta:
        verbose_name = "批量打印"
        indexes = (
            models.Index(fields=["created_by", "-id"]),
            models.Index(
                fields=["state"], name="bundle_at_work", condition=Q(state__in=("waiting", "running"))
            ),
        )

    @property
    def percent(self) -> int:
        """How far it is, never full before it is finished."""
        return min(99, self.done * 100 // len(self.cases)) if self.cases else 0
