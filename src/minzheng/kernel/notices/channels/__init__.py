"""The ways out of the house: each takes one message under one key, and says in a word what became of it.

A channel is named in the settings; one that has no address is not connected, and nothing is written for it.  Another
provider is another class with the same two verbs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from django.conf import settings

from .mail import Mail
from .shapes import Arrived, Outcome, Posted, Said
from .sms import Gateway

__all__ = ["Arrived", "Channel", "Outcome", "Posted", "Said", "connected"]


class Channel(Protocol):
    """One way out."""

    # Whether the other end takes a key once: then what is in doubt is sent again under it, else a human decides.
    keyed: bool

    def send(self, one: Posted) -> Said:
        """Hand one message over."""
        ...

    def arrivals(self, after: int) -> Iterator[Arrived]:
        """What the other end has learnt since a cursor; nothing, where a channel tells nothing."""
        ...


def connected() -> Mapping[str, Channel]:
    """The channels that have an address in the settings."""
    found: dict[str, Channel] = {}
    if settings.MINZHENG_SMS:
        found["sms"] = Gateway.of_settings()
    if settings.MINZHENG_SMTP:
        found["email"] = Mail.of_settings()
    return found
