"""Who may look into funds and contracts: those who have to do with them, and the levels that supervise them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minzheng.kernel import catalogue, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.actor import Post
from minzheng.kernel.errors import NotAllowed

__all__ = ["CONTRACTS", "FUNDS", "buyer", "buys", "keeper", "keeps", "places_of", "role_codes"]

FUNDS = ("备用金", "/desk/funds/")
CONTRACTS = ("购买服务", "/desk/funds/contracts/")


def role_codes(declared: Iterable[catalogue.Declared[Any]]) -> set[str]:
    """The roles of every fund, or of every kind of purchase."""
    return {one.role(role) for one in declared for role in one.item.roles}


def _held(by: Actor, roles: set[str]) -> tuple[Post, ...]:
    return tuple(post for post in by.posts if post.role in roles or post.level <= Level.CITY)


def keeps(by: Actor) -> bool:
    """Whether the actor looks into reserve funds."""
    return bool(_held(by, role_codes(catalogue.current().reserves.values())))


def buys(by: Actor) -> bool:
    """Whether the actor looks into contracts."""
    return bool(_held(by, role_codes(catalogue.current().purchasings.values())))


def _only(by: Actor, roles: set[str], refusal: NotAllowed) -> Actor:
    held = _held(by, roles)
    if not held:
        raise refusal
    return by.narrowed(held)


def keeper(by: Actor) -> Actor:
    """The actor with only those posts that look into reserve funds."""
    refusal = NotAllowed(
        "fund_role", "备用金由乡镇经办、审批和县级资金岗位办理，由上级监督。您的岗位不能查阅。"
    )
    return _only(by, role_codes(catalogue.current().reserves.values()), refusal)


def buyer(by: Actor) -> Actor:
    """The actor with only those posts that look into contracts."""
    refusal = NotAllowed("contract_role", "购买服务由县级相应岗位办理，由上级监督。您的岗位不能查阅。")
    return _only(by, role_codes(catalogue.current().purchasings.values()), refusal)


def places_of(declared: catalogue.Declared[Any], role: declare.Role, by: Actor) -> list[str]:
    """Where the actor holds a role, at the level at which it is held."""
    code = declared.role(role)
    return sorted({post.path for post in by.posts if post.role == code and post.level == role.at})
