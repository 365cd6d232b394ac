"""Who an account is today, and what of a table lies within an actor's scope."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import TypedDict, TypeVar, cast

from django.db.models import F, Model, Q, QuerySet

from minzheng.kernel import clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit.actor import Actor, Kind, Post

from .models import Posting, User

__all__ = ["CHARGES", "EVALUATOR", "account", "actor_of", "evaluates", "in_scope", "within"]

# Who evaluates from outside what the offices did: a body chosen by procurement, which has no part in the work.
EVALUATOR = "access.evaluator"
# Posts without scope: they look after the platform or evaluate it, at county, city or province, and are held by nobody
# who handles cases.
CHARGES = {
    "access.administrator": "系统管理员", "access.security": "安全管理员", "access.auditor": "安全审计员",
    EVALUATOR: "第三方评估人员",
}  # fmt: skip

M = TypeVar("M", bound=Model)
_ACCOUNT = """
SELECT u.*, (
  SELECT coalesce(json_agg(json_build_object(
    'as_role', p.role, 'at', o.path, 'of_level', o.level, 'called', o.name) ORDER BY p.id), '[]')
  FROM access_posting p JOIN access_office o ON o.id = p.office_id
  WHERE p.user_id = u.id AND p.from_on <= %(day)s AND (p.until_on IS NULL OR p.until_on > %(day)s))::text AS posts_held
FROM access_user u WHERE u.id = %(account)s"""
_POST = {
    "as_role": F("role"),
    "at": F("office__path"),
    "of_level": F("office__level"),
    "called": F("office__name"),
}


class Held(TypedDict):
    """A post as it is read: its role, and place, level and name of its office."""

    as_role: str
    at: str
    of_level: int
    called: str


def actor_of(user: User, *, on: date | None = None, held: Iterable[Held] | None = None) -> Actor:
    """The actor an account is on a day: staff with the posts then held, or a resident.

    ``held`` are the posts, where they were read together with the account (:func:`account`).
    """
    if held is None:
        own = _held(on or clock.today()).filter(user=user)
        held = cast("Iterable[Held]", own.values(**_POST))
    every = tuple(
        Post(role=one["as_role"], path=one["at"], level=Level(one["of_level"]), office=one["called"])
        for one in held
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


def account(number: int) -> User | None:
    """The account of this number with the posts it holds today as ``posts_held``; none, if there is no such account.

    Every request asks for it, so that its words are put together once.
    """
    found = list(User.objects.raw(_ACCOUNT, {"account": number, "day": clock.today()}))
    for user in found:
        user.posts_held = json.loads(user.posts_held)
    return found[0] if found else None


def _held(day: date) -> QuerySet[Posting]:
    held = Posting.objects.filter(Q(until_on=None) | Q(until_on__gt=day), from_on__lte=day)
    return held.order_by("id")


def evaluates(by: Actor) -> bool:
    """Whether the actor evaluates from outside, for the province: a charge without scope over any register."""
    return any(post.role == EVALUATOR and post.level is Level.PROVINCE for post in by.charges)


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
