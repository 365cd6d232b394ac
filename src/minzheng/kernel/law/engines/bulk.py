"""A province at once: the rules over columns, chunk by chunk, equal to the interpreter in every row.

Memory is that of one chunk and the results.  What the compiled loop cannot settle (a figure past its bounds,
a division by zero, a missing parameter) is decided household by household by the case engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from minzheng.kernel.errors import Mistake
from minzheng.kernel.law.engines.bounds import LARGEST
from minzheng.kernel.law.engines.case import CaseEngine
from minzheng.kernel.law.engines.columns import Table, check_values, checked_table
from minzheng.kernel.law.engines.emitting import module_of
from minzheng.kernel.law.engines.flat import Op, value_of
from minzheng.kernel.law.engines.kernel import Kernel, Output, kernel_of
from minzheng.kernel.law.engines.lowering import Lowering, lowered
from minzheng.kernel.law.engines.machine import Loop, loop_of
from minzheng.kernel.law.engines.session import (
    Ground,
    Moment,
    Session,
    below_of,
    for_loop,
    ground_of,
    members_of,
    recodes,
    types_of,
)
from minzheng.kernel.law.engines.writer import EXACT
from minzheng.kernel.law.language import Entity, Rule
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.units import Kind, Scalar

__all__ = ["Answers", "BulkEngine", "Decided", "Way", "write"]

CHUNK = 131_072  # households
_GROUNDS_KEPT = 16
FEW = 2_000  # so many are decided one by one sooner than a loop is compiled

Way = Literal["compiled", "cases"]


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

    def part(self, rows: slice) -> Answers:
        """Some of the rows, not copied."""
        below = None if self.denominators is None else self.denominators[rows]
        return replace(self, values=self.values[rows], denominators=below, known=self.known[rows])


Decided = dict[Rule, Answers]


class BulkEngine:
    """Rules for many households in columns."""

    def __init__(self, household: Entity, rules: Sequence[Rule]) -> None:
        self._one = CaseEngine(household, rules)
        self.plan = self._one.plan
        self._kernels: dict[Any, tuple[Lowering, Kernel]] = {}
        self._grounds: dict[Any, Ground] = {}

    def decide(
        self,
        table: Table,
        parameters: Parameters,
        *,
        on: date,
        month: date | None = None,
        chunk: int = CHUNK,
        way: Way | None = None,
    ) -> Decided:
        """What each rule gives for the whole table."""
        run = _Run(self, table, Moment(parameters, on, month), way)
        whole = run.empty(table)
        for first, end in _chunks(table, chunk):
            run.decide(table.part(first, end), run.part_of(whole, first, end), first)
        return whole

    def parts(
        self,
        table: Table,
        parameters: Parameters,
        *,
        on: date,
        month: date | None = None,
        chunk: int = CHUNK,
        way: Way | None = None,
    ) -> Iterator[Decided]:
        """The same, a chunk of households at a time; an empty table has one empty part."""
        run = _Run(self, table, Moment(parameters, on, month), way)
        for first, end in _chunks(table, chunk):
            part = table.part(first, end)
            decided = run.empty(part)
            run.decide(part, decided, first)
            yield decided

    def session(self, table: Table, moment: Moment) -> tuple[Lowering, Kernel, Session]:
        """The loop for the table: narrow numbers are looked at row by row only if the proof needs them small."""
        for narrow_below in (8, 4):
            lowering, kernel = self.kernel(table, narrow_below=narrow_below)
            session = Session(self.plan, kernel, self._ground(lowering, kernel, table, moment))
            if session.bounds is not None:
                break
        return lowering, kernel, session

    def kernel(self, table: Table, *, narrow_below: int = 8) -> tuple[Lowering, Kernel]:
        """The loop for tables with such columns."""
        given = for_loop(self.plan, table, narrow_below=narrow_below)
        types = types_of(self.plan, table)
        place = f"{table.place.dtype.kind}{table.place.dtype.itemsize}"
        key = (given, place, tuple(types.items()))
        if key not in self._kernels:
            lowering = lowered(self.plan, given)
            codes = {fact: numbers.tolist() for fact, numbers in recodes(self.plan).items()}
            self._kernels[key] = lowering, kernel_of(lowering, types, place, codes)
        return self._kernels[key]

    def _ground(self, lowering: Lowering, kernel: Kernel, table: Table, moment: Moment) -> Ground:
        """What is known of the places of the table at that moment; kept for the next piece of a population."""
        below = tuple(below_of(table).items())
        when = (id(moment.parameters), moment.on, moment.month)  # the ground holds on to its parameters
        key = (*when, id(kernel), table.places, below, members_of(table))
        found = self._grounds.get(key)  # another thread may clear them meanwhile
        if found is None:
            if len(self._grounds) >= _GROUNDS_KEPT:
                self._grounds.clear()
            found = self._grounds[key] = ground_of(lowering, kernel, table, moment)
        return found

    def one(self, table: Table, number: int, moment: Moment) -> dict[Rule, Any]:
        """One household of a table, decided by itself."""
        path = table.places[int(table.place[number])]
        decider = self._one.at(moment.parameters, path=path, on=moment.on, month=moment.month)
        return decider(table.facts(number, self.plan.household))


def _chunks(table: Table, chunk: int) -> Iterator[tuple[int, int]]:
    for first in range(0, max(len(table), 1), chunk):
        yield first, min(first + chunk, len(table))


class _Run:
    """The rules applied to one table at one moment."""

    def __init__(self, engine: BulkEngine, table: Table, moment: Moment, way: Way | None) -> None:
        self._engine = engine
        self._whole = checked_table(table, engine.plan.household)
        self._moment = moment
        self._lowering, kernel, self._session = engine.session(table, moment)
        self._loop = self._chosen(kernel, way or ("compiled" if len(table) >= FEW else "cases"))

    def _chosen(self, kernel: Kernel, way: Way) -> Loop | None:
        if way == "cases" or self._session.bounds is None:
            return None
        return loop_of(_text(kernel), self._session.arrays)

    def empty(self, table: Table) -> Decided:
        """Arrays for the answers, holding what is the same for every row."""
        return {rule: self._arrays(rule, self._rows(rule, table)) for rule in self._engine.plan.asked}

    def _of_household(self, rule: Rule) -> bool:
        return rule.entity == self._engine.plan.household.name

    def _rows(self, rule: Rule, table: Table) -> int:
        return len(table) if self._of_household(rule) else int(table.starts[-1])

    def _arrays(self, rule: Rule, rows: int) -> Answers:
        answer, kind = self._lowering.answers[rule], rule.expression.kind
        held: Any = np.bool_ if kind is Kind.BOOLEAN else np.int64
        return Answers(
            kind=kind,
            values=_filled(rows, answer.n, held),
            denominators=_filled(rows, answer.d, np.int64) if kind in EXACT else None,
            known=_filled(rows, answer.known, np.bool_),
            codes=self._engine.plan.codes,
        )

    def part_of(self, whole: Decided, first: int, end: int) -> Decided:
        """The rows of these households in the arrays of all."""
        starts = self._whole.starts
        members = slice(int(starts[first]), int(starts[end]))
        home = slice(first, end)
        return {rule: one.part(home if self._of_household(rule) else members) for rule, one in whole.items()}

    def decide(self, part: Table, out: Decided, first: int) -> None:
        """Fill the answers of these households; ``first`` is the number of the first of them."""
        check_values(part, self._engine.plan.household)
        if self._loop is None:
            again = np.ones(len(part), np.bool_)
        else:
            again = self._session.run(self._loop, part, lambda output: _array(out, output))
        for number in np.flatnonzero(again):
            self._once_more(part, int(number), out, first)

    def _once_more(self, part: Table, number: int, out: Decided, first: int) -> None:
        """One household, decided by itself; its answers take the place of what the loop left open."""
        codes = {code: at for at, code in enumerate(self._engine.plan.codes)}
        members = range(int(part.starts[number]), int(part.starts[number + 1]))
        for rule, found in self._engine.one(part, number, self._moment).items():
            rows = [(number, found)] if self._of_household(rule) else list(zip(members, found, strict=True))
            for row, value in rows:
                write(out[rule], row, value, rule=rule, household=first + number, codes=codes)


@lru_cache(maxsize=128)
def _text(kernel: Kernel) -> str:
    return module_of(kernel)


def _filled(rows: int, op: Op, held: Any) -> NDArray[Any]:
    """What is the same for all, or an array that is filled row by row."""
    return np.full(rows, value_of(op), held) if op.name == "const" else np.empty(rows, held)


def _array(out: Decided, output: Output) -> NDArray[Any]:
    answers = out[output.rule]
    figures = {"n": answers.values, "d": answers.denominators, "known": answers.known}
    found = figures[output.figure]
    assert found is not None
    return found


def write(
    answers: Answers, row: int, value: Scalar | None, *, rule: Rule, household: int, codes: dict[str, int]
) -> None:
    """One answer of one household decided by itself, put among the others."""
    answers.known[row] = value is not None
    if value is None:
        return
    n, d = _parted(value, codes)
    if max(abs(n), d) > LARGEST:
        message = f"Rule {rule.entity}.{rule.name} gives {value} for household {household}: past 64 bits."
        raise Mistake("bulk_overflow", message, rule=rule.name, household=household)
    answers.values[row] = n
    if answers.denominators is not None:
        answers.denominators[row] = d


def _parted(value: Scalar, codes: dict[str, int]) -> tuple[int, int]:
    """A single value as the columns hold it."""
    if isinstance(value, str):
        return codes[value], 1
    if isinstance(value, date):
        return value.toordinal(), 1
    return value.numerator, value.denominator
