"""Data stewards decide whether two files are one person's: a role that domains declare, held over both places."""

from __future__ import annotations

from minzheng.kernel import catalogue
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import uids
from minzheng.kernel.audit import Actor, Post
from minzheng.kernel.errors import NotAllowed, NotFound

__all__ = ["common", "holds", "require", "steward"]


def common(one: str, other: str) -> str:
    """The smallest place that both paths lie in."""
    kept = []
    for a, b in zip(uids(one), uids(other), strict=False):
        if a != b:
            break
        kept.append(a)
    return "/".join(kept) + "/" if kept else ""


def holds(by: Actor, *, path: str) -> bool:
    """Whether the actor is a steward of this place, at the level at which the role is held."""
    return any(path.startswith(post.path) for post in _posts(by))


def steward(by: Actor) -> Actor:
    """The actor with only the posts of a steward; nobody else looks at two files side by side."""
    if not (held := _posts(by)):
        labels = "、".join(dict.fromkeys(role.label for role in catalogue.current().stewards.values()))
        raise NotAllowed("steward_role", f"疑似重复的人员档案由“{labels}”核对。您没有这一岗位。")
    return by.narrowed(held)


def require(by: Actor, *, path: str) -> None:
    """Refuse whoever is no steward here; to a stranger there is no such pair."""
    if holds(by, path=path):
        return
    if not by.covers(path):
        raise NotFound("pair_unknown", "没有这对档案，或不在您的管辖范围内。请返回列表重新选择。")
    steward(by)
    raise NotAllowed(
        "steward_place", "两份档案不都在您的管辖范围内，不能由您处理。请转请上级数据管理员处理。"
    )


def _posts(by: Actor) -> tuple[Post, ...]:
    held = catalogue.current().stewards
    return tuple(
        post for post in by.posts if post.role in held and post.level == Level(int(held[post.role].at))
    )
