"""The audit row and its guards: appended by the kernel, refused any change by the database, linked into a chain."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.indexes import BrinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from minzheng.kernel.areas.models import PathField

from .outcomes import Outcome

__all__ = ["Entry", "Link", "Unlinked", "Write"]

_KEPT = "RAISE EXCEPTION 'the audit is appended to, never changed' USING ERRCODE = 'restrict_violation';"


def _appended(name: str, letter: str = "") -> tuple[pgtrigger.Trigger, ...]:
    """No row is changed or taken away, the table is not emptied; a row of a book waits for its link."""
    guards = (
        pgtrigger.Protect(name=f"{name}_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name=f"{name}_not_emptied", level=pgtrigger.Statement, when=pgtrigger.Before,
            operation=pgtrigger.Truncate, func=_KEPT,
        ),
    )  # fmt: skip
    if not letter:
        return guards
    waits = f"INSERT INTO audit_unlinked (book, row_id) VALUES ('{letter}', NEW.id); RETURN NULL;"
    return (
        *guards,
        pgtrigger.Trigger(
            name=f"{name}_waits_for_its_link", when=pgtrigger.After, operation=pgtrigger.Insert, func=waits
        ),
    )


class Entry(models.Model):
    """One verb or one read of personal data: actor, subject, place, article, before and after."""

    Outcome = Outcome
    written_from_anywhere = "谁办理谁留痕，不论对象在哪里"

    at = models.DateTimeField("时间")
    actor = models.CharField("操作人标识", max_length=40)
    actor_name = models.CharField("操作人", max_length=60)
    verb = models.CharField("动作", max_length=80)
    label = models.CharField("事项", max_length=120, blank=True)
    outcome = models.CharField("结果", max_length=8, choices=Outcome)
    subject = models.CharField("对象", max_length=80, blank=True)
    case_id = models.BigIntegerField("办件", null=True)
    path = PathField(verbose_name="管辖", blank=True)
    article = models.CharField("依据", max_length=200, blank=True)
    reason = models.CharField("理由", max_length=500, blank=True)
    before = models.JSONField("之前", default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField("之后", default=dict, encoder=DjangoJSONEncoder)
    parts = models.JSONField("所含动作", default=list, encoder=DjangoJSONEncoder)
    key = models.CharField("幂等键", max_length=64, null=True)
    result = models.CharField("结果对象", max_length=120, blank=True)
    request = models.CharField("请求编号", max_length=40, blank=True, db_default="")
    address = models.CharField("来自地址", max_length=45, blank=True, db_default="")

    class Meta:
        verbose_name = "审计记录"
        constraints = (
            models.UniqueConstraint(
                fields=["actor", "verb", "key"],
                condition=models.Q(key__isnull=False, outcome="done"),
                name="audit_one_deed_per_key",
            ),
        )
        indexes = (
            models.Index(fields=["case_id", "id"]),
            models.Index(fields=["subject", "id"]),
            models.Index(fields=["path", "id"]),
            models.Index(fields=["actor", "id"]),
            # Rows are appended as time goes on: the days of a year ago are found by a few pages of this.
            BrinIndex(fields=["at"], name="audit_entry_by_day"),
        )
        triggers = _appended("audit", "a")


class Write(models.Model):
    """A statement that wrote outside every verb: a hand at the database, or upkeep; a trigger finds it."""

    stands_open = "只记语句，数字已隐去"

    at = models.DateTimeField("时间")
    relation = models.CharField("表", max_length=80)
    operation = models.CharField("操作", max_length=8)
    statement = models.CharField("语句", max_length=2000, blank=True)
    login = models.CharField("数据库账号", max_length=80)
    program = models.CharField("程序", max_length=80, blank=True)

    class Meta:
        verbose_name = "动作之外的写入"
        indexes = (models.Index(fields=["relation", "id"]),)
        triggers = _appended("audit_write", "w")


class Unlinked(models.Model):
    """A row of a book that waits for its link; the chain takes it away again within a minute."""

    stands_open = "只记哪些行待入链"

    book = models.CharField("账册", max_length=1)
    row_id = models.BigIntegerField("行")

    class Meta:
        verbose_name = "待入链"


class Link(models.Model):
    """One link: the row it stands for, and the SM3 over the link before and the words of that row."""

    stands_open = "只有摘要"

    position = models.BigIntegerField("位置", primary_key=True)
    book = models.CharField("账册", max_length=1)
    row_id = models.BigIntegerField("行")
    hash = models.BinaryField("摘要", max_length=32)

    class Meta:
        verbose_name = "审计链"
        constraints = (models.UniqueConstraint(fields=["book", "row_id"], name="audit_one_link_per_row"),)
        triggers = _appended("audit_link")
