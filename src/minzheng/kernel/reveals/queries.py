"""What is open to somebody now, and what those see who watch."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate

from minzheng.kernel import catalogue, clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed

from . import limits
from .models import Left, Reveal

__all__ = [
    "alarms",
    "lefts",
    "mine",
    "open_now",
    "opened_today",
    "overseer",
    "oversees",
    "reveals",
    "unusual",
]


def open_now(target: str, about: str, field: str, *, by: Actor) -> Reveal | None:
    """The reveal under which the field is still open to the actor."""
    rows = Reveal.objects.filter(
        created_by=by.id, target=target, about=about, field=field, until__gt=clock.now()
    )
    return rows.order_by("-id").first()


def opened_today(by: Actor) -> int:
    """How many fields the actor has opened today."""
    return Reveal.objects.filter(created_by=by.id, at__gte=limits.day_began()).count()


def mine(by: Actor) -> QuerySet[Reveal]:
    """What I opened."""
    return Reveal.objects.filter(created_by=by.id)


def oversees(by: Actor) -> bool:
    """Whether the actor holds a post that watches."""
    return bool(by.roles & catalogue.current().overseers.keys())


def overseer(by: Actor) -> Actor:
    """The actor with only the posts that watch, at the level at which they are held."""
    levels = {code: role.at for code, role in catalogue.current().overseers.items()}
    posts = tuple(post for post in by.posts if levels.get(post.role) == post.level)
    if not posts:
        raise NotAllowed("not_overseer", "敏感信息的查看和导出由数据管理员监督，您没有这一岗位。")
    return by.narrowed(posts)


def reveals(by: Actor) -> QuerySet[Reveal]:
    """Who opened what in the places of whoever watches."""
    return in_scope(Reveal.objects.all(), overseer(by))


def lefts(by: Actor) -> QuerySet[Left]:
    """What left in those places."""
    return in_scope(Left.objects.all(), overseer(by))


def alarms(by: Actor) -> QuerySet[Left]:
    """Much that left and that nobody has looked into."""
    return lefts(by).filter(alarm=True, known_at=None)


def unusual(rows: QuerySet[Reveal], *, since: datetime, path: str) -> dict[tuple[str, date], int]:
    """Who opened how much on which day, where that reaches what the place calls unusual."""
    zone = clock.at_office_time(since).tzinfo
    counted = (
        rows.filter(at__gte=since).order_by().annotate(day=TruncDate("at", tzinfo=zone))
        .values_list("created_by", "day").annotate(times=Count("id"))
        .filter(times__gte=limits.number("reveals.unusual", path=path))
    )  # fmt: skip
    return {(by, day): times for by, day, times in counted}
