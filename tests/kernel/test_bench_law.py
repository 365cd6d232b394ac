"""`run.py bench law` in miniature: every engine finds the same, and the figures have their names.  Nothing is timed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.law import facts, values
from bench.law.by_hand import ByHand
from bench.law.digest import digest_of
from bench.law.engines import Bulk
from bench.law.measure import ENGINES, ROOT, Measured, Order, Row
from bench.law.table import bars, figures, lines

HOUSEHOLDS = 1000
HERE = "bulk,streamed,fused,by_hand,duckdb,case,reference,explained,unknowns,assistance"
KEYS = {
    "speedup_vs_openfisca_1m",
    "speedup_vs_openfisca_10m",
    "memory_vs_openfisca_10m",
    "slowdown_vs_fused_10m",
    "case_ms",
    "case_explained_ms",
    "compiling_cold_seconds",
    "compiling_cached_seconds",
    "postgres_read_seconds",
    "postgres_write_seconds",
    "postgres_peak_mb",
    "households_10m",
}


def measured(folder: Path, only: str) -> tuple[Mapping[str, Any], str]:
    """The command with everything it writes."""
    target = folder / "figures.json"
    words = [sys.executable, "-m", "bench.law", "--households", str(HOUSEHOLDS), "--repeat", "1"]
    words += ["--sample", "300", "--only", only, "--json", str(target)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(target.read_text(encoding="utf-8")), done.stdout


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> tuple[Mapping[str, Any], str]:
    """What needs no environment beside the platform's own."""
    return measured(tmp_path_factory.mktemp("bench"), HERE)


def test_every_engine_finds_the_same(here: tuple[Mapping[str, Any], str]) -> None:
    found, told = here
    rows = {row["engine"]: row for row in found["rows"]}
    assert set(rows) == set(HERE.split(",")) & set(ENGINES)
    assert {row["why_not"] for row in rows.values()} == {""}, told
    assert len({row["digest"] for row in rows.values() if "digest" in row}) == 1
    assert len({row["sample_digest"] for row in rows.values()}) == 1
    assert found["agree"] is True
    assert found["assistance_agree"] is True
    assert "All results agree" in told


def test_where_facts_are_missing_results_stay_open_alike(here: tuple[Mapping[str, Any], str]) -> None:
    assert here[0]["unknown_results"] > 0


def test_the_figures_have_their_names(here: tuple[Mapping[str, Any], str]) -> None:
    found, _ = here
    assert set(found) >= KEYS
    assert found["households_10m"] == HOUSEHOLDS
    assert found["case_ms"] > 0
    assert found["case_explained_ms"] > found["case_ms"]


def test_openfisca_finds_the_same(tmp_path: Path) -> None:
    if not (ROOT / ".venv-bench").exists():
        pytest.skip("OpenFisca is not installed: python3 run.py bench law makes .venv-bench")
    found, told = measured(tmp_path, "by_hand,openfisca,openfisca_frugal")
    assert [row["why_not"] for row in found["rows"]] == ["", "", ""], told
    assert len({row["digest"] for row in found["rows"]}) == 1


def test_pieces_from_the_disk_are_the_whole(tmp_path: Path) -> None:
    folder = facts.made(tmp_path, households=1000)
    whole = facts.load(folder)
    pieces = list(facts.pieces(folder, rows=300))
    assert [len(piece) for piece in pieces] == [300, 300, 300, 100]
    for name, column in whole.persons.items():
        assert np.array_equal(np.concatenate([piece.persons[name] for piece in pieces]), column)
    sizes = np.concatenate([np.diff(piece.starts) for piece in pieces])
    assert np.array_equal(sizes, np.diff(whole.starts))


def test_the_engine_and_the_columns_by_hand_agree_in_every_result(tmp_path: Path) -> None:
    population = facts.load(facts.made(tmp_path, households=1000))
    by_hand = ByHand().decide(population)
    engine = Bulk()
    found = engine.found(engine.decide(engine.prepared(population)))
    for name in values.RESULTS:
        assert np.array_equal(found[name], by_hand[name]), name
        assert np.count_nonzero(found[name]) > 0, name


def test_a_single_fen_changes_the_fingerprint() -> None:
    columns = {name: np.arange(10) for name in values.RESULTS}
    before = digest_of(columns)
    assert digest_of({**columns, "total": columns["total"].astype(np.int32)}) == before
    columns["total"] = columns["total"] + (np.arange(10) == 9)
    assert digest_of(columns) != before


# --- the table, on figures made up ---------------------------------------------------------------------


def made_up(size: int, **changes: Any) -> Measured:
    given = {"seconds": 1.0, "whole_seconds": 2.0, "peak_mb": 100, "digest": "a", "sample_digest": "b"}
    slow = {**given, "seconds": 4.0, "whole_seconds": 9.0, "peak_mb": 400}
    rows = [
        Row("bulk", size, given),
        Row("streamed", size, given),
        Row("fused", size, {**given, "seconds": 0.8}),
        Row("openfisca", size, {**slow, **changes}),
        Row("spark", size, why_not="没有 Java"),
    ]
    return Measured(Order(size, 3, 100, frozenset()), rows)


def test_the_bars_are_held_against_the_figures() -> None:
    found = made_up(1_000_000)
    given = figures(found)
    assert given["speedup_vs_openfisca_1m"] == given["speedup_vs_openfisca_10m"] == 4
    assert given["memory_vs_openfisca_10m"] == 0.25
    assert given["slowdown_vs_fused_10m"] == 1.25
    verdicts = {bar.name: bar.verdict for bar in bars(found)}
    assert verdicts["speedup_vs_openfisca_1m"] == "达到 pass"
    assert verdicts["case_ms"] == "未测 not measured"
    slower = {bar.name: bar.verdict for bar in bars(made_up(1_000_000, seconds=2.9))}
    assert slower["speedup_vs_openfisca_1m"] == "未达到 FAIL"


def test_few_households_tell_nothing_of_speed() -> None:
    verdicts = {bar.verdict for bar in bars(made_up(1000)) if bar.name.endswith("_1m")}
    assert verdicts == {"规模太小 too few households to tell"}


def test_a_different_result_is_told() -> None:
    assert made_up(1_000_000).disagreements == []
    other = made_up(1_000_000, digest="c")
    assert "digest" in other.disagreements[0]
    assert any("RESULTS DIFFER" in line for line in lines(other))
    alone = replace(made_up(1_000_000).rows[0], figures={"digest": "x"})
    assert Measured(Order(1_000_000, 3, 100, frozenset()), [alone]).disagreements == []


def test_an_engine_that_is_not_there_says_so() -> None:
    assert any("没有 Java" in line for line in lines(made_up(1_000_000)))
