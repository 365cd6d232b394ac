"""The same law and linkage on Spark: one session in an environment and a process of its own, where Java is present."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from bench.exchange import incoming as generated
from launch import beside, places
from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.linkage import actions, comparing, engine, frames, incoming
from minzheng.kernel.linkage.models import Incoming, IncomingLink
from minzheng.kernel.people.population import populate
from tests.factories import NEXT_COUNTY, NONGAN
from tests.factories.places import place
from tests.spark.session import EXAMPLES, RULES

LONG = 300
TODAY, HOUSEHOLDS = date(2026, 3, 10), 150
ABOUT = {"source": "某部门", "purpose": "测", "path": "22/"}


@pytest.fixture
def python() -> Path:
    """The interpreter of the environment with Spark."""
    if beside.java() < beside.JAVA:
        pytest.skip(f"Spark wants Java {beside.JAVA} or newer, and there is none on this machine")
    found = places.venv_program("python", beside.folder("spark"))
    if not found.exists():
        pytest.skip("no environment with Spark: `python3 run.py test` makes it from requirements/spark.lock")
    return found


@pytest.fixture
def handed(tmp_path: Path) -> Iterator[tuple[Incoming, pa.Table]]:
    """People on file and a department's file of most of them with generated errors, handed to a cluster."""
    for village in (NONGAN.village, NEXT_COUNTY.village):
        place(village.split("/")[-2])
    with clock.frozen(TODAY):
        made = generated.Incoming(10**9, seed=5)
        populate(households=HOUSEHOLDS, seed=5, sinks=(made.on_file,))
        rows, _ = made.mixed()
        yield (
            actions.hand_out(**ABOUT, rows=rows, into=tmp_path / "files", by=system("link_file")),
            frames.told(rows),
        )


@pytest.mark.django_db
@pytest.mark.usefixtures("office_calendar")
def test_spark_agrees_on_the_law_and_on_who_is_who(
    python: Path, tmp_path: Path, handed: tuple[Incoming, pa.Table]
) -> None:
    """One session for both: starting it takes longer than either."""
    made, subjects = handed
    said = _said(python, tmp_path)
    assert said["worked"] > 100
    assert said["rules"] == len(RULES)
    assert said["households"] > EXAMPLES

    here = actions.link_file(**ABOUT, subjects=subjects, by=system("link_file"))
    results = tmp_path / "files" / "results"
    there = actions.take_in(made=made, results=results, subjects=subjects, by=system("link_file"))
    assert _links(there) == _links(here)
    assert there.unsure_rows.count() == there.unsure
    assert min(here.by_number, here.by_score, here.unsure) > 0
    assert _pairs_apart(tmp_path / "files") == (0, 0)


def _said(python: Path, tmp_path: Path) -> dict[str, Any]:
    paths = [places.ROOT, places.SOURCE, places.site_packages()]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths)), "SPARK_LOCAL_DIRS": str(tmp_path)}
    done = subprocess.run(
        [str(python), "-m", "tests.spark.session", str(tmp_path / "files")],
        env=env, cwd=tmp_path, capture_output=True, text=True, timeout=LONG,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-8000:]
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def _links(of: Incoming) -> list[tuple[int, ...]]:
    rows = IncomingLink.objects.filter(incoming_id=of.pk).order_by("row")
    return list(rows.values_list("row", "linked_id", "how", "weight"))


def _pairs_apart(folder: Path) -> tuple[int, int]:
    """Of all pairs scored: on one side only; with another level of a field or another weight."""
    con = frames.connect(memory_mb=300, threads=1)
    for name in ("subjects", "people", "aliases"):
        con.execute(f"CREATE TABLE {name} AS SELECT * FROM '{folder / name}/*.parquet'")
    with clock.frozen(TODAY):
        incoming.linked(con, engine.model_on(TODAY).settings, incoming.limits_at("22/"))
    con.execute(f"CREATE TABLE there AS SELECT * FROM '{folder / 'scored'}/*.parquet'")
    differs = " OR ".join(f"scored.{field} <> there.{field}" for field in comparing.FIELDS)
    found = con.execute(
        "SELECT count(*) FILTER (scored.l IS NULL OR there.l IS NULL),"
        f" count(*) FILTER (abs(scored.weight - there.weight) > 1e-9 OR {differs})"
        " FROM scored FULL JOIN there USING (l, r)"
    ).fetchone()
    con.close()
    assert found is not None
    return found[0], found[1]


@pytest.mark.parametrize(
    ("said", "version"),
    [('openjdk version "17.0.15" 2025-04-15', 17), ('java version "1.8.0_201"', 1), ("command not found", 0)],
)
def test_the_version_of_java_is_read(said: str, version: int) -> None:
    assert beside.java_version(said) == version
