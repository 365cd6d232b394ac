"""What the worker does for monthly runs: those that were begun, and those a stopped worker has left."""

from __future__ import annotations

from procrastinate.contrib.django import app

from minzheng.kernel.audit import system

from . import actions, announcing

__all__ = ["announce", "begin", "carry_on", "resume"]

SHARED_BY = 2  # how many workers usually stand; one that finds nothing left is done at once


def begin(run_id: int) -> None:
    """The run is put before the workers, who share its parts."""
    for _ in range(SHARED_BY):
        carry_on.defer(run_id=run_id)


@app.task(queue="monthly", pass_context=False)
def carry_on(run_id: int) -> None:
    """Prepare every part of a run that still waits."""
    actions.carry_on(run_id)


@app.periodic(cron="*/5 * * * *")
@app.task(queue="monthly", queueing_lock="resume_monthly", pass_context=False)
def resume(timestamp: int) -> None:
    """What a stopped worker left undone is carried on."""
    for run_id in actions.unfinished():
        actions.carry_on(run_id)


@app.periodic(cron="* * * * *")
@app.task(queue="monthly", queueing_lock="announce", pass_context=False)
def announce(timestamp: int) -> None:
    """Whoever was paid, or whose payment came back, is told within a minute."""
    for journal_id in announcing.unannounced():
        announcing.announce(journal_id=journal_id, by=system("monthly"))
