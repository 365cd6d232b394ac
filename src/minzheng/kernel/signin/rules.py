"""How strict the door is: dated values by place, for staff and for residents."""

from __future__ import annotations

from django.conf import settings

from minzheng.kernel import catalogue, clock
from minzheng.kernel.access.models import User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.audit import Actor

__all__ = ["home_of", "number", "number_for", "second_factor_due"]


def number(key: str, *, path: str = "") -> int:
    """A whole number in force today at a place; without one, for the whole platform."""
    return int(str(_value(key, path)))


def number_for(user: User, key: str) -> int:
    """The value for this account: residents have their own where the office gives them one."""
    ending = "_resident" if user.person_id is not None else ""
    return number(key + ending, path=home_of(user))


def home_of(user: User) -> str:
    """The widest place the account works for, or where it was opened."""
    return _home(actor_of(user), user)


def second_factor_due(user: User) -> bool:
    """Whether the account has to show a second factor today: nobody, administrators, all staff, or listed posts."""
    by = actor_of(user)
    if user.person_id is not None and not (by.posts or by.charges):
        return False
    wanted = str(_value("second_factor", _home(by, user)))
    if wanted == "none":
        return False
    if wanted == "staff":
        return True
    if wanted == "charges":
        return bool(by.charges)
    held = {post.role for post in (*by.posts, *by.charges)}
    return bool(held & set(wanted.split(",")))


def _home(by: Actor, user: User) -> str:
    held = sorted((post.path for post in (*by.posts, *by.charges)), key=lambda path: (len(path), path))
    return held[0] if held else user.path


def _value(key: str, path: str) -> object:
    found = catalogue.current().parameters()
    return found.get(f"signin.{key}", path=path or settings.MINZHENG_PLACE, on=clock.today()).value
