"""A file of another department, linked to the people on file: by number where name agrees, else by weight of evidence.

Everything is done in sets, in DuckDB: the numbers first, which settles most rows; only what is left is blocked and
scored.  Nothing is merged or changed by it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa
from django.db import connection

from minzheng.kernel import clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.copying import copying_into
from minzheng.kernel.people.models import FormerNumber, Person
from minzheng.kernel.people.queries import current

from . import blocking, engine, frames
from .models import Incoming, IncomingLink
from .parameters_of import number_at

__all__ = ["link_file"]

THREADS = 2
_LINK = ("incoming_id", "row", "path", "linked_id", "how", "weight")
_FIELDS = ("id", "id_number", "name", "sex", "birth", "path", "phone")


@verb("linkage.link_file", label="外来名单与人员档案比对")
def link_file(
    *, source: str, purpose: str, subjects: pa.Table, path: str, by: Actor, memory_mb: int = 1200
) -> Incoming:
    """Which of our people each row is about; rows are ``frames.RAW``, numbered from 0."""
    started = time.perf_counter()
    on = clock.today()
    model = engine.model_on(on)
    con = frames.connect(memory_mb=memory_mb, threads=THREADS)
    try:
        frames.prepare(con, "subjects", _below_zero(subjects))
        frames.prepare(con, "people", frames.told(_people(by, path)))
        con.register("aliases", _aliases(by, path))
        _by_number(con)
        _by_score(con, model.settings, path)
        made = Incoming.objects.create(
            source=source, purpose=purpose, model=model.code, at=clock.now(), by=by.id, by_name=by.name, path=path,
            subjects=subjects.num_rows,
        )  # fmt: skip
        _write(con, made)
    finally:
        con.close()
    made.milliseconds = round((time.perf_counter() - started) * 1000)
    made.save()
    note(about=made, path=path, after={
        "subjects": made.subjects, "by_number": made.by_number, "by_score": made.by_score, "unsure": made.unsure,
    })  # fmt: skip
    return made


def _below_zero(subjects: pa.Table) -> pa.Table:
    """Rows of the department are numbered below zero, so that both sides may stand in one table."""
    import pyarrow.compute as pc

    ids = pc.subtract(pc.negate(subjects["unique_id"]), pa.scalar(1))
    return subjects.set_column(subjects.schema.get_field_index("unique_id"), "unique_id", ids)


def _people(by: Actor, path: str) -> Iterator[tuple[Any, ...]]:
    """The people on file in a place, each file once: doubles since merged are left out."""
    rows = in_scope(Person.objects.filter(path__startswith=path, merged_into=None), by)
    for pk, number, name, sex, birth, where, phone in rows.values_list(*_FIELDS).iterator(chunk_size=20_000):
        yield pk, number, name, sex, f"{birth:%Y%m%d}" if birth else "", where, phone


def _aliases(by: Actor, path: str) -> pa.Table:
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


# A number counts only together with a name that agrees in writing or sound, or but for one character of three.
_AGREES = """(s.name = p.name OR len(list_intersect(s.sounds, p.sounds)) > 0
  OR (length(s.name) >= 3 AND length(p.name) >= 3 AND levenshtein(s.name, p.name) = 1))"""


def _by_number(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "CREATE TABLE found AS SELECT s.unique_id AS l, p.unique_id AS r, 1 AS how, NULL::DOUBLE AS weight "
        "FROM subjects s JOIN (SELECT number, unique_id FROM people UNION SELECT number, person FROM aliases) n "
        "ON s.number = n.number JOIN people p ON p.unique_id = n.unique_id "
        f"WHERE s.number_ok AND {_AGREES}"
    )
    con.execute("CREATE TABLE rest AS SELECT * FROM subjects s ANTI JOIN found f ON f.l = s.unique_id")
    con.execute("DROP TABLE subjects")


def _by_score(con: duckdb.DuckDBPyConnection, settings: dict[str, Any], path: str) -> None:
    """What is left is scored against whoever shares a block; the best counts if it is good enough and stands alone."""
    on = clock.today()
    link, unsure, margin = (
        number_at(f"linkage.{key}", path=path, on=on) for key in ("link_from", "unsure_from", "link_margin")
    )
    blocking.block(con, "rest", "people", into="pairs")
    con.execute(
        "CREATE TABLE records AS SELECT * FROM rest UNION ALL "
        "SELECT p.* FROM people p SEMI JOIN pairs ON pairs.r = p.unique_id"
    )
    con.execute("DROP TABLE people")
    con.execute("DROP TABLE rest")
    engine.score(con, settings, records="records", pairs="pairs", into="scored", least=unsure)
    con.execute(_BEST, {"link": link, "unsure": unsure, "margin": margin})


# Splink gives a level for each field, the highest the strongest, -1 where one side is silent.  A score alone is not
# enough: the name must agree in writing or sound (3, 4), or the number do so (2, 3) and at least the surname; and two
# numbers that are both valid and differ are two people, whatever else agrees.
_BEST = """
INSERT INTO found
WITH sided AS (
  SELECT least(l, r) AS l, greatest(l, r) AS r, weight, name, number FROM scored
), ranked AS (
  SELECT *, row_number() OVER best AS place, lead(weight) OVER best AS second FROM sided
  WHERE number <> 0 OR weight >= $link WINDOW best AS (PARTITION BY l ORDER BY weight DESC, r)
)
SELECT l, r, CASE WHEN weight >= $link AND weight - coalesce(second, -99) >= $margin
                       AND (name >= 3 OR number >= 2 AND name >= 1) AND number <> 0 THEN 2 ELSE 3 END, weight
FROM ranked WHERE place = 1 AND weight >= $unsure
"""


def _write(con: duckdb.DuckDBPyConnection, made: Incoming) -> None:
    counted = dict(con.execute("SELECT how, count(DISTINCT l) FROM found GROUP BY how").fetchall())
    made.by_number, made.by_score, made.unsure = (counted.get(how, 0) for how in (1, 2, 3))
    # Of two files under one number the older: whoever links is not who decides that they are doubles.
    rows = con.execute("SELECT -l - 1, min(r), min(how), max(weight)::INT FROM found GROUP BY l")
    with (
        connection.cursor() as cursor,
        copying_into(cursor, IncomingLink._meta.db_table, _LINK) as out,
    ):
        while batch := rows.fetchmany(50_000):
            out.write("".join(_line(made, *row) for row in batch))


def _line(file: Incoming, row: int, person: int, how: int, weight: int | None) -> str:
    worth = "\\N" if weight is None else weight
    return f"{file.pk}\t{row}\t{file.path}\t{person}\t{how}\t{worth}\n"
