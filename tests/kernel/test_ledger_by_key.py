"""A month is drawn up, signed and sent by key, whatever the server believes it knows of the tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from minzheng.kernel import clock
from minzheng.kernel.ledger import actions
from minzheng.kernel.ledger.models import Batch, Entitlement
from tests.factories import cast
from tests.factories.cast import Cast
from tests.factories.money import APRIL, BASIS, answered, approved, drafted, entitled
from tests.factories.people import person

pytestmark = pytest.mark.django_db

FEW, TIMES = 32, 4
READ = (
    "ledger_adjustment",
    "ledger_batch",
    "ledger_carried",
    "ledger_covered",
    "ledger_doubt",
    "ledger_entitlement",
    "ledger_instruction",
    "ledger_payment",
    "people_household",
    "people_membership",
    "people_person",
)
UNKNOWN, EMPTY, FULL = (0, -1), (100, 0), (100, 10000)  # pages and rows, as the server keeps them in pg_class
BELIEFS = {
    "nothing": dict.fromkeys(READ, UNKNOWN),
    "that every table is empty": dict.fromkeys(READ, EMPTY),
    "that nobody is entitled yet": dict.fromkeys(READ, FULL) | {"ledger_entitlement": EMPTY},
    "that nothing is paid yet": dict.fromkeys(READ, FULL)
    | {"ledger_payment": EMPTY, "ledger_carried": EMPTY},
    "that nobody lives anywhere": dict.fromkeys(READ, FULL)
    | {"people_membership": EMPTY, "ledger_covered": EMPTY},
}
MEASURED = ("INSERT INTO ledger", "WITH ", "DELETE FROM ledger", "CREATE TEMPORARY TABLE running", "SELECT ")


@pytest.fixture
def people() -> Iterator[Cast]:
    with clock.frozen(date(2022, 4, 20)):
        yield cast()


@contextmanager
def counted() -> Iterator[dict[str, int]]:
    """How many rows the server touches for each statement about the ledger, as it counts them itself."""
    found: dict[str, int] = {}

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        words = sql.strip()
        if "ledger_" in words and words.startswith(MEASURED) and len(words) > 200:
            name = " ".join(words.split())[:90]
            found[name] = found.get(name, 0) + touched(words, params)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield found


def touched(statement: str, params: Any) -> int:
    """The statement is carried out to be counted, and undone: the rows of its dearest part, in however many parts."""
    with connection.connection.cursor() as cursor:
        cursor.execute("SAVEPOINT counted")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", params)
        (plan,) = cursor.fetchone()
        cursor.execute("ROLLBACK TO SAVEPOINT counted")
    top = (plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]
    return max(map(_rows, _nodes(top)))


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _rows(node: dict[str, Any]) -> int:
    """Read or thrown away; what an index lists before the rows are seen says nothing, for it lists dead ones too."""
    if node["Node Type"] == "Bitmap Index Scan":
        return 0
    kinds = ("Actual Rows", *(name for name in node if name.startswith("Rows Removed by")))
    return round(sum(node[name] for name in kinds) * node["Actual Loops"])


def a_month(people: Cast, households: int) -> dict[str, int]:
    """Each is owed something besides; every fourth waits for someone who looks, and every fourth receives no more."""
    strangers = [person(path=people.seat.village) for _ in range(households // 4)]
    rows = [entitled(people.county_approver, amount=38400 + at) for at in range(households)]
    _owe(people, rows)
    for row, other in zip(rows[::4], strangers, strict=True):
        Entitlement.objects.filter(pk=row.pk).update(account_owner=other.name + "某")
    with counted() as found:
        drafted(people)  # and once more by the next, as a payer does who has looked at the doubts
        batch = approved(people)
        sent = actions.send(batch=batch, by=people.payer)
        answered(batch, sent, people, *(row.account for row in rows[1::4]))
        actions.reconcile(batch=Batch.objects.get(pk=batch.pk), by=people.payer)
    return found


def _owe(people: Cast, rows: list[Entitlement]) -> None:
    owed = [actions.Owed(row.pk, APRIL.previous, APRIL, 1000) for row in rows]
    actions.make_up(
        rows=owed, from_month=APRIL, basis=BASIS, reason="提标", place=people.seat.county, by=people.payer
    )


def believe(tables: dict[str, tuple[int, int]]) -> None:
    """What the server takes the tables for; it holds them too, so that nobody counts them anew in between."""
    with connection.cursor() as cursor:
        for table, (pages, rows) in tables.items():
            cursor.execute(
                "SELECT pg_clear_attribute_stats('public', %s, attname, false) FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
                [table, table],
            )
            cursor.execute(
                "SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', %s,"
                " 'relpages', %s::integer, 'reltuples', %s::real)",
                [table, pages, rows],
            )
            assert cursor.fetchone() == (True,)


@pytest.mark.parametrize("known", BELIEFS)
def test_four_times_as_many_households_are_four_times_the_work(people: Cast, known: str) -> None:
    def work(households: int) -> dict[str, int]:
        with transaction.atomic():
            found = a_month(people, households)
            transaction.set_rollback(True)
        return found

    believe(BELIEFS[known])
    few, many = work(FEW), work(FEW * TIMES)
    assert set(few) == set(many)
    assert len(few) >= 8
    grown = {name: (few[name], many[name]) for name in few if many[name] > few[name] * (TIMES + 1)}
    assert not grown
