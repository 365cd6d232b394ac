"""Every write to lists, one verb each, in the order in which an office meets them."""

from .approving import send_back, sign
from .confirming import confirm_account, resume, suspend
from .drafting import draft, withdraw
from .emergencies import declare_emergency, do_measure, lift_emergency
from .indexing import check_index, enter_index, refuse_index
from .starting import Figures

__all__ = [
    "Figures", "check_index", "confirm_account", "declare_emergency", "do_measure", "draft", "enter_index",
    "lift_emergency",
    "refuse_index", "resume", "send_back", "sign", "suspend", "withdraw",
]  # fmt: skip
