"""What the worker does for events: carries them out, tries again what failed, fetches what other offices report."""

from __future__ import annotations

from procrastinate.contrib.django import app

from . import fanning, feeding, milestones, unplaced

__all__ = ["carry_out", "fetch", "reach_ages", "resume"]


@app.task(queue="events", pass_context=False)
def carry_out(event_id: int) -> None:
    """Every reaction to one event, or every counter-action of one that was withdrawn."""
    fanning.fan_out(event_id)


@app.periodic(cron="*/10 * * * *")
@app.task(queue="events", queueing_lock="resume_events", pass_context=False)
def resume(timestamp: int) -> None:
    """What a stopped worker left undone, and what is due to be tried again."""
    for event_id in list(fanning.due_events()):
        fanning.fan_out(event_id)


@app.periodic(cron="*/15 * * * *")
@app.task(queue="events", queueing_lock="fetch_events", pass_context=False)
def fetch(timestamp: int) -> None:
    """Each source is asked for what has happened since; one that is silent keeps none of the others waiting."""
    for source in feeding.SOURCES:
        feeding.fetch(source)
    unplaced.try_again()


@app.periodic(cron="30 0 * * *")
@app.task(queue="nightly", queueing_lock="reach_ages", pass_context=False)
def reach_ages(timestamp: int) -> None:
    """Whoever reaches an age that matters within the coming days is put on the list."""
    milestones.reach_ages()
