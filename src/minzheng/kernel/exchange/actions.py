"""The verbs of the check, gathered for callers: consent, asking, reporting, disputes, the yearly re-check."""

from .afterwards import report_anew, stop
from .asking import collect, start
from .consents import missing_consents, sign_consent, withdraw_consent
from .disputes import ACCEPT, UPHOLD, decide_discrepancy, explain, object_to, recheck
from .givingup import give_up
from .outbox import close as close_push
from .outbox import send_again
from .rechecking import carry_on, retry, start_recheck
from .reporting import expire, report

__all__ = [
    "ACCEPT", "UPHOLD", "carry_on", "close_push", "collect", "decide_discrepancy", "expire", "explain", "give_up",
    "missing_consents", "object_to", "recheck", "report", "report_anew", "retry", "send_again", "sign_consent", "start",
    "start_recheck", "stop", "withdraw_consent",
]  # fmt: skip
