"""One run of the rules over columns: the values of every place, the bounds, the loop that fits them."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minzheng.kernel.law.engines.bounds import Bounds, proven
from minzheng.kernel.law.engines.columns import DAYS, Column, Table
from minzheng.kernel.law.engines.flat import packed
from minzheng.kernel.law.engines.kernel import Array, Fact, Kernel, Output
from minzheng.kernel.law.engines.lowering import Given, Lowering
from minzheng.kernel.law.engines.machine import Loop
from minzheng.kernel.law.engines.places import Moment, places_of
from minzheng.kernel.law.plan import Plan, Space
from minzheng.kernel.law.units import Kind

__all__ = [
    "Ground", "Moment", "Session", "ages_on", "below_of", "columns_of", "for_loop", "given", "ground_of", "members_of",
    "recodes", "types_of",
]  # fmt: skip

Range = tuple[int, int]


def given(plan: Plan, table: Table) -> Given:
    """Which facts of the plan the table has for everyone, for some, for nobody."""
    nullable, absent = set(), set()
    for space in (Space.HOUSEHOLD, Space.MEMBER):
        columns = columns_of(table, space)
        for fact in plan.facts(space):
            column = columns.get(fact.name)
            if column is None:
                absent.add((space, fact.name))
            elif column.known is not None:
                nullable.add((space, fact.name))
    return Given(frozenset(nullable), frozenset(absent))


def for_loop(plan: Plan, table: Table, *, narrow_below: int = 8) -> Given:
    """The same for a compiled loop, which looks ages up and does not check numbers of fewer bytes than these."""
    narrow = {
        (space, name)
        for space in (Space.HOUSEHOLD, Space.MEMBER)
        for name, column in columns_of(table, space).items()
        if column.values.dtype.kind in "iu" and column.values.dtype.itemsize < narrow_below
    }
    return replace(given(plan, table), narrow=frozenset(narrow), by_table=True)


def below_of(table: Table) -> dict[tuple[Space, str], int]:
    """The denominators of the exact facts of a table."""
    return {
        (space, name): column.below
        for space in (Space.HOUSEHOLD, Space.MEMBER)
        for name, column in columns_of(table, space).items()
    }


def columns_of(table: Table, space: Space) -> Mapping[str, Column]:
    """The columns of the households, or of the members."""
    return table.household if space is Space.HOUSEHOLD else table.persons


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known before any household is read: the values of the places, and the bounds they allow."""

    moment: Moment
    bounds: Bounds | None
    table: NDArray[np.int64]
    ages: tuple[NDArray[np.int16], ...]
    alone: NDArray[np.bool_]


def members_of(table: Table) -> int:
    """The most members of a household, rounded up: the pieces of one population then share their ground."""
    counts = np.diff(table.starts)
    return 1 << max(int(counts.max()) - 1 if len(counts) else 0, 7).bit_length()


def ground_of(lowering: Lowering, kernel: Kernel, table: Table, moment: Moment) -> Ground:
    """The ground for tables of these places and columns."""
    spots = [(moment, path) for path in table.places]
    places = places_of(lowering.plan, lowering.program, spots, below_of(table))
    limits = _limits(lowering.plan, table)
    fits = (
        proven(lowering.program, places.values, members=members_of(table), limits=limits) if spots else None
    )
    rows = [places.values[op.index] for op in kernel.places]
    shape = (len(rows), len(spots))
    values = np.array(rows, dtype=np.int64).reshape(shape) if fits else np.zeros(shape, np.int64)
    ages = tuple(ages_on(places.values[op.index][0]) for op in kernel.ages) if spots else ()
    alone = np.array(places.alone, dtype=np.bool_)
    return Ground(moment, fits, np.ascontiguousarray(values.T), ages, alone)


class Session:
    """A loop on its ground."""

    def __init__(self, plan: Plan, kernel: Kernel, ground: Ground) -> None:
        self._kernel = kernel
        self._ground = ground
        self._recode = recodes(plan)
        self.bounds = ground.bounds

    @property
    def arrays(self) -> int:
        """How many arrays the loop is handed."""
        kernel = self._kernel
        return 5 + len(kernel.ages) + len(kernel.codes) + len(kernel.columns) + len(kernel.outputs)

    def run(self, loop: Loop, part: Table, arrays: Callable[[Output], NDArray[Any]]) -> NDArray[np.bool_]:
        """Fill the arrays for these households; the marked ones are to be decided by themselves."""
        again = np.zeros(len(part), np.bool_)
        lines = [np.ascontiguousarray(part.starts), np.ascontiguousarray(part.place)]
        given = [*lines, self._ground.table, again, packed_days(), *self._ground.ages]
        codes = [self._recode[fact] for fact in self._kernel.codes]
        columns = [np.ascontiguousarray(_values(one, part)) for one in self._kernel.columns]
        out = [arrays(output) for output in self._kernel.outputs]
        assert self.bounds is not None
        loop(len(part), self.bounds.fact, [*given, *codes, *columns, *out])
        if self._ground.alone.any():
            again |= self._ground.alone[part.place]
        return again


def types_of(plan: Plan, table: Table) -> dict[Fact, str]:
    """The type of each column the plan reads, as numpy codes it; a day is eight bytes, a truth one."""
    found = {}
    for space in (Space.HOUSEHOLD, Space.MEMBER):
        columns = columns_of(table, space)
        for fact in plan.facts(space):
            if fact.name in columns:
                dtype = columns[fact.name].values.dtype
                found[space, fact.name] = f"{'i' if dtype.kind == 'M' else dtype.kind}{dtype.itemsize}"
    return found


def _values(array: Array, part: Table) -> NDArray[Any]:
    column = columns_of(part, array.fact[0])[array.fact[1]]
    values = column.values if array.kind == "fact" else column.known
    assert values is not None
    return values


@lru_cache(maxsize=16)
def ages_on(day: int) -> NDArray[np.int16]:
    """Full years on a day by day of birth, for every birthday there is (both as Python counts days)."""
    on, common = packed(day), not isleap(packed(day) // 10000)
    ages = np.empty(len(packed_days()) - 1, np.int16)
    for rows in _pieces(len(ages)):
        born = packed_days()[rows]
        if common:
            born = np.where(born % 10000 == 229, born - 1, born)  # 29 February counts on the 28th
        ages[rows] = (on - born) // 10000
    return ages


@lru_cache(maxsize=1)
def packed_days() -> NDArray[np.int32]:
    """Every day there is as 20220131, by its number; the day after the last one, too."""
    last = date.max.toordinal()
    found = np.empty(last + 2, np.int32)
    found[0], found[-1] = 0, packed(last + 1)
    for rows in _pieces(last):
        days = np.arange(DAYS[0] + rows.start, DAYS[0] + rows.stop).astype("datetime64[D]")
        months = days.astype("datetime64[M]")
        year, month = months.astype("datetime64[Y]").astype(np.int32) + 1970, months.astype(np.int32) % 12 + 1
        found[rows.start + 1 : rows.stop + 1] = (
            year * 10000 + month * 100 + (days - months).astype(np.int32) + 1
        )
    return found


def _pieces(rows: int) -> Iterator[slice]:
    """A few at a time: whole columns in between would take more memory than all else."""
    return (slice(first, min(first + 65_536, rows)) for first in range(0, rows, 65_536))


def recodes(plan: Plan) -> dict[tuple[Space, str], NDArray[np.int16]]:
    """A fact numbers its own codes; the plan numbers all codes of all facts together."""
    numbers = {code: number for number, code in enumerate(plan.codes)}
    found = {}
    for space in (Space.HOUSEHOLD, Space.MEMBER):
        for fact in plan.facts(space):
            of_plan = [numbers[one] for one in fact.options]
            if of_plan != list(range(len(of_plan))):
                found[space, fact.name] = np.array(of_plan, dtype=np.int16)
    return found


def _limits(plan: Plan, table: Table) -> dict[tuple[Space, str], Range]:
    """What is certain of a column before it is read: by the kind of the fact, or by a narrow type."""
    found: dict[tuple[Space, str], Range] = {}
    for space in (Space.HOUSEHOLD, Space.MEMBER):
        columns = columns_of(table, space)
        for fact in plan.facts(space):
            column = columns.get(fact.name)
            if fact.kind is Kind.DATE:
                found[space, fact.name] = DAYS
            elif fact.kind is Kind.CODE:
                found[space, fact.name] = (0, len(plan.codes))
            elif fact.kind is Kind.BOOLEAN:
                found[space, fact.name] = (0, 1)
            elif column is not None and column.values.dtype.itemsize < 8:
                limits = np.iinfo(column.values.dtype)
                found[space, fact.name] = (int(limits.min), int(limits.max))
    return found
