"""Who an account is today, and what of a table lies within an actor's scope."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from minzheng.kernel import clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit.actor import Actor, Kind, Post

from .models import Posting, User

__all__ = ["CHARGES", "actor_of", "in_scope", "within"]

# Posts that look after the platform; held at county, city or province, and by nobody who decides cases.
CHARGES = {
    "access.administrator": "系统管理员", "access.security": "安全管理员", "access.auditor": "安全审计员",
}  # fmt: skip

M = TypeVar("M", bound=Model)


def actor_of(user: User, *, on: date | None = None) -> Actor:
    """The actor an account is on a day: staff with the posts then held, or a resident."""
    day = on or clock.today()
    held = Posting.objects.filter(Q(until_on=None) | Q(until_on__gt=day), user=user, from_on__lte=day)
    every = tuple(
        Post(role=p.role, path=p.office.path, level=Level(p.office.level), office=p.office.name)
        for p in held.select_related("office").order_by("id")
    )
    posts = tuple(post for post in every if post.role not in CHARGES)
    charges = tuple(post for post in every if post.role in CHARGES)
    # Held apart by the verb that gives them; should two ever meet in one hand, neither opens anything.
    charges = charges if len({post.role for post in charges}) < 2 else ()
    kind = Kind.STAFF if every or user.person_id is None else Kind.RESIDENT
    return Actor(
        id=f"user:{user.pk}",
        name=user.name,
        kind=kind,
        posts=posts,
        person_id=user.person_id,
        charges=charges,
    )


def within(by: Actor, column: str = "path") -> Q:
    """The condition that a row lies within the actor's scope; nothing at all for a resident."""
    if by.kind is Kind.SYSTEM:
        return Q()
    condition = Q(pk__in=[])
    for prefix in by.scope:
        condition |= Q(**{f"{column}__startswith": prefix})
    return condition


def in_scope(rows: QuerySet[M], by: Actor, column: str = "path") -> QuerySet[M]:
    """The rows of a table that the actor's posts cover; every list, count, picker and export starts here."""
    return rows.filter(within(by, column))
