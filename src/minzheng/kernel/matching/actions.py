"""Every write of the room, in the order in which an office meets them."""

from .asking import Wanted, choose, close_need, tell
from .issuing import draft_issue, sign_issue
from .keeping import About, bar, name_attendant, register, set_offer
from .serving import Heard, accept, confirm, decide_dispute, decline, finish, lapse, start
from .settling import answer_callback, draw_callbacks, settle

__all__ = [
    "About", "Heard", "Wanted", "accept", "answer_callback", "bar", "choose", "close_need", "confirm",
    "decide_dispute", "decline", "draft_issue", "draw_callbacks", "finish", "lapse", "name_attendant", "register",
    "set_offer", "settle", "sign_issue", "start", "tell",
]  # fmt: skip
