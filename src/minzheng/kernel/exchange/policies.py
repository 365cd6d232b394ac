"""Dated parameters of a place: what is done when a source is silent, and how much of a thing needs no word."""

from __future__ import annotations

from django.db import models

from minzheng.kernel import catalogue, clock

from .sources import SOURCES

__all__ = ["Policy", "needing_no_word"]


class Policy(models.TextChoices):
    """What the office does about a source that has not answered; which, a dated parameter by place says."""

    ASK_AGAIN = "ask_again", "再次查询"
    LAST_KNOWN = "last_known", "沿用有效期内的上次结果"
    HOLD = "hold", "暂缓办理"


def needing_no_word(path: str) -> dict[str, int]:
    """Of each item that has such a limit, how much at this place a household need not explain today."""
    limits = {item.name: item.free for of in SOURCES.values() for item in of.items if item.free}
    values = catalogue.current().parameters()
    found = {name: values.get(key, path=path, on=clock.today()).value for name, key in limits.items()}
    return {name: value for name, value in found.items() if isinstance(value, int)}
