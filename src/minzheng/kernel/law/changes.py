"""What would be decided if a fact were otherwise: nothing is stored, the law is only asked again.

Two questions.  What becomes of every result if these facts are those.  And which single fact, brought to which
nearest value, would turn a condition: sought with the case engine, found exactly, checked just beside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.law.engines.case import case_engine
from minzheng.kernel.law.explaining import figure_of, finding
from minzheng.kernel.law.facts import FactRef, Facts
from minzheng.kernel.law.findings import Figure, Finding, Missing, Outcome
from minzheng.kernel.law.language import Entity, Fact, Rule
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.plan import Space
from minzheng.kernel.law.reference import Evaluation, Seen
from minzheng.kernel.law.units import Kind, Scalar, in_words, unit_of
from minzheng.kernel.law.wording import entity_of, of_member

__all__ = ["Applied", "Question", "Result", "Turn", "Turning", "changed", "compared", "looked_at", "turning"]

ASSUMED = "假设"
# As far as a search goes: a hundred million yuan, a thousand of anything counted.
FURTHEST = {Kind.FEN: 10**10, Kind.COUNT: 1000}
STRIDE = 32
Changes = Mapping[FactRef, Scalar | None]


@dataclass(frozen=True, slots=True)
class Question:
    """What a service asks the law: whether a household qualifies, and what follows for it.

    ``fixed`` are the facts that nobody changes by choosing: birth, sex, kinship, health.
    """

    household: Entity
    condition: Rule
    results: tuple[Rule, ...] = ()
    fixed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Applied:
    """The law of a place on a day."""

    parameters: Parameters
    path: str
    on: date
    month: date | None = None

    def to(self, household: Entity, facts: Facts) -> Evaluation:
        """The interpreter with these facts."""
        return Evaluation(household, facts, self.parameters, path=self.path, on=self.on, month=self.month)


@dataclass(frozen=True, slots=True)
class Result:
    """One result before and after; a condition with both its findings."""

    name: str
    title: str
    before: Figure
    after: Figure
    found: tuple[Finding, Finding] | None = None

    @property
    def differs(self) -> bool:
        """Whether the change makes a difference here."""
        return self.before.value != self.after.value

    def to_json(self) -> dict[str, Any]:
        """For a page or a programme."""
        found = [one.to_json() for one in self.found] if self.found else None
        return {
            "name": self.name,
            "title": self.title,
            "before": self.before.to_json(),
            "after": self.after.to_json(),
            "findings": found,
            "differs": self.differs,
        }


@dataclass(frozen=True, slots=True)
class Turn:
    """One fact that turns the condition by itself, and the nearest value that does."""

    fact: FactRef
    title: str
    now: str
    value: Scalar
    text: str
    way: Literal["at_most", "at_least", "equals"]
    says: str


@dataclass(frozen=True, slots=True)
class Turning:
    """What would turn a condition; while it is unknown, what settles it."""

    outcome: Outcome
    turns: tuple[Turn, ...]
    missing: tuple[Missing, ...]


def changed(facts: Facts, changes: Changes) -> Facts:
    """The facts with others in their place; each says that it is only assumed."""
    home = dict(facts.household)
    persons: list[Mapping[str, Scalar | None]] = list(facts.persons)
    for ref, value in changes.items():
        if ref.member is None:
            home[ref.name] = value
        else:
            persons[ref.member] = {**persons[ref.member], ref.name: value}
    assumed = {ref.key: ASSUMED for ref in changes}
    return replace(facts, household=home, persons=persons, sources={**facts.sources, **assumed})


def compared(question: Question, facts: Facts, changes: Changes, *, law: Applied) -> tuple[Result, ...]:
    """Every result asked for, as it is and as it would be."""
    before = law.to(question.household, facts)
    after = law.to(question.household, changed(facts, changes))
    return tuple(_result(rule, before, after) for rule in (question.condition, *question.results))


def _result(rule: Rule, before: Evaluation, after: Evaluation) -> Result:
    figures = [figure_of(Seen(rule, None, run.answer(rule)), run) for run in (before, after)]
    condition = rule.unit.kind is Kind.BOOLEAN
    found = (finding(rule, before), finding(rule, after)) if condition else None
    return Result(f"{rule.entity}.{rule.name}", rule.title, figures[0], figures[1], found)


def looked_at(rule: Rule, run: Evaluation) -> tuple[FactRef, ...]:
    """Every fact the rule came to look at, in order, also through the rules it rests on."""
    run.answer(rule)
    found: dict[FactRef, None] = {}
    rules: set[tuple[str, str, int | None]] = set()

    def follow(key: tuple[str, str, int | None]) -> None:
        rules.add(key)
        for one in run.seen[key]:
            if isinstance(one.what, FactRef):
                found[one.what] = None
            elif isinstance(one.what, Rule):
                inner = (one.what.entity, one.what.name, one.member)
                if inner not in rules:
                    follow(inner)

    follow((rule.entity, rule.name, None))
    return tuple(found)


def turning(
    rule: Rule, household: Entity, facts: Facts, *, law: Applied, fixed: frozenset[str] = frozenset()
) -> Turning:
    """Which single facts turn the condition, and at which value; only facts that were looked at."""
    run = law.to(household, facts)
    found = finding(rule, run)
    if found.outcome is Outcome.UNKNOWN:
        return Turning(found.outcome, (), found.missing)
    search = _Search(rule, household, facts, law, goal=not found.met)
    refs = [ref for ref in looked_at(rule, run) if ref.name not in fixed]
    return Turning(found.outcome, tuple(turn for ref in refs for turn in search.of(ref, run)), ())


class _Search:
    """Tries other values of one fact after another, all else as it is."""

    def __init__(self, rule: Rule, household: Entity, facts: Facts, law: Applied, *, goal: bool) -> None:
        self.rule = rule
        self.goal = goal
        engine = case_engine(household, rule)
        self.facts = Facts(
            _only(facts.household, engine.plan.facts(Space.HOUSEHOLD)),
            [_only(row, engine.plan.facts(Space.MEMBER)) for row in facts.persons],
        )
        self.decide = engine.at(law.parameters, path=law.path, on=law.on, month=law.month)

    def of(self, ref: FactRef, run: Evaluation) -> Iterator[Turn]:
        """The turns that this fact gives."""
        fact = entity_of(ref.entity, run).facts[ref.name]
        now = self.facts.value(ref)
        if now is None:
            return
        turns = self._trial(ref)
        if fact.options or fact.kind is Kind.BOOLEAN:
            for value in fact.options or (not now,):
                if value != now and turns(value):
                    yield self._turn(ref, fact, now, value, "equals")
        elif fact.kind in FURTHEST and isinstance(now, int):
            furthest = FURTHEST[fact.kind]
            if now > 0 and (low := _nearest(turns, now, 0)) is not None:
                yield self._turn(ref, fact, now, low, "at_most" if turns(0) else "equals")
            if now < furthest and (high := _nearest(turns, now, furthest)) is not None:
                yield self._turn(ref, fact, now, high, "at_least" if turns(furthest) else "equals")

    def _trial(self, ref: FactRef) -> Callable[[Any], bool]:
        """Whether a value of this fact turns the condition; one the rules cannot take does not."""
        home, persons = self.facts.household, list(self.facts.persons)
        row = dict(home if ref.member is None else persons[ref.member])
        if ref.member is None:
            home = row
        else:
            persons[ref.member] = row
        tried = Facts(home, persons)

        def turns(value: Any) -> bool:
            row[ref.name] = value
            try:
                return self.decide(tried)[self.rule] is self.goal
            except MinzhengError:
                return False

        return turns

    def _turn(
        self,
        ref: FactRef,
        fact: Fact,
        now: Scalar,
        value: Scalar,
        way: Literal["at_most", "at_least", "equals"],
    ) -> Turn:
        unit = unit_of(fact.unit)
        title = of_member(fact.title, ref.member)
        text = in_words(value, unit, fact.options)
        word = {"at_most": "不超过", "at_least": "达到", "equals": "为"}[way]
        space = " " if text[:1].isdigit() else ""
        says = f"若{title}{word}{space}{text}，{_then(self.rule.title, met=self.goal)}"
        return Turn(ref, title, in_words(now, unit, fact.options), value, text, way, says)


def _only(row: Mapping[str, Scalar | None], read: Sequence[Fact]) -> dict[str, Scalar | None]:
    """What the rules read of a row: the rest need not be looked at in every trial."""
    return {one.name: row[one.name] for one in read if one.name in row}


def _then(title: str, *, met: bool) -> str:
    """What follows, in words that fit the name of the condition."""
    if title.startswith("符合"):
        return f"即{'' if met else '不'}{title}"
    return f"“{title}”即{'成立' if met else '不成立'}"


def _nearest(turns: Callable[[int], bool], now: int, end: int) -> int | None:
    """The value nearest to the present one, towards an end, that turns; the one before it does not."""
    far = _first(turns, now, end)
    near = now
    while far is not None and abs(far - near) > 1:
        middle = (near + far) // 2
        if turns(middle):
            far = middle
        else:
            near = middle
    return far


def _first(turns: Callable[[int], bool], now: int, end: int) -> int | None:
    """Some value that turns: the end itself, else one met in growing strides on the way there."""
    if turns(end):
        return end
    step, sign = 1, 1 if end > now else -1
    while step < abs(end - now):
        if turns(now + sign * step):
            return now + sign * step
        step *= STRIDE
    return None
