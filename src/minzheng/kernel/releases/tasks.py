"""What the worker does for releases: runs that were asked for, amounts that are due, and what was left undone."""

from __future__ import annotations

from procrastinate.contrib.django import app

from . import applying, simulating

__all__ = ["carry_out", "resume", "simulate"]


@app.task(queue="releases", pass_context=False)
def simulate(simulation_id: int) -> None:
    """Try a release on everyone in its place."""
    simulating.run(simulation_id)


@app.task(queue="releases", pass_context=False)
def carry_out(release_id: int) -> None:
    """Bring what is paid to what a release, or its end, says."""
    applying.carry_out(release_id)


@app.periodic(cron="*/5 * * * *")
@app.task(queue="releases", queueing_lock="resume_releases", pass_context=False)
def resume(timestamp: int) -> None:
    """What a stopped worker left undone is begun anew; a release is carried out on the first day of its month."""
    for simulation_id in simulating.unfinished():
        simulating.run(simulation_id)
    for release_id in applying.due():
        applying.carry_out(release_id)
