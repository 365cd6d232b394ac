"""Which place a board is about: one within the reader's scope, at county level or above."""

from __future__ import annotations

from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed, NotFound

__all__ = ["place_of", "reader"]


def reader(by: Actor) -> Actor:
    """The actor with only the posts at county level and above, which boards are for."""
    held = tuple(post for post in by.posts if post.level <= Level.COUNTY)
    if not held:
        raise NotAllowed("board_level", "看板供县级以上民政部门使用。您可以在台账中查看本地的情况。")
    return Actor(id=by.id, name=by.name, kind=by.kind, posts=held, person_id=by.person_id)


def place_of(by: Actor, asked: str) -> str:
    """The place asked for, or the first that the reader's posts cover."""
    if not asked:
        return by.scope[0]
    if not by.covers(asked):
        raise NotFound("board_place", "没有这个地区，或不在您的管辖范围内。")
    return asked
