"""A department's file linked on a cluster: what is compared goes out as Parquet, the links come back and are kept.

For files that this machine would take long over: the same statements and the same model, put into Spark's words, run
there by ``scripts/link_on_spark.py``.  Numbers leave in clear, since a mistyped one is known only by its figures; the
folder is for nobody else, the leaving is counted and told like that of any other file, and the folder is to be
destroyed when the links are back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import Refused
from minzheng.kernel.reveals import leaving

from . import engine, frames, incoming, left_open, statements
from .models import Incoming, IncomingLink

__all__ = ["hand_out", "take_in"]

_LIST = 10_000
PART = 500_000  # rows of a part file, and how many are held in memory at a time


@verb("linkage.hand_out", label="交集群比对外来名单")
def hand_out(
    *, source: str, purpose: str, rows: Iterable[Sequence[Any]], path: str, into: Path, by: Actor
) -> Incoming:
    """The folder that a cluster needs to link a file: statements, model, both sides, former numbers."""
    if into.exists() and any(into.iterdir()):
        raise Refused("linkage_folder_used", f"目录 {into} 不是空的。请另选一个空目录，以免混入别的名单。")
    model = engine.model_on(clock.today())
    into.mkdir(parents=True, exist_ok=True)
    into.chmod(0o700)
    made = incoming.begun(source=source, purpose=purpose, path=path, by=by, subjects=0)
    made.subjects = _parts(into / "subjects", rows, ours=False)
    people = _parts(into / "people", incoming.people(by, path), ours=True)
    _part(into / "aliases", 0, incoming.aliases(by, path), prepared=False)
    made.save()
    told = {"incoming": made.pk, **_statements(model.settings, incoming.limits_at(path))}
    (into / "statements.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    leaving.left("交集群比对的人员档案", rows=people, path=path, by=by, clear=True)
    note(about=made, path=path, after={"subjects": made.subjects, "people": people})
    return made


@verb("linkage.take_in", label="收回集群比对结果")
def take_in(*, made: Incoming, results: Path, by: Actor, subjects: pa.Table | None = None) -> Incoming:
    """The links that the cluster found, kept as if found here; once for each file, and only of people on file here.

    ``subjects`` are the rows of the file, without which nobody could decide on what is unsure.
    """
    if IncomingLink.objects.filter(incoming_id=made.pk).exists():
        raise Refused(
            "linkage_taken_in", f"第{made.pk}号名单的比对结果已经收回。要重新比对，请重新交出名单。"
        )
    con = frames.connect(memory_mb=600, threads=1)
    try:
        con.execute(f"CREATE TABLE links AS SELECT line, person, how, weight FROM '{results / '*.parquet'}'")
        _checked(con, made, by)
        incoming.write(con, made, _unsure(con, made, subjects))
    except duckdb.IOException:
        raise Refused(
            "linkage_no_results", f"目录 {results} 中没有比对结果（Parquet 文件）。请核对集群作业是否已完成。"
        ) from None
    finally:
        con.close()
    incoming.told(made, round((clock.now() - made.at).total_seconds() * 1000))
    return made


def _unsure(con: duckdb.DuckDBPyConnection, made: Incoming, subjects: pa.Table | None) -> dict[int, str]:
    """What the cluster left open is put before stewards; it tells of each row only whoever is likest."""
    likely = con.execute("SELECT line, person FROM links WHERE how = 3 ORDER BY line").fetchall()
    if not likely:
        return {}
    if subjects is None or subjects.num_rows != made.subjects:
        raise Refused(
            "linkage_file_needed",
            f"结果中有{len(likely)}行存疑，须由人核对。请同时给出交出时的名单文件（{made.subjects}行）。",
        )
    return left_open.keep(made, subjects, likely)


def _statements(settings: dict[str, Any], limits: statements.Limits) -> dict[str, Any]:
    """What the job runs, in its order."""
    spoken = statements.of_spark
    return {
        "settings": statements.settings_of_spark(engine.chosen(settings, evidence=False)),
        "before": [[name, spoken(statement)] for name, statement, _ in statements.BEFORE],
        "blocked": spoken(engine.BLOCKED.format(pairs="pairs")), "least": limits.unsure,
        "kept": engine.kept(settings), "best": spoken(statements.best(limits)), "links": spoken(statements.LINKS),
    }  # fmt: skip


def _parts(folder: Path, rows: Iterable[Sequence[Any]], *, ours: bool) -> int:
    """Part files of what is compared, prepared as for a comparison here, one at a time; how many rows."""
    every: Iterator[Sequence[Any]] = iter(rows)
    count = number = 0
    while batch := list(islice(every, PART)):
        raw = frames.told(batch)
        _part(folder, number, raw if ours else incoming.below_zero(raw))
        count, number = count + len(batch), number + 1
    return count


def _part(folder: Path, number: int, raw: pa.Table, *, prepared: bool = True) -> None:
    """One file, for nobody else to read; the folder around it was closed before."""
    folder.mkdir(exist_ok=True)
    target = folder / f"{number:05}.parquet"
    con = frames.connect(memory_mb=1200, threads=1)
    try:
        if prepared:
            frames.prepare(con, "made", raw)
        else:
            con.register("made", raw)
        con.execute(f"COPY made TO '{target}' (FORMAT parquet)")
        target.chmod(0o600)
    finally:
        con.close()


def _checked(con: duckdb.DuckDBPyConnection, made: Incoming, by: Actor) -> None:
    """Every line one of the file's, once; every person one whom this office may see."""
    wrong = con.execute(
        "SELECT count(*) FILTER (WHERE line < 0 OR line >= $most OR how NOT IN (1, 2, 3)),"
        " count(*) - count(DISTINCT line) FROM links", {"most": made.subjects},
    ).fetchone()  # fmt: skip
    if wrong != (0, 0):
        raise Refused(
            "linkage_other_results", f"结果中有不属于第{made.pk}号名单的行，没有收回。请核对目录是否拿错。"
        )
    people = [row[0] for row in con.execute("SELECT DISTINCT person FROM links").fetchall()]
    seen = incoming.on_file(by, made.path)
    found = sum(
        seen.filter(pk__in=people[first : first + _LIST]).count() for first in range(0, len(people), _LIST)
    )
    if found != len(people):
        raise Refused(
            "linkage_other_people",
            f"结果中有{len(people) - found}人不在本地人员档案内，没有收回。请重新交出名单再比对。",
        )
