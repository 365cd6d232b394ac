"""The plain interpreter: what a rule means, one household at a time, over Python whole numbers and fractions.

Truth has three values.  A missing fact makes a condition unknown, unless the rest decides it: false and
unknown is false, true or unknown is true.  Every other engine must agree with this one to the fen.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law.expressions import Expression
from minzheng.kernel.law.facts import FactRef, Facts, checked
from minzheng.kernel.law.language import Entity, Rule
from minzheng.kernel.law.measuring import full_months, full_years, month_of, round_to
from minzheng.kernel.law.parameters import Parameters, Value
from minzheng.kernel.law.units import Kind, Scalar

__all__ = [
    "Answer",
    "Evaluation",
    "Seen",
    "Unknown",
    "full_months",
    "full_years",
    "month_of",
    "parameter_value",
    "round_to",
]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Not decided: any of these facts may settle it."""

    missing: frozenset[FactRef]


Answer = Scalar | Unknown


class Seen(NamedTuple):
    """One thing a rule looked at, in the order it looked: a fact, another rule, or a parameter."""

    what: FactRef | Value | Rule
    member: int | None
    answer: Answer


def parameter_value(node: nodes.ParameterRead, parameters: Parameters, *, path: str, on: date) -> Value:
    """The value in force, once it is of the unit and among the codes that the rule expects."""
    value = parameters.get(node.key, path=path, on=on)
    if value.unit != node.unit:
        message = f"参数 {node.key} 的单位应为 {node.unit}，登记的是 {value.unit}。请改正单位后再办理。"
        raise Refused("parameter_unit", message, key=node.key)
    if node.options and value.value not in node.options:
        message = f"参数 {node.key} 的值 {value.value} 不在 {'、'.join(node.options)} 之中。请改正后再办理。"
        raise Refused("parameter_code", message, key=node.key)
    return value


class Evaluation:
    """The rules of a household applied to one case, on one day, in one place; what was read is kept."""

    def __init__(
        self,
        household: Entity,
        facts: Facts,
        parameters: Parameters,
        *,
        path: str,
        on: date,
        month: date | None = None,
    ) -> None:
        self.household = household
        self.facts = checked(facts, household)
        self.path = path
        self.on = on
        self.month = month_of(on, month)
        self.used: dict[str, Value] = {}
        self.seen: dict[tuple[str, str, int | None], tuple[Seen, ...]] = {}
        self.words: dict[object, Any] = {}  # what has been put into words, for the next to ask
        self._parameters = parameters
        self._answers: dict[tuple[str, str, int | None], Seen] = {}
        self._facts: dict[tuple[str, str, int | None], Seen] = {}
        self._values: dict[int, Seen] = {}
        self._open: list[dict[object, Seen]] = []

    def answer(self, rule: Rule, member: int | None = None) -> Answer:
        """What the rule gives for the household, or for one of its members."""
        key = (rule.entity, rule.name, member)
        if key not in self._answers:
            self._open.append({})
            answer = self.reckon(rule.expression, member)
            self.seen[key] = tuple(self._open.pop().values())
            self._answers[key] = Seen(rule, member, answer)
        return self._noted(key, self._answers[key])

    def reckon(self, node: Expression, member: int | None) -> Answer:
        """The value of one node."""
        return _MEANING[type(node)](self, node, member)

    def fact(self, entity: str, name: str, member: int | None) -> Answer:
        """The fact, or the unknown that names it."""
        key = (entity, name, member)
        if key not in self._facts:
            ref = FactRef(entity, member, name)
            value = self.facts.value(ref)
            self._facts[key] = Seen(ref, member, Unknown(frozenset({ref})) if value is None else value)
        return self._noted(key, self._facts[key])

    def rule(self, entity: str | None, name: str) -> Rule:
        """The rule of that name, of the household or of its members."""
        of = self.household if entity == self.household.name else self.household.members
        if of is None:
            raise Mistake("rule_name", f"{self.household.name} has no members to apply {name} to.")
        return of.rules[name]

    def parameter(self, node: nodes.ParameterRead) -> Answer:
        """The dated value of the place, looked up once."""
        if id(node) not in self._values:
            value = parameter_value(node, self._parameters, path=self.path, on=self.on)
            self.used[node.key] = value
            self._values[id(node)] = Seen(value, None, value.value)
        return self._noted(node.key, self._values[id(node)])

    def _noted(self, key: object, seen: Seen) -> Answer:
        """The answer, once the rule being reckoned remembers that it looked."""
        if self._open:
            self._open[-1].setdefault(key, seen)
        return seen.answer


# --- What each node means ----------------------------------------------------------------------------

Meaning = Callable[[Evaluation, Any, int | None], Answer]


def _unknown(answers: Iterable[Answer]) -> Unknown | None:
    """One unknown that names everything missing, or none."""
    found = [one.missing for one in answers if isinstance(one, Unknown)]
    return Unknown(frozenset().union(*found)) if found else None


def _both(run: Evaluation, node: nodes.Both, member: int | None) -> Answer:
    """Decided by the first false; what then remains is not looked at."""
    first = run.reckon(node.left, member)
    if first is False:
        return False
    second = run.reckon(node.right, member)
    if second is False:
        return False
    return _unknown((first, second)) or True


def _either(run: Evaluation, node: nodes.Either, member: int | None) -> Answer:
    """Decided by the first true; what then remains is not looked at."""
    first = run.reckon(node.left, member)
    if first is True:
        return True
    second = run.reckon(node.right, member)
    if second is True:
        return True
    return _unknown((first, second)) or False


def _not(run: Evaluation, node: nodes.Not, member: int | None) -> Answer:
    held = run.reckon(node.inner, member)
    return held if isinstance(held, Unknown) else not held


def _where(run: Evaluation, node: nodes.Where, member: int | None) -> Answer:
    """The branch taken; while the condition is unknown, what both branches agree on."""
    condition = run.reckon(node.condition, member)
    if not isinstance(condition, Unknown):
        return run.reckon(node.yes if condition else node.no, member)
    yes, no = run.reckon(node.yes, member), run.reckon(node.no, member)
    if isinstance(yes, Unknown) or isinstance(no, Unknown) or yes != no:
        return _unknown((condition, yes, no)) or condition
    return yes


def _any_member(run: Evaluation, node: nodes.AnyMember, member: int | None) -> Answer:
    """Decided by the first person it holds for."""
    answers: list[Answer] = []
    for number in range(len(run.facts.persons)):
        answers.append(run.reckon(node.inner, number))
        if answers[-1] is True:
            return True
    return _unknown(answers) or False


def _sum_members(run: Evaluation, node: nodes.SumMembers | nodes.CountMembers, member: int | None) -> Answer:
    """Added up over every person; true counts one."""
    answers: list[Any] = [run.reckon(node.inner, number) for number in range(len(run.facts.persons))]
    return _unknown(answers) or sum(answers)


def _pair(gives: Callable[..., Scalar]) -> Meaning:
    """A node of two parts, unknown as soon as one of them is."""

    def meaning(run: Evaluation, node: Any, member: int | None) -> Answer:
        left, right = run.reckon(node.left, member), run.reckon(node.right, member)
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return _unknown((left, right)) or left
        return gives(node, left, right)

    return meaning


def _elapsed(gives: Callable[[Any, Any], int], first: str) -> Meaning:
    """Full years or months between two days, unknown as soon as one of them is."""

    def meaning(run: Evaluation, node: Any, member: int | None) -> Answer:
        since, at = run.reckon(getattr(node, first), member), run.reckon(node.at, member)
        return _unknown((since, at)) or gives(since, at)

    return meaning


_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
}
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def _arithmetic(node: nodes.Arithmetic, left: Any, right: Any) -> Scalar:
    if node.op == "//" and right == 0:
        raise Mistake("rule_division", BY_ZERO)
    result: Scalar = _ARITHMETIC[node.op](left, right)
    return result


def _quotient(node: nodes.Quotient, left: Any, right: Any) -> Scalar:
    if right == 0:
        raise Mistake("rule_division", BY_ZERO)
    return Fraction(left, right)


def _rounded(run: Evaluation, node: nodes.Rounded, member: int | None) -> Answer:
    parts: list[Any] = [run.reckon(part, member) for part in (node.inner, node.step, node.mode)]
    unknown = _unknown(parts)
    if unknown is not None:
        return unknown
    exact = round_to(parts[0], step=parts[1], mode=parts[2])
    return int(exact) if node.kind is Kind.FEN else exact


BY_ZERO = "A rule divides by zero: guard it with where()."
_MEANING: Mapping[type[Expression], Meaning] = {
    nodes.Constant: lambda run, node, member: node.value,
    nodes.Today: lambda run, node, member: run.on,
    nodes.BenefitMonth: lambda run, node, member: run.month,
    nodes.FactRead: lambda run, node, member: run.fact(node.entity, node.name, member),
    nodes.RuleRead: lambda run, node, member: run.answer(run.rule(node.entity, node.name), member),
    nodes.ParameterRead: lambda run, node, member: run.parameter(node),
    nodes.OfHousehold: lambda run, node, member: run.reckon(node.inner, None),
    nodes.Both: _both,
    nodes.Either: _either,
    nodes.Not: _not,
    nodes.Where: _where,
    nodes.AnyMember: _any_member,
    nodes.CountMembers: _sum_members,
    nodes.SumMembers: _sum_members,
    nodes.Arithmetic: _pair(_arithmetic),
    nodes.Quotient: _pair(_quotient),
    nodes.Compare: _pair(lambda node, a, b: _COMPARE[node.op](a, b)),
    nodes.Greatest: _pair(lambda node, a, b: max(a, b)),
    nodes.Least: _pair(lambda node, a, b: min(a, b)),
    nodes.Years: _elapsed(full_years, "birth"),
    nodes.Months: _elapsed(full_months, "since"),
    nodes.Rounded: _rounded,
}
