"""Every write to the register of life events, one verb each, in the order in which an office meets them."""

from .deciding import decide, withdraw
from .fanning import fan_out, retry
from .followups import begin, finish
from .registering import Told, report
from .unplaced import drop as drop_row
from .unplaced import place as place_row

__all__ = [
    "Told", "begin", "decide", "drop_row", "fan_out", "finish", "place_row", "report", "retry", "withdraw",
]  # fmt: skip
