"""The boards are counted anew every hour of the day, and the year before once."""

from __future__ import annotations

from procrastinate.contrib.django import app

from minzheng.kernel import clock
from minzheng.kernel.audit import system

from . import counting

__all__ = ["refresh"]


@app.periodic(cron="40 * * * *")
@app.task(queue="nightly", queueing_lock="refresh_boards", pass_context=False)
def refresh(timestamp: int) -> None:
    """This month and the last; months that were never counted as well."""
    current = clock.Month.of(clock.today())
    months = dict.fromkeys([current, current.previous, *counting.never_counted()])
    counting.rebuild(months=list(months), by=system("boards"))
