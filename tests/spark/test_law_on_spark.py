"""The same law on Spark: one session in an environment and a process of its own, where Java is present."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from launch import beside, places
from tests.spark.session import EXAMPLES, RULES

LONG = 300


@pytest.fixture
def python() -> Path:
    """The interpreter of the environment with Spark."""
    if beside.java() < beside.JAVA:
        pytest.skip(f"Spark wants Java {beside.JAVA} or newer, and there is none on this machine")
    found = places.venv_program("python", beside.folder("spark"))
    if not found.exists():
        pytest.skip("no environment with Spark: `python3 run.py test` makes it from requirements/spark.lock")
    return found


def test_spark_agrees_on_worked_cases_and_on_rules_drawn_at_random(python: Path, tmp_path: Path) -> None:
    paths = [places.ROOT, places.SOURCE, places.site_packages()]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths)), "SPARK_LOCAL_DIRS": str(tmp_path)}
    done = subprocess.run(
        [str(python), "-m", "tests.spark.session"],
        env=env, cwd=tmp_path, capture_output=True, text=True, timeout=LONG,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-8000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["worked"] > 100
    assert said["rules"] == len(RULES)
    assert said["households"] > EXAMPLES


@pytest.mark.parametrize(
    ("said", "version"),
    [('openjdk version "17.0.15" 2025-04-15', 17), ('java version "1.8.0_201"', 1), ("command not found", 0)],
)
def test_the_version_of_java_is_read(said: str, version: int) -> None:
    assert beside.java_version(said) == version
