"""What the worker does for one person having one file: every night new and changed files are searched for doubles."""

from __future__ import annotations

from procrastinate.contrib.django import app

from minzheng.kernel.audit import system

from . import scanning

__all__ = ["find_doubles"]

MOST_BATCHES = 400


@app.periodic(cron="20 2 * * *")
@app.task(queue="nightly", queueing_lock="find_doubles", pass_context=False)
def find_doubles(timestamp: int) -> None:
    """Batch after batch, each a transaction of its own; what is left over waits for the next night."""
    for _ in range(MOST_BATCHES):
        if not scanning.scan(by=system("nightly")).files:
            return
