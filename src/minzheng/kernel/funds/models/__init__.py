"""What this room keeps: reserve funds with everything that moved in them, and contracts with what was delivered."""

from .purchases import Contract, Handover, PurchaseYear
from .reserve import ReserveFund, ReserveMove, ReserveQuota
from .spending import ReservePayment, Settlement, TopUp

__all__ = [
    "Contract", "Handover", "PurchaseYear", "ReserveFund", "ReserveMove", "ReservePayment", "ReserveQuota",
    "Settlement", "TopUp",
]  # fmt: skip
