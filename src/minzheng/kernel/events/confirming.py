"""An event takes effect: its reactions are put on the log as waiting, and before the worker.

From here on nothing can be lost: a stopped worker finds on the log what it had not come to.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from procrastinate.contrib.django import app

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor

from .models import Effect, LifeEvent
from .reactions import reactions_to

__all__ = ["confirm", "put_before_worker"]

TASK = "minzheng.kernel.events.tasks.carry_out"


def confirm(
    event: LifeEvent,
    *,
    reason: str,
    by: Actor,
    day: date | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """The event stands with this day and content; what every domain declares for it waits to be carried out."""
    event.day, event.detail = day or event.day, event.detail if detail is None else detail
    event.to_path = str(event.detail.get("to_path", ""))
    event.hold_reason = event.disputed = ""
    event.decided_at, event.decided_by, event.decided_by_name = clock.now(), by.id, by.name
    event.reason, event.version = reason[:300], event.version + 1
    found = reactions_to(event.kind)
    event.state = LifeEvent.State.CONFIRMED if found else LifeEvent.State.CARRIED_OUT
    event.save()
    Effect.objects.bulk_create(
        (Effect(event=event, reaction=one.code, round=event.round, retry_at=clock.now()) for one in found),
        ignore_conflicts=True,
    )
    put_before_worker(event)


def put_before_worker(event: LifeEvent) -> None:
    """The job is written in the same transaction: it begins once that stands."""
    app.configure_task(TASK, queue="events").defer(event_id=event.pk)
