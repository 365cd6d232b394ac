"""What an officer keeps of a register: views to come back to, and workbooks that are being made."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel import clock
from minzheng.kernel.areas.models import Placed
from minzheng.kernel.people.fields import SealedJSONField
from minzheng.kernel.reveals.models import PURPOSES

__all__ = ["Export", "SavedView"]


class SavedView(Placed):
    """A register as somebody likes to see it: filters, search, columns; the colleagues of the office may use it too."""

    register = models.CharField("台账", max_length=80)
    name = models.CharField("名称", max_length=40)
    asked = models.JSONField("查询条件", default=dict)
    shared = models.BooleanField("本单位共用", default=False)
    default = models.BooleanField("打开台账时先用", default=False, db_default=False)
    created_by = models.CharField("保存人标识", max_length=40)
    created_by_name = models.CharField("保存人", max_length=60)
    created_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = "台账视图"
        constraints = (
            models.UniqueConstraint(fields=["register", "created_by", "name"], name="view_named_once"),
            models.UniqueConstraint(
                fields=["register", "created_by"], condition=Q(default=True), name="view_one_default"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Export(Placed):
    """A workbook too long to wait for: asked for, made by the worker, fetched by who asked, and gone after its time."""

    class State(models.TextChoices):
        ASKED = "asked", "等待审批"
        REFUSED = "refused", "未获批准"
        WAITING = "waiting", "等待生成"
        RUNNING = "running", "正在生成"
        DONE = "done", "可以下载"
        FAILED = "failed", "没有生成"
        GONE = "gone", "已过期"

    register = models.CharField("台账", max_length=80)
    # What was searched for may be a personal number.
    asked = SealedJSONField(verbose_name="查询条件")
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    rows = models.PositiveIntegerField("条数", default=0)
    done = models.PositiveIntegerField("已写入", default=0)
    reason = models.CharField("原因", max_length=300, blank=True)
    stored_name = models.CharField("存储名", max_length=64, blank=True)
    sha = models.CharField("SM3 摘要", max_length=64, blank=True)
    created_by = models.CharField("导出人标识", max_length=40)
    created_by_name = models.CharField("导出人", max_length=60)
    asked_at = models.DateTimeField("申请时间")
    finished_at = models.DateTimeField("完成时间", null=True)
    expires_at = models.DateTimeField("失效时间", null=True)
    fetched = models.PositiveSmallIntegerField("下载次数", default=0)
    # With full names and numbers: only for a purpose, and released by a second person.
    clear = models.BooleanField("未脱敏", default=False)
    purpose = models.CharField("用途", max_length=12, choices=list(PURPOSES.items()), blank=True, default="")
    why = models.CharField("申请说明", max_length=300, blank=True, default="")
    decided_by = models.CharField("审批人标识", max_length=40, blank=True, default="")
    decided_by_name = models.CharField("审批人", max_length=60, blank=True, default="")
    decided_at = models.DateTimeField("审批时间", null=True)
    decided_words = models.CharField("审批意见", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "台账导出"
        indexes = (
            models.Index(fields=["created_by", "-id"]),
            models.Index(
                fields=["state"], name="export_at_work", condition=Q(state__in=("waiting", "running"))
            ),
            models.Index(fields=["path"], name="export_to_release", condition=Q(state="asked")),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(clear=False)
                | Q(state__in=("asked", "refused"))
                | (~Q(decided_by="") & ~Q(decided_by=F("created_by"))),
                name="export_clear_by_two",
            ),
        )

    @property
    def number(self) -> str:
        """Under which the request is known, and which stands on every sheet."""
        return f"DC{clock.at_office_time(self.asked_at):%Y%m%d}-{self.pk}"

    @property
    def percent(self) -> int:
        """How far it is, never full before it is finished."""
        return min(99, self.done * 100 // self.rows) if self.rows else 0
