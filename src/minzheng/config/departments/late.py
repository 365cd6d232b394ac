"""Questions a department has taken in and answers later: kept beside its records until they are fetched."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

from . import records

__all__ = ["due", "take_in"]

_TABLE = "create table if not exists taken_in (request text primary key, source text, due real) without rowid"


def take_in(request: str, source: str, *, seconds: float, data: Path) -> None:
    """Remember the question; taken in twice, it keeps its first hour."""
    with closing(records.opened(data)) as connection, connection:
        connection.execute(_TABLE)
        connection.execute(
            "insert or ignore into taken_in values (?, ?, ?)", (request, source, time.time() + seconds)
        )


def due(request: str, *, data: Path) -> float | None:
    """When its answer is ready; nothing for a question that was never taken in."""
    with closing(records.opened(data)) as connection:
        connection.execute(_TABLE)
        row = connection.execute("select due from taken_in where request = ?", (request,)).fetchone()
    return float(row[0]) if row else None
