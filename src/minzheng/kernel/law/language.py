"""The words a rule is written in: entities with typed facts, and a few functions that read like the law.

    @household.rule("家庭月人均收入", basis=DB2021.article(13), unit="exact_fen")
    def per_head(h):
        return where(h.members > 0, h.income / (12 * h.members), 0)

A name is declared before it is used, so rules cannot run in a circle.  Meaning is in ``reference.py``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from minzheng.kernel.errors import Mistake
from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law.expressions import Expression, expression
from minzheng.kernel.law.instruments import Basis
from minzheng.kernel.law.units import Kind, Scalar, Unit, fits, unit_of
from minzheng.kernel.law.words import (
    MONTH,
    TODAY,
    by_code,
    divide,
    max_,
    min_,
    months,
    parameter,
    ratio_at_least,
    rounded,
    since,
    where,
    years,
)

__all__ = [
    "MONTH",
    "TODAY",
    "Entity",
    "Fact",
    "Proxy",
    "Rule",
    "by_code",
    "divide",
    "max_",
    "min_",
    "months",
    "parameter",
    "ratio_at_least",
    "rounded",
    "since",
    "where",
    "years",
]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known about a household or a person, or not yet known.

    ``supplied_by`` names the material or source that settles it.  ``blank`` is what an empty line of the
    signed application form declares; a fact without it stays unknown until someone says or proves it.
    """

    name: str
    unit: str
    title: str
    supplied_by: str
    options: Mapping[str, str] = field(default_factory=dict)
    blank: Scalar | None = None

    @property
    def kind(self) -> Kind:
        """The kind of value the fact holds."""
        return unit_of(self.unit).kind


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A sentence of the law, recorded: what it is called, what it rests on, how it is reckoned."""

    name: str
    title: str
    entity: str
    unit: Unit
    basis: Basis
    expression: Expression
    says: tuple[str, str] | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    doc: str = ""


class Entity:
    """A household or a person: its facts, and the rules written about it."""

    def __init__(
        self, name: str, *, title: str, facts: Sequence[Fact], members: Entity | None = None
    ) -> None:
        self.name = name
        self.title = title
        self.members = members
        self.household: Entity | None = None
        self.facts: dict[str, Fact] = {}
        self.rules: dict[str, Rule] = {}
        for one in facts:
            self._check_fact(one)
            self.facts[one.name] = one
        if members is not None:
            members.household = self

    def _check_fact(self, one: Fact) -> None:
        where_ = f"{self.name}.{one.name}"
        if one.name in self.facts:
            raise Mistake("fact_repeated", f"{where_} is declared twice.")
        if one.kind is Kind.CODE and not one.options:
            raise Mistake("fact_options", f"{where_} is a code: list its options with their Chinese words.")
        if one.blank is not None and not fits(one.blank, one.kind):
            raise Mistake("fact_blank", f"{where_}: the blank value {one.blank!r} is not {one.unit}.")
        if one.options and one.blank is not None and one.blank not in one.options:
            raise Mistake("fact_blank", f"{where_}: the blank value {one.blank!r} is not among its codes.")

    def rule(
        self,
        title: str,
        *,
        unit: str,
        basis: Basis = None,
        says: tuple[str, str] | None = None,
        options: Mapping[str, str] | None = None,
    ) -> Callable[[Callable[[Any], object]], Rule]:
        """Record a function as a rule of this entity.

        ``says`` are the sentences when it holds and when it does not, with ``{name}`` for figures; without
        them the sentence is made from the comparison itself.
        """

        def record(function: Callable[[Any], object]) -> Rule:
            name = function.__name__
            if name in self.rules or name in self.facts:
                raise Mistake("rule_repeated", f"{self.name} already has a fact or rule named {name}.")
            result = _record(self, function)
            declared = unit_of(unit)
            result = _as_declared(result, declared, rule=f"{self.name}.{name}")
            doc = inspect.getdoc(function) or ""
            rule = Rule(name, title, self.name, declared, basis, result, says, options or {}, doc)
            self.rules[name] = rule
            return rule

        return record


def _record(entity: Entity, function: Callable[[Any], object]) -> Expression:
    """Call the rule once on a proxy; every complaint names the rule."""
    name = f"{entity.name}.{function.__name__}"
    try:
        result = expression(function(Proxy(entity, writing=function.__name__)))
        if result.entity not in (None, entity.name):
            message = f"It speaks of a {result.entity}; reach members with h.sum(), h.count() or h.any_()."
            raise Mistake("rule_mixes_entities", message)
    except Mistake as mistake:
        raise Mistake(mistake.code, f"Rule {name}: {mistake.message}", rule=name) from mistake
    except (TypeError, AttributeError) as error:
        raise Mistake("rule_operator", f"Rule {name}: {error}. {_CURE}", rule=name) from error
    return result


_CURE = (
    "A rule is written with + - * / // < <= > >= == != & | ~ and the words of kernel.law.language: "
    "write 0 - x for -x, rounded() for round(), h.sum() and h.count() for loops."
)


def _as_declared(result: Expression, unit: Unit, *, rule: str) -> Expression:
    if isinstance(result, nodes.Constant) and fits(result.value, unit.kind):
        return nodes.Constant(unit.kind, None, result.value)
    if result.kind is unit.kind:
        return result
    if (result.kind, unit.kind) in ((Kind.FEN, Kind.EXACT_FEN), (Kind.COUNT, Kind.RATIO)):
        return result
    cure = f"declare the unit as {result.kind}"
    if (result.kind, unit.kind) == (Kind.EXACT_FEN, Kind.FEN):
        cure = "round it with rounded(), or declare the unit as exact_fen"
    raise Mistake(
        "rule_unit", f"Rule {rule} gives {result.kind}, but declares {unit.code}: {cure}.", rule=rule
    )


class Proxy:
    """Stands for any household or any person while a rule is recorded."""

    def __init__(self, entity: Entity, *, writing: str, seen_from: str | None = None) -> None:
        self._entity = entity
        self._writing = writing
        self._seen_from = seen_from

    def __getattr__(self, name: str) -> Any:
        entity = self._entity
        if name == "household" and entity.household is not None:
            return Proxy(entity.household, writing=self._writing, seen_from=entity.name)
        if name in entity.facts:
            fact = entity.facts[name]
            return self._seen(nodes.FactRead(fact.kind, entity.name, name, tuple(fact.options)))
        if name in entity.rules:
            rule = entity.rules[name]
            return self._seen(nodes.RuleRead(rule.expression.kind, entity.name, name, tuple(rule.options)))
        raise _unknown_name(entity, name, writing=self._writing)

    def __eq__(self, other: object) -> bool:
        raise Mistake("rule_type", f"A {self._entity.name} itself is nothing to compare: name a fact of it.")

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        raise Mistake("rule_type", f"A {self._entity.name} itself is no condition: name a fact of it.")

    def _seen(self, node: Expression) -> Expression:
        if self._seen_from is None:
            return node
        return nodes.OfHousehold(node.kind, self._seen_from, node)

    def sum(self, of: Callable[[Any], object]) -> Expression:
        """The sum over all persons of the household."""
        inner = self._of_member(of)
        if inner.kind not in nodes.MONEY | nodes.NUMBER:
            raise Mistake("rule_type", f"sum() adds money or numbers, not {inner.kind}.")
        return self._seen(nodes.SumMembers(inner.kind, self._entity.name, inner))

    def count(self, where: Callable[[Any], object]) -> Expression:
        """How many persons the condition holds for."""
        inner = self._of_member(where)
        nodes.need(inner, Kind.BOOLEAN, "count()")
        return self._seen(nodes.CountMembers(Kind.COUNT, self._entity.name, inner))

    def any_(self, where: Callable[[Any], object]) -> Expression:
        """Whether the condition holds for at least one person."""
        inner = self._of_member(where)
        nodes.need(inner, Kind.BOOLEAN, "any_()")
        return self._seen(nodes.AnyMember(Kind.BOOLEAN, self._entity.name, inner))

    def _of_member(self, of: Callable[[Any], object]) -> Expression:
        members = self._entity.members
        if members is None:
            raise Mistake("rule_type", f"A {self._entity.name} has no members to reckon over.")
        inner = expression(of(Proxy(members, writing=self._writing)))
        if inner.entity not in (None, members.name):
            cure = f"inside it write p.household.x for a value of the {self._entity.name}"
            raise Mistake("rule_mixes_entities", f"A sum over members reads the {inner.entity}: {cure}.")
        return inner


def _unknown_name(entity: Entity, name: str, *, writing: str) -> Mistake:
    if name == writing:
        return Mistake("rule_circle", "It refers to itself. A rule rests on facts and earlier rules only.")
    known = [*entity.facts, *entity.rules]
    near = [one for one in known if one.startswith(name[:3]) or name in one]
    hint = f"Did you mean {', '.join(near)}?" if near else f"Known: {', '.join(known)}."
    message = (
        f"A {entity.name} has no fact or rule {name!r} declared before this rule. {hint} "
        "Declare a rule above the rules that use it; two rules cannot rest on each other in a circle."
    )
    return Mistake("rule_name", message)
