"""What the ledger keeps: the books, who is entitled to what, and the monthly runs."""

from .books import Account, Fund, Journal, Line
from .entitlements import Covered, Entitlement
from .runs import BankFile, Batch, Instruction, Payment, ReturnRow

__all__ = [
    "Account",
    "BankFile",
    "Batch",
    "Covered",
    "Entitlement",
    "Fund",
    "Instruction",
    "Journal",
    "Line",
    "Payment",
    "ReturnRow",
]
