"""What is kept of houses, of the places in them, and of who waits and stays."""

from .houses import Bed, Facility, Filing, FilingPaper, Fitting, Keeper, days, one_of
from .stays import Absence, Lodging, Stay, TransferPlan, Waiting

__all__ = [
    "Absence", "Bed", "Facility", "Filing", "FilingPaper", "Fitting", "Keeper", "Lodging", "Stay", "TransferPlan",
    "Waiting", "days", "one_of",
]  # fmt: skip
