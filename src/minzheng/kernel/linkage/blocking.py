"""Which pairs are compared at all: those that share at least one of these; never everyone with everyone.

Each line is written for what goes wrong: a number mistyped leaves its head or its tail, a birthday mistyped leaves the
name's sound and the place, a name mistyped leaves the birthday.
"""

from __future__ import annotations

import duckdb

__all__ = ["RULES", "block"]

_TAIL, _HEAD = "substr({0}.number, 7)", "substr({0}.number, 1, 12)"
RULES: tuple[str, ...] = (
    "l.number = r.number",
    f"{_TAIL.format('l')} = {_TAIL.format('r')}",
    f"{_HEAD.format('l')} = {_HEAD.format('r')} AND l.surname = r.surname",
    "l.born = r.born AND l.surname = r.surname",
    "l.born = r.born AND l.county = r.county",
    "l.sound = r.sound AND substr(l.born, 1, 4) = substr(r.born, 1, 4)",
    "l.sound = r.sound AND l.county = r.county",
    "l.phone = r.phone",
)


def block(con: duckdb.DuckDBPyConnection, left: str, right: str, *, into: str, distinct: str = "") -> int:
    """The pairs of the two tables, each once; how many they are."""
    extra = f" AND {distinct}" if distinct else ""
    each = " UNION ".join(
        f"SELECT l.unique_id AS l, r.unique_id AS r FROM {left} l JOIN {right} r ON {rule}{extra}"
        for rule in RULES
    )
    con.execute(f"CREATE OR REPLACE TABLE {into} AS {each}")
    (found,) = con.execute(f"SELECT count(*) FROM {into}").fetchone() or (0,)
    return int(found)
