"""The boards are counted anew every hour of the day, and the year before once."""

from __future__ import annotations

from procrastinate.contrib.django import app

from . import counting

__all__ = ["refresh"]


@app.periodic(cron="40 * * * *")
@app.task(queue="nightly", queueing_lock="refresh_boards", pass_context=False)
def refresh(timestamp: int) -> None:
    """Every hour."""
    counting.refresh()
