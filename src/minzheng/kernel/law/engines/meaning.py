"""What each sentence of a rule becomes in whole numbers: one small function for each kind of node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law.engines.columns import FIRST_DAY
from minzheng.kernel.law.engines.figures import Builder, Lowered
from minzheng.kernel.law.engines.flat import Op, value_of
from minzheng.kernel.law.engines.writer import EXACT
from minzheng.kernel.law.expressions import Expression
from minzheng.kernel.law.plan import Node, Space
from minzheng.kernel.law.units import Kind

__all__ = ["LOWER"]

_NUMBERS = frozenset({Kind.FEN, Kind.COUNT, Kind.RATIO, Kind.EXACT_FEN})


def _constant(b: Builder, node: Node, parts: list[Lowered]) -> Lowered:
    value: Any = node.of.value  # type: ignore[attr-defined]
    if isinstance(value, Fraction):
        return b.sure(b.program.constant(value.numerator), b.program.constant(value.denominator))
    if isinstance(value, str):
        value = b.codes[value]
    elif isinstance(value, date):
        value = value.toordinal()
    return b.sure(b.program.constant(value))


def _day(b: Builder, node: Node, parts: list[Lowered]) -> Lowered:
    return b.sure(b.program.leaf("day", type(node.of).__name__, Space.PLACE))


def _parameter(b: Builder, node: Node, parts: list[Lowered]) -> Lowered:
    position = b.plan.parameters.index(node)
    n = b.program.leaf("parameter", (position, "n"), Space.PLACE)
    if node.kind is Kind.BOOLEAN:
        n = b.op("eq", n, b.one)
    exact = node.kind in EXACT
    return b.sure(n, b.program.leaf("parameter", (position, "d"), Space.PLACE) if exact else None)


def _fact(b: Builder, node: Node, parts: list[Lowered]) -> Lowered:
    """Zero, or the first of its codes, where nothing is known or the figure is past the bounds."""
    program, fact = b.program, (node.space, node.of.name)  # type: ignore[attr-defined]
    boolean = node.kind is Kind.BOOLEAN
    blank = program.no if boolean else b.one if node.kind is Kind.DATE else b.zero
    if fact in b.given.absent:
        return Lowered(blank, b.one, program.no, program.no)
    value = program.leaf("fact", fact, node.space)
    known = program.leaf("known", fact, node.space) if fact in b.given.nullable else program.yes
    wide = node.kind in _NUMBERS and fact not in b.given.narrow
    over = program.leaf("over", fact, node.space) if wide else program.no
    if boolean:
        value = b.op("eq", value, b.one)
    elif node.kind is Kind.DATE:
        value = b.op("add", value, b.program.constant(FIRST_DAY))
    value = b.op("pick", b.op("and", known, b.op("not", over)), value, blank)
    below = program.leaf("below", fact, Space.PLACE) if node.kind is Kind.RATIO else b.one
    return Lowered(value, below, known, b.op("and", known, over))


def _of_household(b: Builder, node: Node, parts: list[Lowered]) -> Lowered:
    return parts[0]


def _arithmetic(b: Builder, node: Node, parts: list[Lowered]) -> Lowered:
    (x, y), (known, again) = parts, b.strict(parts)
    name: str = node.of.op  # type: ignore[attr-defined]
    if name == "*":
        return Lowered(b.op("mul", x.n, y.n), b.op("mul", x.d, y.d), known, again)
    if name == "//":
        divisor, again = b.guarded(y.n, b.op("eq", y.n, b.zero), known, again)
        return Lowered(b.op("floor", x.n, divisor), b.one, known, again)
    left, right, below = b.common(x, y)
    return Lowered(b.op("add" if name == "+" else "sub", left, right), below, known, again)


def _quotient(b: Builder, node: Node, parts: list[Lowered]) -> Lowered:
    (x, y), (known, again) = parts, b.strict(parts)
    divisor, again = b.guarded(y.n, b.op("eq", y.n, b.zero), known, again)
    n, d = b.op("mul", x.n, y.d), b.op("mul", x.d, divisor)
    if not _never_negative(divisor):
        below = b.op("lt", divisor, b.zero)
        n, d = b.turned(below, n), b.turned(below, d)
    return Lowered(n, d, known, again)


def _never_negative(op: Op) -> bool:
    """Whether a figure is plainly zero or above."""
    match op.name:
        case "const":
            return bool(value_of(op) >= 0)
        case "parameter":
            return bool(op.payload[1] == "d")
        case "mul" | "add" | "floor" | "lcm":
            return all(_never_negative(part) for part in op.parts)
        case "pick":
            return _never_negative(op.parts[1]) and _never_negative(op.parts[2])
        case "sum":
            return op.parts[0].truth or _never_negative(op.parts[0])
        case _:
            return op.truth or op.name == "below"


def _compare(b: Builder, node: Node, parts: list[Lowered]) -> Lowered:
    (x, y), (known, again) = parts, b.strict(parts)
    left, right, _ = b.common(x, y)
    return b.truth(_compared(b, node.of.op, left, right), known, again)  # type: ignore[attr-defined]


def _compared(b: Builder, op: str, left: Op, right: Op) -> Op:
    match op:
        case "<":
            return b.op("lt", left, right)
        case "<=":
            return b.op("le", left, right)
        case ">":
            return b.op("lt", right, left)
        case ">=":
            return b.op("le", right, left)
        case "==":
            return b.op("eq", left, right)
        case _:
            return b.op("not", b.op("eq", left, right))


def _extreme(b: Builder, node: Node, parts: list[Lowered]) -> Lowered:
    (x, y), (known, again) = parts, b.strict(parts)
    left, right, below = b.common(x, y)
    greatest = isinstance(node.of, nodes.Greatest)
    take = b.op("le", right, left) if greatest else b.op("le", left, right)
    if below.space is Space.PLACE:
        return Lowered(b.op("pick", take, left, right), below, known, again)
    return Lowered(b.op("pick", take, x.n, y.n), b.op("pick", take, x.d, y.d), known, again)


def _rounded(b: Builder, node: Node, parts: list[Lowered]) -> Lowered:
    (inner, step, mode), (known, again) = parts, b.strict(parts)
    size, again = b.guarded(step.n, b.op("le", step.n, b.zero), known, again)
    codes = {name: b.program.constant(b.codes[name]) for name in ("half_up", "up", "down")}
    is_mode = {name: b.op("eq", mode.n, code) for name, code in codes.items()}
    unheard = b.op("not", b.program.any_of(*is_mode.values()))
    again = b.op("or", again, b.op("and", unheard, known))
    negative = b.op("lt", inner.n, b.zero)
    over, below = b.op("mul", b.turned(negative, inner.n), step.d), b.op("mul", inner.d, size)
    whole, rest = b.op("floor", over, below), b.remainder(over, below)
    half = b.op("and", is_mode["half_up"], b.op("le", b.op("sub", below, rest), rest))
    up = b.op("and", is_mode["up"], b.op("lt", b.zero, rest))
    whole = b.op("add", whole, b.op("pick", b.op("or", half, up), b.one, b.zero))
    return Lowered(b.op("mul", b.turned(negative, whole), size), step.d, known, again)


def _years(b: Builder, node: Node, parts: list[Lowered]) -> Lowered:
    """29 February counts on the 28th of a common year."""
    (birth, at), (known, again) = parts, b.strict(parts)
    if b.given.by_table and at.n.name == "day":
        return Lowered(b.op("age", birth.n, at.n), b.one, known, again)
    born, day = b.op("packed", birth.n), b.op("packed", at.n)
    tens = b.program.constant(10000)
    year = b.op("floor", day, tens)
    fourth, century, fourth_century = (_multiple(b, year, by) for by in (4, 100, 400))
    leap = b.op("and", fourth, b.op("or", b.op("not", century), fourth_century))
    late = b.op("eq", b.remainder(born, tens), b.program.constant(229))
    early = b.op("and", b.op("not", leap), late)
    born = b.op("pick", early, b.op("sub", born, b.one), born)
    return Lowered(b.op("floor", b.op("sub", day, born), tens), b.one, known, again)


def _multiple(b: Builder, value: Op, of: int) -> Op:
    return b.op("eq", b.remainder(value, b.program.constant(of)), b.zero)


def _months(b: Builder, node: Node, parts: list[Lowered]) -> Lowered:
    (since, at), (known, again) = parts, b.strict(parts)
    hundred, first, last = b.program.constant(100), b.op("packed", since.n), b.op("packed", at.n)
    tomorrow = b.op("packed", b.op("add", at.n, b.one))
    month_end = b.op("eq", b.remainder(tomorrow, hundred), b.one)
    reached = b.op("or", b.op("le", b.remainder(first, hundred), b.remainder(last, hundred)), month_end)
    between = b.op("sub", _month_number(b, last), _month_number(b, first))
    return Lowered(b.op("sub", between, b.op("pick", reached, b.zero, b.one)), b.one, known, again)


def _month_number(b: Builder, day: Op) -> Op:
    month = b.op("floor", day, b.program.constant(100))
    year = b.op("floor", day, b.program.constant(10000))
    # 202201 is 2022 × 100 + 1, and 2022 × 12 + 1 is what counts months.
    return b.op("sub", month, b.op("mul", year, b.program.constant(88)))


def _not(b: Builder, node: Node, parts: list[Lowered]) -> Lowered:
    (inner,) = parts
    return b.truth(b.op("not", inner.n), inner.known, inner.again)


def _both(b: Builder, node: Node, parts: list[Lowered]) -> Lowered:
    """False as soon as one side is; the right side is not looked at where the left is false."""
    x, y = parts
    no_left, no_right = (b.op("and", one.known, b.op("not", one.n)) for one in parts)
    known = b.program.any_of(b.op("and", x.known, y.known), no_left, no_right)
    again = b.op("or", x.again, b.op("and", y.again, b.op("not", no_left)))
    return b.truth(b.op("and", x.n, y.n), known, again)


def _either(b: Builder, node: Node, parts: list[Lowered]) -> Lowered:
    """True as soon as one side is; the right side is not looked at where the left is true."""
    x, y = parts
    known = b.program.any_of(b.op("and", x.known, y.known), x.n, y.n)
    again = b.op("or", x.again, b.op("and", y.again, b.op("not", x.n)))
    return b.truth(b.op("or", x.n, y.n), known, again)


def _where(b: Builder, node: Node, parts: list[Lowered]) -> Lowered:
    """The branch taken; where the condition is unknown, both, if they are the same."""
    test, yes, no = parts
    left, right, below = b.common(yes, no)
    known, again = (b.op("pick", test.n, a, c) for a, c in ((yes.known, no.known), (yes.again, no.again)))
    if test.known is not b.program.yes:
        alike = b.program.all_of(yes.known, no.known, b.op("eq", left, right))
        known = b.op("pick", test.known, known, alike)
        again = b.op("pick", test.known, again, b.op("or", yes.again, no.again))
    again = b.op("or", test.again, again)
    if node.kind is Kind.BOOLEAN:
        return b.truth(b.op("pick", test.n, yes.n, no.n), known, again)
    if below.space is Space.PLACE:
        return Lowered(b.op("pick", test.n, left, right), below, known, again)
    return Lowered(b.op("pick", test.n, yes.n, no.n), b.op("pick", test.n, yes.d, no.d), known, again)


def _members(b: Builder, node: Node, parts: list[Lowered]) -> Lowered:
    """A sum, a count, a test over the members; nobody is a household too."""
    (inner,) = parts
    program = b.program
    unknown = program.reduced("any", b.op("not", inner.known))
    again = program.reduced("any", inner.again)
    if isinstance(node.of, nodes.AnyMember):
        value = program.reduced("any", inner.n)
        return b.truth(value, b.op("or", value, b.op("not", unknown)), again)
    below = inner.d
    if below.space is Space.MEMBER:
        # Members whose denominators differ are added up household by household.
        below = program.reduced("most", inner.d)
        uneven = program.reduced("any", b.op("not", b.op("eq", inner.d, below)))
        again = b.op("or", again, uneven)
    return Lowered(program.reduced("sum", inner.n), below, b.op("not", unknown), again)


Lower = Callable[[Builder, Node, list[Lowered]], Lowered]
LOWER: Mapping[type[Expression], Lower] = {
    nodes.Constant: _constant,
    nodes.Today: _day,
    nodes.BenefitMonth: _day,
    nodes.ParameterRead: _parameter,
    nodes.FactRead: _fact,
    nodes.OfHousehold: _of_household,
    nodes.Arithmetic: _arithmetic,
    nodes.Quotient: _quotient,
    nodes.Compare: _compare,
    nodes.Greatest: _extreme,
    nodes.Least: _extreme,
    nodes.Rounded: _rounded,
    nodes.Years: _years,
    nodes.Months: _months,
    nodes.Not: _not,
    nodes.Both: _both,
    nodes.Either: _either,
    nodes.Where: _where,
    nodes.AnyMember: _members,
    nodes.CountMembers: _members,
    nodes.SumMembers: _members,
}
