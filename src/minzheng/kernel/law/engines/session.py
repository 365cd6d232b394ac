"""One run of the rules over columns: the values of every place, the bounds, the loop that fits them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minzheng.kernel.errors import Refused
from minzheng.kernel.law.engines import kernel as kernels
from minzheng.kernel.law.engines.bounds import LARGEST, proven
from minzheng.kernel.law.engines.columns import DAYS, Column, Table
from minzheng.kernel.law.engines.flat import EVALUATE, Op, value_of
from minzheng.kernel.law.engines.kernel import Kernel, Output
from minzheng.kernel.law.engines.lowering import Given, Lowering
from minzheng.kernel.law.language import Entity
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.plan import Plan, Space
from minzheng.kernel.law.reference import month_of, parameter_value
from minzheng.kernel.law.units import Kind, Scalar

__all__ = ["Moment", "Session", "columns_of", "given"]

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Moment:
    """What the rules are applied with: the values in force, the legal day, the benefit month."""

    parameters: Parameters
    on: date
    month: date | None = None

    def day(self, name: str) -> int:
        """The legal day or the first of the benefit month, as Python counts days."""
        day = self.on if name == "Today" else month_of(self.on, self.month)
        return day.toordinal()


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


def columns_of(table: Table, space: Space) -> Mapping[str, Column]:
    """The columns of the households, or of the members."""
    return table.household if space is Space.HOUSEHOLD else table.persons


class Session:
    """A loop bound to a moment and to the places and columns of a table."""

    def __init__(self, lowering: Lowering, kernel: Kernel, table: Table, moment: Moment) -> None:
        self._plan = lowering.plan
        self._kernel = kernel
        self._recode = _recodes(lowering.plan)
        values, self._alone = _place_values(lowering, table, moment)
        counts = np.diff(table.starts)
        self.bounds = (
            table.places
            and proven(
                lowering.program,
                values,
                members=int(counts.max()) if len(counts) else 0,
                limits=_limits(lowering.plan, table),
            )
        ) or None
        rows = [values[op.index] for op in kernel.places]
        shape = (len(rows), len(table.places))
        fits = self.bounds is not None
        self._table = np.array(rows, dtype=np.int64).reshape(shape) if fits else np.zeros(shape, np.int64)

    def run(
        self, loop: Callable[..., None], part: Table, arrays: Callable[[Output], NDArray[Any]]
    ) -> NDArray[np.bool_]:
        """Fill the arrays for these households; the marked ones are to be decided by themselves."""
        again = np.zeros(len(part), np.bool_)
        columns = [self._column(kind, *fact, part) for kind, fact in self._kernel.columns]
        out = [arrays(output) for output in self._kernel.outputs]
        assert self.bounds is not None
        with kernels.ONE_AT_A_TIME:
            loop(part.starts, part.place, self._table, self.bounds.fact, again, *columns, *out)
        if any(self._alone):
            again |= np.array(self._alone)[part.place]
        return again

    def _column(self, kind: str, space: Space, name: str, part: Table) -> NDArray[Any]:
        column = columns_of(part, space)[name]
        if kind == "known":
            assert column.known is not None
            return column.known
        fact = _entity(self._plan, space).facts[name]
        values = column.values.view(np.int64) if fact.kind is Kind.DATE else column.values
        mapping = self._recode.get((space, name))
        return values if mapping is None else mapping.take(values, mode="clip")


def _entity(plan: Plan, space: Space) -> Entity:
    entity = plan.household if space is Space.HOUSEHOLD else plan.household.members
    assert entity is not None
    return entity


def _recodes(plan: Plan) -> dict[tuple[Space, str], NDArray[np.int16]]:
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


def _place_values(
    lowering: Lowering, table: Table, moment: Moment
) -> tuple[dict[int, list[int]], list[bool]]:
    """Every operation that is the same for all of a place; a place without its parameters stands alone."""
    looked_up: dict[str, list[Scalar | None]] = {}
    for path in table.places:
        near = moment.parameters.nearest(path)
        if near not in looked_up:
            looked_up[near] = [_parameter(node.of, moment, near) for node in lowering.plan.parameters]
    rows = [looked_up[moment.parameters.nearest(path)] for path in table.places]
    values: dict[int, list[Any]] = {}
    codes = {code: number for number, code in enumerate(lowering.plan.codes)}
    for op in lowering.program.ops:
        if op.space is Space.PLACE:
            values[op.index] = _of_places(op, values, rows, table, moment, codes)
    return values, [any(_too_large(one) for one in row) for row in rows]


def _parameter(node: Any, moment: Moment, path: str) -> Scalar | None:
    try:
        return parameter_value(node, moment.parameters, path=path, on=moment.on).value
    except Refused:
        return None


def _too_large(value: Scalar | None) -> bool:
    if value is None:
        return True
    return not isinstance(value, str | date) and max(abs(value.numerator), value.denominator) > LARGEST


def _of_places(
    op: Op,
    values: Mapping[int, Sequence[Any]],
    rows: Sequence[Sequence[Scalar | None]],
    table: Table,
    moment: Moment,
    codes: Mapping[str, int],
) -> list[Any]:
    match op.name:
        case "const":
            return [value_of(op)] * len(rows)
        case "day":
            return [moment.day(op.payload)] * len(rows)
        case "below":
            space, name = op.payload
            return [columns_of(table, space)[name].below] * len(rows)
        case "parameter":
            position, figure = op.payload
            return [_number(row[position], figure, codes) for row in rows]
        case _:
            parts = [values[part.index] for part in op.parts]
            return [EVALUATE[op.name](*one) for one in zip(*parts, strict=True)]


def _number(value: Scalar | None, figure: str, codes: Mapping[str, int]) -> int:
    """A parameter as a whole number; one in the place of what is missing or too large."""
    if value is None or _too_large(value):
        return 1
    if isinstance(value, str):
        return codes[value]
    if isinstance(value, date):
        return value.toordinal()
    return int(value.numerator if figure == "n" else value.denominator)
