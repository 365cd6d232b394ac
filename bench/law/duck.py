"""Our rules as SQL in DuckDB: facts lie in tables, results are written to tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from bench.law import rules
from bench.law.engines import table_of
from bench.law.facts import Population
from bench.law.values import ON, PLACES
from minzheng.kernel.law.engines.dialects import SPARK
from minzheng.kernel.law.engines.lowering import lowered
from minzheng.kernel.law.engines.places import Moment
from minzheng.kernel.law.engines.session import given
from minzheng.kernel.law.engines.sql import NAMES, SqlText, sql_of
from minzheng.kernel.law.engines.sql_connections import DuckDb
from minzheng.kernel.law.engines.sql_engine import SqlEngine, place_columns

__all__ = ["Duck", "found_in"]

HOMES, PEOPLE = "found_households", "found_persons"


class Duck:
    """All results for all households, within the database."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.engine = SqlEngine(rules.household, rules.ASKED, DuckDb(self.connection))

    def prepared(self, population: Population) -> SqlText:
        """The tables are filled and the statements written; not timed."""
        table = table_of(population)
        self.engine.load(table)
        moment = Moment(rules.parameters(), ON)
        spots = {path: (moment, path) for path in PLACES}
        text = self.engine.text(spots, facts=given(self.engine.plan, table))
        if text is None:
            raise AssertionError("the statement was not proven to stay within 64 bits")
        DuckDb(self.connection).load(NAMES.places, place_columns(text))
        return text

    def decide(self, text: SqlText) -> None:
        """Both statements, into tables."""
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {HOMES} AS {text.households}")
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {PEOPLE} AS {text.members}")

    def found(self, _: None) -> dict[str, NDArray[Any]]:
        """The results in the order of the households; not timed."""
        return found_in(self.connection, HOMES, PEOPLE)

    def files(self, population: Population, folder: Path) -> dict[str, str]:
        """The same tables as Parquet, and the statements as Spark reads them."""
        table = table_of(population)
        self.prepared(population)
        folder.mkdir(parents=True, exist_ok=True)
        for name in (NAMES.households, NAMES.persons, NAMES.places):
            target = folder / f"{name}.parquet"
            self.connection.execute(f"COPY {name} TO '{target}' (FORMAT parquet, ROW_GROUP_SIZE 500000)")
        moment = Moment(rules.parameters(), ON)
        lowering = lowered(self.engine.plan, given(self.engine.plan, table))
        text = sql_of(lowering, SPARK, {path: (moment, path) for path in PLACES})
        if text is None or text.members is None:
            raise AssertionError("the statement was not proven to stay within 64 bits")
        return {"households": text.households, "persons": text.members}


def found_in(connection: duckdb.DuckDBPyConnection, homes: str, people: str) -> dict[str, NDArray[Any]]:
    """Results that lie in these tables; a household left to the case engine would be missing."""
    left = connection.execute(f"SELECT count(*) FROM {homes} WHERE again").fetchall()[0][0]
    if left:
        raise AssertionError(f"{left} households were left open")
    order = f"{homes} ORDER BY household_id"
    found: dict[str, NDArray[Any]] = {}
    for rule in rules.ASKED:
        where = f"{people} ORDER BY household_id, position" if rule.entity == "person" else order
        column = connection.execute(f"SELECT {rule.name} FROM {where}").fetchnumpy()[rule.name]
        found[rule.name] = np.ma.getdata(column)
    return found
