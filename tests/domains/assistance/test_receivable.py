"""What can this household receive?  One answer for everything, in order, plain, quick, and never too much."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minzheng.domains.assistance import rules
from minzheng.domains.assistance.rules import casebook, overlap
from minzheng.domains.assistance.rules.benefits import BENEFITS, benefit_total
from minzheng.domains.assistance.rules.facts import household, person
from minzheng.domains.assistance.rules.overlap import MATRIX, SCHEMES, Word
from minzheng.domains.assistance.rules.receivable import RECEIVABLE_RULES, Line, Receivable, receivable
from minzheng.kernel.law.engines.bulk import BulkEngine
from minzheng.kernel.law.engines.case import case_engine
from minzheng.kernel.law.engines.columns import table_of
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.findings import Outcome
from minzheng.kernel.law.language import Entity, Fact
from minzheng.kernel.law.parameters import Parameters, Value
from minzheng.kernel.law.reference import Evaluation, Unknown
from minzheng.kernel.law.units import Kind

SEED = rules.seed_parameters()
COUNTY = "22/2201/220102/"
PATH = COUNTY + "220102001/"
DAY = date(2026, 3, 3)


def local(**values: Any) -> Parameters:
    rows = [
        Value(key, COUNTY, date(2014, 5, 1), None, value, SEED.unit(key), "县政府文件", "law")
        for key, value in values.items()
    ]
    return SEED.overridden(rows)


def told(
    *persons: Mapping[str, Any], on: date = DAY, parameters: Parameters = SEED, **home: Any
) -> Receivable:
    facts = rules.from_form(Facts({"class_ur": "urban"} | home, persons))
    return receivable(facts, parameters, path=PATH, on=on)


def someone(**known: Any) -> dict[str, Any]:
    return {"relation": "self", "birth": date(1980, 5, 12), "work_capacity": "full"} | known


# --- the answer --------------------------------------------------------------------------------------


def test_the_benefits_stand_in_the_order_of_sending_on() -> None:
    found = told(someone(), someone(relation="spouse"))
    schemes = list(dict.fromkeys(line.scheme for line in found.lines))
    assert schemes == [
        "temporary", "tekun", "dibao", "single", "edge", "rigid", "orphan", "fuc", "living", "nursing",
        "highage", "elder_nursing", "price",
    ]  # fmt: skip
    assert [line.member for line in found.lines if line.scheme == "tekun"] == [0, 1]
    assert [line.member for line in found.lines if line.scheme == "edge"] == [None]


def test_every_line_names_its_article_and_its_reason() -> None:
    found = told(someone(wage=120_000_00))
    assert {line.outcome for line in found.lines} == {Outcome.NOT_MET}
    assert all(line.finding.article is not None and line.finding.because for line in found.lines)


def test_whoever_only_owes_support_is_not_asked_about() -> None:
    found = told(someone(), someone(relation="supporter", supporter_kind="child", supporter_income=0))
    assert {line.member for line in found.lines} == {None, 0}


def test_nothing_known_is_unknown_and_says_what_to_bring() -> None:
    found = receivable(Facts({}, ({},)), SEED, path=PATH, on=DAY)
    assert found.total is None
    assert found.best_total is None
    assert {line.outcome for line in found.lines if line.scheme not in ("rigid", "price")} == {
        Outcome.UNKNOWN
    }
    named = {one.fact for one in found.missing}
    assert {"persons.0.birth", "persons.0.disability_grade", "persons.0.father_state"} <= named
    assert all(one.supplied_by for one in found.missing)


def test_a_missing_fact_leaves_open_only_what_rests_on_it() -> None:
    found = told(someone(birth=date(1943, 1, 5), work_capacity="none", ability_level=None))
    assert found.line("highage", 0).amount == 50_00
    assert found.line("elder_nursing", 0).outcome is Outcome.UNKNOWN
    assert found.line("elder_nursing", 0).amount == 0  # tekun stands in the way in any case
    assert [one.by for one in found.line("elder_nursing", 0).excluded_by] == ["tekun"]
    with_family = told(someone(wage=3_600_00), someone(
        relation="parent", birth=date(1943, 1, 5), work_capacity="none", ability_level=None,
    ))  # fmt: skip
    line = with_family.line("elder_nursing", 1)
    assert (line.outcome, line.amount) == (Outcome.UNKNOWN, None)
    assert [one.fact for one in line.missing] == ["persons.1.ability_level"]
    assert with_family.total is None
    assert with_family.line("dibao").amount == 846_60


def test_an_exclusion_names_the_cell_and_its_law() -> None:
    found = told(someone(wage=99_999_99, disability_grade=2, disability_category=4, injury_care_fee=1))
    (exclusion,) = found.line("nursing", 0).excluded_by
    assert exclusion.to_json() == {
        "by": "injury",
        "label": "工伤保险生活护理费",
        "member": 0,
        "word": "✗",
        "relation": "不同时享受",
        "law": "国发〔2015〕52号",
        "confidence": "law",
        "parameter": "",
    }


def test_the_guardian_is_told_which_choice_pays_more() -> None:
    acts = dict.fromkeys(("can_eat", "can_dress", "can_rise", "can_toilet", "can_walk", "can_bathe"), True)
    child = someone(birth=date(2015, 1, 1), work_capacity="none", untraceable=True, **acts)
    found = told(child)
    (choice,) = found.choices
    assert (choice.chosen, choice.better, choice.tekun, choice.child_scheme) == (
        "tekun", "child_scheme", 843_83, 1_100_00,
    )  # fmt: skip
    assert (found.total, found.best_total) == (843_83, 1_100_00)
    assert told(child | {"chose_child_scheme": True}).total == found.best_total
    dear = told(child, parameters=local(**{"tekun.basic.urban": 20_000_00}))
    assert dear.choices[0].better == "tekun"
    assert dear.best_total == dear.total


@pytest.mark.parametrize(("widened", "amount"), [(False, 0), (True, 80_00)])
def test_widening_to_edge_households_is_a_switch_of_the_place(widened: bool, amount: int) -> None:
    ill = someone(wage=7_200_00, disability_grade=3, disability_category=6)
    found = told(ill, parameters=local(**{"ts.living.edge": widened}))
    assert found.line("edge").outcome is Outcome.MET
    assert found.line("living", 0).amount == amount


def test_the_benefit_month_is_its_own_question() -> None:
    facts = rules.from_form(Facts({"class_ur": "urban"}, (someone(birth=date(1946, 4, 2), wage=99_999_99),)))
    months = [date(2026, 4, 1), date(2026, 5, 1)]
    amounts = [
        receivable(facts, SEED, path=PATH, on=DAY, month=month).line("highage", 0).amount for month in months
    ]
    assert amounts == [0, 50_00]


def test_the_answer_is_plain() -> None:
    for case in casebook.cases():
        if case.file == "receivable.yaml":
            found = receivable(case.facts(household), case.over(SEED), path=case.place, on=case.day)
            kept = json.loads(json.dumps(found.to_json(), ensure_ascii=False))
            assert kept["best_total"] == found.best_total
            assert len(kept["lines"]) == len(found.lines)


# --- the engines -------------------------------------------------------------------------------------

WORKED = [
    case for case in casebook.cases() if case.file in ("benefits.yaml", "overlap.yaml", "receivable.yaml")
]


def reference(facts: Facts, parameters: Parameters, path: str, on: date) -> dict[Any, Any]:
    run = Evaluation(household, facts, parameters, path=path, on=on)

    def known(rule: Any, member: int | None) -> Any:
        answer = run.answer(rule, member)
        return None if isinstance(answer, Unknown) else answer

    return {
        rule: [known(rule, at) for at in range(len(facts.persons))]
        if rule.entity == person.name
        else known(rule, None)
        for rule in RECEIVABLE_RULES
    }


@pytest.mark.parametrize("case", [one for one in WORKED if one.members], ids=lambda case: case.id)
def test_the_case_engine_tells_a_household_the_same(case: Any) -> None:
    facts, parameters = case.facts(household), case.over(SEED)
    decide = case_engine(household, *RECEIVABLE_RULES).at(parameters, path=case.place, on=case.day)
    assert decide(facts) == reference(facts, parameters, case.place, case.day)


def test_a_province_is_told_the_same() -> None:
    """The loop is run uncompiled here; compiled it is the same text."""
    facts = [one.facts(household) for one in WORKED if one.members]
    table = table_of(facts, household, paths=[PATH] * len(facts))
    found = BulkEngine(household, RECEIVABLE_RULES).decide(table, SEED, on=DAY, way="compiled")
    first = 0
    for number, one in enumerate(facts):
        expected = reference(one, SEED, PATH, DAY)
        for rule in RECEIVABLE_RULES:
            if rule.entity == person.name:
                got = [found[rule][first + at] for at in range(len(one.persons))]
            else:
                got = found[rule][number]
            assert got == expected[rule], rule.name
        first += len(one.persons)


# --- whatever the facts ------------------------------------------------------------------------------


def values_of(fact: Fact) -> st.SearchStrategy[Any]:
    """Any value of a fact; narrow enough that statuses meet."""
    match fact.kind:
        case Kind.BOOLEAN:
            return st.booleans()
        case Kind.CODE:
            return st.sampled_from(sorted(fact.options))
        case Kind.DATE:
            return st.dates(date(1925, 1, 1), date(2026, 3, 3))
        case Kind.COUNT:
            return st.integers(0, 6)
        case Kind.RATIO:
            return st.sampled_from([Fraction(0), Fraction(1, 29), Fraction(1, 4)])
        case _:
            return st.sampled_from([0, 0, 0, 50_00, 100_00, 6_000_00, 20_000_00])


def rows_of(entity: Entity, **fixed: Any) -> st.SearchStrategy[dict[str, Any]]:
    """A row with most lines left as an empty form leaves them, and some drawn."""
    blanks = {one.name: one.blank for one in entity.facts.values() if one.blank is not None}
    open_ = {one.name: values_of(one) for one in entity.facts.values() if one.blank is None}
    drawn = st.dictionaries(st.sampled_from(sorted(blanks)), st.none(), max_size=8).flatmap(
        lambda names: st.fixed_dictionaries({name: values_of(entity.facts[name]) for name in names})
    )
    return st.builds(
        lambda base, some: blanks | base | some | {k: v for k, v in fixed.items() if v is not None},
        st.fixed_dictionaries(open_),
        drawn,
    )


CHILD = st.builds(
    lambda row, birth, father, mother: row | {"birth": birth, "father_state": father, "mother_state": mother},
    rows_of(person, relation="other"),
    st.dates(date(2006, 1, 1), date(2026, 3, 1)),
    st.sampled_from(["dead", "prison", "serious_illness", "normal"]),
    st.sampled_from(["dead", "removed", "out_of_contact", "unknown"]),
)
FAMILIES = st.builds(
    lambda home, first, others: Facts(home, (first, *others)),
    rows_of(household),
    rows_of(person, relation="self"),
    st.lists(st.one_of(rows_of(person), CHILD), max_size=3),
)
PLACES = st.fixed_dictionaries(
    {cell.key: st.sampled_from(cell.options) for cell in MATRIX if cell.key}
    | {key: st.booleans() for key in ("ts.living.edge", "ts.nursing.third_of_mind", "orphan.like_confined")}
).map(lambda values: local(**values))


def paid(run: Evaluation, code: str, at: int) -> Any:
    name = SCHEMES[code].paid
    rule = person.rules.get(name)
    return run.fact(person.name, name, at) if rule is None else run.answer(rule, at)


def forbidden(run: Evaluation, parameters: Parameters, at: int) -> list[str]:
    """The pairs paid to one person that the matrix does not let stand together."""
    found = []
    for cell in MATRIX:
        word = str(parameters.get(cell.key, path=PATH, on=DAY).value) if cell.key else cell.word.name.lower()
        one, other = paid(run, cell.first, at), paid(run, cell.second, at)
        stands = cell.first != "fuc_full" or run.answer(overlap_rule("fuc_in_full"), at) is True
        if word in ("exclusive", "never", "higher") and stands and one > 0 and other > 0:
            if word == "higher" and cell.first not in {each.code for each in BENEFITS} and other > one:
                continue  # another department's smaller payment is given up, not ours
            found.append(f"{cell.first} {cell.word.value} {cell.second}: {one}, {other}")
    return found


def overlap_rule(name: str) -> Any:
    return person.rules[name]


@settings(max_examples=150)
@given(facts=FAMILIES, parameters=PLACES)
def test_complete_facts_are_always_answered_and_never_paid_twice(
    facts: Facts, parameters: Parameters
) -> None:
    found = receivable(facts, parameters, path=PATH, on=DAY)
    assert found.total is not None
    assert found.best_total is not None
    assert found.best_total >= found.total >= 0
    monthly = [line.amount or 0 for line in found.lines if line.period == "monthly"]
    assert all(amount >= 0 for amount in monthly)
    assert sum(monthly) == found.total
    run = Evaluation(household, facts, parameters, path=PATH, on=DAY)
    assert run.answer(benefit_total) == found.total
    for at in range(len(facts.persons)):
        assert forbidden(run, parameters, at) == []


@settings(max_examples=60)
@given(facts=FAMILIES, parameters=PLACES)
def test_whatever_is_met_and_not_paid_says_what_stands_in_the_way(
    facts: Facts, parameters: Parameters
) -> None:
    found = receivable(facts, parameters, path=PATH, on=DAY)
    silent = [line for line in found.lines if unpaid(line) and not line.excluded_by]
    # These alone may come to nothing by themselves: a gap below a fen, no rise, no need named.
    assert {line.scheme for line in silent} <= {"dibao", "single", "price", "temporary"}


def unpaid(line: Line) -> bool:
    return line.outcome is Outcome.MET and line.amount == 0 and line.period != "status"


def test_a_difference_cell_is_the_only_one_that_pays_in_part() -> None:
    assert {cell.second for cell in MATRIX if cell.word is Word.DIFFERENCE} == {"fuc"}
    assert overlap.second_of("fuc", Word.DIFFERENCE)
