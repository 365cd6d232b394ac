"""What the pages of needs and orders share: the rooms, the marks of a state, the market."""

from __future__ import annotations

from typing import Any

from minzheng.kernel import catalogue
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.matching.duties import Declared
from minzheng.ui.shown import badge

__all__ = [
    "NEEDS",
    "PROVIDERS",
    "ROOM",
    "VOUCHERS",
    "links",
    "markets",
    "of_room",
    "order_badge",
    "places_of",
]

ROOM = ("服务订单", "/desk/matching/")
NEEDS = ("服务需求", "/desk/matching/needs/")
PROVIDERS = ("服务商", "/desk/matching/providers/")
VOUCHERS = ("服务券", "/desk/matching/vouchers/")
_TONES = {
    "offered": "warn", "accepted": "info", "declined": "neutral", "lapsed": "neutral", "started": "info",
    "ended": "warn", "disputed": "bad", "confirmed": "good", "refused": "bad", "open": "warn", "ordered": "info",
    "met": "good", "closed": "neutral",
}  # fmt: skip


def order_badge(one: Any) -> str:
    """The state of an order or a need, by shape and word as well as by colour."""
    return badge(one.get_state_display(), _TONES[one.state])


def markets() -> list[Declared]:
    """Every market that an office declares."""
    return list(catalogue.current().matchings.values())


def places_of(declared: Declared, role: Any, by: Actor) -> list[str]:
    """Where the actor holds a role, at the level at which it is held."""
    code = declared.role(role)
    return sorted({post.path for post in by.posts if post.role == code and post.level == role.at})


def of_room(by: Actor, *, serving: bool = True) -> Actor:
    """Refuse whoever has no duty in this room; a provider's staff see their own orders and their provider only."""
    roles = {one.role(role) for one in markets() for role in one.item.roles}
    if not serving:
        roles -= {one.role(one.item.served_by) for one in markets()}
    if not by.roles & roles:
        raise NotAllowed(
            "matching_role", "服务需求和订单由巡访、养老服务和服务商岗位办理。您的岗位不能查阅。"
        )
    return by


def links(by: Actor, here: tuple[str, str]) -> list[dict[str, Any]]:
    """The other rooms that are the actor's."""
    found = [ROOM]
    for one in markets():
        told = {one.role(role) for role in one.item.told_by}
        kept = {one.role(one.item.managed_by)}
        issued = (
            {one.role(role) for role in (one.item.vouchers.issued_by, one.item.vouchers.signed_by)}
            if (one.item.vouchers)
            else set()
        )
        found += [NEEDS] if by.roles & (told | kept) else []
        found += [PROVIDERS] if by.roles & (told | kept | {one.role(one.item.served_by)}) else []
        found += [VOUCHERS] if by.roles & (issued | kept) else []
    return [
        {"url": url, "label": label, "icon": "list-details", "kind": ""}
        for label, url in dict.fromkeys(found)
        if (label, url) != here
    ]
