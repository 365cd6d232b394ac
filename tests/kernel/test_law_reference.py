"""The plain interpreter: exact figures, three-valued truth, and only the branches taken."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.law.facts import BLANK, FactRef, Facts, filled
from minzheng.kernel.law.language import by_code, divide, parameter, ratio_at_least, rounded, where
from minzheng.kernel.law.parameters import Parameters, Value
from minzheng.kernel.law.reference import Evaluation, Unknown, full_years, round_to
from tests.factories import law_toy as toy

TWO = ({"wage": 100000, "away": False}, {"wage": 0, "away": False})


def missing(answer: object) -> set[str]:
    assert isinstance(answer, Unknown)
    return {ref.key for ref in answer.missing}


def test_an_exact_third_of_a_fen_decides() -> None:
    three = [{"wage": 54600, "away": False}, {"wage": 54600, "away": False}, {"wage": 54599, "away": False}]
    run = toy.evaluate({"savings": 0}, *three)
    assert run.answer(toy.per_head) == Fraction(163799, 3)
    assert run.answer(toy.poor) is True
    assert run.answer(toy.amount) == 1


def test_a_missing_wage_leaves_the_income_unknown_and_is_named() -> None:
    run = toy.evaluate({"savings": 0}, {"away": False}, {"wage": 1, "away": False})
    assert missing(run.answer(toy.poor)) == {"persons.0.wage"}
    assert missing(run.answer(toy.amount)) == {"persons.0.wage"}


def test_a_failed_condition_decides_whatever_is_missing() -> None:
    run = toy.evaluate({"savings": 10000_01}, {"away": False})
    assert run.answer(toy.eligible) is False
    assert run.answer(toy.amount) == 0


def test_the_wage_of_someone_away_is_never_asked_for() -> None:
    run = toy.evaluate({"savings": 0}, {"away": True}, {"wage": 5, "away": False})
    assert run.answer(toy.poor) is True


def test_nobody_at_home_divides_nothing() -> None:
    assert toy.evaluate({"savings": 0}).answer(toy.per_head) == 0


def test_a_person_reads_the_household() -> None:
    child = {"wage": 0, "away": False, "birth": date(2010, 1, 1)}
    run = toy.evaluate({"savings": 0}, {"wage": 999900, "away": False, "birth": date(1980, 1, 1)}, child)
    assert run.answer(toy.rich_child, 0) is False
    assert run.answer(toy.rich_child, 1) is True


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        (date(2004, 2, 29), date(2022, 2, 27), 17),
        (date(2004, 2, 29), date(2022, 2, 28), 18),
        (date(2004, 2, 29), date(2024, 2, 28), 19),
        (date(2004, 2, 29), date(2024, 2, 29), 20),
        (date(2004, 5, 1), date(2022, 5, 1), 18),
        (date(2004, 5, 1), date(2022, 4, 30), 17),
    ],
)
def test_age_is_reached_on_the_birthday(birth: date, on: date, age: int) -> None:
    assert full_years(birth, on) == age


@pytest.mark.parametrize(
    ("value", "step", "mode", "whole"),
    [
        (Fraction(5, 2), 1, "half_up", 3),
        (Fraction(-5, 2), 1, "half_up", -3),
        (Fraction(49, 20), 1, "half_up", 2),
        (38467, 100, "half_up", 38500),
        (38449, 100, "half_up", 38400),
        (Fraction(1, 10), 1, "up", 1),
        (Fraction(-1, 10), 1, "up", -1),
        (Fraction(19, 10), 1, "down", 1),
        (Fraction("9.375"), Fraction("0.01"), "half_up", Fraction("9.38")),
    ],
)
def test_halves_round_up_away_from_zero(value: Any, step: Any, mode: str, whole: Any) -> None:
    assert round_to(value, step=step, mode=mode) == whole


def test_an_unknown_rounding_mode_is_refused() -> None:
    with pytest.raises(Refused, match="取整方式"):
        round_to(1, step=1, mode="bankers")


def evaluated(body: Any, home: dict[str, Any], *, unit: str, parameters: Parameters | None = None) -> object:
    household, _ = toy.entities()
    rule = household.rule("某规则", unit=unit)(body)
    facts = Facts(home, ())
    run = Evaluation(household, facts, parameters or toy.parameters(), path="22/", on=toy.DAY)
    return run.answer(rule)


def test_the_branch_not_taken_needs_no_parameter() -> None:
    def body(h: Any) -> Any:
        return by_code(h.place, urban=h.savings, rural=parameter("toy.rural", unit="fen"))

    assert evaluated(body, {"place": "urban", "savings": 5}, unit="fen") == 5
    with pytest.raises(Refused, match=r"toy\.rural"):
        evaluated(body, {"place": "rural", "savings": 5}, unit="fen")


def test_where_both_branches_agree_the_condition_need_not_be_known() -> None:
    assert evaluated(lambda h: where(h.place == "urban", 3, 3), {}, unit="count") == 3
    assert missing(evaluated(lambda h: where(h.place == "urban", 3, 4), {}, unit="count")) == {
        "household.place"
    }


def test_ratios_compare_by_cross_multiplication() -> None:
    def body(h: Any) -> Any:
        return ratio_at_least(h.savings, 96000_00, Fraction(7, 10))

    assert evaluated(body, {"savings": 67200_00}, unit="boolean") is True
    assert evaluated(body, {"savings": 67199_99}, unit="boolean") is False


def test_division_is_exact_until_rounded() -> None:
    def body(h: Any) -> Any:
        return divide(h.savings, 3, rounding="half_up") + rounded(h.savings / 7, to=100, mode="up")

    assert evaluated(body, {"savings": 1000}, unit="fen") == 333 + 200


def test_floor_division_rounds_down_also_below_zero() -> None:
    assert evaluated(lambda h: (h.savings - 10) // 4, {"savings": 3}, unit="fen") == -2


def test_dividing_by_zero_is_our_mistake() -> None:
    with pytest.raises(Mistake, match="divides by zero"):
        evaluated(lambda h: 5 * h.savings / h.savings, {"savings": 0}, unit="ratio")


def test_a_parameter_in_another_unit_or_outside_its_codes_is_refused() -> None:
    day = date(2020, 1, 1)
    known = Parameters(
        [
            Value("money", "", day, None, 5, "fen_per_year", "某文件", "law"),
            Value("mode", "", day, None, "odd", "code", "某文件", "law"),
        ]
    )
    with pytest.raises(Refused, match="单位应为 fen_per_month"):
        evaluated(lambda h: parameter("money", unit="fen_per_month"), {}, unit="fen", parameters=known)
    with pytest.raises(Refused, match="odd"):
        evaluated(
            lambda h: parameter("mode", unit="code", options=("a", "b")) == "a",
            {},
            unit="boolean",
            parameters=known,
        )


@pytest.mark.parametrize(
    ("home", "complaint"),
    [
        ({"saving": 1}, "没有名为“saving”的事项"),
        ({"savings": 1.5}, "整数分"),
        ({"savings": True}, "整数分"),
        ({"savings": "1"}, "整数分"),
        ({"place": "city"}, "可选"),
    ],
)
def test_facts_the_rules_do_not_know_are_refused(home: dict[str, Any], complaint: str) -> None:
    with pytest.raises(Refused, match=complaint):
        toy.evaluate(home)


def test_an_empty_line_says_what_the_form_says_and_an_unanswered_one_stays_unknown() -> None:
    facts = filled(Facts({"savings": None}, ({},)), toy.household)
    assert facts.household["savings"] is None
    assert facts.persons[0]["wage"] == 0
    assert "birth" not in facts.persons[0]
    assert facts.source(FactRef("person", 0, "wage")) == BLANK
