"""What people write back: read once and in order, and led to the message that it answers."""

from __future__ import annotations

from .channels import Heard
from .links import MARK
from .models import ReceiptsRead, Sending
from .sending import masked

__all__ = ["answered", "since", "taken"]


def since(channel: str) -> int:
    """Up to where a channel has been heard."""
    kept = ReceiptsRead.objects.filter(channel=channel).first()
    return kept.heard if kept else 0


def taken(said: Heard, *, channel: str) -> bool:
    """Whether it is heard for the first time; within the running verb, which writes what follows from it too."""
    ReceiptsRead.objects.get_or_create(channel=channel)
    place = ReceiptsRead.objects.select_for_update().get(channel=channel)
    if said.cursor <= place.heard:
        return False
    place.heard = said.cursor
    place.save(update_fields=["heard"])
    return True


def answered(said: Heard, *, channel: str) -> Sending | None:
    """The latest sending with a link that had gone to this number when the message answered went; nothing to others.

    A telephone shows all of ours in one row: who answers the last of them means the question before it.
    """
    number = said.key.split(":")[0]
    rows = Sending.objects.filter(channel=channel, sent_to=masked(channel, said.sender))
    last = rows.filter(message_id=int(number)).first() if number.isdigit() else None
    if last is None:
        return None
    asking = rows.filter(
        person_id=last.person_id, message_id__lte=last.message_id, message__topic__startswith=MARK
    )
    return asking.select_related("message").order_by("-message_id").first()
