"""What one loop over households reckons: the operations it needs, the arrays it is handed, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from minzheng.kernel.law.engines.flat import Op
from minzheng.kernel.law.engines.lowering import Lowering
from minzheng.kernel.law.engines.writer import EXACT
from minzheng.kernel.law.language import Rule
from minzheng.kernel.law.plan import Space

__all__ = ["Array", "Fact", "Kernel", "Output", "kernel_of", "needed"]

Fact = tuple[Space, str]


@dataclass(frozen=True, slots=True)
class Array:
    """A column the loop reads: a fact, or whether it is known; ``code`` is numpy's for its type, such as i2."""

    kind: str
    fact: Fact
    code: str


@dataclass(frozen=True, slots=True)
class Output:
    """One array the loop fills: of which rule, and which of its figures."""

    rule: Rule
    figure: str  # n, d or known
    op: Op
    of_household: bool


@dataclass(frozen=True, slots=True, eq=False)
class Kernel:
    """One loop; ``codes`` are, by fact, the numbers the plan gives its codes where the fact numbers them otherwise."""

    ops: tuple[Op, ...]
    again: Op
    place: str  # the type of the column of places
    columns: tuple[Array, ...]
    places: tuple[Op, ...]
    ages: tuple[Op, ...]  # the days on which ages are looked up
    outputs: tuple[Output, ...]
    codes: Mapping[Fact, Sequence[int]] = field(default_factory=dict)


def kernel_of(
    lowering: Lowering, types: Mapping[Fact, str], place: str, codes: Mapping[Fact, Sequence[int]]
) -> Kernel:
    """The loop for a lowered plan; ``types`` are those of the columns."""
    outputs = tuple(_outputs(lowering))
    ops = needed([*(one.op for one in outputs), lowering.again])
    facts = dict.fromkeys(
        ("known" if op.name == "known" else "fact", op.payload)
        for op in ops
        if op.name in ("fact", "known", "over")
    )
    columns = tuple(Array(kind, fact, "b1" if kind == "known" else types[fact]) for kind, fact in facts)
    places = tuple(op for op in ops if op.space is Space.PLACE and op.name != "const")
    ages = tuple(dict.fromkeys(op.parts[1] for op in ops if op.name == "age" and op.space is not Space.PLACE))
    of_columns = {one.fact: codes[one.fact] for one in columns if one.kind == "fact" and one.fact in codes}
    return Kernel(tuple(ops), lowering.again, place, columns, places, ages, outputs, of_columns)


def needed(wanted: Iterable[Op], *, of: Space | None = None) -> list[Op]:
    """These operations and all they rest on, or only those of one space; parts first.

    What is known of a place comes from outside.
    """
    found: dict[int, Op] = {}
    waiting = list(wanted)
    while waiting:
        op = waiting.pop()
        if op.index not in found and of in (None, op.space):
            found[op.index] = op
            waiting += [] if op.space is Space.PLACE else op.parts
    return [found[index] for index in sorted(found)]


def _outputs(lowering: Lowering) -> Iterator[Output]:
    """What is the same for every row is not written row by row."""
    for rule, answer in lowering.answers.items():
        of_household = rule.entity == lowering.plan.household.name
        figures = ("n", "d", "known") if rule.expression.kind in EXACT else ("n", "known")
        for figure in figures:
            op: Op = getattr(answer, figure)
            if op.name != "const":
                yield Output(rule, figure, op, of_household)
