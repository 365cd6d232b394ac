"""What is counted in the registers, said so that the database counts it for every place and month at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from minzheng.kernel.areas.levels import Level

__all__ = ["Counted", "Indicator", "PerUnit", "Spans", "Tally", "Units"]

Wanted = str | int | bool | None | tuple[str, ...]


@dataclass(frozen=True)
class Tally:
    """The rows of one table, or the sum of one whole-number column over them (``amount``).

    With ``since`` (and ``until``, a day no longer included) a row counts at the end of every month that it spans: a
    stock.  With ``on`` it counts in the month of its day: a flow, which may run on within the year or the plan.
    ``where`` names columns and what they must hold, ``!value`` what they may not.  ``path`` is the column of the
    place, ``label`` what a reader of the number is told it counts.
    """

    model: str
    label: str
    where: Mapping[str, Wanted] = field(default_factory=dict)
    amount: str = ""
    since: str = ""
    until: str = ""
    on: str = ""
    over: Literal["month", "year", "plan"] = "month"
    path: str = "path"


def _nothing(on: date) -> Mapping[str, Any]:
    """A statement that asks for no value."""
    del on
    return {}


@dataclass(frozen=True)
class Spans:
    """What only several tables together tell: a statement that gives place, first day, end, and how much it weighs.

    A row counts at the end of every month from its first day on, up to the end (the day no longer included, or
    none); with ``over`` it counts in the month of its first day and may run on within the year or the plan.
    ``given(on)`` are the values that the statement asks for, ``on`` being the last day that is counted.  No entry of a
    register stands behind such a number alone, so that none is listed.
    """

    statement: str
    label: str
    over: Literal["", "month", "year", "plan"] = ""
    given: Callable[[date], Mapping[str, Any]] = _nothing


@dataclass(frozen=True)
class Units:
    """The divisions of one level that are in force, of those the ones whose name ends in one of these words.

    Zones (开发区) and boards run places but are no counties: a share of counties is a share of the sixty.
    """

    level: Level
    label: str
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class PerUnit:
    """How many units have at least so much of what a tally counts: every unit counts once, met or not."""

    units: Units
    of: Tally | Spans
    label: str
    at_least: int = 1


Counted = Callable[..., Mapping[str, int]] | Tally | Spans | PerUnit | Units


@dataclass(frozen=True)
class Indicator:
    """A measure: numerator and denominator by place for a month; the province is Σnum/Σden.

    Declared by a tally it is computed for all divisions and months at once (``kernel.indicators.computing``).
    A function takes a ``clock.Month`` and gives ``{path: whole number}``; it is counted by township, for the running
    month and the one before.  ``nothing`` is said where a month came to nothing.  Where what is counted stands in a
    register of the domain, ``register`` and ``where`` (column: value, ``!value`` for all others) lead from a number to
    its entries; ``rows`` gives what was counted of any month, one by one, of the register, the ledger or the decisions.
    ``serves`` names the targets of a plan that the figure answers, ``beside`` those of which it is
    another reading, shown next to the one that is judged.  ``everywhere`` says that every county has some of what it
    is counted out of: one without any has not entered it.
    """

    code: str
    label: str
    unit: str
    count: Counted
    out_of: Counted | None = None
    basis: object = None
    register: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    rows: Callable[..., Any] | None = None
    serves: tuple[str, ...] = ()
    nothing: str = ""
    beside: tuple[str, ...] = ()
    everywhere: bool = False

    @property
    def computed(self) -> bool:
        """Whether it is computed for all divisions and months at once."""
        return not callable(self.count)
