"""From the plan to whole numbers: fractions held apart, truth in three values, what must be looked at again.

A value becomes a numerator, a denominator above zero, whether it is known, and whether this household must
be decided by itself (a division by zero, a figure past the bounds): the case engine then finds the exact
answer or says what stops it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from minzheng.kernel.errors import Mistake
from minzheng.kernel.law.engines.figures import Builder, Given, Lowered
from minzheng.kernel.law.engines.flat import Op, Program
from minzheng.kernel.law.engines.meaning import LOWER
from minzheng.kernel.law.language import Rule
from minzheng.kernel.law.plan import Plan

__all__ = ["Given", "Lowered", "Lowering", "lowered"]


@dataclass(frozen=True, slots=True)
class Lowering:
    """The program of a plan, what each rule asked becomes in it, and which households are to be decided alone."""

    plan: Plan
    given: Given
    program: Program
    answers: Mapping[Rule, Lowered]
    again: Op


def lowered(plan: Plan, given: Given) -> Lowering:
    """The plan as whole numbers, for tables that bring these facts."""
    builder = Builder(plan, given)
    values: dict[int, Lowered] = {}
    for node in plan.nodes:
        lower = LOWER.get(type(node.of))
        if lower is None:
            raise Mistake("rule_node", f"The bulk engine does not know {type(node.of).__name__}.")
        values[node.index] = lower(builder, node, [values[part.index] for part in node.parts])
    answers = {rule: values[plan.roots[rule].index] for rule in plan.asked}
    program = builder.program
    marks = []
    for rule, one in answers.items():
        of_household = rule.entity == plan.household.name
        marks.append(one.again if of_household else program.reduced("any", one.again))
    return Lowering(plan, given, program, answers, program.any_of(*marks))
