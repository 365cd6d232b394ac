"""What a node comes to in one part of the table: figures, where they are known, where they must be looked at again.

A row that the columns cannot settle (too large a number, a division by zero, a missing parameter) is marked
and decided afterwards by the case engine, alone: it finds the exact answer or says what stops it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minzheng.kernel.errors import Mistake
from minzheng.kernel.law.engines.columns import FIRST_DAY, Table
from minzheng.kernel.law.engines.exact import Exact, sound
from minzheng.kernel.law.engines.whole import Mask, Whole, either
from minzheng.kernel.law.expressions import Expression
from minzheng.kernel.law.plan import Node, Plan, Space

__all__ = ["Cell", "Frame", "Reckons", "Shared", "cell"]


@dataclass(frozen=True, slots=True)
class Cell:
    """The figures of one node; a truth reads false, and a denominator one, where nothing is known."""

    exact: Exact
    known: Mask = None
    again: Mask = None

    @property
    def settled(self) -> bool:
        """Whether it is one certain value for every row."""
        return self.exact.n.same and self.exact.d.same and self.known is None and self.again is None

    def at(self, spread: Callable[[NDArray[Any]], NDArray[Any]]) -> Cell:
        """The same, spread over other rows."""

        def column(one: Whole) -> Whole:
            return one if one.same else Whole(spread(one.value), one.low, one.high)

        known, again = (None if mask is None else spread(mask) for mask in (self.known, self.again))
        return Cell(Exact(column(self.exact.n), column(self.exact.d)), known, again)


def cell(exact: Exact, known: Mask = None, again: Mask = None) -> Cell:
    """A cell whose rows that were too large are marked to be looked at again."""
    over = exact.over
    if over is not None and known is not None:
        over = over & known
    return Cell(sound(exact), known, either(again, over))


class Shared:
    """What stays the same from part to part of one run: the day, the codes, how often a node is used."""

    def __init__(self, plan: Plan, *, on: date, reckons: Reckons) -> None:
        self.plan = plan
        self.on = on
        self.reckons = reckons
        self.code = {code: number for number, code in enumerate(plan.codes)}
        self.uses = [0] * len(plan.nodes)
        for node in plan.nodes:
            for part in node.parts:
                self.uses[part.index] += 1
        for rule in plan.asked:
            self.uses[plan.roots[rule].index] += 1
        self._ages: tuple[int, NDArray[np.int16]] = (
            on.toordinal(),
            _ages(on.toordinal(), on.toordinal(), on),
        )

    def ages(self, low: int, high: int) -> tuple[int, NDArray[np.int16]]:
        """Full years today by day of birth, from the day given first."""
        first, known = self._ages
        if not first <= low <= high < first + len(known):
            first, end = min(first, low), max(first + len(known) - 1, high)
            self._ages = first, _ages(first, end, self.on)
        return self._ages


def _ages(first: int, last: int, on: date) -> NDArray[np.int16]:
    """Full years on that day for each day of birth; 29 February counts on the 28th of a common year."""
    days = (np.arange(first, last + 1) - FIRST_DAY).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    year = months.astype("datetime64[Y]").astype(np.int64) + 1970
    month_day = (months.astype(np.int64) % 12 + 1) * 100 + (days - months).astype(np.int64) + 1
    today = on.month * 100 + on.day
    if (date(on.year, 3, 1) - date(on.year, 2, 1)).days == 28:
        month_day = np.where(month_day == 229, 228, month_day)
    ages: NDArray[np.int16] = (on.year - year - (today < month_day)).astype(np.int16)
    return ages


class Frame:
    """One part of the table, or all its places; every node is reckoned once and forgotten after its last use."""

    def __init__(self, shared: Shared, table: Table, *, places: Frame | None) -> None:
        self.shared = shared
        self.table = table
        self.places = places
        self.counts: NDArray[np.int64] = np.diff(table.starts)
        self._left = list(shared.uses)
        self._cells: dict[int, Cell] = {}
        self._spread: dict[tuple[int, Space], Cell] = {}
        self._member_place: NDArray[Any] | None = None

    def rows(self, space: Space) -> int:
        """How many rows the space has here."""
        sizes = {Space.PLACE: len(self.table.places), Space.HOUSEHOLD: len(self.table)}
        return sizes[space] if space in sizes else int(self.table.starts[-1])

    def cell(self, node: Node) -> Cell:
        """The node in its own space."""
        if node.space is Space.PLACE and self.places is not None:
            return self.places.cell(node)
        if node.index not in self._cells:
            reckon = self.shared.reckons.get(type(node.of))
            if reckon is None:
                raise Mistake("rule_node", f"The bulk engine does not know {type(node.of).__name__}.")
            found = reckon(self, node)
            self._cells[node.index] = _uniform(found) if self.places is None else found
            self._forget(node)
        return self._cells[node.index]

    def at(self, node: Node, space: Space) -> Cell:
        """The node as the rows of another space read it."""
        found = self.cell(node)
        if node.space is space or found.settled:
            return found
        key = (node.index, space)
        if key not in self._spread:
            self._spread[key] = self._spread_over(found, node.space, space)
        return self._spread[key]

    def of_place(self, space: Space) -> NDArray[Any]:
        """The place of each row."""
        if space is Space.HOUSEHOLD:
            return self.table.place
        if self._member_place is None:
            self._member_place = np.repeat(self.table.place, self.counts)
        return self._member_place

    def _spread_over(self, found: Cell, from_: Space, to: Space) -> Cell:
        if from_ is Space.PLACE:
            place = self.of_place(to)
            return found.at(lambda values: values[place])
        return found.at(lambda values: np.repeat(values, self.counts))

    def _forget(self, node: Node) -> None:
        if self.places is None:
            return
        for part in node.parts:
            self._left[part.index] -= 1
            if not self._left[part.index]:
                self._cells.pop(part.index, None)
                for space in (Space.HOUSEHOLD, Space.MEMBER):
                    self._spread.pop((part.index, space), None)


def _uniform(found: Cell) -> Cell:
    """What is the same in every place needs no column."""
    n, d = found.exact.n, found.exact.d
    if found.settled or found.known is not None or found.again is not None:
        return found
    alike = all(one.same or (one.value == one.value[0]).all() for one in (n, d))
    if not alike:
        return found
    values = [one.value if one.same else one.value[0].item() for one in (n, d)]
    return Cell(Exact(*(Whole(value, int(value), int(value)) for value in values)))


Reckons = Mapping[type[Expression], Callable[[Frame, Node], Cell]]
