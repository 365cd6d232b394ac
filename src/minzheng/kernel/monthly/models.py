"""What the monthly payments have led to beyond the ledger."""

from __future__ import annotations

from django.db import models

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.ledger.models import Journal

__all__ = ["Announcement"]


class Announcement(Placed):
    """The payees of a settlement or a return were told: once for each voucher of it."""

    journal = models.OneToOneField(Journal, models.PROTECT, related_name="+", verbose_name="凭证")
    told = models.PositiveIntegerField("消息数")
    at = models.DateTimeField("发送时间")

    class Meta:
        verbose_name = "到账告知"
