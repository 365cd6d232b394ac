"""The plan, the case engine and the columns, on a toy benefit and on every worked case of the law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from minzheng.domains.assistance.rules import casebook, dibao, edge, facts, means, scoring, seed_parameters
from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law.cases import Case, differences
from minzheng.kernel.law.engines.bulk import BulkEngine
from minzheng.kernel.law.engines.case import CaseEngine, case_engine
from minzheng.kernel.law.engines.columns import Column, Table, checked_table, table_of
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.findings import Outcome
from minzheng.kernel.law.language import Entity, Rule, parameter, rounded, where
from minzheng.kernel.law.parameters import Parameters
from minzheng.kernel.law.plan import Plan, Space, plan_of
from minzheng.kernel.law.reference import Evaluation, Unknown
from minzheng.kernel.law.units import to_json
from tests.factories import law_toy as toy

PLACE = "22/"


def reference(entity: Entity, rules: Sequence[Rule], case: Facts, parameters: Parameters, **at: Any) -> Any:
    run = Evaluation(entity, case, parameters, **at)

    def answer(rule: Rule, member: int | None) -> Any:
        found = run.answer(rule, member)
        return None if isinstance(found, Unknown) else found

    members = range(len(case.persons))
    return {
        rule: answer(rule, None) if rule.entity == entity.name else [answer(rule, at) for at in members]
        for rule in rules
    }


def by_case(entity: Entity, rules: Sequence[Rule], case: Facts, parameters: Parameters, **at: Any) -> Any:
    return CaseEngine(entity, rules).at(parameters, **at)(case)


def in_columns(
    entity: Entity, rules: Sequence[Rule], case: Facts, parameters: Parameters, *, path: str, on: date
) -> Any:
    table = table_of([case], entity, paths=[path])
    found = BulkEngine(entity, rules).decide(table, parameters, on=on)
    return {
        rule: found[rule][0]
        if rule.entity == entity.name
        else [found[rule][at] for at in range(len(found[rule]))]
        for rule in rules
    }


ENGINES = pytest.mark.parametrize("engine", [reference, by_case, in_columns])


# --- the plan ----------------------------------------------------------------------------------------


def the_plan(*rules: Rule) -> Plan:
    return plan_of(toy.household, rules)


def test_parts_come_before_wholes_and_nothing_twice() -> None:
    plan = the_plan(toy.amount, toy.eligible)
    said = [
        (type(node.of), getattr(node.of, "name", None), [part.index for part in node.parts])
        for node in plan.nodes
    ]
    assert all(part.index < node.index for node in plan.nodes for part in node.parts)
    reads = [name for kind, name, _ in said if kind is nodes.FactRead]
    assert sorted(reads) == sorted(set(reads))
    assert not any(isinstance(node.of, nodes.RuleRead) for node in plan.nodes)


def test_the_phases_let_members_and_households_wait_for_each_other() -> None:
    plan = the_plan(toy.rich_child, toy.amount)
    phases = [(phase.level, phase.space.value, [step.name for step in phase.steps]) for phase in plan.phases]
    assert phases[:2] == [(0, "household", ["household.modest"]), (0, "member", ["person.at_home"])]
    assert phases[2][:2] == (1, "household")
    assert {"household.members", "household.per_head.sum1", "household.poor"} <= set(phases[2][2])
    assert phases[3:] == [(1, "member", ["person.rich_child"])]


def test_the_plan_lists_what_it_reads() -> None:
    plan = the_plan(toy.amount)
    assert {fact.name for fact in plan.facts(Space.MEMBER)} == {"wage", "away"}
    assert {fact.name for fact in plan.facts(Space.HOUSEHOLD)} == {"savings"}
    assert [node.of.key for node in plan.parameters] == ["toy.standard"]  # type: ignore[attr-defined]
    assert plan.codes == ("half_up", "up", "down")


def test_a_rule_of_another_household_is_a_mistake() -> None:
    stranger = Entity("estate", title="小区", facts=[])

    def some_rule(h: Any) -> Any:
        return h.sum(lambda p: p.wage)

    rule = toy.entities()[0].rule("某规则", unit="fen")(some_rule)
    other = nodes.RuleRead(rule.expression.kind, "household", "some_rule")
    reading = Rule("reading", "读", "estate", rule.unit, None, other)
    with pytest.raises(Mistake, match="estate has no household"):
        plan_of(stranger, [reading])


# --- the same answers --------------------------------------------------------------------------------


def answered(
    engine: Any, body: Any, unit: str, home: dict[str, Any], *persons: dict[str, Any], of: int = 0
) -> Any:
    entities = toy.entities()
    body.__name__ = "some_rule"
    rule = entities[of].rule("某规则", unit=unit)(body)
    found = engine(entities[0], [rule], Facts(home, persons), toy.parameters(), path=PLACE, on=toy.DAY)
    return found[rule]


@ENGINES
def test_a_failed_condition_decides_whatever_is_missing(engine: Any) -> None:
    rules = [toy.eligible, toy.amount, toy.poor, toy.rich_child]
    case = Facts({"savings": 10000_01}, ({"away": False, "birth": date(2010, 1, 1)},))
    found = engine(toy.household, rules, case, toy.parameters(), path=PLACE, on=toy.DAY)
    assert list(found.values()) == [False, 0, None, [None]]


@ENGINES
@pytest.mark.parametrize(
    ("body", "home", "persons", "found"),
    [
        (lambda h: h.any_(lambda p: p.away), {}, [{}, {"away": True}], True),
        (lambda h: h.any_(lambda p: p.away), {}, [{}, {"away": False}], None),
        (lambda h: h.any_(lambda p: p.away), {}, [], False),
        (lambda h: ~where(h.place == "urban", h.savings > 1, h.savings > 0), {"savings": 1}, [], None),
        (
            lambda h: where(h.place == "urban", h.savings > 1, h.savings > 0) | (h.savings > 5),
            {"savings": 1},
            [],
            None,
        ),
        (lambda h: ~where(h.place == "urban", h.savings > 3, h.savings > 2), {"savings": 1}, [], True),
        (lambda h: (h.savings > 0) & (5 * h.savings / h.savings > 1), {"savings": 0}, [], False),
        (lambda h: (h.savings < 1) | (5 * h.savings / h.savings > 1), {"savings": 0}, [], True),
        (lambda h: h.savings / (h.savings - 3) < 0, {"savings": 1}, [], True),
    ],
)
def test_truth_with_something_missing(engine: Any, body: Any, home: Any, persons: Any, found: Any) -> None:
    assert answered(engine, body, "boolean", home, *persons) is found


@ENGINES
@pytest.mark.parametrize(
    ("body", "savings", "found"),
    [
        (lambda h: rounded(h.savings / 2), 5, 3),
        (lambda h: rounded(h.savings / 2), -5, -3),
        (lambda h: rounded(h.savings, to=100), 50, 100),
        (lambda h: rounded(h.savings, to=100, mode="down"), 199, 100),
        (lambda h: rounded(h.savings / 10, mode="up"), -1, -1),
        (lambda h: h.savings // 4, -7, -2),
        (lambda h: h.savings * 2**40 // 2**40, 2**30, 2**30),
    ],
)
def test_whole_fen_from_a_fraction(engine: Any, body: Any, savings: int, found: int) -> None:
    assert answered(engine, body, "fen", {"savings": savings}) == found


@ENGINES
def test_members_shares_with_denominators_of_their_own_add_up(engine: Any) -> None:
    def body(h: Any) -> Any:
        return h.sum(
            lambda p: p.household.savings * 1 / where(p.wage == 0, 1, p.wage * 2 / p.household.savings)
        )

    home = {"savings": 30}
    persons = [{"wage": wage} for wage in (7, 0, 11, 13)]
    expected = 30 + sum(Fraction(900, 2 * wage) for wage in (7, 11, 13))
    assert answered(engine, body, "exact_fen", home, *persons) == expected
    assert answered(engine, body, "exact_fen", home, *persons, {}) is None
    assert answered(engine, body, "exact_fen", home) == 0


@ENGINES
def test_a_figure_past_64_bits_on_the_way_does_no_harm(engine: Any) -> None:
    def body(h: Any) -> Any:
        return h.savings * 2**30 * 2**30 // 2**30 // 2**30

    assert answered(engine, body, "fen", {"savings": 10**9}) == 10**9


@ENGINES
def test_dividing_by_zero_stops_every_engine(engine: Any) -> None:
    with pytest.raises(Mistake, match="divides by zero"):
        answered(engine, lambda h: 5 * h.savings / h.savings, "ratio", {"savings": 0})
    with pytest.raises(Mistake, match="divides by zero"):
        answered(engine, lambda h: h.savings // h.count(lambda p: p.away), "fen", {"savings": 0})
    with pytest.raises(Mistake, match="divides by zero"):
        answered(
            engine, lambda h: (h.savings < 1) & (5 / h.count(lambda p: p.away) > 1), "boolean", {"savings": 0}
        )
    with pytest.raises(Mistake, match="divides by zero"):
        answered(
            engine, lambda h: (h.savings > 1) | (5 / h.count(lambda p: p.away) > 1), "boolean", {"savings": 0}
        )


@ENGINES
def test_a_missing_parameter_stops_only_the_case_that_needs_it(engine: Any) -> None:
    def body(h: Any) -> Any:
        return where(h.place == "urban", h.savings, parameter("toy.rural", unit="fen"))

    assert answered(engine, body, "fen", {"place": "urban", "savings": 5}) == 5
    with pytest.raises(Refused, match=r"toy\.rural"):
        answered(engine, body, "fen", {"place": "rural", "savings": 5})


@ENGINES
@pytest.mark.parametrize("step", [0, -1])
def test_rounding_to_no_step_at_all_is_refused(engine: Any, step: int) -> None:
    with pytest.raises(Refused, match="取整单位应大于 0"):
        answered(engine, lambda h: rounded(h.savings, to=step), "fen", {"savings": 5})


@ENGINES
def test_rounding_in_a_way_nobody_knows_is_refused(engine: Any) -> None:
    with pytest.raises(Refused, match="取整方式"):
        answered(engine, lambda h: rounded(h.savings, mode=h.place), "fen", {"savings": 5, "place": "urban"})


# --- one case ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "home", [{"saving": 1}, {"saving": None}, {"savings": True}, {"savings": "1"}, {"place": "x"}]
)
def test_the_case_engine_refuses_what_the_rules_do_not_know(home: dict[str, Any]) -> None:
    decide = case_engine(toy.household, toy.eligible).at(toy.parameters(), path=PLACE, on=toy.DAY)
    with pytest.raises(Refused):
        decide(Facts(home))


def test_rules_are_compiled_once_and_bound_once_to_a_place_and_day() -> None:
    engine = case_engine(toy.household, toy.eligible, toy.amount)
    assert case_engine(toy.household, toy.eligible, toy.amount) is engine
    parameters, raised = toy.parameters(), toy.parameters(60000)
    decide = engine.at(parameters, path=PLACE, on=toy.DAY)
    assert engine.at(parameters, path=PLACE, on=toy.DAY) is decide
    one = Facts({"savings": 0}, [{"wage": 55000, "away": False}])
    assert decide(one) == {toy.eligible: False, toy.amount: 0}
    assert engine.at(raised, path=PLACE, on=toy.DAY)(one) == {toy.eligible: True, toy.amount: 5000}


# --- columns -----------------------------------------------------------------------------------------


def a_table(**changed: Any) -> Table:
    given: dict[str, Any] = {
        "household": {"savings": Column(np.array([0, 5, 10000_01]))},
        "persons": {
            "wage": Column(np.array([100, 60000, 7], np.int32), np.array([True, True, False])),
            "away": Column(np.array([False, False, False])),
        },
        "starts": np.array([0, 1, 1, 3]),
        "places": (PLACE,),
        "place": np.zeros(3, np.int8),
    }
    return Table(**given | changed)


@pytest.mark.parametrize("chunk", [1, 2, 100])
def test_a_table_is_decided_alike_in_chunks_of_any_size(chunk: int) -> None:
    engine = BulkEngine(toy.household, [toy.members, toy.amount, toy.eligible, toy.at_home])
    found = engine.decide(a_table(), toy.parameters(), on=toy.DAY, chunk=chunk)
    assert [[found[rule][at] for rule in (toy.members, toy.amount, toy.eligible)] for at in range(3)] == [
        [1, 54500, True],
        [0, 0, True],
        [2, 0, False],
    ]
    assert [found[toy.at_home][at] for at in range(3)] == [True, True, True]


def test_an_empty_table_has_no_answers() -> None:
    engine = BulkEngine(toy.household, [toy.amount, toy.rich_child])
    found = engine.decide(table_of([], toy.household, paths=[]), toy.parameters(), on=toy.DAY)
    assert [len(found[rule]) for rule in (toy.amount, toy.rich_child)] == [0, 0]


def test_a_household_in_a_table_reads_as_its_facts() -> None:
    assert a_table().facts(2, toy.household) == Facts(
        {"savings": 10000_01}, [{"wage": 60000, "away": False}, {"wage": None, "away": False}]
    )
    case = Facts({"place": "rural"}, [{"birth": date(2000, 2, 29), "health": "ill", "wage": None}])
    again = table_of([case], toy.household, paths=[PLACE]).facts(0, toy.household)
    assert {name: value for name, value in again.household.items() if value is not None} == case.household
    assert again.persons[0]["birth"] == date(2000, 2, 29)
    assert (again.persons[0]["health"], again.persons[0]["wage"]) == ("ill", None)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"household": {"savings": Column(np.array([0, 5, 7]) / 2)}}, "存款"),
        ({"household": {"saving": Column(np.array([0, 5, 7]))}}, "没有名为“saving”的事项"),
        ({"household": {"place": Column(np.array([0, 1, 2]))}}, "未列入的代码"),
        ({"household": {"savings": Column(np.array([True, True, False]))}}, "存款"),
        ({"household": {"savings": Column(np.array([0, 5]))}}, "must have 3 rows"),
        ({"persons": {"away": Column(np.array([0, 1, 1]))}}, "在外"),
        ({"persons": {"birth": Column(np.array(["2000-01-01"] * 2 + ["NaT"], "datetime64[D]"))}}, "日期"),
        ({"starts": np.array([0, 2, 1, 3])}, "starts must rise"),
        ({"place": np.array([0, 0, 1])}, "position in places"),
    ],
)
def test_a_table_the_rules_cannot_read_is_refused(changed: dict[str, Any], complaint: str) -> None:
    household, _ = toy.entities()

    def some_rule(h: Any) -> Any:
        return (h.place == "urban") & h.any_(lambda p: toy.years(p.birth) > 3)

    rule = household.rule("某规则", unit="boolean")(some_rule)
    with pytest.raises((Refused, Mistake), match=complaint):
        BulkEngine(household, [rule]).decide(a_table(**changed), toy.parameters(), on=toy.DAY)


def test_a_table_in_order_passes() -> None:
    table = a_table()
    assert checked_table(table, toy.household) is table


# --- every worked case of the law --------------------------------------------------------------------

SEED = seed_parameters()
EVERY_RULE = (*facts.household.rules.values(), *facts.person.rules.values())
WORKED = [case for case in casebook.cases() if case.members]
ONE, MANY = CaseEngine(facts.household, EVERY_RULE), BulkEngine(facts.household, EVERY_RULE)


def worked(case: Case, engine: str) -> dict[Rule, Any]:
    given, parameters = case.facts(facts.household), case.over(SEED)
    if engine == "case":
        return ONE.at(parameters, path=case.place, on=case.day)(given)
    table = table_of([given], facts.household, paths=[case.place])
    found = MANY.decide(widened(table), parameters, on=case.day, way="compiled")
    return {
        rule: found[rule][0]
        if rule.entity == "household"
        else [found[rule][at] for at in range(len(found[rule]))]
        for rule in EVERY_RULE
    }


def widened(table: Table) -> Table:
    """The same, every column as if some rows might be unknown: one loop then serves every case."""

    def columns(of: Mapping[str, Column]) -> dict[str, Column]:
        known = {name: np.ones(len(one.values), np.bool_) for name, one in of.items()}
        return {
            name: Column(one.values, known[name] if one.known is None else one.known, one.below)
            for name, one in of.items()
        }

    return Table(columns(table.household), columns(table.persons), table.starts, table.places, table.place)


def as_expected(found: dict[Rule, Any]) -> dict[str, Any]:
    """The answers under the names that ``expect:`` uses."""

    def exact(rule: Rule) -> Any:
        return None if found[rule] is None else to_json(Fraction(found[rule]))

    return {
        "dibao": Outcome.of(found[dibao.dibao_eligible]).value,
        "edge": Outcome.of(found[edge.edge_eligible]).value,
        "members": found[means.members],
        "sharing": found[dibao.sharing],
        "per_head": exact(means.per_head),
        "amount": found[dibao.dibao_amount],
        "score": exact(scoring.score),
        "points": {rule.name: exact(rule) for rule in scoring.DIMENSIONS},
        "tier": found[scoring.tier],
        "visit_days": found[scoring.visit_days],
    }


@pytest.mark.parametrize("engine", ["case", "bulk"])
@pytest.mark.parametrize("case", WORKED, ids=lambda case: case.id)
def test_every_worked_case_comes_out_alike_on_every_engine(case: Case, engine: str) -> None:
    found = worked(case, engine)
    given = case.facts(facts.household)
    assert found == reference(
        facts.household, EVERY_RULE, given, case.over(SEED), path=case.place, on=case.day
    )
    answers = as_expected(found)
    told = {name: value for name, value in case.expect.items() if name in answers}
    expected = Case(**{name: getattr(case, name) for name in case.__dataclass_fields__} | {"expect": told})
    assert differences(expected, answers) == []
