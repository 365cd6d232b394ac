"""Writes: what a grant, a refusal or a review brings about; the facts decided on are kept with each."""

from __future__ import annotations

from . import allowances
from .allowances import adjustment_payload, allowance_payload, edge_payload, end_exits
from .profiles import and_kept

__all__ = [
    "adjust_allowance", "adjustment_payload", "allowance_payload", "begin_exit", "edge_payload", "end_exits",
    "open_allowance", "open_edge", "take_back",
]  # fmt: skip

open_allowance = and_kept(allowances.open_allowance)
open_edge = and_kept(allowances.open_edge)
take_back = and_kept(allowances.take_back)
adjust_allowance = and_kept(allowances.adjust_allowance)
begin_exit = and_kept(allowances.begin_exit)
