"""The proof that the compiled loop cannot overflow knows what a division followed by its multiplication comes to."""

from __future__ import annotations

from minzheng.kernel.law.engines.bounds import proven
from minzheng.kernel.law.engines.flat import Op, Program
from minzheng.kernel.law.plan import Space

AMOUNT, STEP = (Space.HOUSEHOLD, "amount"), (Space.HOUSEHOLD, "step")


def a_rounding(*, factor: int) -> Program:
    """amount // (step * factor) * (step * factor)"""
    program = Program()
    facts: list[Op] = [program.leaf("fact", one, Space.HOUSEHOLD) for one in (AMOUNT, STEP)]
    below = program.op("mul", facts[1], program.constant(factor))
    program.op("mul", program.op("floor", facts[0], below), below)
    return program


def the_largest_fact(program: Program) -> int | None:
    found = proven(program, {}, members=1, limits={STEP: (1, 100)})
    return None if found is None else found.fact


def test_rounding_to_a_step_grows_by_less_than_a_step() -> None:
    assert the_largest_fact(a_rounding(factor=10**12)) == 10**13


def test_a_step_that_is_itself_too_large_proves_nothing() -> None:
    assert the_largest_fact(a_rounding(factor=10**18)) is None
