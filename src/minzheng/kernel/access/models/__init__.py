"""What is kept of offices, accounts, how they prove who they are, and the programs that may knock."""

from .accounts import Kind, StaffIdentity, UsedPassword, User
from .doors import Guessing, SignedIn, Tally
from .factors import RecoveryCode, SecondFactor
from .keys import ServiceAccount, ServiceKey
from .memory import Remembered
from .offices import Office, Posting

__all__ = [
    "Guessing", "Kind", "Office", "Posting", "RecoveryCode", "Remembered", "SecondFactor", "ServiceAccount",
    "ServiceKey", "SignedIn", "StaffIdentity", "Tally", "UsedPassword", "User",
]  # fmt: skip
