"""What each node of the graph comes to in columns, unknowns and rows to be looked at again included."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law.engines import exact as exacts
from minzheng.kernel.law.engines.cells import Cell, Frame, Reckons, cell
from minzheng.kernel.law.engines.columns import filled_in
from minzheng.kernel.law.engines.exact import Exact
from minzheng.kernel.law.engines.members import any_member, counted, summed
from minzheng.kernel.law.engines.whole import Mask, Whole, combined, either, sign_of, whole
from minzheng.kernel.law.plan import Node, Space
from minzheng.kernel.law.reference import full_years
from minzheng.kernel.law.units import Kind, Scalar

__all__ = ["RECKONS", "number_of", "truth"]


def number_of(value: Scalar, code: dict[str, int]) -> Exact:
    """A single value as the columns hold it."""
    if isinstance(value, str):
        return Exact(whole(code[value]))
    if isinstance(value, date):
        return Exact(whole(value.toordinal()))
    if isinstance(value, Fraction):
        return Exact(whole(value.numerator), whole(value.denominator))
    return Exact(whole(value))


def truth(value: Any, known: Mask = None, again: Mask = None) -> Cell:
    """A truth; false where it is not known."""
    return Cell(Exact(Whole(value if known is None else value & known, 0, 1)), known, again)


def both_known(*masks: Mask) -> Mask:
    """Rows known in all of these; None where every row is."""
    result: Mask = None
    for mask in masks:
        if mask is not None:
            result = mask if result is None else result & mask
    return result


def _parts(frame: Frame, node: Node) -> tuple[list[Cell], Mask, Mask]:
    """The parts of a node that is unknown as soon as one of them is."""
    cells = [frame.at(part, node.space) for part in node.parts]
    return cells, both_known(*(one.known for one in cells)), either(*(one.again for one in cells))


def _constant(frame: Frame, node: Node) -> Cell:
    value: Scalar = node.of.value  # type: ignore[attr-defined]
    return Cell(number_of(value, frame.shared.code))


def _today(frame: Frame, node: Node) -> Cell:
    return Cell(Exact(whole(frame.shared.on.toordinal())))


def _fact(frame: Frame, node: Node) -> Cell:
    of_member = node.space is Space.MEMBER
    household = frame.shared.plan.household
    entity = household.members if of_member else household
    columns = frame.table.persons if of_member else frame.table.household
    name: str = node.of.name  # type: ignore[attr-defined]
    fact = entity.facts[name]  # type: ignore[union-attr]
    blank = frame.shared.on.toordinal() if fact.kind is Kind.DATE else 0
    if name not in columns:
        nothing: Any = False if fact.kind is Kind.BOOLEAN else blank
        return Cell(Exact(whole(nothing)), np.zeros(frame.rows(node.space), np.bool_))
    values = filled_in(columns[name], fact, blank)
    if fact.kind is Kind.CODE:
        values = np.array([frame.shared.code[one] for one in fact.options], dtype=np.int16)[values]
        return Cell(Exact(Whole(values, 0, len(frame.shared.code))), columns[name].known)
    return Cell(Exact(whole(values)), columns[name].known)


def _of_household(frame: Frame, node: Node) -> Cell:
    return frame.at(node.parts[0], Space.MEMBER)


def _arithmetic(frame: Frame, node: Node) -> Cell:
    (a, b), known, again = _parts(frame, node)
    op: str = node.of.op  # type: ignore[attr-defined]
    if op == "*":
        return cell(exacts.multiplied(a.exact, b.exact), known, again)
    if op in ("+", "-"):
        return cell(exacts.added(op, a.exact, b.exact), known, again)
    divisor, again = _not_zero(frame, node, b.exact, known, again)
    return cell(exacts.floored(a.exact, divisor), known, again)


def _quotient(frame: Frame, node: Node) -> Cell:
    (a, b), known, again = _parts(frame, node)
    divisor, again = _not_zero(frame, node, b.exact, known, again)
    return cell(exacts.divided(a.exact, divisor), known, again)


def _not_zero(frame: Frame, node: Node, divisor: Exact, known: Mask, again: Mask) -> tuple[Exact, Mask]:
    """The divisor with one in the place of zero, and those rows marked unless they are unknown anyway."""
    return _replaced(frame, node, divisor, divisor.n.value == 0, known, again)


def _replaced(frame: Frame, node: Node, one: Exact, bad: Any, known: Mask, again: Mask) -> tuple[Exact, Mask]:
    """One in the place of a figure that cannot be used."""
    if one.n.same:
        if not bad:
            return one, again
        bad = np.ones(frame.rows(node.space), np.bool_)
        one = Exact(whole(1))
    elif bad.any():
        one = Exact(whole(np.where(bad, 1, one.n.value)), one.d)
    else:
        return one, again
    return one, either(again, bad if known is None else bad & known)


def _compare(frame: Frame, node: Node) -> Cell:
    (a, b), known, again = _parts(frame, node)
    op: str = node.of.op  # type: ignore[attr-defined]
    return truth(exacts.compared(op, a.exact, b.exact), known, again)


def _extreme(op: str) -> Callable[[Frame, Node], Cell]:
    def reckon(frame: Frame, node: Node) -> Cell:
        (a, b), known, again = _parts(frame, node)
        take = exacts.compared(op, a.exact, b.exact)
        if not isinstance(take, np.ndarray):
            return Cell(a.exact if take else b.exact, known, again)
        return cell(exacts.chosen(take, a.exact, b.exact), known, again)

    return reckon


def _one_by_one(frame: Frame, node: Node) -> Cell:
    """What the columns do not reckon: every row is decided by the case engine."""
    return Cell(Exact(whole(0)), None, np.ones(frame.rows(node.space), np.bool_))


def _years(frame: Frame, node: Node) -> Cell:
    if not isinstance(node.of.at, nodes.Today):  # type: ignore[attr-defined]
        return _one_by_one(frame, node)
    (birth, _), known, again = _parts(frame, node)
    days = birth.exact.n
    if days.same:
        return Cell(Exact(whole(full_years(date.fromordinal(days.value), frame.shared.on))), known, again)
    first, ages = frame.shared.ages(days.low, days.high)
    low, high = int(ages[days.high - first]), int(ages[days.low - first])
    return Cell(Exact(Whole(ages[days.value - first].astype(np.int64), low, high)), known, again)


def _rounded(frame: Frame, node: Node) -> Cell:
    (inner, step, mode), known, again = _parts(frame, node)
    size, again = _replaced(frame, node, step.exact, step.exact.n.value <= 0, known, again)
    steps, rest, out_of = exacts.steps(inner.exact, size)
    over = either(steps.over, rest.over)
    half = rest.value >= out_of.value - rest.value
    code, how = frame.shared.code, mode.exact.n.value
    more: Any = half & (how == code["half_up"]) | (rest.value > 0) & (how == code["up"])
    unheard = (how != code["half_up"]) & (how != code["up"]) & (how != code["down"])
    _, again = _replaced(frame, node, mode.exact, unheard, known, again)
    added = Whole(more.astype(np.int64) if isinstance(more, np.ndarray) else int(more), 0, 1)
    whole_steps = combined("*", combined("+", steps, added), sign_of(inner.exact.n))
    found = exacts.multiplied(Exact(whole_steps), size)
    return cell(found, known, either(again, over if over is None or known is None else over & known))


def _not(frame: Frame, node: Node) -> Cell:
    (inner,), known, again = _parts(frame, node)
    value = inner.exact.n.value
    return truth(~value if isinstance(value, np.ndarray) else not value, known, again)


def _both(frame: Frame, node: Node) -> Cell:
    """False as soon as one side is; the right side is not looked at where the left is false."""
    a = frame.at(node.parts[0], node.space)
    if a.settled:
        return frame.at(node.parts[1], node.space) if a.exact.n.value else a
    b = frame.at(node.parts[1], node.space)
    x, y = a.exact.n.value, b.exact.n.value
    no_left, no_right = (_refuted(one) for one in (a, b))
    known = None
    if a.known is not None or b.known is not None:
        known = _known_in_both(a, b) | no_left | no_right
    again = b.again if b.again is None else b.again & ~no_left
    return truth(x & y, known, either(a.again, again))


def _either(frame: Frame, node: Node) -> Cell:
    """True as soon as one side is; the right side is not looked at where the left is true."""
    a = frame.at(node.parts[0], node.space)
    if a.settled:
        return a if a.exact.n.value else frame.at(node.parts[1], node.space)
    b = frame.at(node.parts[1], node.space)
    x, y = a.exact.n.value, b.exact.n.value
    known = None
    if a.known is not None or b.known is not None:
        known = _known_in_both(a, b) | x | y
    again = b.again if b.again is None else b.again & np.logical_not(x)
    return truth(x | y, known, either(a.again, again))


def _known_in_both(a: Cell, b: Cell) -> Any:
    return both_known(a.known, b.known)


def _refuted(one: Cell) -> Any:
    """Where a truth is known to be false."""
    refuted = np.logical_not(one.exact.n.value)
    return refuted if one.known is None else refuted & one.known


def _where(frame: Frame, node: Node) -> Cell:
    """The branch taken; where the condition is unknown, both, if they are the same."""
    condition = frame.at(node.parts[0], node.space)
    if condition.settled:
        return frame.at(node.parts[1 if condition.exact.n.value else 2], node.space)
    yes, no = (frame.at(part, node.space) for part in node.parts[1:])
    take = np.broadcast_to(condition.exact.n.value, frame.rows(node.space))
    known = _branch(take, yes.known, no.known, otherwise=True)
    again = _branch(take, yes.again, no.again, otherwise=False)
    if condition.known is not None:
        equal = np.broadcast_to(exacts.compared("==", yes.exact, no.exact), take.shape)
        alike: Any = both_known(yes.known, no.known, equal)
        known = np.where(condition.known, True if known is None else known, alike)
        doubly = either(yes.again, no.again)
        again = again if doubly is None else either(again, doubly & ~condition.known)
    found = exacts.chosen(take, yes.exact, no.exact)
    if node.kind is Kind.BOOLEAN:
        return truth(found.n.value, known, either(condition.again, again))
    return cell(found, known, either(condition.again, again))


def _branch(take: Any, yes: Mask, no: Mask, *, otherwise: bool) -> Mask:
    if yes is None and no is None:
        return None
    return np.where(take, otherwise if yes is None else yes, otherwise if no is None else no)


RECKONS: Reckons = {
    nodes.Constant: _constant,
    nodes.Today: _today,
    nodes.FactRead: _fact,
    nodes.OfHousehold: _of_household,
    nodes.Arithmetic: _arithmetic,
    nodes.Quotient: _quotient,
    nodes.Compare: _compare,
    nodes.Greatest: _extreme(">="),
    nodes.Least: _extreme("<="),
    nodes.Years: _years,
    nodes.Months: _one_by_one,
    nodes.BenefitMonth: lambda frame, node: Cell(Exact(whole(frame.shared.on.replace(day=1).toordinal()))),
    nodes.Rounded: _rounded,
    nodes.Not: _not,
    nodes.Both: _both,
    nodes.Either: _either,
    nodes.Where: _where,
    nodes.AnyMember: any_member,
    nodes.CountMembers: counted,
    nodes.SumMembers: summed,
}
