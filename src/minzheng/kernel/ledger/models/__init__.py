"""What the ledger keeps: books, budgets, entitlements, monthly runs, bank files, and what is owed later."""

from .adjustments import Adjustment, Carried, Recovery, Repayment
from .books import Account, Budget, Fund, Journal, Line
from .channel import Delivery, Receipt
from .entitlements import Covered, Entitlement
from .monthly import ClosedMonth, Doubt, MonthlyRun, RunPart
from .orders import BankFile, Instruction, ReturnRow
from .payers import PayingAccount
from .runs import Batch, Payment

__all__ = [
    "Account", "Adjustment", "BankFile", "Batch", "Budget", "Carried", "ClosedMonth", "Covered", "Delivery", "Doubt",
    "Entitlement", "Fund", "Instruction", "Journal", "Line", "MonthlyRun", "PayingAccount", "Payment", "Receipt",
    "Recovery", "Repayment", "ReturnRow", "RunPart",
]  # fmt: skip
