"""What belongs to a household is looked up by its key, whatever the server believes it knows of the tables.

A month that is being drawn up is unknown to the statistics: the server takes its payments for none or one, and would
compare each household of a county with each other.  In the first month of all it would read them whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["by_key", "paid", "rows_of"]


def paid(columns: str, of: str, month: str = "%(month)s") -> str:
    """The one payment of a month of the household or person of a row, by the key that lets it be paid once.

    Compared as a whole, so that no other index will do: the one by month would read the month for each household.
    """

    def one(key: str) -> str:
        whole, sought = f"({key}, scheme, month)", f"({of}.{key}, {of}.scheme, {month})"
        return (
            f"(SELECT {columns} FROM ledger_payment WHERE {key} IS NOT NULL"
            f" AND {whole} >= {sought} AND {whole} <= {sought} LIMIT 1)"
        )

    return f"{one('household_id')} UNION ALL {one('person_id')} LIMIT 1"


def rows_of(table: str, key: str, of: str) -> str:
    """A table's rows of one household or person; OFFSET keeps the server from reading a place's rows to find them.

    Compared as a whole, too: a table the server takes for empty would be read whole by any index that has the key
    in its condition alone.
    """
    whole, sought = f"({key}, {key})", f"({of}.{key}, {of}.{key})"
    return f"(SELECT * FROM {table} WHERE {whole} >= {sought} AND {whole} <= {sought} OFFSET 0)"


@contextmanager
def by_key(cursor: Any) -> Iterator[None]:
    """Within it no table is read whole where a key leads to the row; inside one transaction, which takes it back."""
    cursor.execute("SET LOCAL enable_seqscan = off")
    yield
    cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")
