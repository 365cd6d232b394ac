"""The law of dibao and edge households: the handbook's worked cases, and what lies between them."""

from __future__ import annotations

import json
import re
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from minzheng.domains.assistance import rules
from minzheng.domains.assistance.rules import casebook, facts, procedure, statuses
from minzheng.kernel.clock import seed
from minzheng.kernel.errors import Refused
from minzheng.kernel.law.cases import Case, differences
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.findings import Finding, Outcome
from minzheng.kernel.law.parameters import Parameters, Value

SEED = rules.seed_parameters()
COUNTY = "22/2201/220102/"
TOWN = COUNTY + "220102001/"
DAY = date(2022, 1, 20)


def person(**known: Any) -> dict[str, Any]:
    return {"relation": "other", "birth": date(1980, 1, 1), "work_capacity": "none"} | known


def dibao(
    *persons: dict[str, Any], on: date = DAY, parameters: Parameters = SEED, **home: Any
) -> rules.Determination:
    given = rules.from_form(Facts({"class_ur": "urban"} | home, persons))
    return rules.determine_dibao(given, parameters, path=TOWN, on=on)


def local(key: str, value: Any) -> Parameters:
    unit = SEED.unit(key)
    row = Value(key, COUNTY, date(2020, 1, 1), None, value, unit, "县政府文件", "law", SEED.title(key))
    return SEED.combined(Parameters([row]))


@pytest.mark.parametrize("case", casebook.cases(), ids=lambda case: case.id)
def test_the_worked_cases_come_out_as_the_handbook_says(case: Case) -> None:
    assert differences(case, casebook.answers(case, SEED, seed.calendar())) == []


def test_every_worked_case_of_the_brief_is_there() -> None:
    ids = {case.id.rstrip("abcdefgy") for case in casebook.cases()}
    assert ids >= {f"T-SA-{number:02d}" for number in range(1, 18)}


def test_the_case_files_list_every_fact_of_the_form() -> None:
    """The benefits of other offices ask their own facts, listed with their own cases."""
    told = [file.read_text(encoding="utf-8").splitlines() for file in casebook.CASES.glob("*.yaml")]
    listed = " ".join(line for lines in told for line in lines if line.startswith("#"))
    words = set(re.findall(r"[a-z_]+", listed))
    others = {fact.name for fact in statuses.STATUS_FACTS}
    for entity in (facts.household, facts.person):
        assert set(entity.facts) - others <= words


# --- who counts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "counts"),
    [
        ({"relation": "self"}, True),
        ({"relation": "spouse", "lives_together": False}, True),
        ({"relation": "parent"}, True),
        ({"relation": "parent", "lives_together": False}, False),
        ({"relation": "child", "lives_together": False, "birth": date(2004, 1, 21)}, True),
        ({"relation": "child", "lives_together": False, "birth": date(2004, 1, 20)}, False),
        ({"relation": "child", "lives_together": False, "student": True}, True),
        ({"relation": "child", "lives_together": False, "dependent": True}, True),
        ({"relation": "other"}, True),
        ({"relation": "other", "support_duty": False}, False),
        ({"relation": "self", "absence": "prison"}, False),
        ({"relation": "spouse", "absence": "detox"}, False),
        ({"relation": "spouse", "absence": "missing"}, False),
        ({"relation": "spouse", "absence": "clergy", "absence_from": date(2019, 1, 20)}, False),
        ({"relation": "spouse", "absence": "clergy", "absence_from": date(2019, 1, 21)}, True),
    ],
)
def test_who_counts_in_the_household(known: dict[str, Any], counts: bool) -> None:
    found = dibao(person(relation="self"), person(**known))
    assert found.members == (2 if counts else 1)


def test_a_clergy_member_without_a_date_leaves_the_household_open() -> None:
    found = dibao(person(relation="self"), person(relation="spouse", absence="clergy"))
    assert (found.members, found.amount) == (None, None)
    assert found.eligible.outcome is Outcome.UNKNOWN
    assert [one.fact for one in found.eligible.missing] == ["persons.1.absence_from"]


def test_the_income_of_someone_who_does_not_count_is_left_out() -> None:
    away = person(relation="spouse", absence="prison", wage=100000_00)
    assert dibao(person(relation="self"), away).per_head == 0


def test_a_household_without_counted_members_is_refused() -> None:
    found = dibao(person(relation="self", absence="prison"))
    assert found.eligible.outcome is Outcome.NOT_MET
    assert (found.amount, found.reasons[0]) == (0, "no_counted_member")


# --- income ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "year"),
    [
        ({"wage": 12000_00}, 12000_00),
        ({"wage": 12000_00, "work_cost": 2000_00}, 10000_00),
        ({"wage": 12000_00, "work_cost": 9000_00}, 6000_00),  # capped at 500.00 a month
        ({"wage": 1000_00, "work_cost": 2000_00}, 0),
        ({"wage": 3000_00, "business": -5000_00}, 3000_00),  # a loss counts as nothing
        ({"property_income": 700_00, "transfer": 800_00, "transfer_paid": 300_00}, 1200_00),
        ({"transfer": 100_00, "transfer_paid": 900_00}, 0),
        ({"excluded_income": 9999_00}, 0),
        ({"base_pension": 1236_00, "transfer": 100_00}, 100_00),
        ({"wage": 9000_00, "illness_cost": 2000_00, "disability_cost": 1000_00}, 6000_00),
        ({"wage": 30000_00, "illness_cost": 25000_00}, 10000_00),  # deductions capped at 20,000.00
    ],
)
def test_income_lines(lines: dict[str, int], year: int) -> None:
    assert dibao(person(relation="self", **lines)).per_head == Fraction(year, 12)


def without_successor() -> Parameters:
    kept = [
        value
        for value in SEED
        if not (value.key == "income.exclude.base_pension" and value.from_ >= date(2026, 1, 1))
    ]
    return Parameters(kept)


def test_the_pension_exclusion_ends_with_2025_unless_someone_says_what_follows() -> None:
    someone = person(relation="self", base_pension=1236_00)
    assert dibao(someone, on=date(2025, 12, 31), parameters=without_successor()).per_head == 0
    with pytest.raises(Refused, match="中央基础养老金不计入家庭收入") as refused:
        dibao(someone, on=date(2026, 1, 1), parameters=without_successor())
    assert refused.value.code == "parameter_missing"


def test_the_successor_in_the_seed_is_marked_as_our_assumption() -> None:
    value = SEED.get("income.exclude.base_pension", path=TOWN, on=date(2026, 1, 1))
    assert value.confidence == "assumption"
    assert "确认" in value.source
    found = dibao(person(relation="self", base_pension=1236_00), on=date(2026, 11, 1))
    assert found.per_head == 0


def test_where_the_exclusion_ends_the_pension_counts() -> None:
    row = Value(
        "income.exclude.base_pension", COUNTY, date(2026, 1, 1), None, False, "boolean", "文件", "law"
    )
    known = SEED.combined(Parameters([row]))
    found = dibao(person(relation="self", base_pension=1200_00), on=date(2026, 2, 1), parameters=known)
    assert found.per_head == 100_00


def test_the_county_standard_goes_before_the_provincial_average() -> None:
    found = dibao(person(relation="self"), parameters=local("dibao.standard.urban", 740_00))
    assert (found.standard, found.amount) == (740_00, 740_00)


def test_the_reason_of_a_refusal_reads_as_in_the_style_book() -> None:
    known = local("dibao.standard.urban", 740_00)
    found = dibao(person(relation="self", wage=8880_00), parameters=known)
    assert found.eligible.because == "家庭月人均收入 740.00 元，不低于当地低保标准 740.00 元"
    assert found.refusal.endswith("不符合《社会救助暂行办法》第九条的规定。")


# --- property ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("home", "code"),
    [
        ({"deposits": 24 * 546_00 + 1}, "deposits_over_limit"),
        ({"vehicles": 1}, "vehicle"),
        ({"houses": 2}, "houses_over_limit"),
        ({"company_capital": 10000_01}, "company_capital"),
    ],
)
def test_each_breach_of_the_property_rule_has_its_own_reason(home: dict[str, int], code: str) -> None:
    found = dibao(person(relation="self"), **home)
    assert found.eligible.outcome is Outcome.NOT_MET
    assert found.reasons == (code,)
    assert found.amount == 0


@pytest.mark.parametrize(
    "home",
    [
        {"deposits": 24 * 546_00},
        {"vehicles": 1, "vehicles_exempt": 1},
        {"vehicles": 1, "waived_vehicles": True},
        {"deposits": 24 * 546_00 + 1, "waived_deposits": True},
        {"houses": 1},
        {"company_capital": 10000_00},
    ],
)
def test_property_within_the_limit_or_waived_does_not_stand_in_the_way(home: dict[str, Any]) -> None:
    assert dibao(person(relation="self"), **home).eligible.outcome is Outcome.MET


# --- amount ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "amount"),
    [
        ({"birth": date(1952, 1, 21)}, 546_00),
        ({"birth": date(1952, 1, 20)}, 600_60),  # 70 on the day: +10 %
        ({"birth": date(2010, 1, 1)}, 600_60),
        ({"disability_grade": 1}, 709_80),
        ({"disability_grade": 2}, 709_80),
        ({"disability_grade": 3}, 546_00),
        ({"illness": "serious"}, 655_20),
        ({"illness": "chronic"}, 546_00),
        ({"birth": date(1940, 1, 1), "disability_grade": 1, "illness": "serious"}, 709_80),
    ],
)
def test_only_the_highest_topup_is_paid(known: dict[str, Any], amount: int) -> None:
    assert dibao(person(relation="self", **known)).amount == amount


def test_rounding_happens_once_on_the_household() -> None:
    # Three members, 100 fen a year between them: the gap of each is a fraction, the sum is rounded once.
    three = [person(relation="self", wage=100), person(relation="spouse"), person(relation="parent")]
    assert dibao(*three).amount == 3 * 546_00 - 8  # 100/12 = 8.33 fen


@pytest.mark.parametrize(("mode", "amount"), [("half_up", 384_67), ("up", 384_67), ("down", 384_66)])
def test_the_rounding_mode_is_a_parameter(mode: str, amount: int) -> None:
    three = [person(relation="self", business=8500_00), person(), person()]
    found = dibao(*three, class_ur="rural", parameters=local("money.rounding", mode))
    assert found.amount == amount


@pytest.mark.parametrize(
    ("wage", "rate"),
    [(0, Fraction(9, 10)), (182_00, Fraction(9, 10)), (182_01, Fraction(6, 10)), (364_01, Fraction(3, 10))],
)
def test_a_county_may_pay_by_tiers(wage: int, rate: Fraction) -> None:
    found = dibao(person(relation="self", wage=12 * wage), parameters=local("dibao.mode", "tier"))
    assert found.amount == 546_00 * rate


def test_an_unlisted_mode_stops_the_calculation() -> None:
    with pytest.raises(Refused, match="tiers"):
        dibao(person(relation="self"), parameters=local("dibao.mode", "tiers"))


def test_whoever_cannot_work_keeps_the_share_whatever_was_refused() -> None:
    refusing = person(relation="self", refused_jobs=5, work_capacity="none")
    assert dibao(refusing).amount == 546_00
    assert dibao(refusing | {"work_capacity": "partial"}).amount == 0
    assert dibao(refusing | {"work_capacity": "partial", "refused_jobs": 2}).amount == 546_00


def test_a_missing_birth_date_leaves_eligibility_met_and_the_amount_unknown() -> None:
    found = dibao({"relation": "self", "work_capacity": "none"})
    assert found.eligible.met
    assert found.amount is None


@pytest.mark.parametrize(("capacity", "months"), [("full", 6), ("partial", 6), ("none", 12)])
def test_a_household_in_which_someone_can_work_is_reviewed_twice_a_year(capacity: str, months: int) -> None:
    assert dibao(person(relation="self", work_capacity=capacity)).review_months == months


# --- unknown, trace, rule sets -----------------------------------------------------------------------


def test_an_unanswered_source_is_unknown_and_named() -> None:
    found = dibao(person(relation="self", wage=None))
    assert found.eligible.outcome is Outcome.UNKNOWN
    assert found.amount is None
    assert [one.fact for one in found.missing] == ["persons.0.wage"]
    assert "税务" in found.eligible.because


def test_a_vehicle_decides_though_the_bank_has_not_answered() -> None:
    found = dibao(person(relation="self", wage=None), deposits=None, vehicles=1)
    assert found.eligible.outcome is Outcome.NOT_MET
    assert found.reasons == ("vehicle",)


def test_raw_facts_without_the_form_are_unknown_not_zero() -> None:
    raw = Facts({"class_ur": "urban"}, (person(relation="self"),))
    found = rules.determine_dibao(raw, SEED, path=TOWN, on=DAY)
    assert found.eligible.outcome is Outcome.UNKNOWN


def test_the_rule_set_and_its_article_follow_the_day_of_decision() -> None:
    before = dibao(person(relation="self"), on=date(2026, 6, 30))
    after = dibao(person(relation="self"), on=date(2026, 7, 1))
    assert (before.rule_set, str(before.eligible.article)) == ("SA-2014", "《社会救助暂行办法》第九条")
    assert (after.rule_set, str(after.eligible.article)) == ("SA-2026", "《社会救助法》第十三条")
    assert not procedure.hearing_needed(date(2026, 6, 30))
    assert procedure.hearing_needed(date(2026, 7, 1))


def test_the_trace_is_plain_json_and_stable() -> None:
    first, second = (dibao(person(relation="self", wage=1000_00)).to_json() for _ in range(2))
    assert json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)
    assert Finding.from_json(json.loads(json.dumps(first))["eligible"]).met
    assert any(row["key"] == "dibao.standard.urban" for row in first["parameters"])


def test_the_digest_changes_with_a_value_used_and_with_no_other() -> None:
    base = dibao(person(relation="self"))
    other_county = Value("dibao.standard.urban", "22/2202/", DAY, None, 1, "fen_per_month", "某文件", "law")
    elsewhere = dibao(person(relation="self"), parameters=SEED.combined(Parameters([other_county])))
    raised = dibao(person(relation="self"), parameters=local("dibao.standard.urban", 546_01))
    assert base.parameters_digest == elsewhere.parameters_digest
    assert base.parameters_digest != raised.parameters_digest


def test_a_misspelt_fact_is_refused_before_anything_is_decided() -> None:
    with pytest.raises(Refused, match="wages"):
        dibao(person(relation="self", wages=1))


# --- edge households, score, clocks ------------------------------------------------------------------


def test_a_dibao_household_is_told_that_it_is_one() -> None:
    given = rules.from_form(Facts({"class_ur": "urban"}, (person(relation="self"),)))
    found = rules.determine_edge(given, SEED, path=TOWN, on=DAY)
    assert found.eligible.outcome is Outcome.NOT_MET
    assert found.eligible.because == "家庭符合最低生活保障条件，应当按低保保障"
    assert (found.amount, found.reasons) == (0, ("qualifies_for_dibao",))


def test_too_much_property_bars_the_edge_status_too() -> None:
    given = rules.from_form(Facts({"class_ur": "urban", "vehicles": 1}, (person(relation="self"),)))
    found = rules.determine_edge(given, SEED, path=TOWN, on=DAY)
    assert found.reasons == ("vehicle",)


def test_the_score_is_unknown_until_the_house_has_been_seen() -> None:
    given = rules.from_form(Facts({"class_ur": "urban"}, (person(relation="self"),)))
    found = rules.score(given, SEED, path=TOWN, on=DAY)
    assert (found.points, found.tier) == (None, None)
    assert [one.fact for one in found.missing] == ["household.housing"]


@pytest.mark.parametrize(
    ("home", "known", "tier"),
    [
        ({"housing": "unsafe", "rigid_spending": 1}, {"disability_grade": 1, "illness": "serious"}, "A"),
        ({"housing": "own"}, {}, "B"),
        ({"housing": "own"}, {"work_capacity": "full"}, "C"),
        ({"housing": "own"}, {"work_capacity": "full", "wage": 9828_00}, "D"),
    ],
)
def test_the_harder_the_case_the_higher_the_tier(home: Any, known: Any, tier: str) -> None:
    given = rules.from_form(Facts({"class_ur": "urban"} | home, (person(relation="self", **known),)))
    found = rules.score(given, SEED, path=TOWN, on=DAY)
    assert found.tier == tier
    assert found.visit_days == {"A": 15, "B": 30, "C": 90, "D": 180}[tier]


def test_every_term_of_the_procedure_has_a_value() -> None:
    terms = ("accept", "investigate", "verify", "publicity", "review", "notice")
    for name in (*terms, "whole", "whole_special", "whole_delegated"):
        assert procedure.term(f"dibao.term.{name}", SEED, path=TOWN, on=DAY)
    assert procedure.decided_by(SEED, path=TOWN, on=DAY) == "county"
    delegated = local("dibao.decided_by", "township")
    assert procedure.decided_by(delegated, path=TOWN, on=DAY) == "township"


def test_gradual_exit_pays_the_last_amount_unchanged() -> None:
    exit_ = procedure.gradual_exit(date(2022, 12, 5), SEED, path=TOWN, last_amount=384_00)
    assert exit_.to_json() == {
        "months": [f"2023-{month:02d}" for month in range(1, 7)],
        "ends": "2023-07-01",
        "amount": 384_00,
    }


def test_every_rule_is_named_and_every_fact_says_who_supplies_it() -> None:
    for entity in (facts.household, facts.person):
        for rule in entity.rules.values():
            assert rule.title
            assert rule.doc
        for fact in entity.facts.values():
            assert fact.title
            assert fact.supplied_by
