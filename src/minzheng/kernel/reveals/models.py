"""What was opened and what left: who, of whom, when, and what for; never the value itself."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from minzheng.kernel.areas.models import Placed

__all__ = ["PURPOSES", "Left", "Reveal"]

PURPOSES = {
    "handling": "核对申请材料", "contact": "联系本人或入户", "payment": "核实账户和发放", "inquiry": "答复来信来访",
    "inspection": "检查和审计", "handover": "依法向其他部门提供",
}  # fmt: skip


class Reveal(Placed):
    """One masked field, opened once by one officer for some minutes."""

    target = models.CharField("所在页面", max_length=20)
    about = models.CharField("记录", max_length=120)
    field = models.CharField("字段", max_length=80)
    field_label = models.CharField("字段名称", max_length=60)
    person_name = models.CharField("所属人员（脱敏）", max_length=60, blank=True)
    case_id = models.BigIntegerField("办件", null=True)
    purpose = models.CharField("用途", max_length=12, choices=list(PURPOSES.items()))
    reason = models.CharField("说明", max_length=200)
    created_by = models.CharField("查看人标识", max_length=40)
    created_by_name = models.CharField("查看人", max_length=60)
    at = models.DateTimeField("查看时间")
    until = models.DateTimeField("失效时间")

    class Meta:
        verbose_name = "敏感信息查看记录"
        indexes = (
            models.Index(fields=["created_by", "-at"]),
            models.Index(fields=["path", "-id"]),
        )
        triggers = (
            pgtrigger.ReadOnly(name="reveal_is_kept", exclude=[]),
            pgtrigger.Protect(name="reveal_stays", operation=pgtrigger.Delete),
        )


class Left(Placed):
    """Rows of personal data that left as a file or on paper."""

    written_from_anywhere = "谁带出谁留痕，不论其岗位在哪里"

    what = models.CharField("内容", max_length=120)
    rows = models.PositiveIntegerField("条数")
    clear = models.BooleanField("未脱敏", default=False)
    number = models.CharField("申请编号", max_length=40, blank=True)
    created_by = models.CharField("带出人标识", max_length=40)
    created_by_name = models.CharField("带出人", max_length=60)
    at = models.DateTimeField("时间")
    day_rows = models.PositiveIntegerField("当日累计条数")
    alarm = models.BooleanField("超过提醒条数", default=False)
    known_at = models.DateTimeField("核实时间", null=True)
    known_by_name = models.CharField("核实人", max_length=60, blank=True)
    known_words = models.CharField("核实情况", max_length=300, blank=True)

    class Meta:
        verbose_name = "个人信息带出记录"
        indexes = (
            models.Index(fields=["created_by", "-at"]),
            models.Index(fields=["path", "-id"]),
            models.Index(fields=["path"], name="left_alarmed", condition=Q(alarm=True, known_at=None)),
        )
        triggers = (
            pgtrigger.ReadOnly(name="left_is_kept", exclude=["known_at", "known_by_name", "known_words"]),
            pgtrigger.Protect(name="left_stays", operation=pgtrigger.Delete),
        )
