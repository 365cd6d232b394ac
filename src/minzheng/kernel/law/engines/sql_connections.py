"""A database as the law engine needs it: load columns under a name, answer a statement in columns.

The connection is handed in; nothing here knows how it was opened.  The tables live as long as the connection.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from minzheng.kernel.law.engines.columns import Mask
from minzheng.kernel.law.engines.dialects import DUCKDB, POSTGRESQL, SPARK, Dialect, code_literal
from minzheng.kernel.law.units import Kind

__all__ = ["Connection", "DuckDb", "PostgreSql", "Spark", "Values", "declared", "python_rows"]

_TYPES = {Kind.BOOLEAN: "BOOLEAN", Kind.DATE: "DATE", Kind.CODE: "TEXT"}
_DAY_0 = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Values:
    """One column on its way into a table: days counted from 1970, codes numbered by ``options``."""

    kind: Kind
    values: NDArray[Any]
    known: Mask = None
    options: Sequence[str] = ()

    def plain(self) -> list[Any]:
        """The column as Python's own values, None where it is not known."""
        listed: Iterable[Any] = self.values.tolist()
        if self.kind is Kind.DATE:
            listed = (_DAY_0 + timedelta(days=one) for one in listed)
        elif self.kind is Kind.CODE:
            listed = (self.options[one] for one in listed)
        if self.known is None:
            return list(listed)
        return [one if known else None for one, known in zip(listed, self.known.tolist(), strict=True)]


class Connection(Protocol):
    """What the engine asks of a database."""

    dialect: Dialect

    def load(self, name: str, columns: Mapping[str, Values]) -> None:
        """A table of this name, in the place of one that was there."""

    def run(self, statement: str) -> None:
        """A statement that answers nothing."""

    def answers(self, text: str) -> Mapping[str, NDArray[Any]]:
        """The result in columns; a masked array, or None in an array of objects, where there is no value."""


def python_rows(columns: Mapping[str, Values]) -> list[tuple[Any, ...]]:
    """The rows of a table to be loaded."""
    return list(zip(*(column.plain() for column in columns.values()), strict=True))


def declared(dialect: Dialect, columns: Mapping[str, Values], texts: str) -> str:
    """Names and types of a table to be loaded; ``texts`` is the type of codes."""
    types = {**_TYPES, Kind.CODE: texts}
    return ", ".join(
        f"{dialect.named(name)} {types.get(one.kind, 'BIGINT')}" for name, one in columns.items()
    )


def _in_columns(names: Iterable[str], rows: Sequence[Sequence[Any]]) -> dict[str, NDArray[Any]]:
    found = {}
    for number, name in enumerate(names):
        found[name] = np.empty(len(rows), dtype=object)
        found[name][:] = [row[number] for row in rows]
    return found


class DuckDb:
    """A DuckDB connection."""

    dialect = DUCKDB

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def load(self, name: str, columns: Mapping[str, Values]) -> None:
        """The arrays as they are; codes and days become what they are called inside the database."""
        arrays = {
            one: column.values if column.known is None else np.ma.masked_array(column.values, ~column.known)
            for one, column in columns.items()
        }
        self._connection.register("law_arrays", arrays)
        listed = ", ".join(self._told(one, column) for one, column in columns.items())
        table = self.dialect.named(name)
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {listed} FROM law_arrays")
        self._connection.unregister("law_arrays")

    def _told(self, name: str, column: Values) -> str:
        named = self.dialect.named(name)
        if column.kind is Kind.DATE:
            return f"DATE '1970-01-01' + CAST({named} AS INTEGER) AS {named}"
        if column.kind is Kind.CODE:
            codes = [code_literal(one) for one in column.options]
            cases = " ".join(f"WHEN {number} THEN {code}" for number, code in enumerate(codes))
            return f"CASE {named} {cases} END AS {named}"
        return named

    def run(self, statement: str) -> None:
        """A statement that answers nothing."""
        self._connection.execute(statement)

    def answers(self, text: str) -> Mapping[str, NDArray[Any]]:
        """The result as arrays."""
        found: Mapping[str, NDArray[Any]] = self._connection.execute(text).fetchnumpy()
        return found


class PostgreSql:
    """A DB-API cursor on PostgreSQL."""

    dialect = POSTGRESQL

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def load(self, name: str, columns: Mapping[str, Values]) -> None:
        """A temporary table."""
        table = self.dialect.named(name)
        self._cursor.execute(f"DROP TABLE IF EXISTS {table}")
        self._cursor.execute(f"CREATE TEMP TABLE {table} ({declared(self.dialect, columns, 'TEXT')})")
        marks = ", ".join(["%s"] * len(columns))
        self._cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", python_rows(columns))

    def run(self, statement: str) -> None:
        """A statement that answers nothing."""
        self._cursor.execute(statement)

    def answers(self, text: str) -> Mapping[str, NDArray[Any]]:
        """The result row by row."""
        self._cursor.execute(text)
        names = [one[0] for one in self._cursor.description]
        return _in_columns(names, self._cursor.fetchall())


class Spark:
    """A Spark session."""

    dialect = SPARK

    def __init__(self, session: Any) -> None:
        self._session = session

    def load(self, name: str, columns: Mapping[str, Values]) -> None:
        """A view of rows handed over; tables of a size come from files instead."""
        schema = declared(self.dialect, columns, "STRING")
        frame = self._session.createDataFrame(python_rows(columns), schema)
        frame.createOrReplaceTempView(name)

    def run(self, statement: str) -> None:
        """A statement that answers nothing."""
        self._session.sql(statement)

    def answers(self, text: str) -> Mapping[str, NDArray[Any]]:
        """The result, collected."""
        frame = self._session.sql(text)
        return _in_columns(frame.columns, frame.collect())
