"""Who drafts and who reviews in every county of the made-up province, and the months that are paid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.models import Division
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.audit.actor import Actor, Kind, Post
from minzheng.kernel.clock import Month
from minzheng.kernel.people.models import Household

__all__ = ["LAST", "MONTH", "SCHEME", "YEAR", "actors", "counties"]

SCHEME = "assistance.dibao"
MONTH = Month(2026, 11)
LAST, YEAR = MONTH.previous, 2026


@dataclass(frozen=True)
class Actors:
    """A payer and two reviewers with a post in every county."""

    payer: Actor
    reviewer: Actor
    second: Actor


@cache
def counties() -> tuple[str, ...]:
    """Every county in which somebody lives."""
    places = Household.objects.values_list("path", flat=True).distinct()
    return tuple(sorted({county_of(one) or one for one in places}))


@cache
def actors() -> Actors:
    """Made once the divisions are there."""
    places = list(Division.objects.filter(level=int(Level.COUNTY), valid_until=None))

    def one(number: int, role: str) -> Actor:
        posts = tuple(Post(f"assistance.{role}", place.path, Level.COUNTY, place.name) for place in places)
        return Actor(f"user:{number}", f"测{number}", Kind.STAFF, posts)

    return Actors(one(1, "payer"), one(2, "payment_reviewer"), one(3, "payment_reviewer"))
