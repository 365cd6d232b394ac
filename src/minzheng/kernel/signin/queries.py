"""How accounts stand at the door: which are locked, which have a second factor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from minzheng.kernel import clock
from minzheng.kernel.access.models import Guessing, SecondFactor, User

from .guessing import code_key, name_key

__all__ = ["locked_among", "locked_until", "with_factor"]


def locked_until(users: Iterable[User]) -> dict[int, datetime]:
    """Until when each of these accounts is closed by wrong guesses; only those that are."""
    keys = {key: one.pk for one in users for key in (name_key(one.username), code_key(one))}
    found = Guessing.objects.filter(key__in=keys, locked_until__gt=clock.now())
    return {keys[one.key]: one.locked_until for one in found if one.locked_until is not None}


def locked_among(users: QuerySet[User]) -> list[int]:
    """The locked ones of many accounts; the locked names are few, and only their digests are known."""
    closed = set(Guessing.objects.filter(locked_until__gt=clock.now()).values_list("key", flat=True))
    if not closed:
        return []
    return [
        one.pk for one in users.only("pk", "username") if {name_key(one.username), code_key(one)} & closed
    ]


def with_factor(users: Iterable[User]) -> set[int]:
    """Which of these accounts have a confirmed second factor."""
    kept = SecondFactor.objects.filter(user__in=[one.pk for one in users]).exclude(confirmed_at=None)
    return set(kept.values_list("user_id", flat=True))
