"""How an operation is written in SQL: its text, and the columns of the step before that it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from minzheng.kernel.law.engines.bounds import LARGEST, Bounds, Range
from minzheng.kernel.law.engines.columns import FIRST_DAY
from minzheng.kernel.law.engines.dialects import Dialect
from minzheng.kernel.law.engines.flat import Op, value_of
from minzheng.kernel.law.plan import Space
from minzheng.kernel.law.units import Kind

__all__ = ["ODD", "Said", "Words", "fact_column"]

_INFIX = {"add": "+", "sub": "-", "mul": "*", "lt": "<", "le": "<=", "eq": "=", "and": "AND", "or": "OR"}
_LEAVES = frozenset({"fact", "known", "odd"})


@dataclass(frozen=True, slots=True)
class Said:
    """A text of SQL; ``wide`` once it is surely 64 bits, which a plain literal is not."""

    text: str
    reads: frozenset[str] = frozenset()
    wide: bool = True


ODD = {Space.HOUSEHOLD: "h_is_odd", Space.MEMBER: "p_is_odd"}
"""The columns that tell whom the statement cannot decide."""


def fact_column(fact: tuple[Space, str]) -> str:
    """Under which name a fact travels from step to step."""
    return f"{'p' if fact[0] is Space.MEMBER else 'h'}_{fact[1]}"


class Words:
    """Writes operations of one program in one dialect."""

    def __init__(
        self,
        dialect: Dialect,
        bounds: Bounds,
        kinds: Mapping[tuple[Space, str], Kind],
        names: Mapping[int, str],
    ) -> None:
        self.dialect = dialect
        self._bounds = bounds
        self._kinds = kinds
        self._names = names

    def name(self, op: Op) -> str:
        """The column an operation stands in, where it has one of its own."""
        if op.name == "fact":
            return fact_column(op.payload)
        if op.name == "odd":
            return ODD[op.space]
        return self._names.get(op.index, f"{'s' if op.space is Space.PLACE else 'v'}{op.index}")

    def doubled(self, op: Op) -> Sequence[Op]:
        """The parts that are written more than once, and so must be columns."""
        if op.name == "floor" and (not self._never_negative(op) or any(map(self.broad, op.parts))):
            return op.parts
        if op.name == "packed" and _day_read(op.parts[0]) is None:
            return op.parts
        if _turned(op):
            return op.parts[2:]
        return ()

    def said(self, op: Op, columns: frozenset[str]) -> Said:
        """The operation as it stands in a step; what is a column of the step before is read from it."""
        if op.name != "const" and self.name(op) in columns:
            return self._column(op)
        return self.written(op, columns)

    def _column(self, op: Op) -> Said:
        name = self.name(op)
        if op.name == "fact" and self._kinds[op.payload] is Kind.DATE:
            return Said(self.dialect.days.format(d=name), frozenset({name}))
        return Said(name, frozenset({name}))

    def written(self, op: Op, columns: frozenset[str]) -> Said:
        """The operation written out."""
        if op.name == "const":
            return _literal(value_of(op))
        if op.name in _LEAVES:
            return self._leaf(op)
        found = self._special(op, columns)
        if found is not None:
            return found
        parts = [self.said(part, columns) for part in op.parts]
        reads = frozenset().union(*(part.reads for part in parts))
        match op.name:
            case "pick":
                text = f"CASE WHEN {parts[0].text} THEN {_widened(op, parts[1:])} ELSE {parts[2].text} END"
            case "not":
                text = f"(NOT {parts[0].text})"
            case "floor":
                text = self._floor(op, parts[0].text, parts[1].text)
            case "packed":
                text = self.dialect.packed(self.dialect.day.format(n=parts[0].text))
            case _:
                left = parts[0].text if op.truth else self.as_broad(op, parts[0].text)
                text = f"({left} {_INFIX[op.name]} {parts[1].text})"
        return Said(self.as_narrow(op, text), reads)

    def broad(self, op: Op) -> bool:
        """Whether a figure may leave 64 bits."""
        return not op.truth and max(map(abs, self._bounds.ranges[op.index])) > LARGEST

    def as_broad(self, op: Op, part: str) -> str:
        """The first part of an operation whose result needs the wide type, if none of its parts has it."""
        if not self.broad(op) or any(self.broad(one) for one in op.parts):
            return part
        return f"CAST({part} AS {self.dialect.wide})"

    def as_narrow(self, op: Op, text: str) -> str:
        """Back to 64 bits as soon as a figure surely fits."""
        if op.truth or self.broad(op) or not any(self.broad(one) for one in op.parts):
            return text
        return f"CAST({text} AS BIGINT)"

    def _leaf(self, op: Op) -> Said:
        if op.name != "known":
            return self._column(op)
        column = fact_column(op.payload)
        return Said(f"({column} IS NOT NULL)", frozenset({column}))

    def _special(self, op: Op, columns: frozenset[str]) -> Said | None:
        """What a database has a word of its own for."""
        for one, fact in (op.parts, op.parts[::-1]) if op.name == "eq" else ():
            if value_of(one) == 1 and fact.name == "fact" and self._kinds[fact.payload] is Kind.BOOLEAN:
                return self._column(fact)
        if op.name == "packed" and (read := _day_read(op.parts[0])) is not None:
            column = fact_column(read.payload)
            return Said(self.dialect.packed(column), frozenset({column}))
        if _turned(op):
            part = self.said(op.parts[2], columns)
            return Said(self.as_narrow(op, f"abs({part.text})"), part.reads)
        return None

    def _floor(self, op: Op, a: str, b: str) -> str:
        wide = any(self.broad(one) for one in op.parts)
        cut = (self.dialect.cut_wide if wide else self.dialect.cut).format(a=a, b=b)
        if self._never_negative(op):
            return cut
        below = f"{a} < 0" if self._bounds.ranges[op.parts[1].index][0] > 0 else f"({a} < 0) <> ({b} < 0)"
        return f"({cut} - CASE WHEN {below} AND {a} % {b} <> 0 THEN 1 ELSE 0 END)"

    def _never_negative(self, op: Op) -> bool:
        (low, _), (least, _) = self._range(op.parts[0]), self._range(op.parts[1])
        return low >= 0 and least > 0

    def _range(self, op: Op) -> Range:
        return self._bounds.ranges[op.index]


def _literal(value: Any) -> Said:
    if isinstance(value, bool):
        return Said("TRUE" if value else "FALSE")
    return Said(str(value) if value >= 0 else f"({value})", wide=abs(value) >= 2**31)


def _widened(op: Op, branches: Sequence[Said]) -> str:
    """Of two literals the first is written wide, or the result would be 32 bits."""
    yes = branches[0].text
    if op.truth or any(branch.wide for branch in branches):
        return yes
    return f"CAST({yes} AS BIGINT)"


def _day_read(op: Op) -> Op | None:
    """The fact whose day this is, if it is nothing else."""
    if op.name != "add":
        return None
    for day, since in (op.parts, op.parts[::-1]):
        if value_of(since) == FIRST_DAY and day.name == "fact":
            return day
    return None


def _turned(op: Op) -> bool:
    """Whether it is a figure without its sign."""
    if op.name != "pick" or op.parts[0].name != "lt" or op.parts[1].name != "sub":
        return False
    test, other, value = op.parts
    return (
        test.parts[0] is value
        and value_of(test.parts[1]) == 0
        and value_of(other.parts[0]) == 0
        and other.parts[1] is value
    )
