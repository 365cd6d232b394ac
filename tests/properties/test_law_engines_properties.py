"""Three engines, one meaning: what the interpreter says, the case engine and the columns say too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minzheng.kernel.errors import MinzhengError, Mistake
from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law.engines.bulk import BulkEngine, Way
from minzheng.kernel.law.engines.case import CaseEngine
from minzheng.kernel.law.engines.columns import table_of
from minzheng.kernel.law.expressions import Expression
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.language import Entity, Rule
from minzheng.kernel.law.reference import Evaluation, Unknown
from tests.factories import law_random as drawn

LARGEST = 2**63 - 1
NODES = {name for name in nodes.__all__ if name[0].isupper()} - {"Expression"}
STOPPED = "stopped"
days = st.dates(date(1890, 1, 1), date(2110, 12, 31))
generated = settings(
    max_examples=300,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def interpreted(household: Entity, rules: Sequence[Rule], facts: Facts, *, path: str) -> Any:
    """What the interpreter gives for each rule, or that it stops."""
    run = Evaluation(household, facts, drawn.PARAMETERS, path=path, on=drawn.DAY)

    def answer(rule: Rule, member: int | None) -> Any:
        found = run.answer(rule, member)
        return None if isinstance(found, Unknown) else found

    try:
        return [
            answer(rule, None)
            if rule.entity == household.name
            else [answer(rule, number) for number in range(len(facts.persons))]
            for rule in rules
        ]
    except MinzhengError as error:
        return STOPPED, error.code


def by_case(engine: CaseEngine, facts: Facts, *, path: str) -> Any:
    decide = engine.at(drawn.PARAMETERS, path=path, on=drawn.DAY)
    try:
        return list(decide(facts).values())
    except MinzhengError as error:
        return STOPPED, error.code


def too_large(answers: Sequence[Any]) -> bool:
    """Whether an answer of any household cannot be held in 64 bits."""
    flat = [one for answer in answers for one in (answer if isinstance(answer, list) else [answer])]
    return any(
        max(abs(one.numerator), one.denominator) > LARGEST
        for one in flat
        if one is not None and not isinstance(one, str | date)
    )


def in_columns(
    household: Entity, rules: Sequence[Rule], homes: Sequence[tuple[Facts, str]], *, chunk: int, way: Way
) -> Any:
    table = table_of([facts for facts, _ in homes], household, paths=[path for _, path in homes])
    try:
        engine = BulkEngine(household, rules)
        found = engine.decide(table, drawn.PARAMETERS, on=drawn.DAY, chunk=chunk, way=way)
    except MinzhengError as error:
        return STOPPED, error.code
    members = [range(int(a), int(b)) for a, b in zip(table.starts[:-1], table.starts[1:], strict=True)]
    return [
        [
            found[rule][at] if rule.entity == household.name else [found[rule][number] for number in of_home]
            for rule in rules
        ]
        for at, of_home in enumerate(members)
    ]


def agree(
    household: Entity,
    rules: Sequence[Rule],
    homes: Sequence[tuple[Facts, str]],
    chunk: int,
    way: Way = "compiled",
) -> None:
    """Household by household, and all at once: one that stops the rules stops the whole table."""
    expected = [interpreted(household, rules, facts, path=path) for facts, path in homes]
    engine = CaseEngine(household, rules)
    assert [by_case(engine, facts, path=path) for facts, path in homes] == expected
    stopped = [one for one in expected if isinstance(one, tuple)]
    answers = [one for one in expected if isinstance(one, list)]
    overflow = [(STOPPED, "bulk_overflow")] if any(too_large(one) for one in answers) else []
    if stopped:
        assert in_columns(household, rules, homes, chunk=chunk, way=way) in stopped + overflow
    going = [home for home, one in zip(homes, expected, strict=True) if isinstance(one, list)]
    columns = in_columns(household, rules, going, chunk=chunk, way=way)
    assert columns == answers or columns in overflow


def test_the_engines_agree_on_rules_and_households_drawn_at_random() -> None:
    met: set[type[Expression]] = set()
    stopped = decided = unknown = 0

    @given(drawn.rule_sets(), drawn.towns(), st.sampled_from([1, 7, 100]))
    @generated
    def compare(rule_set: tuple[Entity, list[Rule]], homes: list[tuple[Facts, str]], chunk: int) -> None:
        nonlocal stopped, decided, unknown
        household, rules = rule_set
        for rule in rules:
            met.update(drawn.classes_in(rule.expression))
        agree(household, rules, homes, chunk)
        for facts, path in homes:
            answers = interpreted(household, rules, facts, path=path)
            stopped += isinstance(answers, tuple)
            decided += isinstance(answers, list) and None not in answers
            unknown += isinstance(answers, list) and None in answers

    drawn.until(lambda: len(met) == len(NODES) and min(stopped, decided, unknown) > 0, compare)
    assert {one.__name__ for one in met} == NODES
    assert min(stopped, decided, unknown) > 0


def test_figures_near_and_past_64_bits_agree_or_stop() -> None:
    large = st.sampled_from([2**62, -(2**62), 2**63 - 1, 3 * 10**18, 10**9, 7, 0])

    @given(drawn.rule_sets(), st.lists(st.tuples(large, large), min_size=1, max_size=3), st.integers(-3, 3))
    @settings(generated, max_examples=100)
    def compare(rule_set: tuple[Entity, list[Rule]], figures: list[tuple[int, int]], number: int) -> None:
        household, rules = rule_set
        common = {"number": number, "share": 2, "since": drawn.DAY, "state": "ill", "yes": number > 0}
        rows = [{"money": a, "debt": b, **common} for a, b in figures]
        agree(household, rules, [(Facts(rows[0], rows), drawn.PLACES[0])], chunk=100)

    compare()


@given(st.lists(days, min_size=1, max_size=30), days)
@settings(max_examples=150)
def test_ages_in_columns_are_those_of_the_interpreter(births: list[date], on: date) -> None:
    household, person = drawn.entities()

    def age(p: Any) -> Any:
        return drawn.years(p.since)

    rule = person.rule("周岁", unit="years")(age)
    facts = Facts({}, [{"since": birth} for birth in births])
    table = table_of([facts], household, paths=["22/"])
    found = BulkEngine(household, [rule]).decide(table, drawn.PARAMETERS, on=on, way="compiled")[rule]
    run = Evaluation(household, facts, drawn.PARAMETERS, path="22/", on=on)
    assert [found[at] for at in range(len(births))] == [run.answer(rule, at) for at in range(len(births))]
    assert found.values.dtype == np.int64


def test_an_overflow_is_a_mistake_that_names_the_rule() -> None:
    household, _ = drawn.entities()

    def squared(h: Any) -> Any:
        return h.money * h.number

    rule = household.rule("乘积", unit="fen")(squared)
    cases = [Facts({"money": 2**62, "number": factor}) for factor in (1, 2)]
    engine = BulkEngine(household, [rule])
    fits = engine.decide(table_of(cases[:1], household, paths=["22/"]), drawn.PARAMETERS, on=drawn.DAY)
    assert fits[rule][0] == 2**62
    with pytest.raises(Mistake, match=r"household\.squared .* household 1:") as mistake:
        engine.decide(table_of(cases, household, paths=["22/"] * 2), drawn.PARAMETERS, on=drawn.DAY)
    assert mistake.value.code == "bulk_overflow"
