"""Files of an agreed shape that come in row by row and go out as changes: what was in them, what became of it.

A row is staged as it was written, with what is wrong in it; nothing of a file is edited but by a corrected row.
"""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.people.fields import SealedJSONField

__all__ = ["ExtractOut", "ExtractOutRow", "Intake", "IntakeRow"]


@keeps_history()
class Intake(Placed):
    """A file that somebody brought in: staged, then taken in, put aside, or taken back."""

    class State(models.TextChoices):
        STAGED = "staged", "待入库"
        TAKEN = "taken", "已入库"
        ASIDE = "aside", "已作废"
        UNDONE = "undone", "已撤销"

    extract = models.CharField("数据集", max_length=60)
    number = models.CharField("批次号", max_length=40, unique=True)
    filename = models.CharField("文件名", max_length=120)
    file_sha = models.CharField("文件摘要", max_length=64)
    state = models.CharField("状态", max_length=8, choices=State, default=State.STAGED)
    rows = models.PositiveIntegerField("行数", default=0)
    by = models.CharField("导入人标识", max_length=40)
    by_name = models.CharField("导入人", max_length=60)
    at = models.DateTimeField("导入时间")
    taken_at = models.DateTimeField("入库时间", null=True)
    undone_at = models.DateTimeField("撤销时间", null=True)
    undone_by_name = models.CharField("撤销人", max_length=60, blank=True)
    undone_reason = models.CharField("撤销理由", max_length=300, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "数据导入"
        constraints = (
            # The same file twice is the same intake, unless the first was put aside or taken back.
            models.UniqueConstraint(
                fields=["extract", "path", "file_sha"], condition=Q(state__in=["staged", "taken"]),
                name="intake_file_once",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.number


class IntakeRow(Placed):
    """One line of a file: as written, what is wrong in it or what became of it, and what stood there before."""

    class State(models.TextChoices):
        GOOD = "good", "核对通过"
        FAULTY = "faulty", "有误"
        TAKEN = "taken", "已入库"
        SAME = "same", "与库中一致"
        UNDONE = "undone", "已撤销"

    intake = models.ForeignKey(Intake, models.PROTECT, related_name="lines", verbose_name="数据导入")
    line = models.PositiveIntegerField("行号")
    key = models.CharField("记录编号", max_length=60, blank=True)
    cells = SealedJSONField(verbose_name="内容")
    errors = models.JSONField("问题", default=list, encoder=DjangoJSONEncoder)
    state = models.CharField("状态", max_length=8, choices=State)
    before = SealedJSONField(verbose_name="原有内容")
    change = models.CharField("处理", max_length=8, blank=True)
    corrected_by_name = models.CharField("更正人", max_length=60, blank=True)

    class Meta:
        verbose_name = "数据导入明细"
        constraints = (
            models.UniqueConstraint(fields=["intake", "line"], name="intake_line_once"),
            models.CheckConstraint(
                condition=~Q(state="faulty") | ~Q(errors=[]), name="intake_row_faulty_says_why"
            ),
        )
        indexes = (models.Index(fields=["intake", "state"]),)


@keeps_history()
class ExtractOut(Placed):
    """A change file that was made for another system: what is new, changed or ended since the one before."""

    class State(models.TextChoices):
        MADE = "made", "待回执"
        ACKNOWLEDGED = "acknowledged", "已回执"

    extract = models.CharField("数据集", max_length=60)
    number = models.CharField("批次号", max_length=40, unique=True)
    on = models.DateField("数据截至")
    state = models.CharField("状态", max_length=12, choices=State, default=State.MADE)
    new = models.PositiveIntegerField("新增", default=0)
    changed = models.PositiveIntegerField("变更", default=0)
    ended = models.PositiveIntegerField("终止", default=0)
    content_sha = models.CharField("内容摘要", max_length=64)
    by = models.CharField("导出人标识", max_length=40)
    by_name = models.CharField("导出人", max_length=60)
    at = models.DateTimeField("导出时间")
    receipt = models.CharField("对方回执号", max_length=60, blank=True)
    acknowledged_at = models.DateTimeField("回执时间", null=True)
    refused = models.PositiveIntegerField("对方退回", default=0)

    class Meta:
        verbose_name = "变更导出"

    def __str__(self) -> str:
        return self.number


class ExtractOutRow(Placed):
    """One record as it was sent; what the other side refused is sent again the next time."""

    class State(models.TextChoices):
        SENT = "sent", "已导出"
        ACCEPTED = "accepted", "对方已接收"
        REFUSED = "refused", "对方退回"

    out = models.ForeignKey(ExtractOut, models.PROTECT, related_name="lines", verbose_name="变更导出")
    extract = models.CharField("数据集", max_length=60)
    line = models.PositiveIntegerField("行号")
    key = models.CharField("记录编号", max_length=60)
    change = models.CharField("处理", max_length=8)
    cells = SealedJSONField(verbose_name="内容")
    sha = models.CharField("内容摘要", max_length=64)
    state = models.CharField("状态", max_length=8, choices=State, default=State.SENT)
    reason = models.CharField("退回原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "变更导出明细"
        constraints = (models.UniqueConstraint(fields=["out", "line"], name="extract_out_line_once"),)
        indexes = (models.Index(fields=["extract", "key", "-id"], name="extract_out_last"),)
