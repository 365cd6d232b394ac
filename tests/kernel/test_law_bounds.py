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


def times_eight_billion(*, checked: bool) -> tuple[Program, Op]:
    program = Program()
    fact = program.leaf("fact", STEP, Space.HOUSEHOLD)
    if checked:
        program.leaf("over", STEP, Space.HOUSEHOLD)
    return program, program.op("mul", fact, program.constant(8_000_000_000))


def test_a_column_that_is_not_looked_at_is_never_thought_smaller_than_it_can_be() -> None:
    limits = {STEP: (-(2**31), 2**31 - 1)}
    unseen, _ = times_eight_billion(checked=False)
    assert proven(unseen, {}, members=1, limits=limits) is None
    seen, product = times_eight_billion(checked=True)
    found = proven(seen, {}, members=1, limits=limits)
    assert found is not None
    assert found.fact == 10**9
    assert found.ranges[product.index] == (-8 * 10**18, 8 * 10**18)
