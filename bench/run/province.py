"""A made-up province in need: nearly every household draws dibao, so a million households are a million payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from django.db import connection

from bench.run.office import MONTH, SCHEME, YEAR, actors, counties
from minzheng.domains.assistance.demo import benefits, profiles
from minzheng.domains.assistance.demo.books import _standards
from minzheng.domains.assistance.models import PROFILES
from minzheng.kernel.audit import system
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Covered, Entitlement, Fund
from minzheng.kernel.monthly.reckoning import reckoned, rule_of
from minzheng.kernel.people.population import Sink, populate
from minzheng.kernel.people.population.indexes import set_aside

__all__ = ["change", "fund", "in_need", "make"]

BOOKS = (Entitlement._meta.db_table, Covered._meta.db_table, "assistance_standing")
WELL_OFF = 50  # one household in so many is left as it was drawn


def make(households: int, *, sinks: Sequence[Sink] = ()) -> None:
    """The population, its facts and entitlements, county after county as a province takes its registers over."""
    with set_aside(BOOKS), connection.cursor() as cursor:
        populate(
            households=households,
            seed=1,
            sinks=(_benefits, _profiles, *sinks),
            tables=PROFILES.tables,
            by_place=True,
        )
        cursor.execute("ANALYZE")
        _as_the_law_says(cursor)


def _as_the_law_says(cursor: Any) -> None:
    """The books handed over are brought to what the law gives, so that only what changes later differs from it."""
    rule = rule_of(SCHEME)
    assert rule is not None
    cursor.execute("CREATE TEMPORARY TABLE due (household bigint, amount bigint)")
    for homes, amounts, known in reckoned(SCHEME, rule, path="22/", month=MONTH):
        rows = zip(homes[known].tolist(), amounts[known].tolist(), strict=True)
        with cursor.copy("COPY due FROM STDIN") as out:
            out.write("".join(f"{home}\t{amount}\n" for home, amount in rows if amount > 0))
    cursor.execute("ANALYZE due")
    cursor.execute("ALTER TABLE ledger_entitlement DISABLE TRIGGER USER")
    cursor.execute(
        "UPDATE ledger_entitlement e SET amount = d.amount FROM due d WHERE d.household = e.household_id"
    )
    cursor.execute("ALTER TABLE ledger_entitlement ENABLE TRIGGER USER")
    cursor.execute("DROP TABLE due")


def _benefits(chunk: Any, cursor: Any) -> int:
    return benefits(in_need(chunk), cursor)


def _profiles(chunk: Any, cursor: Any) -> int:
    return profiles(in_need(chunk), cursor)


def in_need(chunk: Any) -> Any:
    """Incomes cut down to at most six tenths of the standard, nothing saved, no vehicle, one house."""
    means, size = chunk.means, np.bincount(chunk.household, minlength=chunk.households)
    income, line = means.income(chunk.household), _standards(chunk) * size // 12
    kept = np.arange(chunk.first, chunk.first + chunk.households) % WELL_OFF == 0
    share = np.where(kept, 1.0, np.minimum(1.0, 0.6 * line / np.maximum(income, 1)))[chunk.household]
    cut = {
        name: (getattr(means, name) * share / 100).astype(np.int64) * 100
        for name in ("wage", "farming", "pension", "transfers")
    }
    own = {
        "deposits": np.where(kept, means.deposits, 0),
        "vehicles": np.where(kept, means.vehicles, 0),
        "houses": np.where(kept, means.houses, np.minimum(means.houses, 1)),
    }
    return replace(chunk, means=replace(means, **cut, **own))


def fund() -> None:
    """Each county has money for the year."""
    for place in counties():
        ledger.allot(
            scheme=SCHEME, path=place, fund=Fund.COUNTY, year=YEAR, amount=10**14, document="1号",
            by=actors().reviewer,
        )  # fmt: skip


def change() -> int:
    """Since last month three in a hundred get another amount, by a decision."""
    rows = Entitlement.objects.filter(state="current", scheme=SCHEME).values_list("id", "amount")
    changes = [ledger.NewAmount(pk, MONTH, amount + 1000) for pk, amount in rows.iterator() if pk % 33 == 1]
    ledger.change_amounts(
        changes=changes,
        decision_number="测",
        rule_set="SA-2026",
        trace_sha="",
        reason="测",
        by=system("bench"),
    )
    return len(changes)
