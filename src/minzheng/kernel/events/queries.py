"""What may be read of events: within the reader's scope, at the place it happened and at the place moved to."""

from __future__ import annotations

from django.db.models import QuerySet

from minzheng.kernel.access.queries import in_scope, within
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound

from .models import UNDECIDED, Effect, FollowUp, LifeEvent

__all__ = [
    "UNDECIDED", "death_on_file", "event_of", "events", "follow_up_of", "follow_ups", "log_of", "undecided",
]  # fmt: skip

_MOST = 1000


def events(by: Actor) -> QuerySet[LifeEvent]:
    """The events of the reader's place, with whom they are about."""
    rows = LifeEvent.objects.filter(within(by) | within(by, "to_path"))
    return rows.select_related("person")


def undecided(by: Actor) -> int:
    """How many events of the reader's own place wait for a human's word; no more than a thousand are counted."""
    return len(in_scope(LifeEvent.objects.filter(UNDECIDED), by).values_list("pk")[:_MOST])


def event_of(pk: int, by: Actor) -> LifeEvent:
    """One event, or the same answer for one that does not exist and one out of scope."""
    found = events(by).filter(pk=pk).first()
    if found is None:
        raise NotFound("event_unknown", "没有这个生活事件，或不在您的管辖范围内。请返回列表重新选择。")
    return found


def log_of(event: LifeEvent) -> QuerySet[Effect]:
    """The fan-out log, the present round first, in the order in which it was carried out."""
    return event.effects.order_by("-round", "id")


def follow_ups(by: Actor) -> QuerySet[FollowUp]:
    """What events ask of the reader's place, the earliest due first."""
    rows = in_scope(FollowUp.objects.all(), by).select_related("effect__event", "household", "person")
    return rows.order_by("due_on", "id")


def follow_up_of(pk: int, by: Actor) -> FollowUp:
    """One of them, or the same answer for one that does not exist and one out of scope."""
    found = follow_ups(by).filter(pk=pk).first()
    if found is None:
        raise NotFound("follow_up_unknown", "没有这项待办，或不在您的管辖范围内。请返回列表重新选择。")
    return found


def death_on_file() -> QuerySet[LifeEvent]:
    """Deaths that have an event of their own, which ends what has to end."""
    return LifeEvent.objects.filter(kind="death").exclude(state=LifeEvent.State.WITHDRAWN)
