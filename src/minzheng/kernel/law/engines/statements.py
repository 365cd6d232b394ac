"""What each node of the graph becomes in the source of the case engine."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law.engines.writer import (
    EXACT,
    Text,
    Writer,
    Writes,
    parameter_names,
    product,
    side_by_side,
)
from minzheng.kernel.law.plan import Node, Space
from minzheng.kernel.law.units import Kind

__all__ = ["WRITES"]

_ORDER = {"Greatest": ">=", "Least": "<="}


def _constant(writer: Writer, node: Node) -> Text:
    value: Any = node.of.value  # type: ignore[attr-defined]
    if node.kind is Kind.DATE:
        return Text(f"date({value.year}, {value.month}, {value.day})", sure=True)
    if isinstance(value, Fraction):
        return Text(f"({value.numerator})", str(value.denominator), sure=True)
    return Text(f"({value!r})" if node.kind in EXACT else repr(value), sure=True)


def _today(writer: Writer, node: Node) -> Text:
    return Text("today", sure=True)


def _benefit_month(writer: Writer, node: Node) -> Text:
    return Text("month", sure=True)


def _fact(writer: Writer, node: Node) -> Text:
    name = writer.fresh()
    writer.line(f"{name} = {'m' if node.space is Space.MEMBER else 'h'}[0]({node.of.name!r})")  # type: ignore[attr-defined]
    if node.kind not in EXACT:
        return Text(name)
    writer.line(f"{name}, {name}d = (None, 1) if {name} is None else ({name}.numerator, {name}.denominator)")
    return Text(name, f"{name}d")


def _parameter(writer: Writer, node: Node) -> Text:
    position = writer.parameters[node.index]
    n, *d = parameter_names(position, node.kind)
    if position in writer.missing:
        writer.line(f"{n}()")
    return Text(n, d[0] if d else "1", sure=True)


def _of_household(writer: Writer, node: Node) -> Text:
    return writer.value(node.parts[0])


def _arithmetic(writer: Writer, node: Node) -> Text:
    op: str = node.of.op  # type: ignore[attr-defined]
    a, b = (writer.value(part) for part in node.parts)

    def body(result: str) -> Text:
        if op == "*":
            return Text(product(a.n, b.n), product(a.d, b.d))
        if op == "//":
            _refuse_zero(writer, b.n)
            return Text(f"{a.n} // {b.n}")
        left, right, below = side_by_side(a, b)
        return Text(f"{left} {op} {right}", below)

    return writer.known((a, b), body)


def _refuse_zero(writer: Writer, divisor: str) -> None:
    with writer.block(f"if {divisor} == 0:"):
        writer.line("by_zero()")


def _quotient(writer: Writer, node: Node) -> Text:
    a, b = (writer.value(part) for part in node.parts)

    def body(result: str) -> Text:
        if b.n.isdigit() and int(b.n) > 0:
            return Text(product(a.n, b.d), product(a.d, b.n))
        _refuse_zero(writer, b.n)
        writer.line(f"{result} = {product(a.n, b.d)}")
        writer.line(f"{result}d = {product(a.d, b.n)}")
        with writer.block(f"if {result}d < 0:"):
            writer.line(f"{result} = -{result}")
            writer.line(f"{result}d = -{result}d")
        return Text(result, f"{result}d")

    return writer.known((a, b), body)


def _compare(writer: Writer, node: Node) -> Text:
    a, b = (writer.value(part) for part in node.parts)

    def body(result: str) -> Text:
        left, right, _ = side_by_side(a, b)
        return Text(f"{left} {node.of.op} {right}")  # type: ignore[attr-defined]

    return writer.known((a, b), body)


def _extreme(writer: Writer, node: Node) -> Text:
    a, b = (writer.value(part) for part in node.parts)
    order = _ORDER[type(node.of).__name__]

    def body(result: str) -> Text:
        left, right, below = side_by_side(a, b)
        if below.isdigit():
            return Text(f"{left} if {left} {order} {right} else {right}", below)
        pairs = f"({a.n}, {a.d}) if {left} {order} {right} else ({b.n}, {b.d})"
        writer.line(f"{result}, {result}d = {pairs}")
        return Text(result, f"{result}d")

    return writer.known((a, b), body)


def _elapsed(writer: Writer, node: Node) -> Text:
    since, at = (writer.value(part) for part in node.parts)
    word = "full_years" if isinstance(node.of, nodes.Years) else "full_months"
    return writer.known((since, at), lambda result: Text(f"{word}({since.n}, {at.n})"))


def _rounded(writer: Writer, node: Node) -> Text:
    inner, step, mode = (writer.value(part) for part in node.parts)

    def body(result: str) -> Text:
        over, below = product(f"abs({inner.n})", step.d), product(inner.d, step.n)
        writer.line(f"{result} = {product(f'steps({over}, {below}, {mode.n})', step.n)}")
        return Text(f"{result} if {inner.n} >= 0 else -{result}", step.d)

    return writer.known((inner, step, mode), body)


def _not(writer: Writer, node: Node) -> Text:
    inner = writer.value(node.parts[0])
    return writer.known((inner,), lambda result: Text(f"not {inner.n}"))


def _logic(writer: Writer, node: Node) -> Text:
    """``&`` is decided by a false, ``|`` by a true; the right side is reckoned only if the left leaves it open."""
    deciding = str(isinstance(node.of, nodes.Either))
    other = str(not isinstance(node.of, nodes.Either))
    result = writer.fresh()
    first = writer.value(node.parts[0])
    writer.line(f"{result} = {first.n}")
    with writer.block(f"if {result} is not {deciding}:"):
        second = writer.value(node.parts[1])
        with writer.block(f"if {second.n} is {deciding}:"):
            writer.line(f"{result} = {deciding}")
        with writer.block("else:"):
            writer.line(f"{result} = {other} if {result} is {other} and {second.n} is {other} else None")
    return Text(result, sure=first.sure and second.sure)


def _where(writer: Writer, node: Node) -> Text:
    """Only the branch taken is reckoned; both, where the condition is unknown: they may be equal."""
    condition = writer.value(node.parts[0])
    result = writer.fresh()
    with writer.block(f"if {condition.n} is not False:"):
        yes = writer.value(node.parts[1])
        writer.line("pass")
    with writer.block(f"if {condition.n} is not True:"):
        no = writer.value(node.parts[2])
        writer.line("pass")
    below = yes.d if yes.d == no.d and yes.d.isdigit() else f"{result}d"
    _taken(writer, f"if {condition.n} is True:", result, below, yes)
    _taken(writer, f"elif {condition.n} is False:", result, below, no)
    if not condition.sure:
        left, right, _ = side_by_side(yes, no)
        doubtful = [f"{one.n} is None" for one in (yes, no) if not one.sure]
        unequal = " or ".join([*doubtful, f"{left} != {right}"])
        _taken(writer, f"elif {unequal}:", result, below, Text("None"))
        _taken(writer, "else:", result, below, yes)
    return Text(result, below, sure=condition.sure and yes.sure and no.sure)


def _taken(writer: Writer, head: str, result: str, below: str, found: Text) -> None:
    with writer.block(head):
        writer.line(f"{result} = {found.n}")
        if not below.isdigit():
            writer.line(f"{below} = {found.d}")


def _any(writer: Writer, node: Node) -> Text:
    """The first member for whom it holds decides."""
    result = writer.fresh()
    writer.line(f"{result} = False")
    with writer.block("for m in h[1]:"):
        one = writer.value(node.parts[0])
        with writer.block(f"if {one.n} is True:"):
            writer.line(f"{result} = True")
            writer.line("break")
        if not one.sure:
            with writer.block(f"if {one.n} is None:"):
                writer.line(f"{result} = None")
    return Text(result)


def _total(writer: Writer, node: Node) -> Text:
    """A sum or a count over all members; unknown as soon as one is."""
    counting = isinstance(node.of, nodes.CountMembers)
    total, below = writer.fresh(), writer.fresh()
    writer.line(f"{total}, {below}, {total}k = 0, 1, True")
    with writer.block("for m in h[1]:"):
        one = writer.value(node.parts[0])
        if not one.sure:
            with writer.block(f"if {one.n} is None:"):
                writer.line(f"{total}k = False")
                writer.line("continue")
        if one.d.isdigit():
            writer.line(f"{total} += {one.n}")
        else:
            _add_exact(writer, total, below, one)
    writer.line(f"if not {total}k: {total} = None")
    exact = not counting and not one.d.isdigit()
    return Text(total, below if exact else one.d)


def _add_exact(writer: Writer, total: str, below: str, one: Text) -> None:
    with writer.block(f"if {below} == {one.d}:"):
        writer.line(f"{total} += {one.n}")
    with writer.block("else:"):
        writer.line(f"{total} = {total} * {one.d} + {one.n} * {below}")
        writer.line(f"{below} *= {one.d}")


WRITES: Writes = {
    nodes.Constant: _constant,
    nodes.Today: _today,
    nodes.BenefitMonth: _benefit_month,
    nodes.FactRead: _fact,
    nodes.ParameterRead: _parameter,
    nodes.OfHousehold: _of_household,
    nodes.Arithmetic: _arithmetic,
    nodes.Quotient: _quotient,
    nodes.Compare: _compare,
    nodes.Greatest: _extreme,
    nodes.Least: _extreme,
    nodes.Years: _elapsed,
    nodes.Months: _elapsed,
    nodes.Rounded: _rounded,
    nodes.Not: _not,
    nodes.Both: _logic,
    nodes.Either: _logic,
    nodes.Where: _where,
    nodes.AnyMember: _any,
    nodes.SumMembers: _total,
    nodes.CountMembers: _total,
}
