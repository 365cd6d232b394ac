"""What goes into a channel and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Arrived", "Heard", "Outcome", "Posted", "Said"]


class Outcome(StrEnum):
    """What became of handing over."""

    TAKEN = "taken"
    LATER = "later"
    REFUSED = "refused"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Posted:
    """One message to one address; neither is ever printed."""

    key: str
    to: str = field(repr=False)
    text: str = field(repr=False)
    subject: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Said:
    """The answer: taken under a number, to be tried later, refused for good, or nobody knows."""

    outcome: Outcome
    receipt: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What the channel has learnt of one message: whether it reached the telephone, else why not."""

    cursor: int
    key: str
    delivered: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody wrote back: to which message, from which number, in which words; neither is ever printed."""

    cursor: int
    key: str
    sender: str = field(repr=False)
    text: str = field(repr=False)
