"""The rules as SQL, on DuckDB and PostgreSQL: every worked case of the law, and what a database gets wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from django.db import connection as postgresql

from minzheng.domains.assistance.rules import casebook, facts, seed_parameters
from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.law.engines.columns import Table, table_of
from minzheng.kernel.law.engines.dialects import DUCKDB, code_literal
from minzheng.kernel.law.engines.places import Moment
from minzheng.kernel.law.engines.sql import DIALECTS, Tables
from minzheng.kernel.law.engines.sql_connections import Connection, DuckDb, PostgreSql
from minzheng.kernel.law.engines.sql_engine import SqlEngine, place_columns
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.language import MONTH, TODAY, Entity, Rule, months, parameter, rounded, where, years
from tests.factories import law_toy as toy
from tests.kernel.test_law_engines import reference

PLACE = "22/"


@pytest.fixture(params=["duckdb", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Connection]:
    if request.param == "duckdb":
        yield DuckDb(duckdb.connect())
        return
    request.getfixturevalue("db")
    with postgresql.cursor() as cursor:
        yield PostgreSql(cursor)


def answers(found: Any, table: Table, rules: Sequence[Rule]) -> list[dict[Rule, Any]]:
    """Household by household, as the interpreter tells it."""
    members = [range(int(a), int(b)) for a, b in zip(table.starts[:-1], table.starts[1:], strict=True)]
    return [
        {
            rule: found[rule][at] if rule.entity == "household" else [found[rule][one] for one in of_home]
            for rule in rules
        }
        for at, of_home in enumerate(members)
    ]


def agree(
    database: Connection, entity: Entity, rules: Sequence[Rule], cases: Sequence[Facts], on: date = toy.DAY
) -> list[dict[Rule, Any]]:
    """What the database says, once the interpreter has said the same."""
    table = table_of(cases, entity, paths=[PLACE] * len(cases))
    found = answers(SqlEngine(entity, rules, database).decide(table, toy.parameters(), on=on), table, rules)
    assert found == [reference(entity, rules, one, toy.parameters(), path=PLACE, on=on) for one in cases]
    return found


def of_body(database: Connection, body: Any, unit: str, cases: Sequence[Facts], of: int = 0) -> list[Any]:
    entities = toy.entities()
    body.__name__ = "some_rule"
    rule = entities[of].rule("某规则", unit=unit)(body)
    return [one[rule] for one in agree(database, entities[0], [rule], cases)]


# --- every worked case of the law --------------------------------------------------------------------

SEED = seed_parameters()
EVERY_RULE = (*facts.household.rules.values(), *facts.person.rules.values())
WORKED = [case for case in casebook.cases() if case.members]


def test_every_worked_case_comes_out_alike_in_one_statement(database: Connection) -> None:
    compare_worked_cases(database, EVERY_RULE)


def compare_worked_cases(database: Connection, rules: Sequence[Rule]) -> None:
    """Each case brings its own values and its own day: the table of places holds them all."""
    cases = [case.facts(facts.household) for case in WORKED]
    names = [f"{number}/" for number in range(len(cases))]
    spots = {
        name: (Moment(case.over(SEED), case.day), case.place)
        for name, case in zip(names, WORKED, strict=True)
    }
    table = table_of(cases, facts.household, paths=names)
    found = SqlEngine(facts.household, rules, database).decide_at(table, spots)
    for case, given, answered in zip(WORKED, cases, answers(found, table, rules), strict=True):
        expected = reference(facts.household, rules, given, case.over(SEED), path=case.place, on=case.day)
        assert answered == expected, case.id


# --- what databases reckon differently ---------------------------------------------------------------


def test_a_negative_division_rounds_down(database: Connection) -> None:
    cases = [Facts({"savings": figure}) for figure in (-7, -8, -1, 0, 7, 8)]
    assert of_body(database, lambda h: h.savings // 4, "fen", cases) == [-2, -2, -1, 0, 1, 2]
    homes = [Facts(case.household, [{"away": True}] * 3) for case in cases]
    by_less = of_body(database, lambda h: h.savings // (0 - h.count(lambda p: p.away)), "fen", homes)
    assert by_less == [2, 2, 0, 0, -3, -3]


@pytest.mark.parametrize("mode", ["half_up", "up", "down"])
def test_negative_figures_are_rounded_without_their_sign(database: Connection, mode: str) -> None:
    cases = [Facts({"savings": figure}) for figure in (-151, -150, -149, -1, 0, 49, 50, 51)]
    assert len(of_body(database, lambda h: rounded(h.savings, to=100, mode=mode), "fen", cases)) == 8
    assert len(of_body(database, lambda h: rounded(h.savings / 3, mode=mode), "fen", cases)) == 8


def test_ages_and_months_turn_on_the_right_day(database: Connection) -> None:
    """29 February and the ends of months, seen from days around them."""
    births = [date(2004, 2, 29), date(2003, 2, 28), date(2004, 3, 1), date(2000, 12, 31), date(1900, 1, 1)]
    births += [date(2022, 1, day) for day in (28, 29, 30, 31)] + [date(9999, 12, 31), date(1, 1, 1)]
    household, person = toy.entities()

    @person.rule("周岁", unit="years")
    def age(p: Any) -> Any:
        return years(p.birth)

    @person.rule("整月", unit="months")
    def full_months(p: Any) -> Any:
        return months(p.birth, where(p.birth < MONTH, MONTH, TODAY))

    cases = [Facts({}, [{"birth": birth} for birth in births])]
    for first in (date(2022, 2, 27), date(2024, 2, 28), date(2023, 12, 31)):
        for on in (first, first + timedelta(days=1)):
            agree(database, household, [age, full_months], cases, on)


def test_a_household_with_nobody_in_it_is_a_household_too(database: Connection) -> None:
    empty = Facts({"savings": 1})
    assert of_body(database, lambda h: h.sum(lambda p: p.wage), "fen", [empty]) == [0]
    assert of_body(database, lambda h: h.any_(lambda p: p.away), "boolean", [empty]) == [False]
    assert of_body(database, lambda h: h.count(lambda p: p.away), "count", [empty]) == [0]


def test_members_denominators_of_their_own_add_up(database: Connection) -> None:
    def body(h: Any) -> Any:
        return h.sum(lambda p: p.household.savings / where(p.wage == 0, 1, p.wage))

    cases = [Facts({"savings": 30}, [{"wage": wage} for wage in wages]) for wages in ([7, 7], [7, 11], [])]
    assert of_body(database, body, "ratio", cases) == [Fraction(60, 7), Fraction(30, 7) + Fraction(30, 11), 0]


def test_more_members_than_the_proof_allows_for_are_decided_alone(database: Connection) -> None:
    many = Facts({"savings": 1}, [{"wage": 5, "away": True}] * 130)
    assert of_body(database, lambda h: h.sum(lambda p: p.wage), "fen", [many]) == [650]
    assert of_body(database, lambda h: h.count(lambda p: p.away), "count", [many]) == [130]


def test_what_is_not_proven_to_fit_into_64_bits_is_reckoned_wider(database: Connection) -> None:
    def body(h: Any) -> Any:
        return h.savings * 2**30 * 2**30 // 2**30 // 2**30

    cases = [Facts({"savings": figure}) for figure in (10**12, -(10**12), 3)]
    assert of_body(database, body, "fen", cases) == [10**12, -(10**12), 3]
    exact = of_body(database, lambda h: h.savings * 2**30 / (2**30 * h.savings), "ratio", cases)
    assert exact == [1, 1, 1]


def test_a_result_past_64_bits_stops_instead_of_being_cut(database: Connection) -> None:
    cases = [Facts({"savings": 10**12})]
    with pytest.raises(Mistake) as mistake:
        of_body(database, lambda h: h.savings * 2**30, "fen", cases)
    assert mistake.value.code == "bulk_overflow"


def test_where_nothing_can_be_proven_every_household_is_decided_alone(database: Connection) -> None:
    entities = toy.entities()

    @entities[0].rule("某规则", unit="fen")
    def rule(h: Any) -> Any:
        return h.savings * 2**62 * 2**62 // 2**62 // 2**62

    engine = SqlEngine(entities[0], [rule], database)
    assert engine.text({PLACE: (Moment(toy.parameters(), toy.DAY), PLACE)}) is None
    assert agree(database, entities[0], [rule], [Facts({"savings": 5})]) == [{rule: 5}]


def test_a_missing_parameter_and_a_division_by_zero_stop_only_who_needs_them(database: Connection) -> None:
    def body(h: Any) -> Any:
        share = 30 * h.savings / h.savings
        return where(h.place == "urban", share, parameter("toy.rural", unit="ratio"))

    urban = [Facts({"place": "urban", "savings": figure}) for figure in (3, -3)]
    assert of_body(database, body, "ratio", urban) == [30, 30]
    with pytest.raises(Refused, match=r"toy\.rural"):
        of_body(database, body, "ratio", [*urban, Facts({"place": "rural", "savings": 3})])
    with pytest.raises(Mistake, match="divides by zero"):
        of_body(database, body, "ratio", [*urban, Facts({"place": "urban", "savings": 0})])


# --- tables of one's own -----------------------------------------------------------------------------


def test_what_cannot_be_in_a_column_is_left_to_the_case_engine() -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE homes (no BIGINT, area TEXT, savings BIGINT, place TEXT)")
    connection.execute("CREATE TABLE folk (home BIGINT, birth DATE, wage BIGINT, away BOOLEAN, health TEXT)")
    connection.execute("INSERT INTO homes SELECT n, '22/', 5, 'urban' FROM range(1, 6) t(n)")
    connection.execute(
        "INSERT INTO folk SELECT n, DATE '2000-01-01', 100, FALSE, 'ill' FROM range(1, 6) t(n)"
    )
    household, _ = toy.entities()

    @household.rule("某规则", unit="count")
    def ill_and_grown(h: Any) -> Any:
        return h.count(
            lambda p: (p.health == "ill") & (years(p.birth) >= 18) & (p.household.savings > p.wage)
        )

    engine = SqlEngine(household, [ill_and_grown], DuckDb(connection))
    tables = Tables(households="homes", persons="folk", household="no", path="area", of_household="home")
    text = engine.text({PLACE: (Moment(toy.parameters(), toy.DAY), PLACE)}, tables=tables)
    assert text is not None
    DuckDb(connection).load("places", place_columns(text))
    connection.execute("UPDATE homes SET savings = 10 ** 15 :: BIGINT WHERE no = 1")
    connection.execute("UPDATE folk SET health = 'tired' WHERE home = 2")
    connection.execute("UPDATE folk SET birth = 'infinity' WHERE home = 3")
    connection.execute("UPDATE homes SET area = '99/' WHERE no = 4")
    rows = sorted(connection.execute(text.households).fetchall())
    assert rows == [(1, None, True), (2, None, True), (3, None, True), (4, None, True), (5, 0, False)]


def test_no_name_or_code_reaches_a_statement_unchecked() -> None:
    with pytest.raises(Mistake, match="no name"):
        DUCKDB.named('a"; DROP TABLE x')
    with pytest.raises(Mistake, match="cannot be written"):
        code_literal("a' OR TRUE")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_statement_is_the_same_each_time_and_tells_the_rules(dialect: str) -> None:
    nowhere: Any = SimpleNamespace(dialect=DIALECTS[dialect])
    spots = {PLACE: (Moment(toy.parameters(), toy.DAY), PLACE)}
    rules = [toy.amount, toy.eligible, toy.rich_child]
    first, second = (SqlEngine(toy.household, rules, nowhere).text(spots) for _ in range(2))
    assert first is not None
    assert second is not None
    assert (first.households, first.members) == (second.households, second.members)
    assert "-- 符合条件" in first.households
    assert first.households.count("GROUP BY") == 1
    assert "JOIN people" not in first.households
