"""What must hold of every household under every scheme of assistance."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from minzheng.domains.assistance.rules import (
    care,
    dibao,
    edge,
    facts,
    rigid,
    seed_parameters,
    single,
    tekun,
    temporary,
)
from minzheng.domains.assistance.rules.determination import determine
from minzheng.domains.assistance.rules.schemes import SCHEMES
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.language import Entity, Fact, Rule
from minzheng.kernel.law.parameters import Parameters, Value
from minzheng.kernel.law.reference import Evaluation, Unknown
from minzheng.kernel.law.units import Kind

SEED = seed_parameters()
PLACE = "22/2201/220102/"
DAYS = st.sampled_from([date(2022, 1, 20), date(2022, 11, 3), date(2025, 3, 3), date(2026, 8, 3)])
TOTAL: tuple[Rule, ...] = (
    dibao.dibao_amount,
    edge.edge_eligible,
    single.single_paid_to_applicant,
    care.tekun_total,
    rigid.low_income_class,
    temporary.temporary_amount,
)
_MOST = {"disability_grade": 4, "disability_category": 7, "refused_jobs": 4}


def value_of(fact: Fact) -> st.SearchStrategy[Any]:
    match fact.kind:
        case Kind.CODE:
            return st.sampled_from(list(fact.options))
        case Kind.BOOLEAN:
            return st.booleans()
        case Kind.DATE:
            return st.dates(date(1930, 1, 1), date(2022, 1, 20))
        case Kind.FEN:
            low = -1_000_00 if fact.name == "business" else 0
            return st.one_of(*[st.just(0)] * 6, st.integers(low, 40_000_00))
        case Kind.RATIO:
            return st.fractions(0, 1, max_denominator=1000)
        case _:
            few = fact.name in ("vehicles", "houses")
            return st.sampled_from([0, 0, 0, 1, 2]) if few else st.integers(0, _MOST.get(fact.name, 2))


def row_of(entity: Entity) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({fact.name: value_of(fact) for fact in entity.facts.values()})


households = st.builds(
    Facts, household=row_of(facts.household), persons=st.lists(row_of(facts.person), min_size=0, max_size=4)
)


def run(case: Facts, on: date, *, parameters: Parameters = SEED) -> Evaluation:
    return Evaluation(facts.household, case, parameters, path=PLACE, on=on)


@given(households, DAYS)
@settings(max_examples=100)
def test_complete_facts_are_decided_under_every_scheme(case: Facts, on: date) -> None:
    one = run(case, on)
    for rule in TOTAL:
        assert not isinstance(one.answer(rule), Unknown), rule.name


@given(households, DAYS)
@settings(max_examples=60)
def test_a_determination_pays_the_eligible_and_nobody_else(case: Facts, on: date) -> None:
    for code in SCHEMES:
        one = determine(code, case, SEED, path=PLACE, on=on)
        assert one.amount is not None
        assert one.amount >= 0
        assert one.amount == 0 or one.eligible.met
        assert one.eligible.met is not bool(one.reasons), code


@given(households, DAYS)
@settings(max_examples=100)
def test_the_layers_exclude_each_other(case: Facts, on: date) -> None:
    one = run(case, on)
    claims = {
        "L2": one.answer(dibao.dibao_eligible),
        "L3": one.answer(edge.edge_eligible),
        "L4": one.answer(rigid.rigid_eligible),
    }
    assert sum(claims.values()) <= 1  # type: ignore[arg-type]
    layer = one.answer(rigid.low_income_class)
    if one.answer(tekun.tekun_persons):
        assert layer == "L1"
        assert not claims["L4"]
    elif any(claims.values()):
        assert claims[str(layer)]
    else:
        assert layer in ("L5", "L6", "none")


STANDARDS = ("dibao.standard.urban", "dibao.standard.rural")


@given(households, DAYS, st.integers(1, 500_00))
@settings(max_examples=100)
def test_a_dearer_standard_never_pays_a_household_less(case: Facts, on: date, more: int) -> None:
    dearer = SEED.combined(
        Parameters(
            Value(key, PLACE, date(2020, 1, 1), None, held.value + more, held.unit, "县政府文件", "law")  # type: ignore[operator]
            for key in STANDARDS
            for held in [SEED.get(key, path=PLACE, on=on)]
        )
    )
    before, after = run(case, on), run(case, on, parameters=dearer)
    for rule in (dibao.dibao_amount, temporary.temporary_cap):
        assert after.answer(rule) >= before.answer(rule), rule.name  # type: ignore[operator]


@given(households, DAYS, st.data())
@settings(max_examples=100)
def test_more_income_of_a_supporter_never_pays_more(case: Facts, on: date, data: st.DataObject) -> None:
    if not case.persons:
        return
    at = data.draw(st.integers(0, len(case.persons) - 1))
    more = data.draw(st.integers(1, 50_000_00))
    persons = [dict(row) for row in case.persons]
    persons[at]["relation"] = "supporter"
    poorer = Facts(case.household, [dict(row) for row in persons])
    persons[at]["supporter_income"] += more
    richer = Facts(case.household, persons)
    assert run(richer, on).answer(dibao.dibao_amount) <= run(poorer, on).answer(dibao.dibao_amount)  # type: ignore[operator]


@given(households, DAYS, st.integers(0, 5))
@settings(max_examples=100)
def test_another_act_that_fails_never_lowers_the_care(case: Facts, on: date, which: int) -> None:
    acts = ("can_eat", "can_dress", "can_rise", "can_toilet", "can_walk", "can_bathe")
    worse = Facts(case.household, [row | {acts[which]: False} for row in map(dict, case.persons)])
    assert run(worse, on).answer(care.tekun_total) >= run(case, on).answer(care.tekun_total)  # type: ignore[operator]
