"""Reads of this room: the village's public board, a resident's messages, the notices of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from minzheng.kernel import clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.audit.viewing import door

from .models import Delivery, Message, OfficeNotice, Posting

__all__ = ["CaseNotices", "board", "inbox", "informed", "of_case", "posted", "unread"]


@dataclass(frozen=True)
class CaseNotices:
    """Everything told, served and posted in one case, each in order of time."""

    messages: tuple[Message, ...]
    deliveries: tuple[Delivery, ...]
    postings: tuple[Posting, ...]


@door("public")
def board(path: str, *, on: date | None = None) -> list[Posting]:
    """What hangs on the public board of one village (or one office) on a day, newest first.

    Exactly this place, never all beneath it: a posting is made for the neighbours, not for the province.
    After its last day nothing is shown, taken down or not.
    """
    day = on or clock.today()
    hanging = Posting.objects.filter(
        path=path, posted_on__lte=day, last_day__gte=day, closed_on=None, retracted_on=None
    )
    return list(hanging.order_by("-posted_on", "-id"))


@door("public")
def posted(posting_id: int) -> Posting | None:
    """One posting while it hangs, for whoever reads it; nothing once it is over."""
    today, hanging = clock.today(), Posting.objects.filter(pk=posting_id, closed_on=None, retracted_on=None)
    return hanging.filter(posted_on__lte=today, last_day__gte=today).first()


def inbox(by: Actor) -> QuerySet[Message]:
    """The messages to the person who is signed in, newest first."""
    if by.person_id is None:
        return Message.objects.none()
    return Message.objects.filter(person_id=by.person_id).order_by("-id")


def unread(by: Actor) -> int:
    """How many messages wait unread."""
    return inbox(by).filter(read_at=None).count()


def informed(by: Actor) -> QuerySet[OfficeNotice]:
    """What the offices of the reader's places were told, newest first."""
    rows = OfficeNotice.objects.order_by("-id")
    return in_scope(rows, by) if by.posts else rows.none()


def of_case(case_id: int, by: Actor) -> CaseNotices:
    """The notices of a case that the actor may see: an officer within scope, a resident his own."""
    deliveries = Delivery.objects.filter(case_id=case_id).select_related("document").order_by("id")
    if by.kind is not Kind.RESIDENT:
        return CaseNotices(
            messages=tuple(in_scope(Message.objects.filter(case_id=case_id), by).order_by("id")),
            deliveries=tuple(in_scope(deliveries, by)),
            postings=tuple(in_scope(Posting.objects.filter(case_id=case_id), by).order_by("id")),
        )
    own = deliveries.filter(person_id=by.person_id) if by.person_id is not None else deliveries.none()
    return CaseNotices(
        messages=tuple(inbox(by).filter(case_id=case_id).order_by("id")),
        deliveries=tuple(own),
        postings=(),
    )
