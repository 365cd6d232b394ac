"""What is kept of the exchange: checks of households, yearly re-checks, files in and out, what goes to others."""

from .checks import Channel, Consent, Discrepancy, Query, Verification
from .extracts import ExtractOut, ExtractOutRow, Intake, IntakeRow
from .outgoing import Answered, Outgoing, Spent
from .rechecks import AnswerBlock, Recheck, RecheckPart, RecheckSubject

__all__ = [
    "AnswerBlock", "Answered", "Channel", "Consent", "Discrepancy", "ExtractOut", "ExtractOutRow", "Intake",
    "IntakeRow", "Outgoing", "Query", "Recheck", "RecheckPart", "RecheckSubject", "Spent", "Verification",
]  # fmt: skip
