"""The month of a province through the platform's own verbs, each stage timed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.run.office import actors
from minzheng.kernel.audit import system
from minzheng.kernel.clock import Month
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger import queries
from minzheng.kernel.ledger.models import Batch
from minzheng.kernel.monthly import actions as monthly

__all__ = ["month_of"]


class Stopwatch(dict[str, float]):
    """Seconds by stage."""

    def __call__(self, stage: str, act: Callable[..., Any], *args: Any, **words: Any) -> Any:
        """Carry out, and add the time to the stage."""
        started = time.perf_counter()
        result = act(*args, **words)
        self[stage] = self.get(stage, 0.0) + time.perf_counter() - started
        return result


def month_of(month: Month, folder: Path) -> Stopwatch:
    """Reckoned and drafted by the monthly run, compared, reviewed by two, sent as files; county by county."""
    watch = Stopwatch()
    reckon, draft = monthly.doubt_amounts, monthly._draft
    monthly.doubt_amounts = lambda **words: watch("decided", reckon, **words)  # type: ignore[assignment]
    monthly._draft = lambda *args: watch("drafted", draft, *args)  # type: ignore[assignment]
    try:
        run = watch("started", monthly.start_run, path="22/", month=month, by=system("bench"))
        run = watch("prepared", monthly.carry_on, run.pk)
    finally:
        monthly.doubt_amounts, monthly._draft = reckon, draft
    watch["prepared"] -= (
        watch["decided"] + watch["drafted"]
    )  # what is left: the parts themselves, their audit
    if run.state != "prepared":
        raise SystemExit(f"the run was not prepared: {run.parts.exclude(state='done').first()}")
    for part in run.parts.select_related("batch").order_by("id"):
        _through(watch, part.batch, folder)
    return watch


def _through(watch: Stopwatch, batch: Batch, folder: Path) -> None:
    who = actors()
    watch("compared", queries.compare_with_last_month, batch, by=who.payer)
    for by in (who.reviewer, who.second):
        batch = watch("reviewed", ledger.review, batch=batch, seen=batch.content_sha, by=by)
    sent = watch("sent", ledger.send, batch=batch, by=who.payer)
    watch("sent", (folder / sent.name).write_bytes, sent.content)
