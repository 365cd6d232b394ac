"""Every write of a release, one verb each, in the order in which an office meets them."""

from .applying import attend
from .drafting import change_value, draft, remove_value, withdraw
from .publishing import back_out, publish, sign
from .simulating import simulate

__all__ = [
    "attend",
    "back_out",
    "change_value",
    "draft",
    "publish",
    "remove_value",
    "sign",
    "simulate",
    "withdraw",
]
