"""What a resident said of the contacts of a matter, and what was answered."""

from __future__ import annotations

from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.casework.models import Case
from minzheng.kernel.feedback.models import Rating
from minzheng.kernel.feedback.queries import Contact, contacts
from minzheng.kernel.feedback.words import tags_of

__all__ = ["rated", "spoken"]


def rated(case: Case) -> list[dict[str, Any]]:
    """Each contact with what was said of it, or the way to say it."""
    return [
        {"contact": one, "said": spoken(one), "url": f"/my/cases/{case.pk}/rate/{one.task.pk}/"}
        for one in contacts(case)
        if one.open or one.rating is not None
    ]


def spoken(contact: Contact) -> dict[str, Any] | None:
    """What was said of a contact and what was answered, as the resident reads it."""
    rating = contact.rating
    if rating is None:
        return None
    remedy = getattr(rating, "remedy", None)
    return {
        "rating": rating, "grade": rating.get_grade_display(), "tags": tags_of(rating.tags), "remedy": remedy,
        "again": remedy.get_again_display() if remedy and remedy.again else "",
        "ask_again": remedy is not None and remedy.answered_at is not None and remedy.again is None,
        "may_add": contact.may_add, "channel": rating.get_channel_display(),
        "may_disown": rating.channel != Rating.Channel.ONLINE and clock.today() <= contact.until,
    }  # fmt: skip
