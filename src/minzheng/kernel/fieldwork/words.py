"""What goes out with a telephone and what comes back: a piece of work, a record handed in, what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Form

__all__ = ["Differing", "Given", "Kept", "Source", "Theirs", "Work"]


@dataclass(frozen=True, kw_only=True)
class Work:
    """One thing to do at one door: what the visitor has to know there, and nothing else.

    ``base`` is the state of the record when it was taken along; a record handed in later names it.
    """

    code: str
    act: str
    title: str
    form: Form
    path: str
    facts: tuple[tuple[str, str], ...] = ()
    due: str = ""
    late: bool = False
    mark: tuple[str, str] = ("", "")
    phone: str = ""
    position: bool = False
    base: Mapping[str, Any] = field(default_factory=dict)
    known: Mapping[str, Any] = field(default_factory=dict)
    case_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Given:
    """A record as it comes from the telephone; ``key`` is made there, so that it counts once however often it comes."""

    work: str
    key: str
    answers: Mapping[str, Any]
    base: Mapping[str, Any]
    at: datetime
    lat: str = ""
    lon: str = ""


@dataclass(frozen=True, kw_only=True)
class Theirs:
    """What somebody else has recorded meanwhile; ``final`` where nothing more can be added to it."""

    who: str
    at: datetime | None
    words: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    final: bool = False


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The record is kept; ``base`` is what the next one on the same work begins from."""

    told: str
    base: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Differing:
    """The record met another: each question that was answered differently, and the work as it now stands."""

    theirs: Theirs
    fields: tuple[tuple[str, str, str, str], ...]
    work: Work


class Source(Protocol):
    """One kind of work: what of it is the actor's, and the verb by which a record of it is kept."""

    code: str
    label: str

    def works(self, by: Actor, *, ahead: int, most: int) -> list[Work]:
        """What the actor has to do, the most pressing first."""

    def work(self, pk: int, by: Actor) -> Work:
        """One piece of it as it now is; what is not the actor's looks like what does not exist."""

    def keep(self, pk: int, given: Given, by: Actor, *, anyhow: bool = False) -> str:
        """Carry out the declared verb; ``anyhow`` where nothing stands against what has changed meanwhile."""

    def theirs(self, pk: int, given: Given, by: Actor) -> Theirs | None:
        """What was recorded by others since it was taken along, if anything that a person has to weigh."""
