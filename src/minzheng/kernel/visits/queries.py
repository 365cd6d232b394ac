"""Visits and leads within an actor's scope."""

from __future__ import annotations

from django.db.models import QuerySet

from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor

from .models import Lead, Visit

__all__ = ["lead_of", "open_leads", "visits_in"]


def open_leads(by: Actor) -> QuerySet[Lead]:
    """Households waiting for someone to follow up, the oldest first."""
    waiting = in_scope(Lead.objects.filter(state=Lead.State.OPEN), by)
    return waiting.select_related("household").prefetch_related("signs").order_by("opened_at", "id")


def lead_of(lead_id: int) -> Lead | None:
    """A lead by its number, for whoever has checked that it may be used."""
    return Lead.objects.select_related("household").filter(pk=lead_id).first()


def visits_in(by: Actor) -> QuerySet[Visit]:
    """Visits in the actor's places, the latest first."""
    return in_scope(Visit.objects.select_related("household", "person"), by).order_by("-id")
