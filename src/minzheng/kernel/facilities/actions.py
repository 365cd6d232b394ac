"""Everything that is done with a house, by the room in which it is done."""

from .closing import announce_closure, close, plan_transfer
from .furnishing import mend, open_beds, refit, take_away
from .leaving import settle
from .queueing import ask, offer, withdraw
from .registering import acknowledge, give_back, hand_in, name_keeper, open_house, register
from .staying import admit, away, back, discharge, let_go, move

__all__ = [
    "acknowledge", "admit", "announce_closure", "ask", "away", "back", "close", "discharge", "give_back", "hand_in",
    "let_go", "mend", "move", "name_keeper", "offer", "open_beds", "open_house", "plan_transfer", "refit", "register",
    "settle", "take_away", "withdraw",
]  # fmt: skip
