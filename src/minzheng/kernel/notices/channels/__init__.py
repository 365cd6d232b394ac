"""The ways out of the house: each takes one message under one key, and says in a word what became of it.

A channel is named in the settings; one that has no address is not connected, and nothing is written for it.  Another
provider is another class with the same three verbs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from django.conf import settings

from .mail import Mail
from .shapes import Arrived, Heard, Outcome, Posted, Said
from .sms import Gateway

__all__ = ["Arrived", "Channel", "Heard", "Outcome", "Posted", "Said", "connected", "named"]


class Channel(Protocol):
    """One way out."""

    @property
    def keyed(self) -> bool:
        """Whether the other end takes a key once: what is in doubt is sent again, else a human decides."""
        ...

    def send(self, one: Posted) -> Said:
        """Hand one message over."""
        ...

    def arrivals(self, after: int) -> Iterator[Arrived]:
        """What the other end has learnt since a cursor; nothing, where a channel tells nothing."""
        ...

    def answers(self, after: int) -> Iterator[Heard]:
        """What people wrote back since a cursor; nothing, where a channel takes nothing in."""
        ...


def named() -> tuple[str, ...]:
    """Which channels have an address in the settings."""
    known = (("sms", settings.MINZHENG_SMS), ("email", settings.MINZHENG_SMTP))
    return tuple(name for name, address in known if address)


def connected() -> Mapping[str, Channel]:
    """The channels that have an address, ready to send."""
    makers: dict[str, Callable[[], Channel]] = {"sms": Gateway.of_settings, "email": Mail.of_settings}
    return {name: makers[name]() for name in named()}
