"""What happens at the door goes into the audit log: the account if it exists, the address, never what was typed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from minzheng.kernel.access.models import User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.audit import Actor, Deed
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.audit.deed import name_of
from minzheng.kernel.audit.outcomes import Outcome

__all__ = ["DOOR", "address_of", "tell"]

DOOR = Actor(id="system:door", name="登录入口", kind=Kind.SYSTEM)


def address_of(request: HttpRequest) -> str:
    """Where the request comes from; behind proxies of our own, what the outermost of them saw."""
    hops = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
    trusted = settings.MINZHENG_PROXIES
    if trusted and len(hops) >= trusted:
        return hops[-trusted][:45]
    return str(request.META.get("REMOTE_ADDR") or "")[:45]


def tell(verb: str, label: str, *, user: User | None, done: bool, reason: str = "", **after: Any) -> None:
    """One row, by the account itself when it is in, else by the door; a name that exists nowhere is not kept."""
    by = actor_of(user) if done and user is not None else DOOR
    about = name_of(user) if user is not None else ""
    path = user.path if user is not None else ""
    known = {"username": user.username} if user is not None else {"username": None}
    deed = Deed(verb=verb, label=label, by=by, subject=about, path=path, reason=reason, after=known | after)
    deed.append(Outcome.DONE if done else Outcome.REFUSED)
