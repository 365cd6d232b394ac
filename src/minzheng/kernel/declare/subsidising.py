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
    # Where the amount goes by group and not by class.
    by_group: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Subsidy:
    """A subsidy nobody applies for: a list of everyone protected is drafted, signed by two and paid with the month.

    ``started_by`` an index that crosses its trigger, a declared emergency, or each month by itself (免申即享): then
    only those are paid whose account somebody of ``confirmed_by`` has confirmed with them.
    ``rates(path=, month=, given=)`` is the law.  ``people`` is one SQL statement that gives person, household
    (or none), path, class, group and rank of everyone protected in a place; it reads ``%(path)s``,
    ``%(path_end)s``, ``%(month)s`` (its first day) and ``%(day)s`` (the day of the count) and whatever ``asks()`` adds.
    Of several groups of one person the lowest rank counts.  ``term`` names the parameter that says by when it is paid.
    ``told`` says to residents who receives it and that nobody has to apply; ``words`` are what they call it.
    """

    code: str
    label: str
    scheme: Scheme
    started_by: Literal["index", "emergency", "month"]
    rates: Callable[..., Rates]
    people: str
    groups: Mapping[str, str]
    declared_by: tuple[Role, ...] = ()
    checked_by: tuple[Role, ...] = ()
    carried_out_by: tuple[Role, ...] = ()
    confirmed_by: tuple[Role, ...] = ()
    asks: Callable[[], Mapping[str, Any]] = dict
    # Whether the month of death is still paid (handbook 00 §0.5).
    death_month: bool = False
    term: str = ""
    basis: object = None
    told: str = ""
    words: tuple[str, ...] = ()
