"""What a desk remembers of its officer from day to day: habits, no deeds, so the audit keeps nothing of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor

from .models import Remembered

__all__ = ["leave_word", "recall", "remember"]


def recall(by: Actor, about: str) -> Remembered | None:
    """What is kept for this account under this name."""
    if by.user_id is None:
        return None
    return Remembered.objects.filter(user_id=by.user_id, about=about).first()


def remember(by: Actor, about: str, value: Mapping[str, Any]) -> None:
    """Keep it, in the place of what was kept before."""
    if by.user_id is not None:
        leave_word(by.user_id, about, value)


def leave_word(user_id: int, about: str, value: Mapping[str, Any]) -> None:
    """Something another officer's desk should show: that a step was handed over to them."""
    Remembered.objects.update_or_create(
        user_id=user_id, about=about[:40], defaults={"value": dict(value), "at": clock.now()}
    )
