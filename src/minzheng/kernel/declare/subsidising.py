"""What a domain says of a subsidy paid by a list (名单发放): what starts it, who is meant, and how much it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from .steps import Role

if TYPE_CHECKING:
    from .words import Scheme

__all__ = ["Rates", "Subsidy"]


@dataclass(frozen=True)
class Rates:
    """What the law gives one person in one place and month: fen by class, and for which groups.

    ``triggered`` is None while a figure it turns on is not known.
    """

    triggered: bool | None
    amounts: Mapping[str, int]
    groups: frozenset[str]
    rule_set: str
    trace: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Subsidy:
    """A subsidy nobody applies for: a list of everyone protected is drafted, signed by two and paid with the month.

    ``started_by`` an index that crosses its trigger, or a declared emergency.  ``rates(path=, month=, given=)``
    is the law.  ``people`` is one SQL statement that gives person, household (or none), path, class, group and rank
    of everyone protected in a place; it reads ``%(path)s``, ``%(path_end)s``, ``%(month)s`` (its first day) and
    ``%(day)s`` (the day of the count).  Of several groups of one person the lowest rank counts.  ``term`` names the
    parameter that says by when it is paid.
    """

    code: str
    label: str
    scheme: Scheme
    started_by: Literal["index", "emergency"]
    rates: Callable[..., Rates]
    people: str
    groups: Mapping[str, str]
    declared_by: tuple[Role, ...]
    checked_by: tuple[Role, ...] = ()
    carried_out_by: tuple[Role, ...] = ()
    term: str = ""
    basis: object = None
