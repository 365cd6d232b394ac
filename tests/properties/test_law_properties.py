"""What must hold for every household, not only for those in the handbook."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from minzheng.domains.assistance.rules import dibao, edge, facts, means, scoring, seed_parameters
from minzheng.kernel.law.facts import Facts, filled
from minzheng.kernel.law.language import Entity, Fact, Rule
from minzheng.kernel.law.parameters import Parameters, Value
from minzheng.kernel.law.reference import Evaluation, Unknown, round_to
from minzheng.kernel.law.units import Kind, Scalar, from_json, to_json, unit_of

SEED = seed_parameters()
PLACE = "22/2201/220102/"
DAY = date(2022, 1, 20)
DECIDED: tuple[Rule, ...] = (
    dibao.dibao_eligible,
    dibao.dibao_amount,
    edge.edge_eligible,
    means.members,
    means.per_head,
    dibao.review_months,
    scoring.score,
    scoring.tier,
)

_RANGES = {"disability_grade": 4, "disability_category": 7, "refused_jobs": 4}
_MODE = Value("dibao.mode", PLACE, date(2020, 1, 1), None, "tier", "code", "县政府文件", "law")
BY_TIER = SEED.combined(Parameters([_MODE]))


def value_of(fact: Fact) -> st.SearchStrategy[Any]:
    if fact.kind is Kind.CODE:
        return st.sampled_from(list(fact.options))
    if fact.kind is Kind.BOOLEAN:
        return st.booleans()
    if fact.kind is Kind.DATE:
        return st.dates(date(1930, 1, 1), DAY)
    if fact.kind is Kind.FEN:
        low = -1_000_00 if fact.name == "business" else 0
        return st.one_of(*[st.just(0)] * 6, st.integers(low, 12_000_00))
    if fact.name in ("vehicles", "houses"):
        return st.sampled_from([0, 0, 0, 1, 2])
    return st.integers(0, _RANGES.get(fact.name, 2))


def row_of(entity: Entity) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({fact.name: value_of(fact) for fact in entity.facts.values()})


households = st.builds(
    Facts, household=row_of(facts.household), persons=st.lists(row_of(facts.person), min_size=0, max_size=4)
)


def run(case: Facts, *, parameters: Parameters = SEED) -> Evaluation:
    return Evaluation(facts.household, case, parameters, path=PLACE, on=DAY)


def blanked(case: Facts, hidden: set[str]) -> Facts:
    """The same household before some of its facts are known."""
    home = {name: None if f"h.{name}" in hidden else value for name, value in case.household.items()}
    persons = [
        {name: None if f"{number}.{name}" in hidden else value for name, value in row.items()}
        for number, row in enumerate(case.persons)
    ]
    return Facts(home, persons)


def names_in(case: Facts) -> list[str]:
    names = [f"h.{name}" for name in case.household]
    return names + [f"{number}.{name}" for number, row in enumerate(case.persons) for name in row]


@given(households)
@settings(max_examples=150)
def test_whoever_has_answered_everything_gets_a_decision(case: Facts) -> None:
    one = run(case)
    for rule in DECIDED:
        assert not isinstance(one.answer(rule), Unknown), rule.name


@given(households)
@settings(max_examples=150)
def test_the_amount_is_whole_never_negative_and_nothing_for_the_refused(case: Facts) -> None:
    one = run(case)
    amount = one.answer(dibao.dibao_amount)
    assert type(amount) is int
    assert amount >= 0
    if one.answer(dibao.dibao_eligible) is False:
        assert amount == 0


@given(households, st.data())
@settings(max_examples=150)
def test_more_income_never_makes_a_household_eligible_nor_pays_more(case: Facts, data: st.DataObject) -> None:
    if not case.persons:
        return
    number = data.draw(st.integers(0, len(case.persons) - 1))
    line = data.draw(st.sampled_from(["wage", "business", "property_income", "transfer"]))
    more = data.draw(st.integers(1, 10_000_00))
    persons = [dict(row) for row in case.persons]
    persons[number][line] += more
    for parameters in (SEED, BY_TIER):
        poorer = run(case, parameters=parameters)
        richer = run(Facts(case.household, persons), parameters=parameters)
        assert richer.answer(dibao.dibao_eligible) <= poorer.answer(dibao.dibao_eligible)
        assert richer.answer(dibao.dibao_amount) <= poorer.answer(dibao.dibao_amount)


@given(households, st.data())
@settings(max_examples=200)
def test_filling_an_unknown_never_changes_what_was_decided(case: Facts, data: st.DataObject) -> None:
    hidden = data.draw(st.sets(st.sampled_from(names_in(case)), max_size=12))
    still_hidden = data.draw(st.sets(st.sampled_from(sorted(hidden)))) if hidden else set()
    before, later, known = run(blanked(case, hidden)), run(blanked(case, still_hidden)), run(case)
    for rule in DECIDED:
        first, then, last = before.answer(rule), later.answer(rule), known.answer(rule)
        if not isinstance(first, Unknown):
            assert then == first == last, rule.name
        if not isinstance(then, Unknown):
            assert then == last, rule.name


@given(households, st.data())
@settings(max_examples=150)
def test_an_unknown_names_only_what_is_missing_and_filling_all_of_it_decides(
    case: Facts, data: st.DataObject
) -> None:
    hidden = data.draw(st.sets(st.sampled_from(names_in(case)), min_size=1, max_size=8))
    answer = run(blanked(case, hidden)).answer(dibao.dibao_eligible)
    if isinstance(answer, Unknown):
        named = {ref.key.replace("household.", "h.").replace("persons.", "") for ref in answer.missing}
        assert named
        assert named <= hidden


@given(households)
@settings(max_examples=100)
def test_nobody_is_both_a_dibao_and_an_edge_household(case: Facts) -> None:
    one = run(case)
    assert not (one.answer(dibao.dibao_eligible) and one.answer(edge.edge_eligible))


@given(households)
@settings(max_examples=100)
def test_the_score_lies_between_0_and_100_in_steps_of_a_hundredth(case: Facts) -> None:
    score = run(case).answer(scoring.score)
    assert isinstance(score, Fraction | int)
    assert 0 <= score <= 100
    assert (score * 100) % 1 == 0


def by_hand(case: Facts) -> int:
    """The difference of DB-2021 art. 23 in plain Python, for adults without any special case."""
    total = sum(row["wage"] for row in case.persons)
    count = len(case.persons)
    exact = Fraction(546_00 * 12 * count - total, 12)
    return max(0, int(exact + Fraction(1, 2))) if total < 546_00 * 12 * count else 0


@given(st.lists(st.integers(0, 12_000_00), min_size=1, max_size=6))
@settings(max_examples=150)
def test_the_difference_agrees_with_a_reckoning_by_hand(wages: list[int]) -> None:
    persons = [
        {"relation": "parent", "birth": date(1980, 1, 1), "work_capacity": "full", "wage": wage}
        for wage in wages
    ]
    case = filled(Facts({"class_ur": "urban"}, persons), facts.household)
    assert run(case).answer(dibao.dibao_amount) == by_hand(case)


@given(st.fractions(), st.sampled_from([1, 100]), st.sampled_from(["half_up", "up", "down"]))
def test_rounding_moves_less_than_a_step_and_mirrors_its_sign(value: Fraction, step: int, mode: str) -> None:
    whole = round_to(value, step=step, mode=mode)
    assert whole % step == 0
    assert abs(whole - value) < step
    assert round_to(-value, step=step, mode=mode) == -whole
    if mode == "half_up":
        assert abs(whole - value) * 2 <= step


_DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(st.lists(_DAYS, min_size=1, max_size=6, unique=True), _DAYS, st.sampled_from(["", "22/", PLACE]))
def test_on_every_day_at_most_one_value_is_in_force(starts: list[date], on: date, place: str) -> None:
    starts = sorted(starts)
    rows = [
        Value("k", place, from_, until, number, "count", "某文件", "law")
        for number, (from_, until) in enumerate(zip(starts, [*starts[1:], None], strict=True))
    ]
    found = Parameters(rows).find("k", path=PLACE, on=on)
    expected = [row for row in rows if row.covers(on)]
    assert ([found] if found else []) == expected


@given(st.one_of(st.integers(), st.fractions()))
def test_figures_survive_json_exactly(value: Scalar) -> None:
    unit = unit_of("exact_fen")
    assert from_json(to_json(value), unit) == value
