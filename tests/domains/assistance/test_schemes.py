"""The other schemes of assistance: who may apply alone, what supporters count for, rigid spending, first aid."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from minzheng.domains.assistance import rules
from minzheng.domains.assistance.rules import funds, price, procedure, rigid
from minzheng.domains.assistance.rules.schemes import REASON_CODES, SCHEMES
from minzheng.kernel.clock import seed
from minzheng.kernel.errors import Mistake
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.findings import Outcome
from minzheng.kernel.law.parameters import Parameters, Value
from minzheng.kernel.law.reference import Evaluation

SEED = rules.seed_parameters()
COUNTY = "22/2201/220102/"
TOWN = COUNTY + "220102001/"
DAY = date(2025, 3, 3)
LAST, FIRST = date(2026, 6, 30), date(2026, 7, 1)


def person(**known: Any) -> dict[str, Any]:
    return {"relation": "self", "birth": date(1980, 1, 1), "work_capacity": "none"} | known


def earner(monthly: int, **known: Any) -> dict[str, Any]:
    return person(relation="spouse", work_capacity="full", wage=12 * monthly) | known


def found(
    scheme: str, *persons: dict[str, Any], on: date = DAY, parameters: Parameters = SEED, **home: Any
) -> rules.Determination:
    given = rules.from_form(Facts({"class_ur": "urban"} | home, persons))
    return rules.determine(scheme, given, parameters, path=TOWN, on=on)


def local(key: str, value: Any) -> Parameters:
    row = Value(key, COUNTY, date(2020, 1, 1), None, value, SEED.unit(key), "县政府文件", "law")
    return SEED.combined(Parameters([row]))


# --- every scheme ------------------------------------------------------------------------------------


def test_every_condition_has_a_reason_code_and_every_scheme_a_trace() -> None:
    for scheme in SCHEMES.values():
        assert {f"{rule.entity}.{rule.name}" for rule in scheme.conditions} <= set(REASON_CODES)
        one = found(scheme.code, person())
        assert json.loads(json.dumps(one.to_json()))["scheme"] == scheme.code
        assert one.explanation


def test_a_scheme_nobody_has_written_is_a_mistake() -> None:
    with pytest.raises(Mistake, match="edge"):
        found("edges", person())


@pytest.mark.parametrize(
    ("scheme", "before", "after"),
    [
        ("dibao", "《社会救助暂行办法》第九条", "《社会救助法》第十三条"),
        ("edge", "《关于加强低收入人口动态监测做好分层分类社会救助工作的意见》", "《社会救助法》第十三条"),
        ("tekun", "《特困人员认定办法》第四条", "《社会救助法》第十三条"),
        ("single", "《最低生活保障审核确认办法》第八条", "《最低生活保障审核确认办法》第八条"),
        ("rigid", "《刚性支出困难家庭认定办法》", "《社会救助法》第十三条"),
        ("temporary", "《社会救助暂行办法》第四十七条", "《社会救助法》第三十七条"),
    ],
)
def test_the_article_changes_with_the_law_overnight(scheme: str, before: str, after: str) -> None:
    old, new = found(scheme, person(), on=LAST), found(scheme, person(), on=FIRST)
    assert (old.rule_set, str(old.eligible.article)) == ("SA-2014", before)
    assert (new.rule_set, str(new.eligible.article)) == ("SA-2026", after)


# --- alone -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "ground"),
    [
        ({"disability_grade": 1}, "severe"),
        ({"disability_grade": 2}, "severe"),
        ({"disability_category": 5, "disability_grade": 3}, "mental"),
        ({"disability_category": 6, "disability_grade": 3}, "mental"),
        ({"disability_category": 4, "disability_grade": 3}, "none"),
        ({"disability_category": 6, "disability_grade": 4}, "none"),
        ({"illness": "serious"}, "illness"),
        ({"illness": "chronic"}, "none"),
        ({"single_group": True}, "county"),
    ],
)
def test_who_of_an_edge_household_may_apply_alone(known: dict[str, Any], ground: str) -> None:
    one = found("single", person(employed=True, **known), earner(1400_00))
    assert [figure.value for figure in one.figures] == [ground]
    assert one.eligible.met is (ground != "none")


def test_of_a_dibao_household_nobody_needs_to_apply_alone() -> None:
    one = found("single", person(disability_grade=1, employed=True), earner(100_00))
    assert one.reasons == ("may_not_apply_alone",)


@pytest.mark.parametrize(
    ("known", "met"),
    [
        ({}, True),
        ({"employed": True}, False),
        ({"wage": 1}, False),
        ({"birth": date(2007, 3, 4)}, False),
        ({"birth": date(2007, 3, 3)}, True),
        ({"own_property_within": False}, False),
        ({"disability_grade": 3}, False),
    ],
)
def test_the_grown_up_severely_disabled_without_work_need_no_edge_household(known: Any, met: bool) -> None:
    one = person(**{"disability_grade": 2, "own_property_within": True} | known)
    assert found("single", one, earner(9000_00)).eligible.met is met


def test_single_income_may_count_what_supporters_give() -> None:
    family = (
        person(disability_grade=2, employed=True),
        earner(1400_00),
        person(
            relation="supporter", supporter_kind="child", supporter_members=1, supporter_income=12 * 2092_00
        ),
    )
    own = found("single", *family, parameters=local("support.rate", "0.1"))
    both = local("support.rate", "0.1").combined(
        Parameters([Value("single.basis", COUNTY, DAY, None, "with_support", "code", "县政府文件", "law")])
    )
    shared = found("single", *family, parameters=both)
    assert (own.per_head, shared.per_head) == (0, 100_00)
    assert own.amount is not None
    assert shared.amount == own.amount - 100_00


def test_a_county_that_pays_by_tiers_pays_the_single_by_tiers_too() -> None:
    one = (person(disability_grade=2, employed=True, transfer=12 * 300_00), earner(1100_00))
    assert found("single", *one).amount == 246_00 + 163_80
    assert found("single", *one, parameters=local("dibao.mode", "tier")).amount == 327_60 + 163_80


# --- supporters --------------------------------------------------------------------------------------


def giver(income: int | None, **known: Any) -> dict[str, Any]:
    return person(relation="supporter", supporter_income=income, supporter_members=2, **known)


@pytest.mark.parametrize(
    ("income", "given"), [(0, 0), (26208_00, 0), (26208_01, 1), (26208_03, 2), (36208_00, 5000_00)]
)
def test_half_of_what_lies_above_twice_the_standard_is_counted(income: int, given: int) -> None:
    assert found("dibao", person(), giver(income)).per_head * 12 == given  # type: ignore[operator]


@pytest.mark.parametrize(
    ("known", "whom", "waived"),
    [
        ({"supporter_kind": "sibling"}, "everyone", True),
        ({"supporter_kind": "child"}, "everyone", False),
        ({"supporter_kind": "parent", "birth": date(1965, 3, 3)}, "everyone", True),
        ({"supporter_kind": "parent", "birth": date(1965, 3, 4)}, "everyone", False),
        ({"supporter_kind": "sibling"}, "disabled", False),
        ({"supporter_kind": "sibling"}, "nobody", False),
    ],
)
def test_support_of_siblings_and_of_the_old_may_be_waived(known: Any, whom: str, waived: bool) -> None:
    one = found("dibao", person(), giver(36208_00, **known), parameters=local("support.waived_for", whom))
    assert (one.per_head == 0) is waived


def test_the_disabled_they_keep_are_who_it_is_waived_for() -> None:
    kept = person(disability_grade=1)
    assert found("dibao", kept, giver(36208_00, supporter_kind="sibling")).per_head == 0
    assert found("dibao", kept | {"employed": True}, giver(36208_00, supporter_kind="sibling")).per_head > 0  # type: ignore[operator]


def test_whose_consent_is_missing_counts_for_nothing_since_july_2026_known_or_not() -> None:
    assert found("dibao", person(), giver(None), on=LAST).eligible.outcome is Outcome.UNKNOWN
    assert found("dibao", person(), giver(None), on=FIRST).eligible.met
    agreed = giver(None, supporter_consents=True)
    assert found("dibao", person(), agreed, on=FIRST).eligible.outcome is Outcome.UNKNOWN


def test_a_supporter_is_neither_counted_nor_paid() -> None:
    one = found("dibao", person(), giver(0))
    assert (one.members, one.counted, one.amount) == (1, (0,), 546_00)


@pytest.mark.parametrize("kept_as", ["tekun", "orphan"])
def test_who_is_kept_elsewhere_counts_but_has_no_share(kept_as: str) -> None:
    one = found("dibao", person(), person(relation="parent", receives=kept_as))
    assert (one.members, one.sharing, one.amount) == (2, 1, 546_00)


# --- layers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("persons", "home", "layer"),
    [
        ([person(birth=date(1950, 1, 1))], {}, "L1"),
        ([person()], {}, "L2"),
        ([person(wage=9600_00)], {}, "L3"),
        ([person(wage=24000_00)], {"rigid_medical": 20000_00}, "L4"),
        ([person(wage=24000_00)], {"monitored": True}, "L5"),
        ([person(wage=24000_00)], {"local_hardship": True}, "L6"),
        ([person(wage=24000_00)], {}, "none"),
        ([person()], {"monitored": True}, "L2"),
        ([person()], {"vehicles": 1}, "none"),
    ],
)
def test_a_household_stands_in_one_layer(persons: Any, home: dict[str, Any], layer: str) -> None:
    given = rules.from_form(Facts({"class_ur": "urban"} | home, persons))
    run = Evaluation(rules.household, given, SEED, path=TOWN, on=DAY)
    assert run.answer(rigid.low_income_class) == layer


def test_bills_item_by_item_or_the_sum_declared_are_the_same() -> None:
    earned = person(wage=24000_00)
    by_item = found("rigid", earned, rigid_medical=6000_00, rigid_education=3000_00, rigid_other=1500_00)
    in_sum = found("rigid", earned, rigid_spending=10500_00)
    assert by_item.eligible.met
    assert by_item.figures == in_sum.figures


def test_a_household_without_income_is_in_dibao_not_here() -> None:
    assert found("rigid", person(), rigid_medical=1).reasons == ("qualifies_for_stronger_layer",)


# --- temporary assistance ----------------------------------------------------------------------------


def asked(**home: Any) -> dict[str, Any]:
    return {"temp_type": "expenditure", "temp_cause": "medical", "temp_tier": "serious"} | home


@pytest.mark.parametrize(
    ("home", "reasons"),
    [
        ({}, ()),
        ({"temp_cause": "none"}, ("no_cause",)),
        ({"temp_type": "none"}, ("no_cause",)),
        ({"temp_same_cause": True}, ("same_cause_helped",)),
        ({"vehicles": 1}, ("property_over_limit",)),
    ],
)
def test_why_temporary_assistance_is_refused(home: dict[str, Any], reasons: tuple[str, ...]) -> None:
    assert found("temporary", person(), **asked(**home)).reasons == reasons


def test_the_income_limit_of_temporary_assistance_is_strict() -> None:
    assert found("temporary", person(wage=25750_99), **asked()).amount == 1092_00
    assert found("temporary", person(wage=25751_00), **asked()).reasons == ("income_not_below_disposable",)


@pytest.mark.parametrize("months", [("general", 1), ("serious", 2), ("grave", 3), ("extreme", 6)])
def test_the_four_tiers(months: tuple[str, int]) -> None:
    tier, number = months
    one = found("temporary", person(), **asked(temp_tier=tier), class_ur="rural")
    assert one.amount == number * 546_00  # the urban standard for everyone


def test_a_whole_yuan_county_rounds_first_aid_too() -> None:
    home = asked(temp_type="emergency", temp_need=999_50)
    assert found("temporary", person(), **home).amount == 999_50
    assert found("temporary", person(), parameters=local("money.unit", 100), **home).amount == 1000_00


@pytest.mark.parametrize(
    ("granted", "on", "bars"),
    [
        (date(2021, 8, 31), date(2022, 8, 31), True),
        (date(2021, 8, 31), date(2022, 9, 1), False),
        (date(2024, 2, 29), date(2025, 2, 28), True),
        (date(2024, 2, 29), date(2025, 3, 1), False),
    ],
)
def test_the_same_cause_within_twelve_months(granted: date, on: date, bars: bool) -> None:
    assert procedure.same_cause_bars(granted, on, SEED, path=TOWN) is bars


def test_papers_and_new_assessments_are_due_in_working_days() -> None:
    for due in (procedure.papers_due, procedure.retest_due):
        assert due(date(2022, 9, 28), SEED, seed.calendar(), path=TOWN).on == date(2022, 10, 17)


# --- price and funds ---------------------------------------------------------------------------------

GROUPS = [
    ({"receives": "dibao"}, True),
    ({"receives": "tekun"}, True),
    ({"receives": "orphan"}, True),
    ({"receives": "fuc"}, True),
    ({"receives": "rigid"}, False),
    ({"unemployment": "insurance"}, True),
    ({"veteran_benefit": True}, True),
    ({"hiv_infected": True}, True),
    ({}, False),
]
FOR_A_TIME: list[tuple[dict[str, Any], bool]] = [
    ({"receives": "edge"}, True),
    ({"unemployment": "aid"}, True),
]


@pytest.mark.parametrize(
    ("on", "widened"),
    [
        (date(2022, 7, 31), False),
        (date(2022, 8, 1), True),
        (date(2023, 2, 28), True),
        (date(2023, 3, 1), False),
    ],
)
def test_who_is_paid_the_price_subsidy_and_until_when(on: date, widened: bool) -> None:
    for known, paid in [*GROUPS, *((one, widened) for one, _ in FOR_A_TIME)]:
        given = rules.from_form(Facts({"class_ur": "urban"}, (person(**known),)))
        run = Evaluation(rules.household, given, SEED, path=TOWN, on=on)
        assert run.answer(price.price_group, 0) is paid, (known, on)


def test_every_standard_of_the_seed_reaches_its_floor() -> None:
    run = Evaluation(rules.place, Facts(), SEED, path=TOWN, on=DAY)
    assert run.answer(funds.urban_basic_reaches_floor) is True
    assert run.answer(funds.rural_basic_reaches_floor) is True
