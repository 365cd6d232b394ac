"""The month of a province through the platform's own verbs, shared between its workers, each stage timed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from bench.run.lanes import Lanes
from bench.run.office import MONTH, actors
from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.clock import Month
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger import queries
from minzheng.kernel.ledger.models import Batch, MonthlyRun
from minzheng.kernel.monthly import actions as monthly

__all__ = ["month_of", "prepared", "through"]


class Stopwatch(dict[str, float]):
    """Seconds by stage."""

    def __call__(self, stage: str, act: Callable[..., Any], *args: Any, **words: Any) -> Any:
        """Carry out, and add the time to the stage."""
        started = time.perf_counter()
        result = act(*args, **words)
        self.add({stage: time.perf_counter() - started})
        return result

    def add(self, more: dict[str, float]) -> None:
        """Stage by stage."""
        for stage, seconds in more.items():
            self[stage] = self.get(stage, 0.0) + seconds


def month_of(month: Month, folder: Path, lanes: Lanes) -> tuple[Stopwatch, Stopwatch]:
    """Prepared by the monthly run, then compared, reviewed by two and sent as files, county by county.

    The first watch is the wall's: what passed from the beginning of a stage to its end.  The second adds up what
    the workers spent in each.
    """
    wall, work = Stopwatch(), Stopwatch()
    run = wall("started", monthly.start_run, path="22/", month=month, by=system("bench"))
    _add(work, wall("prepared", lanes.prepare, run.pk))
    batches = _batches(run)
    _add(work, wall("approved_and_sent", lanes.approve, batches, folder))
    return wall, work


def _add(work: Stopwatch, found: Iterable[dict[str, float]]) -> None:
    for seconds in found:
        work.add(seconds)


def _batches(run: MonthlyRun) -> list[int]:
    run.refresh_from_db()
    if run.state != "prepared":
        raise SystemExit(f"the run was not prepared: {run.parts.exclude(state='done').first()}")
    return [part.batch_id for part in run.parts.order_by("-entitled") if part.batch_id]


def prepared(run_id: int) -> Stopwatch:
    """One worker's share of the run: amounts decided anew, payments drafted, the rest of a part."""
    watch = Stopwatch()
    decide, draft = monthly.doubt_amounts, monthly._draft
    monthly.doubt_amounts = lambda **words: watch("decided", decide, **words)  # type: ignore[assignment]
    monthly._draft = lambda *args: watch("drafted", draft, *args)  # type: ignore[assignment]
    try:
        with clock.frozen(MONTH.last):
            watch("parts", monthly.carry_on, run_id)
    finally:
        monthly.doubt_amounts, monthly._draft = decide, draft
    watch["parts"] -= watch.get("decided", 0.0) + watch.get("drafted", 0.0)
    return watch


def through(batch_id: int, folder: Path) -> Stopwatch:
    """One county's batch from the comparison to the bank file."""
    watch, who = Stopwatch(), actors()
    batch = Batch.objects.get(pk=batch_id)
    with clock.frozen(MONTH.last):
        watch("compared", queries.compare_with_last_month, batch, by=who.payer)
        for by in (who.reviewer, who.second):
            batch = watch("reviewed", ledger.review, batch=batch, seen=batch.content_sha, by=by)
        sent = watch("sent", ledger.send, batch=batch, by=who.payer)
        watch("sent", (folder / sent.name).write_bytes, sent.content)
    return watch
