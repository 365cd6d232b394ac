"""Two workers side by side, as ``run.py`` starts them: each a process with a connection of its own."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.pool import Pool
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from bench.law.clocks import peak_mb

__all__ = ["LANES", "Lanes", "lanes"]

LANES = 2


@dataclass
class Lanes:
    """The workers, and the most memory each has held so far, by process, in megabytes."""

    pool: Pool
    peaks: dict[int, float] = field(default_factory=dict)

    def prepare(self, run_id: int) -> list[dict[str, float]]:
        """Every worker carries the run on until nothing waits; seconds of work by stage, of each."""
        return self._told(self.pool.imap_unordered(_prepare, [run_id] * LANES))

    def approve(self, batches: list[int], folder: Path) -> list[dict[str, float]]:
        """Every batch compared, reviewed by two and sent by whichever worker is free."""
        return self._told(self.pool.imap_unordered(_approve, [(pk, str(folder)) for pk in batches]))

    def _told(self, answers: Iterator[tuple[int, float, dict[str, float]]]) -> list[dict[str, float]]:
        found = []
        for process, peak, seconds in answers:
            self.peaks[process] = max(peak, self.peaks.get(process, 0.0))
            found.append(seconds)
        return found


@contextmanager
def lanes() -> Iterator[Lanes]:
    """The workers, started and connected before anything is measured."""
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(LANES + 1)
    with context.Pool(LANES, _begin, (ready,)) as pool:
        ready.wait(timeout=120)
        yield Lanes(pool)


def _begin(ready: Barrier) -> None:
    import django

    django.setup()
    from django.db import connection

    connection.ensure_connection()
    ready.wait(timeout=120)


def _prepare(run_id: int) -> tuple[int, float, dict[str, float]]:
    from bench.run import stages

    return _answer(stages.prepared(run_id))


def _approve(job: tuple[int, str]) -> tuple[int, float, dict[str, float]]:
    from bench.run import stages

    return _answer(stages.through(job[0], Path(job[1])))


def _answer(watch: dict[str, float]) -> tuple[int, float, Any]:
    return os.getpid(), peak_mb(), dict(watch)
