"""The rules as plain whole-number arithmetic: what a compiled kernel and a database can reckon.

Every operation takes and gives whole numbers or truths; nothing is unknown here, nothing is a fraction, and
no operation fails.  What says the same is the same operation, and comes after its parts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from math import lcm
from typing import Any

from minzheng.kernel.law.plan import Space
from minzheng.kernel.law.reference import full_years

__all__ = ["EVALUATE", "REDUCTIONS", "Op", "Program", "packed"]

REDUCTIONS = frozenset({"sum", "any", "most"})
"""Operations by which a household takes its members together; ``most`` is at least one."""

_TRUTHS = frozenset({"lt", "le", "eq", "and", "or", "not", "any", "known", "over", "odd"})
_ALIKE = frozenset({"add", "mul", "and", "or", "eq"})  # the order of the parts does not matter
_WIDTH = {Space.PLACE: 0, Space.HOUSEHOLD: 1, Space.MEMBER: 2}


@dataclass(frozen=True, slots=True, eq=False)
class Op:
    """One operation.  ``payload`` is a constant's value, a fact's (space, name), a parameter's position."""

    index: int
    name: str
    parts: tuple[Op, ...]
    payload: Any
    space: Space
    level: int
    truth: bool


def packed(day: int) -> int:
    """A day as 20220131, so that years and months are whole-number arithmetic."""
    if day > date.max.toordinal():
        return 100000101
    one = date.fromordinal(day)
    return one.year * 10000 + one.month * 100 + one.day


EVALUATE: Mapping[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "floor": lambda a, b: a // b,
    "lcm": lcm,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "eq": lambda a, b: a == b,
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "not": lambda a: not a,
    "pick": lambda test, yes, no: yes if test else no,
    "packed": packed,
    "age": lambda birth, at: full_years(date.fromordinal(birth), date.fromordinal(at)),
}
"""What the operations mean, on Python's own numbers."""


class Program:
    """Grows while rules are lowered; an operation met again is found by what it says."""

    def __init__(self) -> None:
        self.ops: list[Op] = []
        self._met: dict[tuple[Any, ...], Op] = {}
        self.yes = self.constant(True)
        self.no = self.constant(False)

    def constant(self, value: int | bool) -> Op:
        """A number or truth written into the program."""
        return self._made("const", (), (type(value), value), Space.PLACE, truth=isinstance(value, bool))

    def leaf(self, name: str, payload: Any, space: Space) -> Op:
        """Something given: a fact, whether it is known or too large, a parameter, the day."""
        return self._made(name, (), payload, space, truth=name in _TRUTHS)

    def reduced(self, name: str, inner: Op) -> Op:
        """What a household makes of a value of its members."""
        if inner is self.no and name in ("any", "sum"):
            return self.no if name == "any" else self.constant(0)
        if name == "most" and value_of(inner) == 1:
            return inner
        return self._made(name, (inner,), None, Space.HOUSEHOLD, truth=name == "any")

    def op(self, name: str, *parts: Op) -> Op:
        """An operation on earlier ones, made simpler where that is plain to see."""
        if all(part.name == "const" for part in parts):
            return self.constant(EVALUATE[name](*(value_of(part) for part in parts)))
        simpler = _SIMPLER.get(name)
        found = simpler(self, *parts) if simpler else None
        if found is not None:
            return found
        if name in _ALIKE:
            parts = tuple(sorted(parts, key=lambda part: part.index))
        space = max((part.space for part in parts), key=_WIDTH.__getitem__)
        truth = parts[1].truth if name == "pick" else name in _TRUTHS
        return self._made(name, parts, None, space, truth=truth)

    def any_of(self, *truths: Op) -> Op:
        """Whether one of these holds."""
        result = self.no
        for one in truths:
            result = self.op("or", result, one)
        return result

    def all_of(self, *truths: Op) -> Op:
        """Whether all of these hold."""
        result = self.yes
        for one in truths:
            result = self.op("and", result, one)
        return result

    def _made(self, name: str, parts: tuple[Op, ...], payload: Any, space: Space, *, truth: bool) -> Op:
        key = (name, payload, space, *(part.index for part in parts))
        if key not in self._met:
            level = max((part.level for part in parts), default=0) + (name in REDUCTIONS)
            self._met[key] = Op(len(self.ops), name, parts, payload, space, level, truth)
            self.ops.append(self._met[key])
        return self._met[key]


def value_of(op: Op) -> Any:
    """The value of a constant; None for anything else."""
    return op.payload[1] if op.name == "const" else None


def _add(program: Program, a: Op, b: Op) -> Op | None:
    return b if value_of(a) == 0 else a if value_of(b) == 0 else None


def _sub(program: Program, a: Op, b: Op) -> Op | None:
    return a if value_of(b) == 0 else program.constant(0) if a is b else None


def _mul(program: Program, a: Op, b: Op) -> Op | None:
    if 0 in (value_of(a), value_of(b)):
        return program.constant(0)
    return b if value_of(a) == 1 else a if value_of(b) == 1 else None


def _floor(program: Program, a: Op, b: Op) -> Op | None:
    return a if value_of(b) == 1 else None


def _lcm(program: Program, a: Op, b: Op) -> Op | None:
    return b if value_of(a) == 1 or a is b else a if value_of(b) == 1 else None


def _and(program: Program, a: Op, b: Op) -> Op | None:
    if program.no in (a, b):
        return program.no
    return b if a is program.yes else a if b is program.yes or a is b else None


def _or(program: Program, a: Op, b: Op) -> Op | None:
    if program.yes in (a, b):
        return program.yes
    return b if a is program.no else a if b is program.no or a is b else None


def _not(program: Program, a: Op) -> Op | None:
    return a.parts[0] if a.name == "not" else None


def _pick(program: Program, test: Op, yes: Op, no: Op) -> Op | None:
    if yes is no or test is program.yes:
        return yes
    if test is program.no:
        return no
    if yes.truth and (yes is program.yes or no is program.no):
        return program.op("or" if yes is program.yes else "and", test, no if yes is program.yes else yes)
    if yes.truth and (yes is program.no or no is program.yes):
        other = program.op("not", test)
        return program.op("and" if yes is program.no else "or", other, no if yes is program.no else yes)
    return None


_SIMPLER: Mapping[str, Callable[..., Op | None]] = {
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "floor": _floor,
    "lcm": _lcm,
    "and": _and,
    "or": _or,
    "not": _not,
    "pick": _pick,
    "eq": lambda program, a, b: program.yes if a is b else None,
    "le": lambda program, a, b: program.yes if a is b else None,
    "lt": lambda program, a, b: program.no if a is b else None,
}
