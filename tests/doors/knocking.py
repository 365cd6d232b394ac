"""Somebody at the door: a browser that signs in by name and password, over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client

from minzheng.kernel.access.models import Posting, User
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.standards.models import ParameterRow
from tests.factories.cast import PASSWORD, account, office, staff, user_of

__all__ = ["GOOD", "Quick", "administrator", "knock", "latest", "ruled", "security", "worker"]

GOOD = "Chuntian-2026"


class Quick(PBKDF2PasswordHasher):
    """Hashes as the platform does, in one turn: what is tested here is the door, not the hash."""

    iterations = 1


def knock(name: str, password: str = PASSWORD, *, client: Client | None = None, **more: Any) -> Any:
    """What the door answers."""
    return (client or Client()).post("/login/", {"username": name, "password": password}, **more)


def worker(role: str = "clerk", *, at: str, name: str = "王受理") -> User:
    """A member of staff with the cast's password."""
    return user_of(staff(role, at=at, name=name))


def administrator(at: str, *, name: str = "安管理", role: str = "access.administrator") -> User:
    """Who looks after the accounts of a place, and does nothing else."""
    user = account(name=name)
    Posting.objects.create(user=user, office=office(at), role=role, from_on=date(2020, 1, 1))
    return user


def security(at: str, *, name: str = "权管理") -> User:
    """Who gives and takes the rights of a place, and does nothing else."""
    return administrator(at, name=name, role="access.security")


def ruled(key: str, value: str, *, at: str = "22/", unit: str = "count") -> None:
    """A place has its own value of a rule of the door."""
    ParameterRow.objects.create(
        key=f"signin.{key}", path=at, from_on=date(2000, 1, 1), value=value, unit=unit, source="测试",
        confidence="assumption",
    )  # fmt: skip


def latest(verb: str) -> Entry:
    """The last audit row of a verb."""
    return Entry.objects.filter(verb=verb).latest("id")
