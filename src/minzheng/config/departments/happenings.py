"""What has happened, as the departments have it: births of records in order, handed out page by page, never changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from minzheng.kernel.declare import EVENT_SOURCES

from . import records

__all__ = ["LARGEST_PAGE", "SOURCES", "happened", "page", "problem"]

SOURCES = frozenset(EVENT_SOURCES) - {"village", "clock"}
LARGEST_PAGE = 500
_TABLE = """
create table if not exists happened (seq integer primary key autoincrement, source text, reference text, kind text,
    number text, day text, detail text, unique (source, reference))"""


def happened(
    source: str,
    number: str,
    kind: str,
    day: date | str,
    *,
    reference: str,
    detail: Mapping[str, Any] | None = None,
    data: Path | None = None,
) -> None:
    """A department registers that something happened, under a reference of its own; a place is a division's code."""
    row = (source, reference, kind, number, str(day), json.dumps(detail or {}, ensure_ascii=False))
    with closing(_opened(data)) as connection, connection:
        connection.execute(
            "insert or ignore into happened (source, reference, kind, number, day, detail) values (?, ?, ?, ?, ?, ?)",
            row,
        )


def page(source: str, asked: Mapping[str, Any], *, data: Path | None = None) -> dict[str, Any]:
    """What a source has after a number, in order, and the number to go on from."""
    select = "select seq, reference, kind, number, day, detail from happened where source = ? and seq > ?"
    with closing(_opened(data)) as connection:
        found = connection.execute(
            f"{select} order by seq limit ?", (source, asked["since"], asked["limit"])
        ).fetchall()
    rows = [
        {
            "seq": seq,
            "reference": reference,
            "kind": kind,
            "number": number,
            "day": day,
            "detail": json.loads(detail),
        }
        for seq, reference, kind, number, day, detail in found
    ]
    return {
        "source": source, "request_id": asked["request_id"], "rows": rows,
        "next": rows[-1]["seq"] if rows else asked["since"],
    }  # fmt: skip


def problem(asked: Mapping[str, Any]) -> str:
    """What is wrong with a question; nobody is told of anything without a purpose."""
    purpose, request = asked.get("purpose"), asked.get("request_id")
    if not isinstance(purpose, str) or not purpose.strip():
        return "purpose_missing"
    numbers = (asked.get("since"), asked.get("limit"))
    whole = all(isinstance(one, int) and not isinstance(one, bool) and one >= 0 for one in numbers)
    if (
        not whole
        or not 0 < asked["limit"] <= LARGEST_PAGE
        or not isinstance(request, str)
        or not 0 < len(request) <= 64
    ):
        return "question_malformed"
    return ""


def _opened(data: Path | None) -> sqlite3.Connection:
    connection = records.opened(data)
    connection.execute(_TABLE)
    return connection
