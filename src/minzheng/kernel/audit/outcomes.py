"""How a verb or a read ended."""

from __future__ import annotations

from django.db import models

__all__ = ["Outcome"]


class Outcome(models.TextChoices):
    """The three ends an audit row may record."""

    DONE = "done", "已办理"
    REFUSED = "refused", "未通过"
    READ = "read", "查看"
