"""What is kept of the exchange: checks of single households, yearly re-checks, what goes out to others."""

from .checks import Channel, Consent, Discrepancy, Query, Verification
from .outgoing import Answered, Outgoing, Spent
from .rechecks import BulkAnswer, Recheck, RecheckPart, RecheckSubject

__all__ = [
    "Answered", "BulkAnswer", "Channel", "Consent", "Discrepancy", "Outgoing", "Query", "Recheck", "RecheckPart",
    "RecheckSubject", "Spent", "Verification",
]  # fmt: skip
