"""Everything that is done with a house, by the room in which it is done."""

from .closing import announce_closure, close, plan_transfer
from .describing import describe, fit_out, note_cancelled
from .furnishing import mend, open_beds, refit, take_away
from .leaving import settle
from .queueing import ask, offer, rank, withdraw
from .registering import acknowledge, give_back, hand_in, name_keeper, open_house, register
from .staying import admit, away, back, discharge, hold_prepaid, let_go, move

__all__ = [
    "acknowledge", "admit", "announce_closure", "ask", "away", "back", "close", "describe", "discharge", "fit_out",
    "give_back", "hand_in", "hold_prepaid", "let_go", "mend", "move", "name_keeper", "note_cancelled", "offer",
    "open_beds", "open_house", "plan_transfer", "rank", "refit", "register", "settle", "take_away", "withdraw",
]  # fmt: skip
