"""How the doubts of a month are looked for: by key, whatever the server believes it knows of the tables."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from minzheng.kernel import clock
from minzheng.kernel.ledger import doubting
from tests.factories import cast
from tests.factories.money import APRIL, SCHEME

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    with clock.frozen(date(2022, 4, 20)):
        yield cast()


def test_in_the_first_month_of_all_nobody_reads_every_payment_for_each_household(people):
    facts = {"scheme": SCHEME, "path": people.seat.county, "path_end": people.seat.county[:-1] + "0",
             "month": APRIL.first}  # fmt: skip
    select = doubting._RUNNING.partition(" AS\n")[2]

    def plan():
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {select}", facts)
            return "\n".join(line for (line,) in cursor.fetchall())

    with CaptureQueriesContext(connection) as told:
        doubting.find_doubts(scheme=SCHEME, path=people.seat.county, month=APRIL)
    asked = [one["sql"] for one in told]
    table = next(at for at, sql in enumerate(asked) if "TEMPORARY TABLE running" in sql)
    assert asked[table - 1] == doubting._BY_KEY
    with connection.cursor() as cursor:
        cursor.execute(doubting._BY_KEY)
    assert "Seq Scan on ledger_payment" not in plan()
