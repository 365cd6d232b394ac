"""What a changed fact would change: every turn found is one for the interpreter too, and the one before is not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.law.changes import Applied, Question, changed, compared, looked_at, turning
from minzheng.kernel.law.facts import FactRef, Facts
from minzheng.kernel.law.findings import Outcome
from minzheng.kernel.law.language import Entity, Rule, parameter, where
from minzheng.kernel.law.reference import Evaluation
from minzheng.kernel.law.units import Kind
from tests.factories import law_random as drawn
from tests.factories import law_toy as toy

LAW = Applied(toy.parameters(), "22/", toy.DAY)
SAVINGS = FactRef("household", None, "savings")
WAGE = FactRef("person", 0, "wage")
QUESTION = Question(toy.household, toy.eligible, (toy.amount, toy.per_head))
POOR = Facts({"savings": 0}, [{"wage": 30000, "away": False}, {"wage": 0, "away": False}])


def test_other_facts_give_other_results_side_by_side() -> None:
    eligible, amount, per_head = compared(QUESTION, POOR, {WAGE: 120000}, law=LAW)
    assert eligible.found is not None
    assert [one.outcome for one in eligible.found] == [Outcome.MET, Outcome.NOT_MET]
    assert eligible.found[1].because == "月人均收入 600.00 元，不低于标准 546.00 元/月"
    assert (amount.before.text, amount.after.text, amount.differs) == ("792.00 元", "0.00 元", True)
    assert (per_head.before.text, per_head.after.text) == ("150.00 元", "600.00 元")


def test_what_is_asked_of_changes_nothing_in_the_case() -> None:
    same = compared(QUESTION, POOR, {SAVINGS: 1}, law=LAW)
    assert [one.differs for one in same] == [False, False, False]
    assert changed(POOR, {WAGE: None}).persons[0]["wage"] is None
    assert POOR.persons[0]["wage"] == 30000


def test_an_assumed_fact_says_so() -> None:
    other = changed(POOR, {SAVINGS: 5, WAGE: 7})
    assert other.source(SAVINGS) == other.source(WAGE) == "假设"
    assert other.source(FactRef("person", 1, "wage")) == "本人申报"


def test_savings_over_the_limit_turn_at_the_limit() -> None:
    rich = changed(POOR, {SAVINGS: 60000_00})
    found = turning(toy.eligible, toy.household, rich, law=LAW)
    assert found.outcome is Outcome.NOT_MET
    (turn,) = [one for one in found.turns if one.fact == SAVINGS]
    assert (turn.value, turn.way) == (10000_00, "at_most")
    assert turn.says == "若存款不超过 10000.00 元，即符合条件"


def test_a_strict_line_turns_one_fen_beyond_it() -> None:
    over = changed(POOR, {WAGE: 109200})
    (turn,) = [one for one in turning(toy.poor, toy.household, over, law=LAW).turns if one.fact == WAGE]
    assert turn.value == 109199
    assert turn.says == "若第 1 位成员的工资不超过 1091.99 元/月，“收入低于标准”即成立"
    (back,) = [one for one in turning(toy.poor, toy.household, POOR, law=LAW).turns if one.fact == WAGE]
    assert (back.value, back.way) == (109200, "at_least")


def test_what_two_conditions_refuse_no_single_fact_turns() -> None:
    both = changed(POOR, {SAVINGS: 60000_00, WAGE: 200000})
    assert turning(toy.eligible, toy.household, both, law=LAW).turns == ()


def test_only_what_was_looked_at_is_proposed_and_nothing_that_is_fixed() -> None:
    over = changed(POOR, {WAGE: 109200})
    found = turning(toy.eligible, toy.household, over, law=LAW, fixed=frozenset({"away"}))
    assert {one.fact.name for one in found.turns} == {"wage"}
    freely = turning(toy.eligible, toy.household, over, law=LAW)
    assert {one.fact.name for one in freely.turns} == {"wage", "away"}
    assert {turn.text for turn in freely.turns if turn.fact.name == "away"} == {"是"}


def test_an_unknown_condition_lists_what_settles_it() -> None:
    found = turning(toy.eligible, toy.household, Facts({}, [{"away": False}]), law=LAW)
    assert found.outcome is Outcome.UNKNOWN
    assert found.turns == ()
    assert [one.fact for one in found.missing] == ["household.savings", "persons.0.wage"]


def test_days_are_left_out_and_an_unknown_fact_is_not_guessed() -> None:
    facts = Facts({"savings": 0}, [{"birth": date(2010, 1, 1), "wage": 200000, "away": None}])
    run = Evaluation(toy.household, facts, toy.parameters(), path="22/", on=toy.DAY)
    assert FactRef("person", 0, "birth") not in looked_at(toy.eligible, run)
    found = turning(toy.modest, toy.household, facts, law=LAW)
    assert {one.fact.name for one in found.turns} == {"savings"}


def test_a_value_between_two_limits_is_found_and_not_said_to_hold_beyond() -> None:
    household, _ = toy.entities()

    def window(h: Any) -> Any:
        return (h.savings >= 50) & (h.savings <= 40000)

    rule = household.rule("在两限之间", unit="boolean")(window)
    (turn,) = turning(rule, household, Facts({"savings": 3}), law=LAW).turns
    assert (turn.value, turn.way) == (50, "equals")
    assert turn.says == "若存款为 0.50 元，“在两限之间”即成立"


def test_a_value_the_rules_cannot_take_turns_nothing() -> None:
    household, _ = toy.entities()

    def share(h: Any) -> Any:
        return where(h.savings > 10, parameter("toy.missing", unit="fen"), h.savings) < 5

    rule = household.rule("份额", unit="boolean")(share)
    assert turning(rule, household, Facts({"savings": 7}), law=LAW).turns[0].value == 4
    with pytest.raises(MinzhengError):
        Evaluation(household, Facts({"savings": 11}), toy.parameters(), path="22/", on=toy.DAY).answer(rule)


def _answer(rule: Rule, household: Entity, facts: Facts, path: str) -> Any:
    try:
        return Evaluation(household, facts, drawn.PARAMETERS, path=path, on=drawn.DAY).answer(rule)
    except MinzhengError:
        return None


def _checked(rule: Rule, household: Entity, facts: Facts, path: str) -> int:
    """Every turn is one for the interpreter, the value before is not, and no option that turns is left out."""
    now = _answer(rule, household, facts, path)
    if not isinstance(now, bool):
        return 0
    law = Applied(drawn.PARAMETERS, path, drawn.DAY)
    found = turning(rule, household, facts, law=law)
    for turn in found.turns:
        assert _answer(rule, household, changed(facts, {turn.fact: turn.value}), path) is (not now)
        was = facts.value(turn.fact)
        if isinstance(turn.value, int) and isinstance(was, int) and not isinstance(was, bool):
            beside = turn.value + (1 if turn.value < was else -1)
            assert _answer(rule, household, changed(facts, {turn.fact: beside}), path) is not (not now)
    proposed = {(turn.fact, turn.value) for turn in found.turns}
    run = Evaluation(household, facts, drawn.PARAMETERS, path=path, on=drawn.DAY)
    for ref in looked_at(rule, run):
        was, fact = facts.value(ref), household.facts[ref.name]
        others = {Kind.CODE: list(drawn.HEALTH), Kind.BOOLEAN: [True, False]}.get(fact.kind, [])
        for other in [one for one in others if was is not None and one != was]:
            turns = _answer(rule, household, changed(facts, {ref: other}), path) is (not now)
            assert ((ref, other) in proposed) is turns
    return len(found.turns)


def test_what_is_proposed_agrees_with_the_interpreter_on_rules_drawn_at_random() -> None:
    turned = 0

    @given(st.data(), drawn.rule_sets(), drawn.towns())
    @settings(max_examples=150, suppress_health_check=list(HealthCheck))
    def compare(
        data: st.DataObject, rule_set: tuple[Entity, list[Rule]], homes: list[tuple[Facts, str]]
    ) -> None:
        nonlocal turned
        household, rules = rule_set

        def condition(h: Any) -> Any:
            return drawn.Sentences(data.draw, h, personal=False, rules=rules).one(Kind.BOOLEAN, 3)

        rule = household.rule("条件", unit="boolean")(condition)
        for facts, path in homes[:4]:
            turned += _checked(rule, household, facts, path)

    compare()
    assert turned > 50
