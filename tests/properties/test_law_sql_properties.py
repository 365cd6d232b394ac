"""The rules in a database say what the interpreter says: for rules and households drawn at random."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

import duckdb
import pytest
from django.db import connection as postgresql
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.law.engines.columns import table_of
from minzheng.kernel.law.engines.sql import SqlText
from minzheng.kernel.law.engines.sql_connections import Connection, DuckDb, PostgreSql
from minzheng.kernel.law.engines.sql_engine import SqlEngine
from minzheng.kernel.law.expressions import Expression
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.language import Entity, Rule
from tests.factories import law_random as drawn
from tests.properties.test_law_engines_properties import NODES, STOPPED, interpreted, too_large

# Drawn in Spark's process too, which has no profile of ours.
generated = settings(
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
        HealthCheck.function_scoped_fixture,
    ],
)
Homes = list[tuple[Facts, str]]
OPERATIONS = {"add", "sub", "mul", "floor", "lt", "le", "eq", "and", "or", "not", "pick", "packed"}
OPERATIONS |= {"const", "fact", "known", "odd", "sum", "any", "most"}


class Watched(SqlEngine):
    """Tells which operations were written, and how many statements there were of each sort."""

    met: ClassVar[Counter[str]] = Counter()

    def text(self, *args: Any, **options: Any) -> SqlText | None:
        """The statement, looked at."""
        found = super().text(*args, **options)
        if found is not None:
            self.met.update({op.name for op in found.program.program.ops})
            told = found.households + (found.members or "")
            self.met["a statement for members"] += found.members is not None
            self.met["members joined to their household"] += " m JOIN " in found.households
            self.met["wider than 64 bits"] += "HUGEINT" in told or "NUMERIC" in told
        return found


def in_a_database(household: Entity, rules: Sequence[Rule], homes: Homes, connection: Connection) -> Any:
    table = table_of([facts for facts, _ in homes], household, paths=[path for _, path in homes])
    try:
        found = Watched(household, rules, connection).decide(table, drawn.PARAMETERS, on=drawn.DAY)
    except MinzhengError as error:
        return STOPPED, error.code
    members = [range(int(a), int(b)) for a, b in zip(table.starts[:-1], table.starts[1:], strict=True)]
    return [
        [
            found[rule][at] if rule.entity == household.name else [found[rule][number] for number in of_home]
            for rule in rules
        ]
        for at, of_home in enumerate(members)
    ]


def agree(household: Entity, rules: Sequence[Rule], homes: Homes, connection: Connection) -> None:
    """One household that stops the rules stops the whole table."""
    expected = [interpreted(household, rules, facts, path=path) for facts, path in homes]
    stopped = [one for one in expected if isinstance(one, tuple)]
    answers = [one for one in expected if isinstance(one, list)]
    overflow = [(STOPPED, "bulk_overflow")] if any(too_large(one) for one in answers) else []
    if stopped:
        assert in_a_database(household, rules, homes, connection) in stopped + overflow
    going = [home for home, one in zip(homes, expected, strict=True) if isinstance(one, list)]
    found = in_a_database(household, rules, going, connection)
    assert found == answers or found in overflow


def test_duckdb_agrees_on_rules_and_households_drawn_at_random() -> None:
    met: set[type[Expression]] = set()
    connection = DuckDb(duckdb.connect())

    @given(drawn.rule_sets(), drawn.towns())
    @settings(generated, max_examples=100)
    def compare(rule_set: tuple[Entity, list[Rule]], homes: Homes) -> None:
        household, rules = rule_set
        for rule in rules:
            met.update(drawn.classes_in(rule.expression))
        agree(household, rules, homes, connection)

    drawn.until(lambda: len(met) == len(NODES) and set(Watched.met) >= OPERATIONS, compare)
    assert {one.__name__ for one in met} == NODES
    assert set(Watched.met) >= OPERATIONS
    assert min(Watched.met.values()) > 0


@pytest.mark.django_db
def test_postgresql_agrees_on_rules_and_households_drawn_at_random() -> None:
    with postgresql.cursor() as cursor:

        @given(drawn.rule_sets(), drawn.towns())
        @settings(generated, max_examples=30)
        def compare(rule_set: tuple[Entity, list[Rule]], homes: Homes) -> None:
            agree(*rule_set, homes, PostgreSql(cursor))

        compare()


def test_figures_near_and_past_64_bits_agree_or_stop() -> None:
    large = st.sampled_from([2**62, -(2**62), 2**63 - 1, 3 * 10**18, 10**9, 7, 0])
    connection = DuckDb(duckdb.connect())

    @given(drawn.rule_sets(), st.lists(st.tuples(large, large), min_size=1, max_size=3), st.integers(-3, 3))
    @settings(generated, max_examples=40)
    def compare(rule_set: tuple[Entity, list[Rule]], figures: list[tuple[int, int]], number: int) -> None:
        common = {"number": number, "share": 2, "since": date(2004, 2, 29), "state": "ill", "yes": number > 0}
        rows = [{"money": a, "debt": b, **common} for a, b in figures]
        agree(*rule_set, [(Facts(rows[0], rows), drawn.PLACES[0])], connection)

    compare()
