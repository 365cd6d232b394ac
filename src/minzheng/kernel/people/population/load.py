"""The made-up population streamed into the master file, a block to a transaction, memory flat."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import connection, transaction

from minzheng.kernel.errors import Refused

from ..models import Household, Membership, Person
from .chunks import Chunk, chunks
from .places import places

__all__ = ["AS_OF", "Load", "Sink", "Written", "populate"]

# Ages are reckoned at this day, not today: the same seed gives the same people in every year.
AS_OF = date(2025, 1, 1)
# Households are on file from this day; a child born later, from the birthday.
ON_FILE = np.datetime64("2015-01-01").astype(np.int64)
# Numbers given by the office run on from 1; the made-up households count up from here.
FIRST_NUMBER = 9_000_000_000
MADE_UP = r"^22.{3,4}9[0-9]{9}$"

_PERSONS = (
    "id", "path", "id_number", "name", "initials", "sex", "birth", "ethnic", "hukou_path", "phone",
    "disability_category", "disability_grade", "version",
)  # fmt: skip
_HOUSEHOLDS = ("id", "path", "number", "class_ur", "hukou_path", "address", "version")
_MEMBERSHIPS = ("household_id", "person_id", "relation", "counted", "not_counted_reason", "from_on")


@dataclass(frozen=True)
class Written:
    """The identifiers that a chunk's first household and first person were given; the others follow."""

    first_household_id: int
    first_person_id: int


Sink = Callable[[Chunk, Written, Any], None]


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


def populate(
    *,
    households: int,
    seed: int = 1,
    as_of: date = AS_OF,
    sinks: Sequence[Sink] = (),
    progress: Callable[[Load], None] | None = None,
) -> Load:
    """Write the population; each sink is called with every chunk, in the same transaction.

    A second population would meet the first one's numbers: it is refused.
    """
    if Household.objects.filter(number__regex=MADE_UP).exists():
        raise Refused("population_exists", "库中已有演示人口。要重新生成，请先清空演示数据（run.py reset）。")
    started, people, homes = time.perf_counter(), 0, 0
    for chunk in chunks(households=households, seed=seed, places=places(), as_of=as_of):
        with transaction.atomic(), connection.cursor() as cursor:
            written = _write(chunk, cursor)
            for sink in sinks:
                sink(chunk, written, cursor)
        homes, people = homes + chunk.households, people + chunk.persons
        state = Load(homes, people, homes + 2 * people, time.perf_counter() - started)
        if progress is not None:
            progress(state)
    return state


def _write(chunk: Chunk, cursor: Any) -> Written:
    person = _reserve(cursor, Person._meta.db_table, chunk.persons)
    home = _reserve(cursor, Household._meta.db_table, chunk.households)
    written = Written(first_household_id=home, first_person_id=person)
    _copy(cursor, Household._meta.db_table, _HOUSEHOLDS, _household_lines(chunk, home))
    _copy(cursor, Person._meta.db_table, _PERSONS, _person_lines(chunk, person))
    _copy(cursor, Membership._meta.db_table, _MEMBERSHIPS, _membership_lines(chunk, written))
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


def _household_lines(chunk: Chunk, first_id: int) -> Iterator[str]:
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
        yield f"{first_id + i}\t{paths[village]}\t{number}\t{kind}\t{paths[hukou]}\t{address}\t1\n"


def _person_lines(chunk: Chunk, first_id: int) -> Iterator[str]:
    paths = chunk.places.paths
    rows = zip(
        chunk.village[chunk.household].tolist(),
        chunk.hukou[chunk.household].tolist(),
        chunk.id_number,
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
            f"{first_id + i}\t{paths[village]}\t{number}\t{name}\t{initials}\t{1 if male else 2}\t{birth}\t"
            f"{ethnic}\t{paths[hukou]}\t\t{disability}\t1\n"
        )


def _membership_lines(chunk: Chunk, written: Written) -> Iterator[str]:
    since = np.datetime_as_string(np.maximum(chunk.birth, ON_FILE).astype("M8[D]")).tolist()
    homes = (chunk.household + written.first_household_id).tolist()
    rows = zip(homes, chunk.relation.tolist(), since, strict=True)
    for person, (home, relation, day) in enumerate(rows, start=written.first_person_id):
        yield f"{home}\t{person}\t{relation:02d}\tt\t\t{day}\n"
