"""The deeds of account administrators: no post that handles cases may do any of them, nor any resident."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from minzheng.kernel.access.models import Office, ServiceAccount, ServiceKey, User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.signin import administering, keys
from tests.factories.cast import account, office
from tests.factories.company import HERE
from tests.factories.ground import DAY, Ground

from .deed import Deed, Ids

__all__ = ["administering_accounts"]

Verb = Callable[[Ids, Actor], Any]


def administering_accounts() -> Iterator[Deed]:
    """One block for each verb; who may is tried in tests/doors."""
    reasoned = (
        "close_account", "reopen_account", "unlock_account", "reset_password", "reset_second_factor",
    )  # fmt: skip
    verbs: dict[str, Verb] = {
        name: lambda ids, by, name=name: getattr(administering, name)(user=ids["user"], reason="试", by=by)  # type: ignore[misc]
        for name in reasoned
    }
    verbs |= {
        "open_account": lambda ids, by: administering.open_account(
            username="new", name="新", office=ids["office"], staff_number="", by=by
        ),
        "open_service": lambda ids, by: administering.open_service(
            username="sys",
            name="新",
            office=ids["office"],
            role="assistance.clerk",
            purpose="试",
            contact="试",
            by=by,
        ),
        "give_post": lambda ids, by: administering.give_post(
            user=ids["user"], office=ids["office"], role="assistance.clerk", from_on=DAY, by=by
        ),
        "end_post": lambda ids, by: administering.end_post(
            user=ids["user"], posting_id=0, until_on=DAY, by=by
        ),
        "link_staff_number": lambda ids, by: administering.link_staff_number(
            user=ids["user"], staff_number="1", by=by
        ),
        "sign_out_everywhere": lambda ids, by: administering.sign_out_everywhere(user=ids["user"], by=by),
        "make_key": lambda ids, by: keys.make_key(
            account=ids["system"], wanted=["cases.list_cases"], path=HERE.township, days=1, by=by
        ),
        "rotate_key": lambda ids, by: keys.rotate_key(old=ids["key"], days=1, by=by),
        "revoke_key": lambda ids, by: keys.revoke_key(old=ids["key"], reason="试", by=by),
    }
    for name, verb in sorted(verbs.items()):
        yield Deed(f"accounts: {name}", _ready, lambda g, ids, by, verb=verb: verb(ids, by), told=True)  # type: ignore[misc]


def _ready(g: Ground) -> Ids:
    """An account of the township, a system with a key."""
    seat = office(HERE.township)
    return {"user": _opened(seat), "office": seat, **_system(seat)}


def _opened(seat: Office) -> User:
    user = account(name="某经办")
    user.path = seat.path
    user.save()
    return user


def _system(seat: Office) -> dict[str, Any]:
    kept = ServiceAccount.objects.create(user=_opened(seat), path=seat.path, purpose="试", contact="试")
    key = ServiceKey.objects.create(
        account=kept, number=f"{kept.pk:016x}", digest="0" * 64, operations=["cases.list_cases"], path=seat.path,
        from_at="2026-01-01T00:00:00+08:00", until_at="2030-01-01T00:00:00+08:00", made_by="user:0",
    )  # fmt: skip
    assert actor_of(kept.user)
    return {"system": kept, "key": key}
