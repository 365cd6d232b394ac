"""The yearly re-check of the province: one source silent at first, then resumed, by two workers side by side."""

from __future__ import annotations

import time
from typing import Any

from bench.exchange.process import fault
from bench.exchange.province import DAY, Made
from bench.exchange.workers import workers
from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.exchange import actions
from minzheng.kernel.exchange.models import Discrepancy, Recheck, RecheckPart
from minzheng.kernel.exchange.sources import SOURCES

__all__ = ["measured"]

SILENT = "bank"


def measured(made: Made) -> dict[str, Any]:
    """Seconds from the start to the last comparison, and what was found; a wrong result ends the measuring."""
    with workers() as carry_on, clock.frozen(DAY):
        fault(SILENT, "down")
        started = time.perf_counter()
        run = actions.start_recheck(path="22/", by=system("bench"))
        carry_on(run.pk)
        first = time.perf_counter() - started
        _expect(run, "failed")
        fault(SILENT, "")
        again = time.perf_counter()
        actions.retry(run=run, by=system("bench"))
        carry_on(run.pk)
        ended = time.perf_counter()
    _expect(run, "done")
    return _found(run, made) | {
        "seconds": first + ended - again, "first_pass": first, "resumed": ended - again,
    }  # fmt: skip


def _expect(run: Recheck, state: str) -> None:
    run.refresh_from_db()
    if run.state != state:
        silent = run.parts.filter(state=RecheckPart.State.FAILED).values_list("source", "error").distinct()
        raise SystemExit(f"the re-check is {run.state}, not {state}: {list(silent)}")


def _found(run: Recheck, made: Made) -> dict[str, Any]:
    """Everyone was answered at every source, once; every hidden car was found."""
    parts = run.parts.exclude(source="")
    if parts.exclude(source=SILENT).filter(attempts__gt=1).exists():
        raise SystemExit("a source that had answered was asked again")
    answers = sum(part.found + part.none for part in parts)
    if answers != run.subjects * len(SOURCES):
        raise SystemExit(f"{answers} answers about {run.subjects} subjects at {len(SOURCES)} sources")
    cars = Discrepancy.objects.filter(item="vehicles").count()
    if not 0.9 * made.hidden <= cars <= made.hidden:
        raise SystemExit(f"{cars} cars were found of {made.hidden}")
    return {
        "subjects": run.subjects, "sources": len(SOURCES), "answers": answers,
        "differences": Discrepancy.objects.count(),
    }  # fmt: skip
