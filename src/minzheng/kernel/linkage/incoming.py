"""A file of another department, linked to the people on file: by number where name agrees, else by weight of evidence.

Everything is done in sets, in DuckDB: the numbers first, which settles most rows; only what is left is blocked and
scored.  Nothing is merged or changed by it; what is unsure waits for a steward (``left_open``).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa
from django.db import connection
from django.db.models import QuerySet

from minzheng.kernel import clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.copying import copying_into
from minzheng.kernel.people.models import FormerNumber, Person
from minzheng.kernel.people.queries import current

from . import engine, frames, left_open, statements
from .models import Incoming, IncomingLink
from .parameters_of import number_at
from .statements import Limits

__all__ = [
    "aliases", "begun", "below_zero", "limits_at", "link_file", "link_rows", "linked", "on_file", "people", "told",
    "write",
]  # fmt: skip

THREADS = 2
_LINK = ("incoming_id", "row", "path", "linked_id", "how", "weight")
_FIELDS = ("id", "id_number", "name", "sex", "birth", "path", "phone")


@verb("linkage.link_file", label="外来名单与人员档案比对")
def link_file(
    *, source: str, purpose: str, subjects: pa.Table, path: str, by: Actor, memory_mb: int = 1200
) -> Incoming:
    """Which of our people each row is about; rows are ``frames.RAW``, numbered from 0."""
    made = begun(source=source, purpose=purpose, path=path, by=by, subjects=subjects.num_rows)
    link_rows(made, subjects, by=by, memory_mb=memory_mb)
    return made


def begun(*, source: str, purpose: str, path: str, by: Actor, subjects: int, extract: str = "") -> Incoming:
    """The file as it is told of, before it is compared."""
    return Incoming.objects.create(
        source=source, purpose=purpose, extract=extract, model=engine.model_on(clock.today()).code, at=clock.now(),
        by=by.id, by_name=by.name, path=path, subjects=subjects,
    )  # fmt: skip


def link_rows(
    made: Incoming, subjects: pa.Table, *, by: Actor, keys: Sequence[str] = (), memory_mb: int = 1200
) -> None:
    """Each row linked, left open with whoever is like it, or nobody's; counted on the file."""
    started = time.perf_counter()
    limits = limits_at(made.path)
    con = frames.connect(memory_mb=memory_mb, threads=THREADS)
    try:
        frames.prepare(con, "subjects", below_zero(subjects))
        frames.prepare(con, "people", frames.told(people(by, made.path)))
        con.register("aliases", aliases(by, made.path))
        linked(con, engine.model_on(clock.today()).settings, limits)
        likely = con.execute(statements.likely(limits, most=left_open.MOST)).fetchall()
        write(con, made, left_open.keep(made, subjects, likely, keys))
    finally:
        con.close()
    told(made, round((time.perf_counter() - started) * 1000))


def told(made: Incoming, milliseconds: int) -> None:
    """The file kept and noted with what was found."""
    made.milliseconds = milliseconds
    made.save()
    note(about=made, path=made.path, after={
        "subjects": made.subjects, "by_number": made.by_number, "by_score": made.by_score, "unsure": made.unsure,
    })  # fmt: skip


def below_zero(subjects: pa.Table) -> pa.Table:
    """Rows of the department are numbered below zero, so that both sides may stand in one table."""
    import pyarrow.compute as pc

    ids = pc.subtract(pc.negate(subjects["unique_id"]), pa.scalar(1))
    return subjects.set_column(subjects.schema.get_field_index("unique_id"), "unique_id", ids)


def on_file(by: Actor, path: str) -> QuerySet[Person]:
    """The people on file in a place, each file once: doubles since merged are left out."""
    return in_scope(Person.objects.filter(path__startswith=path, merged_into=None), by)


def people(by: Actor, path: str) -> Iterator[tuple[Any, ...]]:
    """They, as rows of ``frames.RAW``."""
    rows = on_file(by, path)
    for pk, number, name, sex, birth, where, phone in rows.values_list(*_FIELDS).iterator(chunk_size=20_000):
        yield pk, number, name, sex, f"{birth:%Y%m%d}" if birth else "", where, phone


def aliases(by: Actor, path: str) -> pa.Table:
    """Numbers under which people on file were known before, corrected since or borne by a double that was merged."""
    former = in_scope(FormerNumber.objects.filter(person__path__startswith=path), by, "person__path")
    found = {(number, pk) for number, pk in former.values_list("number", "person_id")}
    doubles = in_scope(Person.objects.filter(path__startswith=path, merged_into__isnull=False), by)
    for one in doubles.exclude(id_number=None).select_related("merged_into"):
        found.add((one.id_number, current(one).pk))
    rows = sorted(found)
    return pa.table({
        "number": pa.array([number for number, _ in rows], pa.string()),
        "person": pa.array([pk for _, pk in rows], pa.int64()),
    })  # fmt: skip


def linked(con: duckdb.DuckDBPyConnection, settings: dict[str, Any], limits: Limits) -> None:
    """The tables of ``statements`` in their turn: by number, then what is left by weight of evidence."""
    for name, statement, done_with in statements.BEFORE:
        con.execute(f"CREATE TABLE {name} AS {statement}")
        for table in done_with:
            con.execute(f"DROP TABLE {table}")
    engine.score(
        con,
        settings,
        records="records",
        pairs="pairs",
        into="scored",
        least=limits.unsure,
        frequencies="name_shares",
    )
    con.execute(f"CREATE TABLE by_score AS {statements.best(limits)}")
    con.execute(f"CREATE TABLE links AS {statements.LINKS}")


def limits_at(path: str) -> Limits:
    """From how many bits a row of this place is linked, and from how many it is kept as unsure, today."""
    names = ("link_from", "link_margin", "unsure_from")
    return Limits(*(number_at(f"linkage.{name}", path=path, on=clock.today()) for name in names))


def write(con: duckdb.DuckDBPyConnection, made: Incoming, places: Mapping[int, str]) -> None:
    """The table ``links`` kept in the database, and counted on the file; ``places`` of rows that are not the file's."""
    counted = dict(con.execute("SELECT how, count(*) FROM links GROUP BY how").fetchall())
    made.by_number, made.by_score, made.unsure = (counted.get(how, 0) for how in (1, 2, 3))
    rows = con.execute("SELECT line, person, how, weight FROM links")
    with (
        connection.cursor() as cursor,
        copying_into(cursor, IncomingLink._meta.db_table, _LINK) as out,
    ):
        while batch := rows.fetchmany(50_000):
            out.write("".join(_line(made, places, *row) for row in batch))


def _line(
    file: Incoming, places: Mapping[int, str], row: int, person: int, how: int, weight: int | None
) -> str:
    worth = "\\N" if weight is None else weight
    return f"{file.pk}\t{row}\t{places.get(row, file.path)}\t{person}\t{how}\t{worth}\n"
