"""Every write to funds and contracts, one verb each, in the order in which an office meets them."""

from .buying import Terms, accept, deliver, pay_for, sign
from .paying import Payout, decide_settlement, give_back, pay, settle
from .reserve import advance, clear, decide_top_up, request_top_up, set_quota

__all__ = [
    "Payout", "Terms", "accept", "advance", "clear", "decide_settlement", "decide_top_up", "deliver", "give_back",
    "pay", "pay_for", "request_top_up", "set_quota", "settle", "sign",
]  # fmt: skip
