"""What is compared of a person, as columns: made once from what a file or a department says, the same for both sides.

Nothing here is kept: numbers and phones stay in the memory of the process that compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

import duckdb
import pyarrow as pa

from .folding import blanks, fold, shorter, sounds, surname_sound
from .lunar import lunar_day

__all__ = ["COLUMNS", "RAW", "connect", "prepare", "told"]

# As a file or a department says it: a number as typed, a birthday of eight figures of which the last may be 00.
RAW = ("unique_id", "number", "name", "sex", "birth", "path", "phone")
COLUMNS = (
    "unique_id", "number", "number_ok", "name", "sounds", "blanks", "shorter", "sound", "surname", "sex", "born",
    "lunar", "village", "town", "county", "city", "phone",
)  # fmt: skip
_TYPES = (pa.int64(), *[pa.string()] * 6)
_BATCH = 50_000
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def connect(*, memory_mb: int, threads: int) -> duckdb.DuckDBPyConnection:
    """A database of its own in memory, which may not grow past its share."""
    con = duckdb.connect(":memory:")
    con.execute(f"SET memory_limit = '{memory_mb}MB'; SET threads = {threads}")
    con.execute("SET preserve_insertion_order = false")
    return con


def told(rows: Iterable[Sequence[Any]]) -> pa.Table:
    """Rows of ``RAW`` as columns, a batch at a time."""
    every: Iterator[Sequence[Any]] = iter(rows)
    batches = []
    while batch := list(islice(every, _BATCH)):
        columns = [
            pa.array(column, type) for column, type in zip(zip(*batch, strict=True), _TYPES, strict=True)
        ]
        batches.append(pa.table(dict(zip(RAW, columns, strict=True))))
    if batches:
        return pa.concat_tables(batches)
    return pa.table({name: pa.array([], type) for name, type in zip(RAW, _TYPES, strict=True)})


def prepare(con: duckdb.DuckDBPyConnection, name: str, raw: pa.Table) -> None:
    """A table of the columns that are compared, under this name."""
    con.register("raw_rows", raw)
    con.execute(_NUMBERED)
    con.register("name_forms", _names(con))
    con.register("born_forms", _births(con))
    con.execute(f"CREATE OR REPLACE TABLE {name} AS {_PREPARED}")
    for view in ("raw_rows", "name_forms", "born_forms"):
        con.unregister(view)
    con.execute("DROP TABLE numbered")


def _names(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Every name that occurs, folded and spelled once."""
    given = [row[0] for row in con.execute("SELECT DISTINCT name FROM numbered").fetchall()]
    folded = [fold(name) for name in given]
    spoken = [list(sounds(name)) for name in folded]
    return pa.table({
        "given": pa.array(given, pa.string()), "folded": pa.array(folded, pa.string()),
        "sounds": pa.array(spoken, pa.list_(pa.string())),
        "blanks": pa.array([blanks(name) for name in folded], pa.list_(pa.string())),
        "shorter": pa.array([shorter(name) for name in folded], pa.list_(pa.string())),
        "sound": pa.array([ways[0] for ways in spoken], pa.string()),
        "surname": pa.array([surname_sound(name) for name in folded], pa.string()),
    })  # fmt: skip


def _births(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Every birthday that occurs, with its name in the farmers' calendar."""
    given = [row[0] for row in con.execute("SELECT DISTINCT born FROM numbered WHERE born != ''").fetchall()]
    return pa.table({
        "given": pa.array(given, pa.string()), "lunar": pa.array([_lunar(day) for day in given], pa.string()),
    })  # fmt: skip


def _lunar(born: str) -> str | None:
    try:
        return lunar_day(date(int(born[:4]), int(born[4:6]), int(born[6:])))
    except ValueError:
        return None


_SUM = " + ".join(f"{w} * substr(n, {i}, 1)::INT" for i, w in enumerate(_WEIGHTS, start=1))
_CHECK = f"substr('10X98765432', ({_SUM}) % 11 + 1, 1)"
# A number of fifteen figures is brought to eighteen; 996 to 999 were kept for centenarians (identity.from_legacy).
_NUMBERED = f"""
CREATE OR REPLACE TABLE numbered AS
WITH typed AS (
  SELECT *, upper(regexp_replace(coalesce(number, ''), '[^0-9Xx]', '', 'g')) AS t FROM raw_rows
), long AS (
  SELECT *, CASE WHEN length(t) = 15 AND regexp_full_match(t, '[0-9]+') AND substr(t, 13) < '996'
                 THEN substr(t, 1, 6) || '19' || substr(t, 7) ELSE t END AS n FROM typed
), checked AS (
  SELECT *, CASE WHEN regexp_full_match(substr(n, 1, 17), '[0-9]{{17}}') THEN {_CHECK} END AS c FROM long
)
SELECT unique_id, coalesce(name, '') AS name, nullif(sex, '0') AS sex, path, nullif(phone, '') AS phone,
       nullif(CASE WHEN length(n) = 17 AND length(t) = 15 THEN n || c ELSE n END, '') AS number,
       CASE WHEN length(n) = 17 AND length(t) = 15 THEN true ELSE length(n) = 18 AND c = substr(n, 18) END AS number_ok,
       -- Not taken from the number: what the number says already counts as the number.
       regexp_replace(coalesce(birth, ''), '[^0-9]', '', 'g') AS born
FROM checked
"""
_PREPARED = """
SELECT n.unique_id, n.number, coalesce(n.number_ok, false) AS number_ok, nullif(f.folded, '') AS name, f.sounds,
       f.blanks, f.shorter, f.sound, f.surname,
       CASE WHEN n.sex IN ('1', '2') THEN n.sex END AS sex, nullif(n.born, '') AS born, b.lunar,
       nullif(regexp_extract(n.path, '/([0-9]{12})/', 1), '') AS village,
       nullif(regexp_extract(n.path, '/([0-9]{9})/', 1), '') AS town,
       nullif(regexp_extract(n.path, '/([0-9A-Z]{5,6})/', 1), '') AS county,
       nullif(regexp_extract(n.path, '/([0-9]{4})/', 1), '') AS city,
       n.phone
FROM numbered n JOIN name_forms f ON f.given = n.name LEFT JOIN born_forms b ON b.given = n.born
"""
