"""What is the same for everyone in a place, reckoned before any household is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from minzheng.kernel.errors import Refused
from minzheng.kernel.law.engines.bounds import LARGEST
from minzheng.kernel.law.engines.flat import EVALUATE, Op, Program, value_of
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.plan import Plan, Space
from minzheng.kernel.law.reference import month_of, parameter_value
from minzheng.kernel.law.units import Scalar

__all__ = ["Moment", "Places", "Spot", "places_of"]

Spot = tuple["Moment", str]
"""When and where: a place whose households are decided together, at one moment."""


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


@dataclass(frozen=True, slots=True)
class Places:
    """By operation its value in every place; a place without its parameters stands alone."""

    values: Mapping[int, Sequence[Any]]
    alone: Sequence[bool]


def places_of(
    plan: Plan, program: Program, spots: Sequence[Spot], below: Mapping[tuple[Space, str], int]
) -> Places:
    """Every operation that is the same for all of a place; ``below`` are the denominators of exact facts."""
    rows = _looked_up(plan, spots)
    codes = {code: number for number, code in enumerate(plan.codes)}
    values: dict[int, list[Any]] = {}
    for op in program.ops:
        if op.space is Space.PLACE:
            values[op.index] = _of_places(op, values, rows, spots, codes, below)
    return Places(values, [any(_too_large(one) for one in row) for row in rows])


def _looked_up(plan: Plan, spots: Sequence[Spot]) -> list[list[Scalar | None]]:
    """The dated values of every spot; places that look up alike do so once."""
    found: dict[tuple[int, str], list[Scalar | None]] = {}
    rows = []
    for moment, path in spots:
        near = moment.parameters.nearest(path)
        key = (id(moment), near)
        if key not in found:
            found[key] = [_parameter(node.of, moment, near) for node in plan.parameters]
        rows.append(found[key])
    return rows


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
    spots: Sequence[Spot],
    codes: Mapping[str, int],
    below: Mapping[tuple[Space, str], int],
) -> list[Any]:
    match op.name:
        case "const":
            return [value_of(op)] * len(rows)
        case "day":
            return [moment.day(op.payload) for moment, _ in spots]
        case "below":
            return [below.get(op.payload, 1)] * len(rows)
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
