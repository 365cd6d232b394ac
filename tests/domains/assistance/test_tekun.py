"""Extreme poverty: every ground of the three conditions, the six acts, and who is paid what."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from minzheng.domains.assistance import rules
from minzheng.domains.assistance.rules import care, facts, tekun
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.findings import Outcome
from minzheng.kernel.law.reference import Evaluation, Unknown

SEED = rules.seed_parameters()
TOWN = "22/2201/220102/220102001/"
DAY = date(2022, 1, 20)
ACTS = ("can_eat", "can_dress", "can_rise", "can_toilet", "can_walk", "can_bathe")


def elder(**known: Any) -> dict[str, Any]:
    return {"relation": "self", "birth": date(1950, 5, 12), "work_capacity": "none"} | known


def supporter(**known: Any) -> dict[str, Any]:
    """A daughter of working age, of whom everything is known and nothing excuses her."""
    return {
        "relation": "supporter",
        "birth": date(1980, 3, 1),
        "supporter_kind": "child",
        "supporter_income": 0,
        "supporter_own_income": 0,
        "own_property_within": True,
    } | known


def case(*persons: dict[str, Any], **home: Any) -> Facts:
    return rules.from_form(Facts({"class_ur": "urban"} | home, persons))


def found(*persons: dict[str, Any], on: date = DAY, **home: Any) -> rules.Determination:
    return rules.determine_tekun(case(*persons, **home), SEED, path=TOWN, on=on)


def run(*persons: dict[str, Any], on: date = DAY, **home: Any) -> Evaluation:
    return Evaluation(facts.household, case(*persons, **home), SEED, path=TOWN, on=on)


# --- condition one -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "ground"),
    [
        ({"birth": date(1962, 1, 20)}, "elder"),
        ({"birth": date(1962, 1, 21)}, "none"),
        ({"birth": date(2006, 1, 21)}, "child"),
        ({"birth": date(2006, 1, 20)}, "none"),
        ({"disability_category": 5, "disability_grade": 3}, "mind"),
        ({"disability_category": 6, "disability_grade": 1}, "mind"),
        ({"disability_category": 6, "disability_grade": 4}, "none"),
        ({"disability_category": 4, "disability_grade": 2}, "limbs"),
        ({"disability_category": 4, "disability_grade": 3}, "none"),
        ({"disability_category": 1, "disability_grade": 1}, "sight"),
        ({"disability_category": 1, "disability_grade": 2}, "none"),
        ({"disability_category": 2, "disability_grade": 1}, "none"),
        ({"incapable_province": True}, "province"),
    ],
)
def test_each_ground_of_no_work_capacity(known: dict[str, Any], ground: str) -> None:
    person = elder(**{"birth": date(1980, 1, 1)} | known)
    assert run(person).answer(tekun.work_ground, 0) == ground
    assert run(person).answer(tekun.cannot_work, 0) is (ground != "none")
    assert found(person).eligible.met is (ground != "none")


def test_an_elder_is_recognised_whatever_the_certificate_says() -> None:
    assert found(elder(disability_grade=None, disability_category=None)).eligible.met


def test_without_a_birth_date_the_missing_fact_is_named() -> None:
    known = elder()
    del known["birth"]
    unknown = found(known)
    assert unknown.eligible.outcome is Outcome.UNKNOWN
    assert [one.fact for one in unknown.eligible.missing] == ["persons.0.birth"]


# --- condition two -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "met"),
    [
        ({"wage": 6551_99}, True),
        ({"wage": 6552_00}, False),
        ({"property_income": 6552_00}, False),
        ({"transfer": 6552_00, "transfer_paid": 1_00}, True),
        ({"base_pension": 99999_00, "excluded_income": 99999_00}, True),
    ],
)
def test_income_is_the_persons_own_and_strictly_below_the_dibao_standard(lines: Any, met: bool) -> None:
    assert found(elder(**lines)).eligible.met is met


def test_the_base_pension_stays_out_though_its_dibao_exclusion_may_end() -> None:
    kept = [value for value in SEED if value.key != "income.exclude.base_pension"]
    ended = run(elder(base_pension=99999_00), on=date(2026, 2, 1))
    ended._parameters = type(SEED)(kept)
    assert ended.answer(tekun.livelihood_below, 0) is True


@pytest.mark.parametrize(
    ("home", "met"),
    [
        ({"deposits": 24 * 546_00}, True),
        ({"deposits": 24 * 546_00 + 1}, False),
        ({"vehicles": 1}, False),
        ({"houses": 2}, False),
        ({"company_capital": 10000_01}, False),
        ({"deposits": 24 * 546_00 + 1, "waived_deposits": True}, True),
    ],
)
def test_property_within_the_rule_for_tekun(home: Any, met: bool) -> None:
    assert found(elder(), **home).eligible.met is met


# --- condition three ---------------------------------------------------------------------------------

FRAIL = {"birth": date(1952, 1, 20)}
TOO_MUCH = {"supporter_own_income": 25751_00}


@pytest.mark.parametrize(
    ("known", "unable"),
    [
        ({}, False),
        ({"receives": "tekun"}, True),
        ({"receives": "dibao"}, False),
        ({"receives": "dibao", "birth": date(1962, 1, 20)}, True),
        ({"receives": "dibao", "birth": date(1962, 1, 21)}, False),
        (FRAIL, True),
        ({"birth": date(1952, 1, 21)}, False),
        (FRAIL | TOO_MUCH, False),
        (FRAIL | {"supporter_own_income": 25750_99}, True),
        (FRAIL | {"own_property_within": False}, False),
        ({"disability_category": 2, "disability_grade": 2}, True),
        ({"disability_category": 2, "disability_grade": 3}, False),
        ({"disability_category": 5, "disability_grade": 3}, True),
        ({"disability_category": 5, "disability_grade": 3} | TOO_MUCH, False),
        ({"civil_capacity": "none"} | TOO_MUCH, True),
        ({"civil_capacity": "limited"}, False),
        ({"absence": "missing"} | TOO_MUCH, True),
        ({"absence": "prison"}, True),
        ({"absence": "prison", "own_property_within": False}, False),
        ({"absence": "detox"}, False),
        ({"unable_province": True} | TOO_MUCH, True),
    ],
)
def test_each_ground_on_which_a_supporter_is_unable(known: dict[str, Any], unable: bool) -> None:
    one = found(elder(), supporter(**known))
    assert one.eligible.met is unable
    assert one.reasons == (() if unable else ("able_supporter",))
    assert one.counted == (0,)


def test_a_minor_owes_no_support() -> None:
    assert found(elder(), supporter(birth=date(2004, 1, 21))).eligible.met
    assert not found(elder(), supporter(birth=date(2004, 1, 20))).eligible.met


def test_someone_of_the_household_may_be_the_able_one() -> None:
    son = {"relation": "child", "birth": date(1990, 1, 1), "work_capacity": "full"}
    assert found(elder(), son).reasons == ("able_supporter",)
    nephew = son | {"relation": "other"}
    assert found(elder(), nephew).reasons == ("able_supporter",)
    assert found(elder(), nephew | {"support_duty": False}).eligible.met


def test_one_supporter_who_is_able_decides_though_another_is_unknown() -> None:
    silent = supporter(birth=date(1940, 1, 1))
    del silent["supporter_own_income"]
    both = found(elder(), silent, supporter())
    assert both.eligible.outcome is Outcome.NOT_MET
    assert both.missing == ()


def test_the_applicant_is_never_named_as_the_able_supporter() -> None:
    rich = found(elder(wage=90000_00))
    assert rich.reasons == ("income_not_below_standard",)


# --- growing up, choosing, prison --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("birth", "schooling", "receives", "met"),
    [
        (date(2004, 1, 21), "none", "tekun", True),  # seventeen, covered before
        (date(2004, 1, 21), "none", "none", False),  # seventeen, asking for the first time
        (date(2004, 1, 20), "none", "tekun", False),
        (date(2004, 1, 20), "senior", "tekun", True),
        (date(2004, 1, 20), "vocational", "tekun", True),
        (date(2004, 1, 20), "compulsory", "tekun", True),
        (date(2004, 1, 20), "college", "tekun", False),
        (date(2004, 1, 20), "senior", "none", False),
    ],
)
def test_a_covered_minor_stays_covered_at_school(
    birth: date, schooling: str, receives: str, met: bool
) -> None:
    one = elder(birth=birth, schooling=schooling, receives=receives, work_capacity="full")
    assert found(one).eligible.met is met


def test_the_law_of_2026_is_cited_for_whoever_turned_eighteen_at_school() -> None:
    one = elder(birth=date(2008, 6, 1), schooling="senior", receives="tekun")
    cited = {
        on: {str(each.article) for each in found(one, on=on).findings}
        for on in (date(2026, 6, 30), date(2026, 7, 1))
    }
    assert "《特困人员认定办法》第二十四条" in cited[date(2026, 6, 30)]
    assert "《社会救助法》第十六条" in cited[date(2026, 7, 1)]


def test_growing_up_does_not_excuse_income_or_an_able_supporter() -> None:
    one = elder(birth=date(2004, 1, 20), schooling="senior", receives="tekun")
    assert found(one | {"wage": 6552_00}).reasons == ("income_not_below_standard",)
    assert found(one, supporter(supporter_kind="parent")).reasons == ("able_supporter",)


def test_choosing_the_childrens_scheme_excludes_only_a_minor() -> None:
    assert found(elder(birth=date(2012, 1, 1), chose_child_scheme=True)).reasons == ("chose_child_scheme",)
    assert found(elder(chose_child_scheme=True)).eligible.met
    chosen = run(elder(birth=date(2012, 1, 1), chose_child_scheme=True))
    assert chosen.answer(tekun.tekun_conditions, 0) is True


def test_whoever_serves_a_sentence_is_not_kept() -> None:
    assert found(elder(absence="prison")).reasons == ("not_counted",)


# --- the six acts and the amount ---------------------------------------------------------------------


def assessed(failed: int, **known: Any) -> dict[str, Any]:
    return elder(**{act: at >= failed for at, act in enumerate(ACTS)} | known)


@pytest.mark.parametrize(
    ("failed", "level", "amount", "days"),
    [
        (0, "full", 843_83, 30),
        (1, "partial", 1043_83, 30),
        (3, "partial", 1043_83, 30),
        (4, "total", 1643_83, 7),
        (6, "total", 1643_83, 7),
    ],
)
def test_the_care_level_and_what_it_pays(failed: int, level: str, amount: int, days: int) -> None:
    one = found(assessed(failed))
    told = {figure.name: figure.value for figure in one.figures}
    assert (told["care_level"], one.amount, told["tekun_visit_days"]) == (level, amount, days)


def test_all_items_weigh_alike() -> None:
    for act in ACTS:
        assert run(assessed(0, **{act: False})).answer(care.failed_items, 0) == 1


def test_an_item_nobody_assessed_leaves_the_level_open() -> None:
    one = run(assessed(2, can_eat=None))
    answer = one.answer(care.care_level, 0)
    assert isinstance(answer, Unknown)
    assert {ref.name for ref in answer.missing} == {"can_eat"}


@pytest.mark.parametrize(
    ("home", "paid_as"),
    [
        ({}, "urban"),
        ({"contract_land": True}, "rural"),
        ({"contract_land": True, "resettled": True}, "urban"),
        ({"class_ur": "rural"}, "rural"),
        ({"class_ur": "rural", "resettled": True}, "urban"),
    ],
)
def test_the_class_a_person_is_paid_in(home: dict[str, Any], paid_as: str) -> None:
    one = found(assessed(0), **home)
    assert one.amount == {"urban": 843_83, "rural": 600_00}[paid_as]


def test_each_of_a_couple_is_rounded_alone() -> None:
    couple = run(assessed(0), assessed(0, relation="spouse"))
    assert couple.answer(care.tekun_total) == 2 * 843_83
    assert couple.answer(tekun.tekun_persons) == 2


def test_the_funeral_is_a_year_of_the_basic_standard() -> None:
    assert run(assessed(0)).answer(care.funeral_grant, 0) == 8926_00


def test_a_family_without_an_applicant_has_nobody_to_recognise() -> None:
    one = found(elder(relation="parent"))
    assert one.eligible.outcome is Outcome.NOT_MET
    assert one.eligible.because == "申请人不符合特困人员救助供养条件"
