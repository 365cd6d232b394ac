"""What the worker does for registers: workbooks that were asked for, and those whose time is over."""

from __future__ import annotations

from procrastinate.contrib.django import app

from . import exporting

__all__ = ["make", "resume"]


@app.task(queue="exports", pass_context=False)
def make(export_id: int) -> None:
    """Make one workbook."""
    exporting.make(export_id)


@app.periodic(cron="*/10 * * * *")
@app.task(queue="exports", queueing_lock="resume_exports", pass_context=False)
def resume(timestamp: int) -> None:
    """What a stopped worker left undone is begun anew; what has expired is removed."""
    exporting.sweep()
    for export_id in exporting.unfinished():
        exporting.make(export_id)
