"""A value as whole numbers, and the combinations of such values that several sentences of a rule share."""

from __future__ import annotations

from dataclasses import dataclass

from minzheng.kernel.law.engines.flat import Op, Program
from minzheng.kernel.law.plan import Plan, Space

__all__ = ["Builder", "Given", "Lowered"]


@dataclass(frozen=True, slots=True)
class Given:
    """What the table brings: facts that may be unknown for some, facts nobody has, columns of narrow numbers.

    With ``by_table`` an age is looked up by the day of birth instead of being reckoned.
    """

    nullable: frozenset[tuple[Space, str]] = frozenset()
    absent: frozenset[tuple[Space, str]] = frozenset()
    narrow: frozenset[tuple[Space, str]] = frozenset()
    by_table: bool = False


@dataclass(frozen=True, slots=True)
class Lowered:
    """One value: numerator, denominator, whether known, whether to be looked at again."""

    n: Op
    d: Op
    known: Op
    again: Op


class Builder:
    """The program being written, with the few combinations that several nodes share."""

    def __init__(self, plan: Plan, given: Given) -> None:
        self.plan = plan
        self.given = given
        self.program = Program()
        self.codes = {code: number for number, code in enumerate(plan.codes)}
        self.one = self.program.constant(1)
        self.zero = self.program.constant(0)

    def op(self, name: str, *parts: Op) -> Op:
        """An operation of the program."""
        return self.program.op(name, *parts)

    def sure(self, n: Op, d: Op | None = None) -> Lowered:
        """A value that is always known."""
        return Lowered(n, d or self.one, self.program.yes, self.program.no)

    def strict(self, parts: list[Lowered]) -> tuple[Op, Op]:
        """Known where all parts are; to be looked at again where any part is."""
        known = self.program.all_of(*(part.known for part in parts))
        return known, self.program.any_of(*(part.again for part in parts))

    def truth(self, value: Op, known: Op, again: Op) -> Lowered:
        """A condition; it reads false where it is not known."""
        return Lowered(self.op("and", value, known), self.one, known, again)

    def common(self, a: Lowered, b: Lowered) -> tuple[Op, Op, Op]:
        """Both numerators over one denominator."""
        if a.d is b.d:
            return a.n, b.n, a.d
        if a.d.space is Space.PLACE and b.d.space is Space.PLACE:
            below = self.op("lcm", a.d, b.d)
            left, right = self.op("floor", below, a.d), self.op("floor", below, b.d)
            return self.op("mul", a.n, left), self.op("mul", b.n, right), below
        return self.op("mul", a.n, b.d), self.op("mul", b.n, a.d), self.op("mul", a.d, b.d)

    def guarded(self, divisor: Op, bad: Op, known: Op, again: Op) -> tuple[Op, Op]:
        """One in the place of a figure that cannot be used; those rows are looked at again where known."""
        safe = self.op("pick", bad, self.one, divisor)
        return safe, self.op("or", again, self.op("and", bad, known))

    def turned(self, test: Op, value: Op) -> Op:
        """The value, with its sign turned where the test holds."""
        return self.op("pick", test, self.op("sub", self.zero, value), value)

    def remainder(self, a: Op, b: Op) -> Op:
        """What is left of a division."""
        return self.op("sub", a, self.op("mul", self.op("floor", a, b), b))
