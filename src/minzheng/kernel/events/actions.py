"""Every write to the register of life events, one verb each, in the order in which an office meets them."""

from .deciding import decide, withdraw
from .fanning import fan_out, retry
from .followups import begin, finish
from .registering import Told, report

__all__ = ["Told", "begin", "decide", "fan_out", "finish", "report", "retry", "withdraw"]
