"""Rows of a department's file that the machine leaves open: kept as sent, beside whoever they may be about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from minzheng.kernel import clock
from minzheng.kernel.people.models import Person

from . import duties, engine, finding, frames
from .models import Incoming, Unsure

__all__ = ["MOST", "SAID", "keep"]

MOST = 5  # candidates that are put before a steward
SAID = tuple(name for name in frames.RAW if name != "unique_id")
_ALL = -999  # of these few every pair is told, however little it weighs


def keep(
    made: Incoming, subjects: pa.Table, likely: Sequence[tuple[int, int]], keys: Sequence[str] = ()
) -> dict[int, str]:
    """Put each unsure row before the stewards; ``likely`` pairs rows with people.  The place of each row kept."""
    rows = _rows(subjects, {line for line, _ in likely})
    people = Person.objects.filter(pk__in={person for _, person in likely}).in_bulk()
    found = _scored(rows, people, likely)
    kept = [
        _unsure(made, line, rows[line], found[line], people, keys[line] if keys else "")
        for line in sorted(found)
    ]
    Unsure.objects.bulk_create(kept, batch_size=1000)
    return {one.row: one.path for one in kept}


def _rows(subjects: pa.Table, lines: set[int]) -> dict[int, dict[str, Any]]:
    """The rows of these lines, as the department sent them."""
    wanted = pc.is_in(subjects["unique_id"], value_set=pa.array(sorted(lines), pa.int64()))
    return {row.pop("unique_id"): row for row in subjects.filter(wanted).to_pylist()}


def _scored(
    rows: Mapping[int, Mapping[str, Any]], people: Mapping[int, Person], likely: Iterable[tuple[int, int]]
) -> dict[int, list[tuple[int, finding.Found]]]:
    """For each line whoever is like it, with the reasons, the most alike first."""
    pairs = [(line, person) for line, person in likely if line in rows and person in people]
    found: dict[int, list[tuple[int, finding.Found]]] = defaultdict(list)
    if not pairs:
        return found
    con, model = frames.connect(memory_mb=600, threads=1), engine.model_on(clock.today())
    try:
        _laid_out(con, rows, people, pairs)
        engine.score(
            con, model.settings, records="records", pairs="pairs", into="scored", least=_ALL, evidence=True,
            frequencies="name_shares",
        )  # fmt: skip
        for (line, person), one in finding.told(con.execute("SELECT * FROM scored"), model.settings):
            found[-line - 1].append((person, one))
    finally:
        con.close()
    return {line: sorted(each, key=lambda pair: (-pair[1].weight, pair[0])) for line, each in found.items()}


def _laid_out(
    con: duckdb.DuckDBPyConnection, rows: Mapping[int, Mapping[str, Any]], people: Mapping[int, Person],
    pairs: Sequence[tuple[int, int]],
) -> None:  # fmt: skip
    """Both sides in one table, the rows below zero; who is compared with whom; how common the names are."""
    sides = [(-line - 1, *(rows[line][name] for name in SAID)) for line in sorted({one for one, _ in pairs})]
    frames.prepare(con, "records", frames.told([*sides, *map(finding.row_of, people.values())]))
    con.register("pair_rows", pa.table({"l": [-line - 1 for line, _ in pairs], "r": [pk for _, pk in pairs]}))
    con.execute("CREATE TABLE pairs AS SELECT * FROM pair_rows")
    con.register("name_shares", finding.shares(one.name for one in people.values()))


def _unsure(
    made: Incoming, line: int, row: Mapping[str, Any], found: Sequence[tuple[int, finding.Found]],
    people: Mapping[int, Person], key: str,
) -> Unsure:  # fmt: skip
    places = [people[person].path for person, _ in found] + ([row["path"]] if row["path"] else [])
    return Unsure(
        incoming=made, row=line, path=reduce(duties.common, places), source=made.source, purpose=made.purpose,
        extract=made.extract, key=key, said={name: row[name] or "" for name in SAID}, model=made.model,
        weight=max(-999, min(found[0][1].weight, 999)), found_at=clock.now(),
        candidates=[
            {"person": person, "weight": one.weight, "evidence": one.evidence} for person, one in found
        ],
    )  # fmt: skip
