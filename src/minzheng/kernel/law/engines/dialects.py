"""What DuckDB, PostgreSQL and Spark say differently; whole numbers are 64 bits wide, where proven, else wider.

None of the three rounds a division of whole numbers down where the result is negative: each cuts it off.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from minzheng.kernel.errors import Mistake

__all__ = [
    "DUCKDB",
    "FIRST",
    "LAST",
    "POSTGRESQL",
    "SPARK",
    "Dialect",
    "code_literal",
    "day_literal",
]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_CODE = re.compile(r"[A-Za-z0-9_./\-]+\Z")
FIRST, LAST = date.min, date.max
"""The first day there is stands in for a day that cannot be."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """The words of one database."""

    name: str
    quote: str
    cut: str
    """A division of whole numbers ``{a}`` by ``{b}``, cut off at the point."""
    wide: str
    """The type of whole numbers up to 37 digits."""
    cut_wide: str
    """The same division for these."""
    days: str
    """The days from 1 January 1970 until the day ``{d}``."""
    day: str
    """The day that is number ``{n}``, where 1 January of year 1 is number 1."""
    part: str
    """A ``{part}`` (year, month, day) of the day ``{d}``."""
    once: str = ""
    """How a step that is read once is kept from being stored."""
    kept: str = ""
    """How a step that is read twice is stored instead of being reckoned twice."""
    fenced: int = 0
    """Every how many steps one is kept from being written into the next, which would grow without end."""
    stored: str = ""
    """How a step becomes a table ``{name}`` of its own, where a statement may not read a step twice or be deep."""
    deepest: int = 0
    """How many steps may stand on each other before one becomes a table."""

    def named(self, name: str) -> str:
        """A name from outside (``table`` or ``schema.table``), checked and quoted."""
        parts = name.split(".")
        if not all(_NAME.match(part) for part in parts):
            raise Mistake(
                "sql_name", f"{name!r} is no name for a table or column: letters, digits and _ only."
            )
        return ".".join(f"{self.quote}{part}{self.quote}" for part in parts)

    def packed(self, day: str) -> str:
        """The day as 20220131."""
        year, month, of_month = (self.part.format(part=part, d=day) for part in ("year", "month", "day"))
        return f"({year} * 10000 + {month} * 100 + {of_month})"


def code_literal(code: str) -> str:
    """A code or a path as text; nothing that could end it."""
    if not _CODE.match(code):
        raise Mistake(
            "sql_code", f"{code!r} cannot be written into a statement: letters, digits, _ . / - only."
        )
    return f"'{code}'"


def day_literal(day: date) -> str:
    """A day."""
    return f"DATE '{day.isoformat()}'"


DUCKDB = Dialect(
    name="duckdb",
    quote='"',
    cut="({a} // {b})",
    wide="HUGEINT",
    cut_wide="({a} // {b})",
    days="({d} - DATE '1970-01-01')",
    day="(DATE '0001-01-01' + CAST({n} - 1 AS INTEGER))",
    part="{part}({d})",
    once=" NOT MATERIALIZED",
    kept=" MATERIALIZED",
    fenced=8,
)
POSTGRESQL = Dialect(
    name="postgresql",
    quote='"',
    cut="({a} / {b})",
    wide="NUMERIC",
    cut_wide="div({a}, {b})",
    days="CAST({d} - DATE '1970-01-01' AS BIGINT)",
    day="(DATE '0001-01-01' + CAST({n} - 1 AS INTEGER))",
    part="CAST(date_part('{part}', {d}) AS BIGINT)",
    once=" NOT MATERIALIZED",
    kept=" MATERIALIZED",
    fenced=1,
)
SPARK = Dialect(
    name="spark",
    quote="`",
    cut="({a} div {b})",
    wide="DECIMAL(38, 0)",
    cut_wide="CAST(({a} - {a} % {b}) / {b} AS DECIMAL(38, 0))",
    days="CAST(unix_date({d}) AS BIGINT)",
    day="date_add(DATE '0001-01-01', CAST({n} - 1 AS INT))",
    part="CAST({part}({d}) AS BIGINT)",
    stored="CREATE TABLE {name} USING parquet AS",
    deepest=25,
)
