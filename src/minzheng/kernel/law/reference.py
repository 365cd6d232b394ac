"""The plain interpreter: what a rule means, one household at a time, over Python whole numbers and fractions.

Truth has three values.  A missing fact makes a condition unknown, unless the rest decides it: false and
unknown is false, true or unknown is true.  Every other engine must agree with this one to the fen.
"""

from __future__ import annotations

import math
import operator
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law.expressions import Expression
from minzheng.kernel.law.facts import FactRef, Facts, checked
from minzheng.kernel.law.language import Entity, Rule
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


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing a rule looked at, in the order it looked: a fact, another rule, or a parameter."""

    what: FactRef | Value | Rule
    member: int | None
    answer: Answer


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


def month_of(on: date, month: date | None = None) -> date:
    """The first day of the benefit month; without one, the month of the day itself."""
    return (month or on).replace(day=1)


def full_years(birth: date, on: date) -> int:
    """Full years (周岁), reached on the birthday; 29 February counts on the 28th of a common year."""
    common = on.year % 4 != 0 or (on.year % 100 == 0 and on.year % 400 != 0)
    day = 28 if common and (birth.month, birth.day) == (2, 29) else birth.day
    return on.year - birth.year - ((on.month, on.day) < (birth.month, day))


def full_months(since: date, on: date) -> int:
    """Full months, reached on the same day number, or at the end of a month that has none."""
    reached = on.day >= since.day or on.day == monthrange(on.year, on.month)[1]
    return (on.year - since.year) * 12 + on.month - since.month - (not reached)


def round_to(value: Fraction | int, *, step: Fraction | int, mode: str) -> Fraction:
    """To a multiple of the step; halves and "up" go away from zero, so a counter-entry mirrors its entry."""
    if step <= 0:
        raise Refused("rounding_step", f"取整单位应大于 0，收到 {step}。请改正该参数后再办理。")
    steps = abs(Fraction(value)) / step
    match mode:
        case "half_up":
            whole = math.floor(steps + Fraction(1, 2))
        case "up":
            whole = math.ceil(steps)
        case "down":
            whole = math.floor(steps)
        case _:
            raise Refused("rounding_unknown", f"不认识的取整方式“{mode}”。可用：half_up、up、down。")
    return Fraction(step) * (whole if value >= 0 else -whole)


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
        self._parameters = parameters
        self._answers: dict[tuple[str, str, int | None], Answer] = {}
        self._open: list[list[Seen]] = []

    def answer(self, rule: Rule, member: int | None = None) -> Answer:
        """What the rule gives for the household, or for one of its members."""
        key = (rule.entity, rule.name, member)
        if key not in self._answers:
            self._open.append([])
            answer = self.reckon(rule.expression, member)
            self.seen[key] = tuple(self._open.pop())
            self._answers[key] = answer
        answer = self._answers[key]
        self._note(rule, member, answer)
        return answer

    def reckon(self, node: Expression, member: int | None) -> Answer:
        """The value of one node."""
        match node:
            case nodes.Constant():
                return node.value
            case nodes.Today():
                return self.on
            case nodes.BenefitMonth():
                return self.month
            case nodes.FactRead():
                return self._fact(FactRef(node.entity or "", member, node.name))
            case nodes.RuleRead():
                return self.answer(self._rule(node), member)
            case nodes.ParameterRead():
                return self._parameter(node)
            case nodes.OfHousehold():
                return self.reckon(node.inner, None)
            case nodes.Both():
                return self._both(node.left, node.right, member, deciding=False)
            case nodes.Either():
                return self._both(node.left, node.right, member, deciding=True)
            case nodes.Not():
                held = self.reckon(node.inner, member)
                return held if isinstance(held, Unknown) else not held
            case nodes.Where():
                return self._where(node, member)
            case nodes.AnyMember() | nodes.CountMembers() | nodes.SumMembers():
                return self._members(node)
            case _:
                return self._strict(node, member)

    def _fact(self, ref: FactRef) -> Answer:
        value = self.facts.value(ref)
        answer: Answer = Unknown(frozenset({ref})) if value is None else value
        self._note(ref, ref.member, answer)
        return answer

    def _rule(self, node: nodes.RuleRead) -> Rule:
        entity = self.household if node.entity == self.household.name else self.household.members
        if entity is None:
            raise Mistake("rule_name", f"{self.household.name} has no members to apply {node.name} to.")
        return entity.rules[node.name]

    def _parameter(self, node: nodes.ParameterRead) -> Answer:
        value = parameter_value(node, self._parameters, path=self.path, on=self.on)
        self.used[node.key] = value
        self._note(value, None, value.value)
        return value.value

    def _both(self, left: Expression, right: Expression, member: int | None, *, deciding: bool) -> Answer:
        """``&`` is decided by a false, ``|`` by a true; what then remains is not looked at."""
        first = self.reckon(left, member)
        if first is deciding:
            return deciding
        second = self.reckon(right, member)
        if second is deciding:
            return deciding
        return _unknown(first, second) or (not deciding)

    def _where(self, node: nodes.Where, member: int | None) -> Answer:
        condition = self.reckon(node.condition, member)
        if not isinstance(condition, Unknown):
            return self.reckon(node.yes if condition else node.no, member)
        yes, no = self.reckon(node.yes, member), self.reckon(node.no, member)
        if isinstance(yes, Unknown) or isinstance(no, Unknown) or yes != no:
            return _unknown(condition, yes, no) or condition
        return yes

    def _members(self, node: nodes.AnyMember | nodes.CountMembers | nodes.SumMembers) -> Answer:
        answers: list[Any] = []
        for number in range(len(self.facts.persons)):
            one = self.reckon(node.inner, number)
            if one is True and isinstance(node, nodes.AnyMember):
                return True
            answers.append(one)
        unknown = _unknown(*answers)
        if unknown is not None:
            return unknown
        return False if isinstance(node, nodes.AnyMember) else sum(answers)

    def _strict(self, node: Expression, member: int | None) -> Answer:
        """Nodes whose value is unknown as soon as one of their parts is."""
        parts = [self.reckon(part, member) for part in _parts(node)]
        unknown = _unknown(*parts)
        return unknown if unknown is not None else _apply(node, parts)

    def _note(self, what: FactRef | Value | Rule, member: int | None, answer: Answer) -> None:
        if self._open:
            seen = Seen(what, member, answer)
            if seen not in self._open[-1]:
                self._open[-1].append(seen)


def _unknown(*answers: Answer) -> Unknown | None:
    """One unknown that names everything missing, or none."""
    found = [one.missing for one in answers if isinstance(one, Unknown)]
    return Unknown(frozenset().union(*found)) if found else None


def _parts(node: Expression) -> tuple[Expression, ...]:
    match node:
        case nodes.Arithmetic() | nodes.Quotient() | nodes.Compare() | nodes.Greatest() | nodes.Least():
            return (node.left, node.right)
        case nodes.Rounded():
            return (node.inner, node.step, node.mode)
        case nodes.Years():
            return (node.birth, node.at)
        case nodes.Months():
            return (node.since, node.at)
        case _:
            raise Mistake("rule_node", f"The interpreter does not know {type(node).__name__}.")


def _apply(node: Expression, parts: list[Any]) -> Scalar:
    match node:
        case nodes.Quotient() | nodes.Arithmetic(op="//") if parts[1] == 0:
            raise Mistake("rule_division", "A rule divides by zero: guard it with where().")
        case nodes.Arithmetic():
            result: Scalar = _ARITHMETIC[node.op](*parts)
        case nodes.Quotient():
            result = Fraction(parts[0]) / Fraction(parts[1])
        case nodes.Compare():
            result = _COMPARE[node.op](*parts)
        case nodes.Greatest():
            result = max(parts)
        case nodes.Least():
            result = min(parts)
        case nodes.Years():
            result = full_years(*parts)
        case nodes.Months():
            result = full_months(*parts)
        case nodes.Rounded():
            exact = round_to(parts[0], step=parts[1], mode=parts[2])
            result = int(exact) if node.kind is Kind.FEN else exact
        case _:
            raise Mistake("rule_node", f"The interpreter does not know {type(node).__name__}.")
    return result
