"""What is kept of lists: the index that starts them, the emergency that orders them, and who is on them."""

from .lists import ConfirmedAccount, LeftOut, Listed, SubsidyList
from .starts import Emergency, IndexRow, Measure, MeasureTask

__all__ = [
    "ConfirmedAccount", "Emergency", "IndexRow", "LeftOut", "Listed", "Measure", "MeasureTask", "SubsidyList",
]  # fmt: skip
