"""Writes: what a grant, a refusal or a review brings about; the facts decided on are kept with each."""

from __future__ import annotations

from . import allowances, tekun
from .allowances import adjustment_payload, allowance_payload, edge_payload, end_exits
from .departed import end_for_the_dead
from .emergency import first_payload, open_first, take_back_first
from .funerals import Arranged, arrange_funeral, decide_funeral, open_funeral, void_funeral
from .hotlines import cut_hotline, enter_hotline, try_hotline
from .profiles import and_kept
from .tekun import tekun_payload, tekun_review_payload
from .temporary import aid_payload, open_aid, take_back_aid

__all__ = [
    "Arranged", "adjust_allowance", "adjust_tekun", "adjustment_payload", "aid_payload", "allowance_payload",
    "arrange_funeral", "begin_exit", "cut_hotline", "decide_funeral",
    "edge_payload", "end_exits", "end_for_the_dead", "end_tekun", "enter_hotline", "first_payload",
    "open_aid", "open_allowance", "open_edge", "open_first", "open_funeral",
    "open_tekun", "take_back", "take_back_aid", "take_back_first", "take_back_tekun", "tekun_payload",
    "tekun_review_payload", "try_hotline", "void_funeral",
]  # fmt: skip

open_allowance = and_kept(allowances.open_allowance)
open_edge = and_kept(allowances.open_edge)
take_back = and_kept(allowances.take_back)
adjust_allowance = and_kept(allowances.adjust_allowance)
begin_exit = and_kept(allowances.begin_exit)
open_tekun = and_kept(tekun.open_tekun)
take_back_tekun = and_kept(tekun.take_back_tekun)
adjust_tekun = and_kept(tekun.adjust_tekun)
end_tekun = and_kept(tekun.end_tekun)
