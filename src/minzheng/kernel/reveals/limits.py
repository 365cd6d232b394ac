"""How long, how often, how much: dated values by place, some of them by role."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import Actor

__all__ = ["daily", "day_began", "number", "until"]


def number(key: str, *, path: str = "") -> int:
    """A whole number in force today at a place."""
    found = catalogue.current().parameters().get(key, path=path or settings.MINZHENG_PLACE, on=clock.today())
    return int(str(found.value))


def daily(by: Actor) -> int:
    """How many fields the actor may open in a day: the most that one of the posts allows."""
    roles = catalogue.current().roles
    usual = "reveals.daily"
    keys = {((roles[p.role].item.reveals if p.role in roles else "") or usual, p.path) for p in by.posts}
    return max((number(key, path=path) for key, path in keys), default=0)


def until(path: str) -> datetime:
    """When what is opened now closes again."""
    return clock.now() + timedelta(minutes=number("reveals.minutes", path=path))


def day_began() -> datetime:
    """The first instant of today at the office."""
    now = clock.at_office_time(clock.now())
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
