"""Every write to the ledger, one verb each, in the order in which an office meets them."""

from .budgeting import allot, cut_back
from .callingoff import call_off_decision
from .changing import NewAmount, change_amounts
from .doubting import answer_doubt
from .entitling import Basis, change_amount, end, entitle, set_payee
from .granting import Granted, entitle_many
from .makingup import register_make_up
from .monthclosing import close_month
from .moving import NewPlace, move
from .owing import Owed, call_off, make_up
from .payees import Payee
from .paying import Payer, confirm_account, register_account, withdraw_account
from .recovering import claim, instalments, repay, waive
from .resuming import Resumed, resume, take_back_claim
from .reversing import reverse
from .rostering import print_publicity, print_roster
from .running import draft_batch, review, send_back
from .sending import Outgoing, order_again, repair, resend, send
from .settling import Received, Reconciliation, close, read_returns, reconcile

__all__ = [
    "Basis", "Granted", "NewAmount", "NewPlace", "Outgoing", "Owed", "Payee", "Payer", "Received", "Reconciliation",
    "Resumed", "allot", "answer_doubt", "call_off", "call_off_decision", "change_amount", "change_amounts", "claim",
    "close", "close_month", "confirm_account", "cut_back", "draft_batch", "end", "entitle", "entitle_many",
    "instalments", "make_up", "move", "order_again", "print_publicity", "print_roster", "read_returns", "reconcile",
    "register_account", "register_make_up", "repair", "repay", "resend", "resume", "reverse", "review", "send",
    "send_back", "set_payee", "take_back_claim", "waive", "withdraw_account",
]  # fmt: skip
