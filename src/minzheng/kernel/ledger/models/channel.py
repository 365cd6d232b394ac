"""How files reach the bank until it acknowledges them, and its answers exactly as they came."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from minzheng.kernel.areas.models import Placed

from ..guards import never
from .orders import BankFile

__all__ = ["Delivery", "Receipt"]


class Delivery(Placed):
    """The handing over of one bank file through a channel, tried until the bank has acknowledged it."""

    class Channel(models.TextChoices):
        HAND = "hand", "人工下载送交"
        FOLDER = "folder", "文件交换目录"
        HTTP = "http", "银行接口"

    class State(models.TextChoices):
        WAITING = "waiting", "待送达"
        ACKNOWLEDGED = "acknowledged", "银行已收"
        REFUSED = "refused", "银行拒收"

    file = models.OneToOneField(BankFile, models.PROTECT, related_name="delivery", verbose_name="银行文件")
    channel = models.CharField("送达方式", max_length=6, choices=Channel)
    state = models.CharField("状态", max_length=12, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField("已试次数", default=0)
    next_at = models.DateTimeField("下次尝试时间", null=True)
    acknowledged_at = models.DateTimeField("银行收到时间", null=True)
    error = models.CharField("最近一次未成原因", max_length=300, blank=True)

    class Meta:
        verbose_name = "银行文件送达"
        constraints = (
            models.CheckConstraint(
                condition=Q(state="acknowledged", acknowledged_at__isnull=False)
                | (~Q(state="acknowledged") & Q(acknowledged_at=None)),
                name="delivery_acknowledged_when",
            ),
            *never("ledger_delivery", "DELETE", "a delivery is never deleted"),
        )
        indexes = (models.Index(fields=["next_at"], condition=Q(state="waiting"), name="delivery_waiting"),)


class Receipt(Placed):
    """One answer of a bank exactly as it came, whether it could be read or not; the same content counts once."""

    class State(models.TextChoices):
        READ = "read", "已读入"
        UNREADABLE = "unreadable", "无法读取"
        REPEATED = "repeated", "重复，已忽略"

    name = models.CharField("文件名", max_length=200)
    channel = models.CharField("来源", max_length=6, choices=Delivery.Channel)
    cursor = models.BigIntegerField("银行序号", null=True)
    sha = models.CharField("内容摘要", max_length=64, db_index=True)
    content = models.BinaryField("内容")
    state = models.CharField("状态", max_length=10, choices=State)
    rows = models.PositiveIntegerField("行数", default=0)
    message = models.CharField("无法读取的原因", max_length=300, blank=True)
    at = models.DateTimeField("收到时间")
    by = models.CharField("读入人", max_length=40)

    class Meta:
        verbose_name = "银行回单文件"
        constraints = (
            models.UniqueConstraint(
                fields=["sha"], condition=~Q(state="repeated"), name="receipt_counts_once"
            ),
            models.UniqueConstraint(fields=["cursor"], name="receipt_cursor_once"),
            *never("ledger_receipt", "UPDATE OR DELETE", "a bank's answer is kept as it came"),
        )
