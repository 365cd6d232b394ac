"""What an engine works from: the rules asked for and all they rest on, as one graph without repetitions.

A household's rules and its members' rules rest on each other in turns: the phases say in which order.  What
is the same for everyone in a place (parameters, constants) is known before any household is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache
from typing import Any

from minzheng.kernel.errors import Mistake
from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law.expressions import Expression
from minzheng.kernel.law.language import Entity, Fact, Rule
from minzheng.kernel.law.units import Kind

__all__ = ["Node", "Phase", "Plan", "Space", "Step", "plan_of"]

ROUNDING_MODES = ("half_up", "up", "down")
_REDUCED = {nodes.SumMembers: "sum", nodes.CountMembers: "count", nodes.AnyMember: "any"}


class Space(StrEnum):
    """For whom a value differs: from place to place, from household to household, from member to member."""

    PLACE = "place"
    HOUSEHOLD = "household"
    MEMBER = "member"


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One distinct thing to reckon; whatever says the same is the same node, and comes after its parts."""

    index: int
    of: Expression
    space: Space
    level: int
    parts: tuple[Node, ...]
    rule: Rule

    @property
    def kind(self) -> Kind:
        """The kind of value it gives."""
        return self.of.kind


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A node with a name: the result of a rule, or a sum, count or test over the members."""

    name: str
    node: Node
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Phase:
    """Steps of the household, or of its members, that rest on earlier phases and on each other in order."""

    space: Space
    level: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The graph of the rules asked for; parts before wholes, nothing twice."""

    household: Entity
    asked: tuple[Rule, ...]
    roots: Mapping[Rule, Node]
    nodes: tuple[Node, ...]
    steps: tuple[Step, ...]
    codes: tuple[str, ...]
    """Every code that can turn up anywhere, once: engines that compare numbers number them by this."""

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Households, then members, then what households make of their members, and so on."""
        found: dict[tuple[int, Space], list[Step]] = {}
        for step in self.steps:
            if step.node.space is not Space.PLACE:
                found.setdefault((step.node.level, step.node.space), []).append(step)
        order = sorted(found, key=lambda key: (key[0], key[1] is Space.MEMBER))
        return tuple(Phase(space, level, tuple(found[level, space])) for level, space in order)

    @property
    def parameters(self) -> tuple[Node, ...]:
        """Every dated value that may be looked up."""
        return tuple(node for node in self.nodes if isinstance(node.of, nodes.ParameterRead))

    def facts(self, space: Space) -> tuple[Fact, ...]:
        """The facts of the household or of a member that the rules may read."""
        entity = self.household if space is Space.HOUSEHOLD else self.household.members
        read = [node.of for node in self.nodes if node.space is space and isinstance(node.of, nodes.FactRead)]
        return tuple(entity.facts[one.name] for one in read) if entity is not None else ()


def plan_of(household: Entity, rules: Sequence[Rule]) -> Plan:
    """The plan for these rules of the household and its members; rules do not change, and are laid out once."""
    return _laid_out(household, tuple(rules))


@lru_cache(maxsize=64)
def _laid_out(household: Entity, rules: tuple[Rule, ...]) -> Plan:
    graph = _Graph(household)
    for rule in rules:
        graph.root(rule)
    steps, codes = tuple(_steps(graph)), _codes(graph.nodes)
    return Plan(household, rules, graph.roots, tuple(graph.nodes), steps, codes)


def _codes(graph: Sequence[Node]) -> tuple[str, ...]:
    found = dict.fromkeys(ROUNDING_MODES)
    for node in graph:
        found |= dict.fromkeys(nodes.options_of(node.of))
        if isinstance(node.of, nodes.Constant) and isinstance(node.of.value, str):
            found[node.of.value] = None
    return tuple(found)


class _Graph:
    """Grows while rules are read; a node met again is found by what it says."""

    def __init__(self, household: Entity) -> None:
        self.household = household
        self.nodes: list[Node] = []
        self.roots: dict[Rule, Node] = {}
        self._known: dict[tuple[Any, ...], Node] = {}

    def root(self, rule: Rule) -> Node:
        """The node of a rule's result."""
        if rule not in self.roots:
            self.roots[rule] = self._node(rule.expression, rule)
        return self.roots[rule]

    def _node(self, of: Expression, rule: Rule) -> Node:
        if isinstance(of, nodes.RuleRead):
            return self.root(self._declared(of))
        inner, payload = _taken_apart(of)
        parts = tuple(self._node(part, rule) for part in inner)
        if isinstance(of, nodes.OfHousehold) and parts[0].space is Space.PLACE:
            return parts[0]
        key = (type(of), payload, *(part.index for part in parts))
        if key not in self._known:
            node = Node(len(self.nodes), of, self._space(of, parts), _level(of, parts), parts, rule)
            self._known[key] = node
            self.nodes.append(node)
        return self._known[key]

    def _declared(self, read: nodes.RuleRead) -> Rule:
        for entity in (self.household, self.household.members):
            if entity is not None and entity.name == read.entity:
                return entity.rules[read.name]
        raise Mistake("rule_name", f"{self.household.name} has no {read.entity} to apply {read.name} to.")

    def _space(self, of: Expression, parts: tuple[Node, ...]) -> Space:
        if isinstance(of, nodes.OfHousehold):
            return Space.MEMBER
        if isinstance(of, tuple(_REDUCED)):
            return Space.HOUSEHOLD
        if isinstance(of, nodes.FactRead):
            return Space.HOUSEHOLD if of.entity == self.household.name else Space.MEMBER
        return next((part.space for part in parts if part.space is not Space.PLACE), Space.PLACE)


def _taken_apart(of: Expression) -> tuple[list[Expression], tuple[Any, ...]]:
    """The expressions a node is made of, in order, and everything else it says (1 is not True)."""
    values = [getattr(of, field.name) for field in fields(of)]
    inner = [value for value in values if isinstance(value, Expression)]
    return inner, tuple((type(value), value) for value in values if not isinstance(value, Expression))


def _level(of: Expression, parts: tuple[Node, ...]) -> int:
    """What is made of members waits for their phase."""
    return max((part.level for part in parts), default=0) + isinstance(of, tuple(_REDUCED))


def _steps(graph: _Graph) -> Iterator[Step]:
    """Every rule and every reckoning over members, each named once, in order."""
    of_node: dict[int, list[Rule]] = {}
    for rule, node in graph.roots.items():
        of_node.setdefault(node.index, []).append(rule)
    counted: dict[str, int] = {}
    for node in graph.nodes:
        rules = of_node.get(node.index)
        if rules:
            yield Step(f"{rules[0].entity}.{rules[0].name}", node, tuple(rules))
        elif type(node.of) in _REDUCED:
            stem = f"{node.rule.entity}.{node.rule.name}.{_REDUCED[type(node.of)]}"
            counted[stem] = counted.get(stem, 0) + 1
            yield Step(f"{stem}{counted[stem]}", node, ())
