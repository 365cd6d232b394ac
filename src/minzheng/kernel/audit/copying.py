"""Bulk rows under row security: COPY reaches a walled table by way of a table of the transaction's own.

PostgreSQL takes no COPY straight into a table whose rows it must check; the rows are laid beside it and then inserted
in one statement, which checks each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from psycopg import sql

__all__ = ["copying_into"]


@contextmanager
def copying_into(cursor: Any, table: str, columns: Sequence[str], *, binary: bool = False) -> Iterator[Any]:
    """A psycopg ``Copy`` whose rows stand in the table when the block ends; inside a transaction only."""
    beside, into = sql.Identifier(f"copied_{table}"), sql.Identifier(table)
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    cursor.execute(
        sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
            beside, names, into
        )
    )
    how = sql.SQL(" (FORMAT binary)") if binary else sql.SQL("")
    with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN{}").format(beside, names, how)) as out:
        yield out
    cursor.execute(sql.SQL("INSERT INTO {0} ({1}) SELECT {1} FROM {2}").format(into, names, beside))
    cursor.execute(sql.SQL("DROP TABLE {}").format(beside))
