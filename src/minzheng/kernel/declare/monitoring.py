"""How an office watches those it may have to help (动态监测): warnings, who visits, what follows what was seen.

What is to be warned of is the domain's, as statements over whole counties; the course of a warning is the same
for every domain: a visit, a result, and what the result leads to (handbook 01 §10).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from .happening import Ask
from .outdoors import Outdoors
from .steps import Role

if TYPE_CHECKING:
    from .words import Visit

__all__ = ["WARNING_RESULTS", "Found", "Monitor", "Warned", "Window"]

# What a visit may come to (handbook 01 §10); the form of the visit asks for one of these under ``result``.
WARNING_RESULTS: Mapping[str, str] = MappingProxyType({
    "none": "不需要救助", "apply": "需要申请救助", "emergency": "需要立即救急", "refer": "转请其他部门帮助",
    "exit": "情况好转，需要复核",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Window:
    """One county and one month under watch: what is looked at, and the thresholds of the place."""

    path: str
    since: date
    on: date
    thresholds: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Found:
    """A household to look at: ``ref`` names the fact, of which a household is warned once."""

    household: int
    ref: str
    words: str


@dataclass(frozen=True)
class Warned:
    """One rule of warning.

    ``find`` is one SQL statement for a county, giving household, ref and words, that reads ``%(path)s``,
    ``%(path_end)s``, ``%(since)s``, ``%(on)s`` and the thresholds by name; or a function of the window, where the
    law has to be asked.  ``thresholds`` are dated parameters of the place by the name under which they are read.
    ``urgent`` ones stand first on every list.  ``proposes`` are the services to think of.
    """

    code: str
    label: str
    find: str | Callable[[Window], Iterable[Found]]
    thresholds: Mapping[str, str] = field(default_factory=dict)
    urgent: bool = False
    proposes: tuple[str, ...] = ()
    basis: object = None


@dataclass(frozen=True)
class Monitor:
    """What a domain watches, who visits whom a warning is about, and who follows up what was seen.

    ``review(household_id, on=)`` is the review that a household whose circumstances have improved is due, or None.
    ``visit_term``, ``follow_term`` and ``urgent_term`` name the limits of the visit, of what follows, and of help
    that cannot wait; within ``merge_days`` warnings of one household are one.  ``beside(household_id)`` tells what
    else the domain knows of a household that belongs into its chain: day, title and words.
    """

    code: str
    label: str
    rules: tuple[Warned, ...]
    visit: Visit
    followed_by: tuple[Role, ...]
    review: Callable[..., Ask | None]
    visit_term: str
    follow_term: str
    urgent_term: str
    merge_days: str
    basis: object = None
    # Whether the visit may be filled in without network.
    outdoors: Outdoors | None = None
    beside: Callable[[int], Iterable[tuple[date, str, str]]] | None = None

    def rule(self, code: str) -> Warned | None:
        """One of its rules; None for one that is no longer declared."""
        return next((one for one in self.rules if one.code == code), None)
