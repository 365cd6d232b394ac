"""One engine in a process of its own: what it took, and a fingerprint of what it found, as one line of JSON.

Facts are loaded and brought into the engine's form first; then the same question is asked several times, and the
best time counts.  Memory is the most the process ever held, until the results are written.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from bench.law import office
from bench.law.clocks import Figures, peak_mb, seconds_of
from bench.law.digest import digest_of
from bench.law.facts import Population, load
from bench.law.values import RESULTS

__all__ = ["main"]


def main() -> None:
    """Run one engine; its figures are the last line of the output."""
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=[*ARRAYS, *ACTS])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--sample", type=int, default=1000)
    parser.add_argument("--households", type=int, default=1000)
    parser.add_argument("--python", type=Path, default=None, help="of the other environment")
    options = parser.parse_args()
    act = ACTS.get(options.engine, in_columns)
    sys.stdout.write(json.dumps(act(options)) + "\n")


# --- many households -----------------------------------------------------------------------------------

ARRAYS = {
    "bulk": ("bench.law.engines", "Bulk"),
    "by_hand": ("bench.law.by_hand", "ByHand"),
    "fused": ("bench.law.fused", "Fused"),
    "openfisca": ("bench.law.openfisca", "OpenFisca"),
    "openfisca_frugal": ("bench.law.openfisca", "Frugal"),
    "duckdb": ("bench.law.duck", "Duck"),
}


def in_columns(options: argparse.Namespace) -> Figures:
    """Facts and results in memory."""
    module, name = ARRAYS[options.engine]
    engine = getattr(import_module(module), name)()
    loading, (state, people) = seconds_of(lambda: _prepared(engine, options))
    times, worked = [], []
    raw = None
    for _ in range(options.repeat + 1):  # the first is the warm-up
        raw, before = None, time.process_time()
        took, raw = seconds_of(lambda: engine.decide(state))
        times.append(took)
        worked.append(time.process_time() - before)
    found = engine.found(raw) if hasattr(engine, "found") else raw
    writing, _ = seconds_of(lambda: _written(found, _results_of(options)))
    peak = peak_mb()
    shutil.rmtree(_results_of(options))
    return {
        "first_seconds": times[0],
        "seconds": min(times[1:]),
        "whole_seconds": loading + min(times[1:]) + writing,
        "processor_seconds": min(worked[1:]),
        "repeat": options.repeat,
        "peak_mb": peak,
        "digest": digest_of(found),
        "sample_digest": digest_of(_first(found, options.sample, people)),
    }


def _prepared(engine: Any, options: argparse.Namespace) -> tuple[Any, int]:
    """What the engine works on; the columns as read are let go. And the members of the sample."""
    population = load(options.folder)
    people = _people(population, options.sample)
    return (engine.prepared(population) if hasattr(engine, "prepared") else population), people


def _people(population: Population, sample: int) -> int:
    return int(population.starts[min(sample, len(population))])


def _first(found: Mapping[str, Any], sample: int, people: int) -> dict[str, Any]:
    return {name: found[name][: people if name == RESULTS[-1] else sample] for name in RESULTS}


def _results_of(options: argparse.Namespace) -> Path:
    return Path(options.folder) / f"results-{options.engine}-{os.getpid()}"


def _written(found: Mapping[str, Any], into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    for name in RESULTS:
        np.save(into / f"{name}.npy", found[name])


def streamed(options: argparse.Namespace) -> Figures:
    """From files to files, a piece at a time."""
    from bench.law.engines import Streamed

    engine, into = Streamed(), _results_of(options)
    times = [seconds_of(lambda: engine.stream(options.folder, into))[0] for _ in range(options.repeat + 1)]
    peak = peak_mb()
    found = {path.name.split(".")[0]: _mapped(path) for path in into.iterdir()}
    starts = np.load(options.folder / "rest" / "starts.npy", mmap_mode="r")
    people = int(starts[min(options.sample, len(starts) - 1)])
    figures = {"digest": digest_of(found), "sample_digest": digest_of(_first(found, options.sample, people))}
    shutil.rmtree(into)
    best = min(times[1:])
    return {
        "first_seconds": times[0],
        "seconds": best,
        "whole_seconds": best,
        "repeat": options.repeat,
        "peak_mb": peak,
        **figures,
    }


def _mapped(path: Path) -> Any:
    return np.memmap(path, dtype=np.dtype(path.suffix[1:]), mode="r")


def spark(options: argparse.Namespace) -> Figures:
    """Files for Spark, Spark itself in its own environment, and what it found, read again."""
    import duckdb

    from bench.law.duck import Duck, found_in

    folder = options.folder / "spark"
    population = load(options.folder)
    statements = Duck().files(population, folder)
    (folder / "statements.json").write_text(json.dumps(statements), encoding="utf-8")
    words = [str(options.python), "-m", "bench.law.spark", str(folder), str(min(options.repeat, 3))]
    environment = {**os.environ, "PYSPARK_PYTHON": str(options.python), "TZ": "UTC"}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        raise SystemExit((done.stderr.strip().splitlines() or ["?"])[-1])
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    homes, people = (f"'{folder}/found_{name}/*.parquet'" for name in ("households", "persons"))
    found = found_in(duckdb.connect(), homes, people)
    sample = _first(found, options.sample, _people(population, options.sample))
    return {**figures, "digest": digest_of(found), "sample_digest": digest_of(sample)}


# --- one household -------------------------------------------------------------------------------------


def one_by_one(options: argparse.Namespace) -> Figures:
    """Every household of the sample by itself; the median is what one case takes."""
    from bench.law import engines

    engine = {"case": engines.Case, "reference": engines.Reference, "explained": engines.Explained}[
        options.engine
    ]()
    cases = list(engines.cases(load(options.folder), options.sample))
    if options.engine == "explained":
        cases = cases[:: max(1, len(cases) // 2000)]
    for path, one in islice(cases, 200):
        engine.decide(path, one)
    started = time.perf_counter()
    timed = [seconds_of(lambda case=case: engine.decide(*case)) for case in cases]
    whole = time.perf_counter() - started
    each = sorted(took for took, _ in timed)
    figures: Figures = {
        "cases": len(cases),
        "seconds": whole,
        "median_ms": statistics.median(each) * 1000,
        "p99_ms": each[int(len(each) * 0.99)] * 1000,
        "peak_mb": peak_mb(),
    }
    if options.engine != "explained":
        figures["sample_digest"] = digest_of(engines.columns_of([found for _, found in timed]))
    return figures


def unknowns(options: argparse.Namespace) -> Figures:
    """Where facts are missing, every engine leaves the same undecided."""
    from bench.law import engines

    some = engines.Unknowns(load(options.folder).part(0, options.sample))
    digests = {"bulk": digest_of(some.in_columns())}
    for name, engine in (("case", engines.Case()), ("reference", engines.Reference())):
        answers = [engine.decide(path, one) for path, one in some.cases()]
        digests[name] = digest_of(engines.columns_of(answers))
    undecided = sum(int((column == -1).sum()) for column in some.in_columns().values())
    return {"digests": digests, "undecided": undecided, "cases": len(some.table)}


ACTS: dict[str, Callable[[argparse.Namespace], Figures]] = {
    "streamed": streamed,
    "spark": spark,
    "case": one_by_one,
    "explained": one_by_one,
    "reference": one_by_one,
    "unknowns": unknowns,
    "compiling": office.compiling,
    "compiling_assistance": office.compiling_assistance,
    "assistance": office.assistance,
    "postgres": office.postgres,
}

if __name__ == "__main__":
    main()
