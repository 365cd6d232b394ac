"""What the worked cases look at: each is asked everything that no other rule asks, and what it read is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from minzheng.kernel.errors import Refused
from minzheng.kernel.law.cases import Case
from minzheng.kernel.law.language import Entity, Rule
from minzheng.kernel.law.reads import rules_read
from minzheng.kernel.law.reference import Evaluation, Unknown
from minzheng.kernel.law.units import in_words

from .rulebook import Lawbook

__all__ = ["Given", "examples"]

SHOWN = 6  # so many cases a rule names; the rest is a number


@dataclass(frozen=True, slots=True)
class Given:
    """What the rules gave while the cases ran: for each rule, each case and who it was asked of."""

    by_rule: Mapping[tuple[str, str], list[tuple[Case, str]]] = field(default_factory=dict)


def examples(law: Lawbook) -> Given:
    """Every worked case of a domain through every rule it reaches."""
    found: dict[tuple[str, str], list[tuple[Case, str]]] = {}
    if law.casebook is None:
        return Given(found)
    for case in law.casebook.cases():
        for run in law.casebook.evaluations(case, law.values):
            for rule, said in _looked_at(run):
                found.setdefault((rule.entity, rule.name), []).append((case, said))
    return Given(found)


def _looked_at(run: Evaluation) -> Iterator[tuple[Rule, str]]:
    """Each rule the case looks at, with what it gives; once for a person rule, by the member who tells most."""
    for rule in _asked(run.household):
        _ask(run, rule)
    given: dict[Rule, list[str]] = {}
    for entity, name, member in list(run.seen):
        rule = run.rule(entity, name)
        answer = run.answer(rule, member)
        said = in_words(None if isinstance(answer, Unknown) else answer, rule.unit, rule.options)
        given.setdefault(rule, []).append(said)
    for rule, told in given.items():
        yield rule, "、".join(dict.fromkeys(told))


def _asked(household: Entity) -> list[Rule]:
    """The rules nobody else asks: what a case is decided by."""
    of = [household] if household.members is None else [household, household.members]
    rules = [rule for entity in of for rule in entity.rules.values()]
    read = {key for rule in rules for key in rules_read(rule)}
    return [rule for rule in rules if (rule.entity, rule.name) not in read]


def _ask(run: Evaluation, rule: Rule) -> None:
    """Ask a rule, of the household or of each member; a place without its values is not asked further."""
    alone = rule.entity == run.household.name
    for member in [None] if alone else range(len(run.facts.persons)):
        try:
            run.answer(rule, member)
        except Refused as refused:
            if refused.code != "parameter_missing":
                raise
