"""Findings and the tree of what was decided: only what was looked at, in order, each line told in full once.

The words are made in ``wording.py``, how a figure is reckoned in ``formulas.py``, where it comes from in
``sources.py``; what comes out is kept with the decision.
"""

from __future__ import annotations

from collections.abc import Iterator

from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law import sources
from minzheng.kernel.law.expressions import Expression
from minzheng.kernel.law.facts import FactRef
from minzheng.kernel.law.findings import Explanation, Figure, Finding, Outcome
from minzheng.kernel.law.formulas import reckoned
from minzheng.kernel.law.instruments import basis_on
from minzheng.kernel.law.language import Rule
from minzheng.kernel.law.parameters import Value
from minzheng.kernel.law.reference import Evaluation, Seen, Unknown
from minzheng.kernel.law.sources import Origin
from minzheng.kernel.law.units import Kind, in_words, unit_of
from minzheng.kernel.law.wording import (
    entity_of,
    missing_facts,
    name_of,
    of_member,
    reason,
    text_of,
    title_of,
)

__all__ = ["explain", "figure_of", "finding", "missing_facts", "reason"]

Key = tuple[str, str, int | None]


def finding(rule: Rule, evaluation: Evaluation, member: int | None = None) -> Finding:
    """What a condition comes to in this case, with its reason."""
    answer = evaluation.answer(rule, member)
    return Finding(
        rule=f"{rule.entity}.{rule.name}",
        title=rule.title,
        outcome=Outcome.of(answer),
        article=basis_on(rule.basis, evaluation.on),
        figures=tuple(_figures(rule, evaluation, member)),
        because=reason(rule, evaluation, member),
        missing=missing_facts(answer, evaluation),
    )


def figure_of(seen: Seen, evaluation: Evaluation) -> Figure:
    """A fact, rule or parameter as a figure with its source."""
    what = seen.what
    return Figure(
        name_of(what),
        of_member(title_of(what, evaluation), seen.member),
        None if isinstance(seen.answer, Unknown) else seen.answer,
        _unit(what, evaluation),
        text_of(what, seen.answer, evaluation, seen.member),
        _source(what, evaluation),
    )


def explain(*rules: Rule, evaluation: Evaluation) -> tuple[Explanation, ...]:
    """The trees of what was decided, with the condition marked that failed first."""
    asked = [(rule, evaluation.answer(rule)) for rule in rules]
    failed = {failed_first(rule, evaluation) for rule, answer in asked if answer is False}
    teller = _Teller(evaluation, failed)
    return tuple(teller.line(Seen(rule, None, answer)) for rule, answer in asked)


class _Teller:
    """Tells one line after the other and remembers what it has told."""

    def __init__(self, run: Evaluation, failed: set[Key]) -> None:
        self.run = run
        self.failed = failed
        self.told: dict[Key, Explanation] = {}

    def line(self, seen: Seen) -> Explanation:
        """One figure with its source; what was told before is only named."""
        what = seen.what
        key: Key
        if isinstance(what, Rule):
            key = (what.entity, what.name, seen.member)
        else:
            key = ("", what.key, None) if isinstance(what, Value) else (what.entity, what.name, what.member)
        before = self.told.get(key)
        if before is not None:
            if not before.again:
                before = before._replace(because="", how="", children=(), again=True, failed=False)
                self.told[key] = before
            return before
        told = self._rule(what, seen, key) if isinstance(what, Rule) else self._leaf(what, seen)
        self.told[key] = told
        return told

    def _rule(self, rule: Rule, seen: Seen, key: Key) -> Explanation:
        """What a rule gives and what it rests on."""
        member, run = seen.member, self.run
        boolean = rule.unit.kind is Kind.BOOLEAN
        outcome = Outcome.of(seen.answer) if boolean else None
        return Explanation(
            f"{rule.entity}.{rule.name}",
            rule.title,
            outcome.label if outcome and member is None else text_of(rule, seen.answer, run, member),
            sources.of_rule(rule, run.on),
            outcome,
            reason(rule, run, member) if boolean else "",
            tuple(self.line(one) for one in run.seen[key]),
            Origin.RULE,
            member,
            "" if boolean else reckoned(rule, run, member),
            failed=key in self.failed,
        )

    def _leaf(self, what: FactRef | Value, seen: Seen) -> Explanation:
        """A fact or a parameter."""
        run = self.run
        if isinstance(what, Value):
            text, source = text_of(what, seen.answer, run), sources.of_value(what)
            return Explanation(what.key, title_of(what, run), text, source, origin=Origin.PARAMETER)
        fact = entity_of(what.entity, run).facts[what.name]
        value = None if isinstance(seen.answer, Unknown) else seen.answer
        text = in_words(value, unit_of(fact.unit), fact.options)
        origin, source = sources.of_fact(what, fact, run.facts)
        return Explanation(what.name, fact.title, text, source, origin=origin, member=what.member)


def failed_first(rule: Rule, run: Evaluation) -> Key:
    """The condition that failed first: down through conditions that had to hold together, as far as it goes.

    Where either of two would have done, or the opposite was asked for, the rule that says so is what failed.
    """
    inner = _failed(rule.expression, run, None)
    return inner or (rule.entity, rule.name, None)


def _failed(node: Expression, run: Evaluation, member: int | None) -> Key | None:
    match node:
        case nodes.Both():
            first = node.left if run.reckon(node.left, member) is False else node.right
            return _failed(first, run, member)
        case nodes.Where():
            held = run.reckon(node.condition, member)
            return None if isinstance(held, Unknown) else _failed(node.yes if held else node.no, run, member)
        case nodes.OfHousehold():
            return _failed(node.inner, run, None)
        case nodes.RuleRead():
            rule = run.rule(node.entity, node.name)
            return _failed(rule.expression, run, member) or (rule.entity, rule.name, member)
        case _:
            return None


def _figures(rule: Rule, evaluation: Evaluation, member: int | None) -> Iterator[Figure]:
    """The figures the rule itself looked at; what lies deeper stands in the explanation."""
    for one in evaluation.seen[rule.entity, rule.name, member]:
        if _unit(one.what, evaluation) != Kind.BOOLEAN.value:
            yield figure_of(one, evaluation)


def _unit(what: FactRef | Value | Rule, run: Evaluation) -> str:
    if isinstance(what, FactRef):
        return entity_of(what.entity, run).facts[what.name].unit
    return what.unit if isinstance(what, Value) else what.unit.code


def _source(what: FactRef | Value | Rule, run: Evaluation) -> str:
    if isinstance(what, Rule):
        return sources.of_rule(what, run.on)
    if isinstance(what, Value):
        return sources.of_value(what)
    return sources.of_fact(what, entity_of(what.entity, run).facts[what.name], run.facts)[1]
