"""Who acts: a member of staff with posts, a resident, or a named part of the platform itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from minzheng.kernel.areas.levels import Level

__all__ = ["Actor", "Kind", "Post", "system"]


class Kind(StrEnum):
    """What sort of actor stands behind a verb."""

    STAFF = "staff"
    RESIDENT = "resident"
    SYSTEM = "system"


@dataclass(frozen=True)
class Post:
    """A role held in an office: what the holder may do, and where."""

    role: str
    path: str
    level: Level
    office: str


@dataclass(frozen=True)
class Actor:
    """The one on whose word a verb is carried out; nothing happens without one.

    ``charges`` are posts that look after the platform itself (accounts).  They open no case, no register and no
    board: scope is reckoned from ``posts`` alone.
    """

    id: str
    name: str
    kind: Kind
    posts: tuple[Post, ...] = ()
    person_id: int | None = None
    charges: tuple[Post, ...] = ()

    @property
    def roles(self) -> frozenset[str]:
        """Role codes held anywhere."""
        return frozenset(post.role for post in self.posts)

    @cached_property
    def scope(self) -> tuple[str, ...]:
        """The shortest path prefixes that cover every post; empty for a resident."""
        shortest: list[str] = []
        for path in sorted({post.path for post in self.posts}):
            if not any(path.startswith(kept) for kept in shortest):
                shortest.append(path)
        return tuple(shortest)

    def covers(self, path: str) -> bool:
        """Whether a row of this place lies within the actor's scope."""
        return self.kind is Kind.SYSTEM or any(path.startswith(prefix) for prefix in self.scope)

    def post_for(self, role: str, *, path: str) -> Post | None:
        """The post by which the actor holds this role over this place, if any."""
        held = (post for post in self.posts if post.role == role and path.startswith(post.path))
        return next(held, None)

    def holds(self, levels: Mapping[str, Level], *, path: str) -> bool:
        """Whether the actor holds one of these roles over this place, at the level at which that role is held."""
        return any(post.level == levels.get(post.role) and path.startswith(post.path) for post in self.posts)

    def narrowed(self, posts: Iterable[Post]) -> Actor:
        """The same one with these posts alone: what else the actor holds opens nothing here.

        Charges never come along: whoever looks into a matter with the eyes of a post does not look after the platform.
        """
        return replace(self, posts=tuple(posts), charges=())

    @property
    def user_id(self) -> int | None:
        """The account behind a person, if the actor is one."""
        return int(self.id.removeprefix("user:")) if self.id.startswith("user:") else None


def system(name: str) -> Actor:
    """A named part of the platform, for scheduled work: it appears in the audit under that name."""
    return Actor(id=f"system:{name}", name=name, kind=Kind.SYSTEM)
