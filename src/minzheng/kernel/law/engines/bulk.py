"""A province at once: the rules over columns, chunk by chunk, equal to the interpreter in every row.

Memory is that of one chunk and the results.  What the columns cannot settle (a figure past 64 bits, a
division by zero, a missing parameter) is decided household by household by the case engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law.engines.case import CaseEngine
from minzheng.kernel.law.engines.cells import Cell, Frame, Shared
from minzheng.kernel.law.engines.columns import Table, checked_table
from minzheng.kernel.law.engines.exact import Exact
from minzheng.kernel.law.engines.reckoning import RECKONS, number_of
from minzheng.kernel.law.engines.whole import LARGEST, whole
from minzheng.kernel.law.engines.writer import EXACT
from minzheng.kernel.law.language import Entity, Rule
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.plan import Node, Space
from minzheng.kernel.law.reference import parameter_value
from minzheng.kernel.law.units import Kind, Scalar

__all__ = ["Answers", "BulkEngine"]

CHUNK = 32_768  # households; the columns in use then stay near the processor


@dataclass(frozen=True, slots=True)
class Answers:
    """What one rule gives for every household, or for every member; exact figures keep a denominator."""

    kind: Kind
    values: NDArray[Any]
    denominators: NDArray[np.int64] | None
    known: NDArray[np.bool_]
    codes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, row: int) -> Scalar | None:
        if not self.known[row]:
            return None
        value: Any = self.values[row].item()
        match self.kind:
            case Kind.CODE:
                value = self.codes[value]
            case Kind.DATE:
                value = date.fromordinal(value)
            case _ if self.denominators is not None:
                value = Fraction(value, self.denominators[row].item())
        found: Scalar = value
        return found


Decided = dict[Rule, Answers]


class BulkEngine:
    """Rules for many households in columns."""

    def __init__(self, household: Entity, rules: Sequence[Rule]) -> None:
        self._one = CaseEngine(household, rules)
        self.plan = self._one.plan

    def decide(self, table: Table, parameters: Parameters, *, on: date, chunk: int = CHUNK) -> Decided:
        """What each rule gives for the whole table."""
        parts = list(self.parts(table, parameters, on=on, chunk=chunk))
        return {rule: _joined([part[rule] for part in parts]) for rule in self.plan.asked}

    def parts(
        self, table: Table, parameters: Parameters, *, on: date, chunk: int = CHUNK
    ) -> Iterator[Decided]:
        """The same, a chunk of households at a time; an empty table has one empty part."""
        household = self.plan.household
        checked_table(table, household)
        look_up = partial(_parameter, parameters)
        shared = Shared(self.plan, on=on, reckons={**RECKONS, nodes.ParameterRead: look_up})
        places = Frame(shared, table.part(0, 0), places=None)
        for first in range(0, max(len(table), 1), chunk):
            part = table.part(first, min(first + chunk, len(table)))
            yield self._part(Frame(shared, part, places=places), parameters, first)

    def _part(self, frame: Frame, parameters: Parameters, first: int) -> Decided:
        decided = {}
        again = np.zeros(len(frame.table), np.bool_)
        for rule in self.plan.asked:
            space = Space.HOUSEHOLD if rule.entity == self.plan.household.name else Space.MEMBER
            rows = frame.rows(space)
            cell = frame.at(self.plan.roots[rule], space) if rows else Cell(Exact(whole(0)))
            if cell.again is not None:
                at = np.flatnonzero(cell.again)
                again[at if space is Space.HOUSEHOLD else _household_of(frame, at)] = True
            decided[rule] = _answers(rule, cell, rows, self.plan.codes)
        for number in np.flatnonzero(again):
            self._once_more(frame, parameters, int(number), decided, first)
        return decided

    def _once_more(
        self, frame: Frame, parameters: Parameters, number: int, decided: Decided, first: int
    ) -> None:
        """One household, decided by itself; its answers take the place of what the columns left open."""
        table = frame.table
        path = table.places[int(table.place[number])]
        facts = table.facts(number, self.plan.household)
        answers = self._one.at(parameters, path=path, on=frame.shared.on)(facts)
        members = range(int(table.starts[number]), int(table.starts[number + 1]))
        for rule, found in answers.items():
            of_household = rule.entity == self.plan.household.name
            rows = [(number, found)] if of_household else list(zip(members, found, strict=True))
            for row, value in rows:
                _write(decided[rule], row, value, rule=rule, household=first + number, code=frame.shared.code)


def _household_of(frame: Frame, members: NDArray[np.intp]) -> NDArray[np.intp]:
    return np.searchsorted(frame.table.starts, members, side="right") - 1


def _answers(rule: Rule, cell: Cell, rows: int, codes: tuple[str, ...]) -> Answers:
    def column(value: Any, dtype: Any) -> NDArray[Any]:
        return np.array(np.broadcast_to(value, rows), dtype=dtype)

    kind = rule.expression.kind
    values = column(cell.exact.n.value, np.bool_ if kind is Kind.BOOLEAN else np.int64)
    denominators = column(cell.exact.d.value, np.int64) if kind in EXACT else None
    known = column(True if cell.known is None else cell.known, np.bool_)
    return Answers(kind, values, denominators, known, codes)


def _write(
    answers: Answers, row: int, value: Scalar | None, *, rule: Rule, household: int, code: dict[str, int]
) -> None:
    answers.known[row] = value is not None
    if value is None:
        return
    found = number_of(value, code)
    if max(abs(found.n.value), found.d.value) > LARGEST:
        message = f"Rule {rule.entity}.{rule.name} gives {value} for household {household}: past 64 bits."
        raise Mistake("bulk_overflow", message, rule=rule.name, household=household)
    answers.values[row] = found.n.value
    if answers.denominators is not None:
        answers.denominators[row] = found.d.value


def _joined(parts: Sequence[Answers]) -> Answers:
    first = parts[0]
    below = [part.denominators for part in parts if part.denominators is not None]
    return Answers(
        first.kind,
        np.concatenate([part.values for part in parts]),
        np.concatenate(below) if below else None,
        np.concatenate([part.known for part in parts]),
        first.codes,
    )


def _parameter(parameters: Parameters, frame: Frame, node: Node) -> Cell:
    """The value of every place, over one denominator; a place without one is decided case by case."""
    found: list[Exact | None] = []
    for path in frame.table.places:
        try:
            value = parameter_value(node.of, parameters, path=path, on=frame.shared.on)  # type: ignore[arg-type]
            found.append(number_of(value.value, frame.shared.code))
        except Refused:
            found.append(None)
    below = lcm(*(one.d.value for one in found if one is not None))
    scaled = [0 if one is None else one.n.value * (below // one.d.value) for one in found]
    held = [one is not None and max(abs(n), below) <= LARGEST for one, n in zip(found, scaled, strict=True)]
    dtype = np.bool_ if node.kind is Kind.BOOLEAN else np.int64
    values: NDArray[Any] = np.array(
        [n if fits else 0 for n, fits in zip(scaled, held, strict=True)], dtype=dtype
    )
    again = None if all(held) else ~np.array(held, dtype=np.bool_)
    return Cell(Exact(whole(values), whole(below if below <= LARGEST else 1)), None, again)
