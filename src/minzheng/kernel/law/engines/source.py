"""Python source for one household, written from the plan: a function for each rule, each run at most once.

A household is a list ``h`` (its facts, its members, then what is already reckoned), a member a list ``m``
(its facts, then what is already reckoned).  ``U`` means not yet reckoned, ``None`` unknown.  An exact figure
is a numerator and a denominator above zero, held apart; a denominator known beforehand is a literal.
"""

from __future__ import annotations

from minzheng.kernel.law.engines.statements import WRITES
from minzheng.kernel.law.engines.writer import EXACT, Text, Writer, parameter_names
from minzheng.kernel.law.plan import Node, Plan, Space, Step

__all__ = ["kept_results", "written"]

_KEPT_FROM = {Space.HOUSEHOLD: 2, Space.MEMBER: 1}  # where a list begins to keep results


def written(plan: Plan, missing: frozenset[int]) -> str:
    """The whole module: ``build(today, parameters…)`` gives ``decide(h)``; missing parameters are called."""
    names = [name for at, node in enumerate(plan.parameters) for name in parameter_names(at, node.kind)]
    steps = {step.node.index: step for step in plan.steps if step.node.space is not Space.PLACE}
    writer = Writer(plan, steps=steps, missing=missing, writes=WRITES)
    with writer.block(f"def build({', '.join(['today', 'month', *names])}):"):
        for step in steps.values():
            _function(writer, step)
        _decide(writer)
        writer.line("return decide")
    return "\n".join(writer.lines) + "\n"


def kept_results(plan: Plan, space: Space) -> int:
    """How many results a household or a member keeps."""
    return sum(step.node.space is space for step in plan.steps)


def _function(writer: Writer, step: Step) -> None:
    """The function of a step, which keeps its result."""
    node, number = step.node, writer.kept[step.node.index]
    of_member = node.space is Space.MEMBER
    place = f"{'m' if of_member else 'h'}[{number + _KEPT_FROM[node.space]}]"
    with writer.block(f"def f{node.index}(h{', m' if of_member else ''}):  # {step.name}"):
        writer.line(f"kept = {place}")
        with writer.block("if kept is not U:"):
            writer.line("return kept")
        found = writer.value(node, inside=True)
        result = f"({found.n}, {found.d})" if node.kind in EXACT else found.n
        writer.line(f"{place} = kept = {result}")
        writer.line("return kept")


def _decide(writer: Writer) -> None:
    """The function that answers for each rule asked, a list by members for a member's rule."""
    plan = writer.plan
    with writer.block("def decide(h):"):
        answers = []
        for rule in plan.asked:
            answer, node = writer.fresh(), plan.roots[rule]
            answers.append(answer)
            if rule.entity == plan.household.name:
                writer.line(f"{answer} = {_answer(node, writer.value(node))}")
                continue
            writer.line(f"{answer} = []")
            with writer.block("for m in h[1]:"):
                writer.line(f"{answer}.append({_answer(node, writer.value(node))})")
        writer.line(f"return ({''.join(f'{one}, ' for one in answers)})")


def _answer(node: Node, found: Text) -> str:
    if node.kind not in EXACT:
        return found.n
    return f"None if {found.n} is None else Fraction({found.n}, {found.d})"
