"""The verbs of the check, gathered for callers: consent, asking, reporting, disputes."""

from .asking import collect, start
from .consents import missing_consents, sign_consent, withdraw_consent
from .disputes import ACCEPT, UPHOLD, decide_discrepancy, explain, object_to, recheck
from .reporting import expire, report

__all__ = [
    "ACCEPT",
    "UPHOLD",
    "collect",
    "decide_discrepancy",
    "expire",
    "explain",
    "missing_consents",
    "object_to",
    "recheck",
    "report",
    "sign_consent",
    "start",
    "withdraw_consent",
]
