"""What the departments have on file, in one SQLite file: a bulk layer, and above it records put by hand.

A hand-made record (a hidden vehicle in the demonstration) wins over the generated one and outlives it.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from minzheng.kernel.errors import Refused
from minzheng.kernel.exchange.answers import record_fits
from minzheng.kernel.exchange.sources import source

__all__ = ["Chunk", "clear", "data_file", "find", "opened", "put", "records_of", "remove", "sink", "write"]

# A whole province would make a file of gigabytes that no rehearsal needs.
MOST_PERSONS = 200_000

_TABLES = """
create table if not exists generated (number text, source text, record text, primary key (number, source))
    without rowid;
create table if not exists put (number text, source text, record text, primary key (number, source))
    without rowid;
"""

Row = tuple[str, str, str]
# Files whose tables this process has seen: a question asks for no more than its record.
_READY: set[Path] = set()


class Chunk(Protocol):
    """What the sink needs of a piece of the made-up population.

    ``numbers`` has the citizen number of each person; ``circumstances`` has, by name, one value for each person
    in the same order: ``wage`` (fen a month), ``months`` (insured of the last 12), ``pension`` (fen a month),
    ``married``, ``category`` and ``grade`` (of a disability, or 0), ``houses``, ``vehicles``, ``capital``
    (fen), ``deposits`` (fen), ``inflow`` (fen in 12 months), ``hukou`` (code), ``tours`` (abroad, in 12
    months).  A name that is missing means nothing on file.
    """

    @property
    def numbers(self) -> Sequence[str]: ...

    @property
    def circumstances(self) -> Mapping[str, Any]: ...


def data_file() -> Path:
    """Where the data lie unless told otherwise."""
    return Path(settings.VAR) / "departments.sqlite"


def opened(data: Path | None = None) -> sqlite3.Connection:
    """The file, made ready at its first use; readers and one writer work side by side."""
    file = data or data_file()
    fresh = not file.exists()
    if fresh:
        file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, timeout=30)
    if fresh:
        connection.execute("pragma journal_mode = wal")
        file.chmod(0o600)
    connection.execute("pragma synchronous = normal")
    if fresh or file not in _READY:
        connection.executescript(_TABLES)
        _READY.add(file)
    return connection


def find(code: str, number: str, *, data: Path | None = None) -> dict[str, Any] | None:
    """What the source has on a number: the record put by hand, else the generated one, else nothing."""
    about = (number, code)
    with closing(opened(data)) as connection:
        row = connection.execute("select record from put where number = ? and source = ?", about).fetchone()
        if row is None:
            select = "select record from generated where number = ? and source = ?"
            row = connection.execute(select, about).fetchone()
    found: dict[str, Any] | None = json.loads(row[0]) if row else None
    return found


def put(
    code: str,
    number: str,
    record: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    *,
    data: Path | None = None,
) -> None:
    """Put one record by hand; a source of lists may be given the list."""
    given = record if isinstance(record, Mapping) else {"rows": list(record)}
    if not record_fits(source(code), given):
        names = "、".join(one.name for one in source(code).fields)
        message = f"记录与“{source(code).label}”的约定不符。请检查各项名称和类型：{names}。"
        raise Refused("record_shape", message, source=code)
    with closing(opened(data)) as connection, connection:
        connection.execute("insert or replace into put values (?, ?, ?)", (number, code, _json(given)))


def remove(code: str, number: str, *, data: Path | None = None) -> None:
    """Take a hand-made record away again."""
    with closing(opened(data)) as connection, connection:
        connection.execute("delete from put where number = ? and source = ?", (number, code))


def write(rows: Iterable[Row], *, data: Path | None = None) -> int:
    """Write generated rows (number, source, record as JSON) in bulk; how many."""
    with closing(opened(data)) as connection, connection:
        before = connection.total_changes
        connection.executemany("insert or replace into generated values (?, ?, ?)", rows)
        return connection.total_changes - before


def clear(*, data: Path | None = None) -> None:
    """Forget the generated layer, before a population is made anew."""
    with closing(opened(data)) as connection, connection:
        connection.execute("delete from generated")


def sink(chunk: Chunk, cursor: object = None, *, data: Path | None = None) -> None:
    """Give the departments their part of a piece of the made-up population, up to a limit.

    The population hands every sink the platform's cursor; the departments have none in that database.
    """
    del cursor
    most = int(os.environ.get("MINZHENG_DEPARTMENTS_PERSONS", MOST_PERSONS))
    with closing(opened(data)) as connection:
        kept = connection.execute("select count(*) from generated where source = 'police'").fetchone()[0]
    if room := max(0, most - int(kept)):
        write(records_of(chunk, first=room), data=data)


def records_of(chunk: Chunk, *, first: int) -> Iterator[Row]:
    """The rows of a chunk: all are in the household register, elsewhere only who has something."""
    named = {name: _plain(values) for name, values in chunk.circumstances.items()}
    for place, number in enumerate(islice(chunk.numbers, first)):
        has = {name: values[place] for name, values in named.items()}
        for code, record in _of_person(has, number=number):
            yield number, code, _json(record)


def _plain(values: Any) -> Sequence[Any]:
    """Plain Python values, whatever array they come in."""
    listed: Sequence[Any] = values.tolist() if hasattr(values, "tolist") else values
    return listed


def _of_person(has: Mapping[str, Any], *, number: str) -> Iterator[tuple[str, dict[str, Any]]]:
    place = has.get("hukou") or number[:6]
    abroad = {"tours": has.get("tours", 0), "last_exit": None}
    yield "police", {"hukou_state": "normal", "hukou_place": place, "died_on": None, **abroad}
    if has.get("married"):
        yield "marriage", {"state": "married", "registered_on": None, "spouse": None}
    yield from _earned(has)
    if category := has.get("category", 0):
        since = f"{2012 + int(number[-4:-1]) % 10}-05-01"
        certificate = {"category": category, "grade": has["grade"], "issued_on": since, "expires_on": None}
        yield "disability", certificate
    yield from _owned(has, number=number)


def _earned(has: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Work that is insured or taxed, pensions, and the insurance against illness that follows."""
    wage, months, pension = has.get("wage", 0), has.get("months", 0), has.get("pension", 0)
    if wage and months:
        yield "tax_social", {"base": wage, "months": months, "taxed": 0, "fund": wage if months == 12 else 0}
    if pension:
        yield "pensions", {"pension": pension, "farm_subsidy": 0}
    if months == 12 or has.get("category", 0):
        kind, charged = "employee" if months == 12 else "resident", 120_000 * has.get("category", 0)
        yield "medical", {"insured": kind, "charged": charged, "own_paid": charged * 3 // 10}


def _owned(has: Mapping[str, Any], *, number: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if houses := has.get("houses", 0):
        rows = [{"share": "1", "area": 6_000 + 2_500 * n, "use": "住宅"} for n in range(houses)]
        yield "property", {"rows": rows}
    if vehicles := has.get("vehicles", 0):
        yield "vehicles", {"rows": [_vehicle(int(number[-4:-1]) + n) for n in range(vehicles)]}
    if capital := has.get("capital", 0):
        yield "business", {"rows": [{"role": "owner", "capital": capital, "state": "active"}]}
    if has.get("deposits", 0) or has.get("inflow", 0):
        held = {"balance": has.get("deposits", 0), "securities": 0, "inflow": has.get("inflow", 0)}
        yield "bank", held


def _vehicle(n: int) -> dict[str, Any]:
    return {
        "type": "小型轿车",
        "first_registered": f"{2014 + n % 8}-06-01",
        "plate": f"吉A·***{n % 100:02d}",
        "use": "private",
    }


def _json(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))
