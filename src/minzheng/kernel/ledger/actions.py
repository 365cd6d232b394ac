"""Every write to the ledger, one verb each, in the order in which an office meets them."""

from .changing import NewAmount, change_amounts
from .entitling import Basis, change_amount, end, entitle, set_payee
from .payees import Payee
from .running import draft_batch, review, send_back
from .sending import Outgoing, repair, resend, send
from .settling import Received, Reconciliation, close, read_returns, reconcile

__all__ = [
    "Basis",
    "NewAmount",
    "Outgoing",
    "Payee",
    "Received",
    "Reconciliation",
    "change_amount",
    "change_amounts",
    "close",
    "draft_batch",
    "end",
    "entitle",
    "read_returns",
    "reconcile",
    "repair",
    "resend",
    "review",
    "send",
    "send_back",
    "set_payee",
]
