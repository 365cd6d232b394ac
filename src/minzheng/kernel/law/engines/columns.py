"""Many households in columns: one array for each fact, with a mask where it is not known for everyone.

A member's columns hold the members of the first household, then those of the second, and so on; ``starts``
says where each household's members begin.  Money is whole fen in an integer array, a day is datetime64[D]
or the days since 1970,
a code is its position among the options of the fact.  A column that is absent is unknown for everyone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import accumulate
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.law.facts import Facts, checked
from minzheng.kernel.law.language import Entity, Fact
from minzheng.kernel.law.units import Kind, Scalar

__all__ = ["DAYS", "FIRST_DAY", "Column", "Mask", "Table", "check_values", "checked_table", "table_of"]

Mask = NDArray[np.bool_] | None
"""Marked rows; None where no row needs marking."""

FIRST_DAY = date(1970, 1, 1).toordinal()
"""Day 0 of datetime64, as Python counts days."""

DAYS = (1 - FIRST_DAY, date.max.toordinal() - FIRST_DAY)
"""The first and the last day there is, as datetime64 counts them."""


@dataclass(frozen=True, slots=True)
class Column:
    """A fact of many; ``known`` is None where everyone's is known, ``below`` the denominator of a ratio."""

    values: NDArray[Any]
    known: Mask = None
    below: int = 1

    def part(self, rows: slice) -> Column:
        """Some of the rows, not copied."""
        return Column(self.values[rows], None if self.known is None else self.known[rows], self.below)


@dataclass(frozen=True, slots=True)
class Table:
    """Households and their members; ``place`` is the position of each household's place in ``places``."""

    household: Mapping[str, Column]
    persons: Mapping[str, Column]
    starts: NDArray[np.int64]
    places: tuple[str, ...]
    place: NDArray[np.integer[Any]]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def part(self, first: int, end: int) -> Table:
        """The households from ``first`` up to ``end``, with their members."""
        members = slice(int(self.starts[first]), int(self.starts[end]))
        home = slice(first, end)
        return Table(
            {name: column.part(home) for name, column in self.household.items()},
            {name: column.part(members) for name, column in self.persons.items()},
            self.starts[first : end + 1] - self.starts[first],
            self.places,
            self.place[home],
        )

    def facts(self, number: int, household: Entity) -> Facts:
        """One household as the other engines read it."""
        members = range(int(self.starts[number]), int(self.starts[number + 1]))
        persons = [_row(self.persons, at, household.members) for at in members]
        return Facts(_row(self.household, number, household), persons)


def _row(columns: Mapping[str, Column], at: int, entity: Entity | None) -> dict[str, Scalar | None]:
    facts = entity.facts if entity is not None else {}
    return {name: _scalar(column, at, facts[name]) for name, column in columns.items()}


def _scalar(column: Column, at: int, fact: Fact) -> Scalar | None:
    if column.known is not None and not column.known[at]:
        return None
    value: Scalar = column.values[at].item()
    if fact.kind is Kind.DATE and isinstance(value, int):
        return date.fromordinal(value + FIRST_DAY)
    if fact.kind is Kind.RATIO:
        return Fraction(value, column.below)  # type: ignore[arg-type]
    return tuple(fact.options)[value] if fact.kind is Kind.CODE else value  # type: ignore[index]


def checked_table(table: Table, household: Entity) -> Table:
    """The same table, once names, types and lengths are what the rules expect."""
    _check_line("starts", table.starts, "i", 8)
    _check_line("place", table.place, "iu")
    rising = len(table.starts) and table.starts[0] == 0 and not (np.diff(table.starts) < 0).any()
    if not rising or len(table.place) != len(table):
        raise Mistake("table_shape", "starts must rise from 0, with one place for each household.")
    count = int(table.starts[-1])
    if len(table) and not 0 <= int(table.place.min()) <= int(table.place.max()) < len(table.places):
        raise Mistake("table_shape", "place must be a position in places.")
    _check_columns(table.household, household, len(table))
    if household.members is not None:
        _check_columns(table.persons, household.members, count)
    return table


def _check_line(name: str, values: NDArray[Any], kinds: str, size: int | None = None) -> None:
    """The compiled loop reads memory as it is told: one row after another, of the very type it expects."""
    dtype = values.dtype
    fits = dtype.kind in kinds and size in (None, dtype.itemsize) and dtype.isnative
    if values.ndim != 1 or not fits:
        expected = "truths" if kinds == "b" else f"whole numbers{f' of {size} bytes' if size else ''}"
        message = (
            f"{name} must be one line of {expected} in this machine's byte order, not {dtype}{values.shape}."
        )
        raise Mistake("table_shape", message)


def _check_columns(columns: Mapping[str, Column], entity: Entity, rows: int) -> None:
    for name, column in columns.items():
        fact = entity.facts.get(name)
        if fact is None:
            listed = "、".join(entity.facts)
            raise Refused("fact_unknown", f"没有名为“{name}”的事项。可用的事项：{listed}。", field=name)
        if len(column.values) != rows or (column.known is not None and len(column.known) != rows):
            raise Mistake("table_shape", f"Column {entity.name}.{name} must have {rows} rows.")
        if column.known is not None:
            _check_line(f"What is known of {entity.name}.{name}", column.known, "b")
        if column.values.ndim != 1 or not column.values.dtype.isnative:
            message = f"Column {entity.name}.{name} must be one line in this machine's byte order."
            raise Mistake("table_shape", message)
        if not _fitting(column.values.dtype, fact.kind):
            message = (
                f"“{fact.title}”这一列的类型 {column.values.dtype} 与单位 {fact.unit} 不符。请核对数据来源。"
            )
            raise Refused("fact_type", message, field=name)


def _fitting(dtype: np.dtype[Any], kind: Kind) -> bool:
    match kind:
        case Kind.BOOLEAN:
            return dtype == np.bool_
        case Kind.DATE:
            return dtype == np.dtype("datetime64[D]") or (dtype.kind in "iu" and dtype != np.uint64)
        case _:
            return dtype.kind in "iu" and dtype != np.uint64


def check_values(table: Table, household: Entity) -> None:
    """Refuse codes and days that cannot be, wherever they are said to be known."""
    for columns, entity in ((table.household, household), (table.persons, household.members)):
        for name, column in columns.items():
            if entity is not None:
                _check_values(entity.facts[name], column)


def _check_values(fact: Fact, column: Column) -> None:
    """A code or a day that cannot be is refused, not reckoned with."""
    values, known = column.values, column.known
    if fact.kind not in (Kind.CODE, Kind.DATE) or not len(values):
        return
    if values.dtype.kind == "M":
        values = values.view(np.int64)
    low, high = DAYS if fact.kind is Kind.DATE else (0, len(fact.options) - 1)
    wrong = (values < low) | (values > high) if values.min() < low or values.max() > high else None
    if wrong is None or not (wrong if known is None else wrong & known).any():
        return
    if fact.kind is Kind.DATE:
        raise Refused("fact_type", f"“{fact.title}”这一列含有不成立的日期。请核对数据来源。", field=fact.name)
    raise Refused("fact_code", f"“{fact.title}”这一列含有未列入的代码。请核对数据来源。", field=fact.name)


def table_of(cases: Sequence[Facts], household: Entity, *, paths: Sequence[str]) -> Table:
    """A table of households at hand, each in its place."""
    for case in cases:
        checked(case, household)
    places = tuple(dict.fromkeys(paths))
    members = [row for case in cases for row in case.persons]
    return Table(
        _columns([case.household for case in cases], household),
        _columns(members, household.members),
        np.array([0, *accumulate(len(case.persons) for case in cases)], dtype=np.int64),
        places,
        np.array([places.index(path) for path in paths], dtype=np.int32),
    )


def _columns(rows: Sequence[Mapping[str, Scalar | None]], entity: Entity | None) -> dict[str, Column]:
    facts = entity.facts.values() if entity is not None else ()
    return {fact.name: _column(fact, [row.get(fact.name) for row in rows]) for fact in facts}


def _column(fact: Fact, values: Iterable[Any]) -> Column:
    options = tuple(fact.options)
    listed = list(values)
    known = np.array([value is not None for value in listed], dtype=np.bool_)
    below = 1
    match fact.kind:
        case Kind.CODE:
            plain: Any = np.array(
                [0 if one is None else options.index(one) for one in listed], dtype=np.int16
            )
        case Kind.BOOLEAN:
            plain = np.array([bool(one) for one in listed], dtype=np.bool_)
        case Kind.DATE:
            plain = np.array([one or date(1970, 1, 1) for one in listed], dtype="datetime64[D]")
        case Kind.RATIO:
            below = lcm(*(one.denominator for one in listed if one is not None))
            plain = np.array([0 if one is None else int(one * below) for one in listed], dtype=np.int64)
        case _:
            plain = np.array([one or 0 for one in listed], dtype=np.int64)
    return Column(plain, None if known.all() else known, below)
