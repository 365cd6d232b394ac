"""How long it takes to read the facts of so many households and to write as many results back.

The households are made by the database, in a schema of their own that is gone with the transaction.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray
from psycopg import sql

from minzheng.kernel.errors import Refused
from minzheng.kernel.law.engines.columns import Column
from minzheng.kernel.law.language import Fact, Rule
from minzheng.kernel.law.units import Kind

from .columns import BELOW, EXACT
from .reading import asked_of, read
from .words import Profiles
from .writing import write

__all__ = ["Measured", "measure"]

SCHEMA = "profiles_measured"
RESULTS = "measured_results"


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds for each way; ``peak_mb`` is the most this process has held so far, of which ``before_mb`` before."""

    households: int
    persons: int
    columns: int
    made_seconds: float
    read_seconds: float
    write_seconds: float
    before_mb: int
    peak_mb: int

    def to_json(self) -> dict[str, int | float]:
        """The figures by name."""
        return asdict(self)


def measure(profiles: Profiles, households: int, *, rules: Sequence[Rule] = ()) -> Measured:
    """Make the households (2.5 members each), read them all, write a result for each; nothing stays."""
    if households < 1:
        raise Refused("households_out_of_range", "户数至少为 1。请改正户数。")
    with transaction.atomic():
        begun = time.perf_counter()
        _make(profiles, households, rules)
        before, made = _peak(), time.perf_counter()
        persons = columns = 0
        homes: list[NDArray[np.int64]] = []
        for batch in read(profiles, rules=rules):
            homes.append(batch.households)
            persons += int(batch.table.starts[-1])
            columns = len(batch.table.household) + len(batch.table.persons)
        seen = time.perf_counter()
        _write(np.concatenate(homes))
        written = time.perf_counter()
        transaction.set_rollback(True)
    return Measured(
        households=sum(map(len, homes)),
        persons=persons,
        columns=columns,
        made_seconds=made - begun,
        read_seconds=seen - made,
        write_seconds=written - seen,
        before_mb=before,
        peak_mb=_peak(),
    )


def _peak() -> int:
    """Megabytes; Linux counts in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _make(profiles: Profiles, households: int, rules: Sequence[Rule]) -> None:
    homes, members = profiles.tables
    of_household, of_person = asked_of(profiles, rules, None)
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA "{SCHEMA}"')
        for table in (homes, members):
            cursor.execute(
                f'CREATE UNLOGGED TABLE "{SCHEMA}"."{table}"'
                f' (LIKE "{table}" INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES)'
            )
        cursor.execute(
            f'CREATE UNLOGGED TABLE "{SCHEMA}"."{RESULTS}" (trial bigint NOT NULL, household_id bigint NOT NULL,'
            " met boolean, amount bigint, amount_before bigint, per_head bigint, per_head_below bigint)"
        )
        cursor.execute(f'SET LOCAL search_path = "{SCHEMA}", public')
        cursor.execute(_households(homes, of_household.facts, households))
        cursor.execute(_persons(members, of_person.facts, households))
        cursor.execute(f'ANALYZE "{homes}"')
        cursor.execute(f'ANALYZE "{members}"')


def _households(table: str, facts: Sequence[Fact], households: int) -> sql.Composable:
    """Strewn over ten thousand villages."""
    own = {
        "household_id": "g",
        "path": "'22/220' || g % 9 || '/220' || 100 + g % 63 || '/' || 220000000000 + g % 10080 || '/'",
        "as_of": "current_date",
        "source": "''",
        "recorded_at": "now()",
    }
    return _insert(table, own, facts, sql.SQL("generate_series(1, {}) g").format(sql.Literal(households)))


def _persons(table: str, facts: Sequence[Fact], households: int) -> sql.Composable:
    """Two or three to a household."""
    own = {"profile_id": "h", "position": "p"}
    source = sql.SQL(
        "generate_series(1, {}) h, generate_series(0, 1 + (h % 2)::int) p, LATERAL (SELECT h * 3 + p AS g) q"
    ).format(sql.Literal(households))
    return _insert(table, own, facts, source)


def _insert(table: str, own: dict[str, str], facts: Sequence[Fact], source: sql.Composable) -> sql.Composable:
    names, values = list(own), [sql.SQL(one) for one in own.values()]
    made: list[sql.Composable] = list(values)
    for place, fact in enumerate(facts):
        names.append(fact.name)
        # Every fiftieth is unknown, each fact for other households.
        made.append(
            sql.SQL("CASE WHEN g % 50 <> {} THEN {} END").format(sql.Literal(place % 50), _value(fact, place))
        )
        if fact.kind in EXACT:
            names.append(f"{fact.name}{BELOW}")
            made.append(sql.SQL("4"))
    return sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join(made),
        source,
    )


def _value(fact: Fact, place: int) -> sql.Composable:
    seed = sql.SQL("(g * {})").format(sql.Literal(2 * place + 7))
    match fact.kind:
        case Kind.BOOLEAN:
            return sql.SQL("{} % 10 = 0").format(seed)
        case Kind.DATE:
            return sql.SQL("date '1930-01-01' + ({} % 34000)::int").format(seed)
        case Kind.CODE:
            options = sql.SQL(", ").join(sql.Literal(code) for code in fact.options)
            return sql.SQL("(ARRAY[{}])[1 + {} % {}]").format(options, seed, sql.Literal(len(fact.options)))
        case Kind.COUNT:
            return sql.SQL("{} % 4").format(seed)
        case _:
            return sql.SQL("{} % 60000 * 100").format(seed)


def _write(homes: NDArray[np.int64]) -> None:
    """A result for each, unknown for one in fifty."""
    known = homes % 50 != 0
    columns = {
        "trial": Column(np.ones(len(homes), np.int64)),
        "household_id": Column(homes),
        "met": Column(homes % 3 == 0, known),
        "amount": Column(homes % 90_000, known),
        "amount_before": Column(homes % 80_000),
        "per_head": Column(homes * 7, known),
        "per_head_below": Column(homes % 12 + 1, known),
    }
    with connection.cursor() as cursor:
        write(cursor, RESULTS, columns)
