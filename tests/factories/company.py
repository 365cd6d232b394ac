"""Everyone who may stand at a door: each role at its place, at another, and at a wrong level; and residents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from minzheng.config.signin.keeping import seconds
from minzheng.config.signin.store import SessionStore
from minzheng.kernel import catalogue
from minzheng.kernel.access.models import Posting
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.actor import Kind

from .cast import SINCE, account, office, resident_of, user_of
from .people import household, person
from .places import Seat

__all__ = ["HERE", "NOBODY", "Someone", "Where", "company", "knock", "level_place", "staff_at"]

Where = Literal["here", "elsewhere", "other level", ""]
HERE = Seat("22/2201/220122/220122101/220122101210/")
# Another city, so that no level above the village is shared but the province.
ELSEWHERE = Seat("22/2202/220202/220202001/220202001001/")
A_DAY = 24 * 3600
NOBODY = Actor(id="user:0", name="", kind=Kind.RESIDENT)
WRONG_LEVEL = {
    Level.VILLAGE: Level.TOWNSHIP, Level.TOWNSHIP: Level.COUNTY, Level.COUNTY: Level.CITY,
    Level.CITY: Level.PROVINCE, Level.PROVINCE: Level.CITY,
}  # fmt: skip


@dataclass(frozen=True)
class Someone:
    """Somebody who tries: a role and where it is held, or a resident by part."""

    name: str
    actor: Actor
    role: str = ""
    where: Where = ""

    def __str__(self) -> str:
        return f"{self.role} {self.where}" if self.role else self.name


def level_place(seat: Seat, level: Level) -> str:
    """The place of a level that covers the seat."""
    by_level = {
        Level.VILLAGE: seat.village, Level.TOWNSHIP: seat.township, Level.COUNTY: seat.county,
        Level.CITY: seat.city, Level.PROVINCE: seat.province,
    }  # fmt: skip
    return by_level[level]


def staff_at(role: str, seat: Seat, level: Level, *, name: str) -> Actor:
    """A member of staff who holds a role at the place of a level."""
    user = account(name=name)
    Posting.objects.create(user=user, office=office(level_place(seat, level)), role=role, from_on=SINCE)
    return actor_of(user)


def company(*, applicant: Actor, member: Actor, maker: Actor) -> list[Someone]:
    """All who try, each role three times; a province has no elsewhere."""
    found = []
    for code, declared in catalogue.current().roles.items():
        at = declared.item.at
        found.append(Someone("", staff_at(code, HERE, at, name="此地"), code, "here"))
        if at is not Level.PROVINCE:
            found.append(Someone("", staff_at(code, ELSEWHERE, at, name="异地"), code, "elsewhere"))
        found.append(Someone("", staff_at(code, HERE, WRONG_LEVEL[at], name="错级"), code, "other level"))
    neighbour = person(path=HERE.village, name="测邻居")
    household(neighbour, path=HERE.village)
    return [
        *found, Someone("applicant", applicant), Someone("household member", member), Someone("maker", maker),
        Someone("other resident", resident_of(neighbour)),
    ]  # fmt: skip


def knock(who: Actor) -> Client:
    """A browser in which somebody has signed in; the session is made directly, for there are many."""
    user = user_of(who)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    now = seconds()
    # Seen for the whole day, so that no attempt writes down that it was made.
    session.update({"begun": now, "seen": now + A_DAY, "idle": A_DAY, "longest": A_DAY})
    session.save()
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return client
