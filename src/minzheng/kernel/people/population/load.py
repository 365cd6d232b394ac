"""The made-up population streamed into the master file a block at a time, memory flat."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from django.db import connection, transaction

from minzheng.kernel.errors import Refused

from ..bulksealing import sealed_many
from ..models import Household, Membership, Person
from .chunks import Chunk, chunks
from .indexes import set_aside
from .places import places

__all__ = ["AS_OF", "Load", "Sink", "exists", "populate"]

# Ages are reckoned at this day, not today: the same seed gives the same people in every year.
AS_OF = date(2025, 1, 1)
# Households are on file from this day; a child born later, from the birthday.
ON_FILE = np.datetime64("2015-01-01").astype(np.int64)
# Numbers given by the office run on from 1; the made-up households count up from here.
FIRST_NUMBER = 9_000_000_000
# From here on it pays to build the indexes afterwards.
LARGE = 100_000
MADE_UP = r"^22.{3,4}9[0-9]{9}$"

_PERSONS = (
    "id", "path", "id_number", "name", "initials", "sex", "birth", "ethnic", "hukou_path", "phone",
    "disability_category", "disability_grade", "version",
)  # fmt: skip
_HOUSEHOLDS = ("id", "path", "number", "class_ur", "hukou_path", "address", "version")
_MEMBERSHIPS = ("household_id", "person_id", "relation", "counted", "not_counted_reason", "from_on")


Sink = Callable[[Chunk, Any], object]


@dataclass(frozen=True)
class Load:
    """What was written, and how fast."""

    households: int
    persons: int
    rows: int
    seconds: float

    @property
    def rows_per_second(self) -> int:
        return round(self.rows / self.seconds) if self.seconds else 0


def exists() -> bool:
    """Whether the master file holds a made-up population already."""
    return Household.objects.filter(number__regex=MADE_UP).exists()


def populate(
    *,
    households: int,
    seed: int = 1,
    as_of: date = AS_OF,
    sinks: Sequence[Sink] = (),
    tables: Sequence[str] = (),
    progress: Callable[[Load], None] | None = None,
    by_place: bool = False,
) -> Load:
    """Write the population; each sink is called with every chunk, in the chunk's transaction.

    A sink gets the chunk with its identifiers, and the cursor for a COPY of its own; ``tables`` are those it fills
    for everyone.  A second population is refused: it would meet the first one's numbers.
    """
    if exists():
        raise Refused("population_exists", "库中已有演示人口。要重新生成，请先清空演示数据（run.py reset）。")
    own = [model._meta.db_table for model in (Household, Person, Membership)]
    aside = [*own, *tables] if households >= LARGE else list(tables)
    quick = set_aside(aside) if aside else nullcontext()
    started = time.perf_counter()
    with quick:
        made = chunks(households=households, seed=seed, places=places(), as_of=as_of, by_place=by_place)
        load = _load(made, sinks, progress)
    return replace(load, seconds=time.perf_counter() - started)


def _load(pieces: Iterable[Chunk], sinks: Sequence[Sink], progress: Callable[[Load], None] | None) -> Load:
    """Piece by piece, each in a transaction with its sinks."""
    started, homes, people = time.perf_counter(), 0, 0
    for chunk in pieces:
        with transaction.atomic(), connection.cursor() as cursor:
            written = _write(chunk, cursor)
            for sink in sinks:
                sink(written, cursor)
        homes, people = homes + chunk.households, people + chunk.persons
        if progress is not None:
            progress(Load(homes, people, homes + 2 * people, time.perf_counter() - started))
    return Load(homes, people, homes + 2 * people, time.perf_counter() - started)


def _write(chunk: Chunk, cursor: Any) -> Chunk:
    person = _reserve(cursor, Person._meta.db_table, chunk.persons)
    home = _reserve(cursor, Household._meta.db_table, chunk.households)
    written = replace(chunk, first_household_id=home, first_person_id=person)
    _copy(cursor, Household._meta.db_table, _HOUSEHOLDS, _household_lines(written))
    _copy(cursor, Person._meta.db_table, _PERSONS, _person_lines(written))
    _copy(cursor, Membership._meta.db_table, _MEMBERSHIPS, _membership_lines(written))
    return written


def _reserve(cursor: Any, table: str, count: int) -> int:
    """The first of so many consecutive identifiers; nobody else adds a row until this transaction ends."""
    cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
    sequence = f"pg_get_serial_sequence('{table}', 'id')"
    cursor.execute(f"SELECT nextval({sequence})")
    (first,) = cursor.fetchone()
    cursor.execute(f"SELECT setval({sequence}, %s)", [first + count - 1])
    return int(first)


def _copy(cursor: Any, table: str, columns: Sequence[str], lines: Iterator[str]) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as out:
        out.write("".join(lines))


def _household_lines(chunk: Chunk) -> Iterator[str]:
    paths, counties = chunk.places.paths, chunk.places.county_uids
    rows = zip(chunk.village.tolist(), chunk.hukou.tolist(), chunk.urban.tolist(), strict=True)
    for i, (village, hukou, urban) in enumerate(rows):
        index = chunk.first + i
        number = f"{counties[village]}{FIRST_NUMBER + index:010d}"
        address = (
            f"{index % 40 + 1}栋{index % 6 + 1}单元{index % 17 + 101}室"
            if urban
            else f"{index % 9 + 1}组{index % 97 + 1}号"
        )
        kind = "urban" if urban else "rural"
        yield f"{chunk.first_household_id + i}\t{paths[village]}\t{number}\t{kind}\t{paths[hukou]}\t{address}\t1\n"


def _person_lines(chunk: Chunk) -> Iterator[str]:
    paths = chunk.places.paths
    rows = zip(
        chunk.village[chunk.household].tolist(),
        chunk.hukou[chunk.household].tolist(),
        sealed_many(chunk.id_number, "id_number"),
        chunk.name,
        chunk.initials,
        chunk.male.tolist(),
        np.datetime_as_string(chunk.birth.astype("M8[D]")).tolist(),
        chunk.ethnic,
        chunk.category.tolist(),
        chunk.grade.tolist(),
        strict=True,
    )
    for i, (village, hukou, number, name, initials, male, birth, ethnic, category, grade) in enumerate(rows):
        disability = f"{category}\t{grade}" if category else "\\N\t\\N"
        yield (
            f"{chunk.first_person_id + i}\t{paths[village]}\t{number}\t{name}\t{initials}\t"
            f"{1 if male else 2}\t{birth}\t{ethnic}\t{paths[hukou]}\t\t{disability}\t1\n"
        )


def _membership_lines(chunk: Chunk) -> Iterator[str]:
    since = np.datetime_as_string(np.maximum(chunk.birth, ON_FILE).astype("M8[D]")).tolist()
    homes = (chunk.household + chunk.first_household_id).tolist()
    rows = zip(homes, chunk.relation.tolist(), since, strict=True)
    for person, (home, relation, day) in enumerate(rows, start=chunk.first_person_id):
        yield f"{home}\t{person}\t{relation:02d}\tt\t\t{day}\n"
