"""The audit row and its guard: appended by the kernel, refused any change by the database."""

from __future__ import annotations

import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from minzheng.kernel.areas.models import PathField

from .outcomes import Outcome

__all__ = ["Entry"]


class Entry(models.Model):
    """One verb or one read of personal data: actor, subject, place, article, before and after."""

    Outcome = Outcome

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
        )
        triggers = (
            pgtrigger.Protect(name="audit_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        )
