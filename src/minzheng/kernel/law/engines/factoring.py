"""The program made ready for sets: what no place differs in written in, what a household adds taken out of its sums.

A sum over members of (household figure × member figure) is the household figure times a sum that needs no
household: so members are counted once, and seldom joined to their household again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from minzheng.kernel.law.engines.figures import Lowered
from minzheng.kernel.law.engines.flat import REDUCTIONS, Op, Program, value_of
from minzheng.kernel.law.engines.lowering import Lowering
from minzheng.kernel.law.language import Rule
from minzheng.kernel.law.plan import Plan, Space

__all__ = ["MEMBERS", "Factored", "cone", "factored"]

MEMBERS = 100
"""A household with more members than this is decided by itself: the proof needs an end."""

_TERMS = 8
_PATIENCE = 300  # so many steps are spent on taking one sum apart; then members are joined to their household
Terms = list[tuple[Op, Op]]
"""What is added up, or of which one must hold: pairs of a household's share and a member's."""


@dataclass(frozen=True, slots=True)
class Factored:
    """A program for sets, what each rule is in it, and which households are to be decided alone."""

    plan: Plan
    program: Program
    answers: Mapping[Rule, Lowered]
    again: Op


def factored(lowering: Lowering, values: Mapping[int, Sequence[Any]], alone: Sequence[bool]) -> Factored:
    """The lowered program rewritten; ``values`` are those of every place, ``alone`` the places without."""
    wanted = [op for one in lowering.answers.values() for op in (one.n, one.d, one.known)]
    old = cone([*wanted, lowering.again])
    rewriter = _Rewriter()
    together = [number for number, apart in enumerate(alone) if not apart]
    made: dict[int, Op] = {}
    for op in old:
        same = {values[op.index][at] for at in together} if op.space is Space.PLACE else set()
        if op.name == "over":  # whoever has such a figure is odd, and not looked at further
            made[op.index] = rewriter.program.no
        elif len(same) == 1:
            made[op.index] = rewriter.program.constant(same.pop())
        else:
            made[op.index] = rewriter.rewritten(op, [made[part.index] for part in op.parts])
    no = rewriter.program.no
    answers = {
        rule: Lowered(made[one.n.index], made[one.d.index], made[one.known.index], no)
        for rule, one in lowering.answers.items()
    }
    again = rewriter.program.any_of(made[lowering.again.index], *_misfits(rewriter, old))
    program = rewriter.program
    program.ops[:] = cone([*(op for one in answers.values() for op in (one.n, one.d, one.known)), again])
    return Factored(lowering.plan, program, answers, again)


def cone(wanted: Iterable[Op]) -> list[Op]:
    """These operations and all they rest on, parts first."""
    found: dict[int, Op] = {}
    waiting = list(wanted)
    while waiting:
        op = waiting.pop()
        if op.index not in found:
            found[op.index] = op
            waiting += op.parts
    return [found[index] for index in sorted(found)]


def _misfits(rewriter: _Rewriter, ops: Sequence[Op]) -> Iterable[Op]:
    """A figure past the bounds, a code or day that cannot be, more members than the proof allows for."""
    program, spaces = rewriter.program, {op.space for op in ops if op.name == "fact"}
    if Space.HOUSEHOLD in spaces:
        yield program.leaf("odd", None, Space.HOUSEHOLD)
    if Space.MEMBER in spaces:
        yield program.reduced("any", program.leaf("odd", None, Space.MEMBER))
    if Space.MEMBER in spaces or any(op.name in REDUCTIONS for op in ops):
        yield program.op("lt", program.constant(MEMBERS), program.reduced("sum", program.yes))


class _Rewriter:
    """Writes the program anew, each operation from the new forms of its parts."""

    def __init__(self) -> None:
        self.program = Program()
        self._pure: dict[int, bool] = {}
        self._patience = 0

    def rewritten(self, op: Op, parts: Sequence[Op]) -> Op:
        """The operation on its new parts."""
        if op.name in REDUCTIONS:
            return self.reduced(op.name, parts[0])
        if not parts:
            return self.program.leaf(op.name, op.payload, op.space)
        if op.name == "packed":
            return self._packed(parts[0])
        return self.program.op(op.name, *parts)

    def _packed(self, day: Op) -> Op:
        """A day in the place of an unknown one is packed beforehand."""
        if day.name != "pick":
            return self.program.op("packed", day)
        test, yes, no = day.parts
        return self.program.op("pick", test, self._packed(yes), self._packed(no))

    def reduced(self, name: str, inner: Op) -> Op:
        """A sum or test over members, with what the household adds taken out of it where that can be."""
        program = self.program
        if name == "sum" and value_of(inner) is not None:
            return self._counted(inner)
        self._patience = _PATIENCE
        if not self._is_pure(inner) and name == "sum":
            terms = (
                self._masked(inner, [(program.constant(1),) * 2], []) if inner.truth else self._terms(inner)
            )
            if terms is not None and len(terms) <= _TERMS:
                return self._sum(terms)
        if not self._is_pure(inner) and name == "any":
            ways = self._ways(inner)
            if ways is not None and len(ways) <= _TERMS:
                tests = [program.op("and", home, program.reduced("any", one)) for home, one in ways]
                return program.any_of(*tests)
        return program.reduced(name, inner)

    def _is_pure(self, op: Op) -> bool:
        """Whether it needs nothing but the member itself; figures that differ by place come with the household."""
        if op.index not in self._pure:
            of_member = op.space is Space.MEMBER and all(self._is_pure(part) for part in op.parts)
            self._pure[op.index] = of_member or op.name == "const"
        return self._pure[op.index]

    # --- sums ----------------------------------------------------------------------------------------

    def _sum(self, terms: Terms) -> Op:
        program, shares = self.program, dict[Op, Op]()
        for home, one in terms:
            shares[one] = program.op("add", shares[one], home) if one in shares else home
        total = program.constant(0)
        for one, home in shares.items():
            total = program.op("add", total, program.op("mul", home, self._counted(one)))
        return total

    def _counted(self, one: Op) -> Op:
        """A member's share added up; what is the same for each is counted."""
        program, same = self.program, value_of(one)
        if same is None or isinstance(same, bool):
            return program.reduced("sum", one)
        return program.op("mul", program.constant(same), program.reduced("sum", program.yes))

    def _terms(self, op: Op) -> Terms | None:
        """The figure as a sum of (household's share × member's share); none where it is no such sum."""
        one, parts = self.program.constant(1), op.parts
        self._patience -= 1
        if self._is_pure(op):
            return [(one, op)]
        if op.space is not Space.MEMBER:
            return [(op, one)]
        if self._patience < 0 or op.name not in ("pick", "add", "sub", "mul"):
            return None
        if op.name == "pick":
            return self._masked(parts[0], self._terms(parts[1]), self._terms(parts[2]))
        left, right = self._terms(parts[0]), self._terms(parts[1])
        if left is None or right is None or len(left) * len(right) > _TERMS:
            return None
        if op.name == "mul":
            return [(self.program.op("mul", a, c), self._both(b, d)) for a, b in left for c, d in right]
        if op.name == "sub":
            right = [(self.program.op("sub", self.program.constant(0), a), b) for a, b in right]
        return left + right

    def _both(self, a: Op, b: Op) -> Op:
        """The product of two members' shares; a truth counts as one or zero."""
        if a.truth and b.truth:
            return self.program.op("and", a, b)
        if a.truth or b.truth:
            test, value = (a, b) if a.truth else (b, a)
            return self._only(test, value)
        return self.program.op("mul", a, b)

    def _only(self, test: Op, value: Op) -> Op:
        """The member's share where the test holds, else nothing."""
        if value_of(value) == 1:
            return test
        no = self.program.no if value.truth else self.program.constant(0)
        return self.program.op("pick", test, value, no)

    def _masked(self, test: Op, yes: Terms | None, no: Terms | None) -> Terms | None:
        """One sum where the test holds, another where it does not."""
        self._patience -= 1
        if yes is None or no is None or len(yes) + len(no) > _TERMS or self._patience < 0:
            return None
        zero, program, parts = self.program.constant(0), self.program, test.parts
        if self._is_pure(test):
            other = program.op("not", test)
            return [(a, self._only(test, b)) for a, b in yes] + [(a, self._only(other, b)) for a, b in no]
        if test.space is not Space.MEMBER:
            taken = [(program.op("pick", test, a, zero), b) for a, b in yes]
            return taken + [(program.op("pick", test, zero, a), b) for a, b in no]
        match test.name:
            case "not":
                return self._masked(parts[0], no, yes)
            case "and":
                return self._masked(parts[0], self._masked(parts[1], yes, no), no)
            case "or":
                return self._masked(parts[0], yes, self._masked(parts[1], yes, no))
            case "pick":
                a, b = (self._masked(part, yes, no) for part in parts[1:])
                return self._masked(parts[0], a, b)
        return None

    # --- tests ---------------------------------------------------------------------------------------

    def _ways(self, op: Op) -> Terms | None:
        """The condition as (household's part and member's part), one or the other; none where it is no such."""
        program, parts = self.program, op.parts
        self._patience -= 1
        if self._is_pure(op):
            return [(program.yes, op)]
        if op.space is not Space.MEMBER:
            return [(op, program.yes)]
        if self._patience < 0:
            return None
        match op.name:
            case "or":
                left, right = self._ways(parts[0]), self._ways(parts[1])
                return None if left is None or right is None else left + right
            case "and":
                return self._crossed(self._ways(parts[0]), self._ways(parts[1]))
            case "not":
                turned = self._turned(parts[0])
                return None if turned is None else self._ways(turned)
            case "pick":
                other = program.op("not", parts[0])
                yes = self._crossed(self._ways(parts[0]), self._ways(parts[1]))
                no = self._crossed(self._ways(other), self._ways(parts[2]))
                return None if yes is None or no is None else yes + no
        return None

    def _crossed(self, left: Terms | None, right: Terms | None) -> Terms | None:
        if left is None or right is None or len(left) * len(right) > _TERMS:
            return None
        both = self.program.op
        return [(both("and", a, c), both("and", b, d)) for a, b in left for c, d in right]

    def _turned(self, op: Op) -> Op | None:
        """Not this, with the ``not`` one step further in; none where there is no further."""
        if op.name not in ("and", "or", "pick"):
            return None
        parts = [self.program.op("not", part) for part in op.parts]
        if op.name == "pick":
            return self.program.op("pick", op.parts[0], *parts[1:])
        return self.program.op("or" if op.name == "and" else "and", *parts)
