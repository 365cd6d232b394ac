"""What is kept of going to see people: visits and leads, the ledger of rounds, scored assessments."""

from .leads import Lead, Sign, Visit
from .rounds import Contact, ContactCheck, Escalation, ExtraRound, Reached, Watched
from .scored import Assessment, Qualification

__all__ = [
    "Assessment", "Contact", "ContactCheck", "Escalation", "ExtraRound", "Lead", "Qualification", "Reached", "Sign",
    "Visit", "Watched",
]  # fmt: skip
