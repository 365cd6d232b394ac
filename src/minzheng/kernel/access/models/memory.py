"""What a desk remembers for its officer: how a list was last narrowed, and when the bell was last looked at."""

from __future__ import annotations

from django.db import models

from .accounts import User

__all__ = ["Remembered"]


class Remembered(models.Model):
    """One thing kept for one account from one day at the desk to the next; nothing of a person or a case."""

    stands_open = "只存账号自己的页面习惯，不含个人和办件信息"
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="账号")
    about = models.CharField("用途", max_length=40)
    value = models.JSONField("内容", default=dict)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "工作台记忆"
        constraints = (models.UniqueConstraint(fields=["user", "about"], name="remembered_once"),)
