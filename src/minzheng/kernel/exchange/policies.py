"""What is done when a source is silent: ask again, last known within validity, or hold the case."""

from __future__ import annotations

from django.db import models

__all__ = ["Policy"]


class Policy(models.TextChoices):
    """What the office does about a source that has not answered; which, a dated parameter by place says."""

    ASK_AGAIN = "ask_again", "再次查询"
    LAST_KNOWN = "last_known", "沿用有效期内的上次结果"
    HOLD = "hold", "暂缓办理"
