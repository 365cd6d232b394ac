"""Which place and month a board is about: within the reader's scope, at township level or above."""

from __future__ import annotations

from minzheng.kernel import clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed, NotFound, Refused

__all__ = ["month_of", "place_of", "reader"]


def reader(by: Actor) -> Actor:
    """The actor with only the posts at township level and above, which boards are for."""
    held = tuple(post for post in by.posts if post.level <= Level.TOWNSHIP)
    if not held:
        raise NotAllowed("board_level", "看板供乡镇级以上使用。您可以在台账中查看本地的情况。")
    return by.narrowed(held)


def place_of(by: Actor, asked: str) -> str:
    """The place asked for, or the first that the reader's posts cover."""
    if not asked:
        return by.scope[0]
    if not by.covers(asked):
        raise NotFound("board_place", "没有这个地区，或不在您的管辖范围内。")
    return asked


def month_of(text: str) -> clock.Month:
    """The month asked for, or the one that runs."""
    current = clock.Month.of(clock.today())
    month = clock.Month.parse(text) if text else current
    if month > current:
        raise Refused("month_to_come", "这个月还没有到。请选择本月或以前的月份。", field="month")
    return month
