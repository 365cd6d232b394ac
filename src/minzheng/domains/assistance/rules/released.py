"""What a household draws through its members (待遇户数和合计): counted together when a standard is tried."""

from __future__ import annotations

from typing import Any

from . import care, disability  # each member's own amount is declared there first
from .benefit_law import TS52
from .facts import household
from .instruments import TK2021

__all__ = ["care", "disability", "living_anyone", "living_total", "tekun_anyone"]


@household.rule("家庭中有符合特困条件的成员", basis=TK2021.article(4), unit="boolean")
def tekun_anyone(h: Any) -> Any:
    """At least one member is supported as tekun."""
    return h.any_(lambda p: p.tekun_eligible)


@household.rule("家庭中有可以领取困难残疾人生活补贴的成员", basis=TS52.as_a_whole(), unit="boolean")
def living_anyone(h: Any) -> Any:
    """At least one member is paid."""
    return h.any_(lambda p: p.living_amount > 0)


@household.rule("家庭困难残疾人生活补贴合计", basis=TS52.as_a_whole(), unit="fen")
def living_total(h: Any) -> Any:
    """The sum of the members' amounts."""
    return h.sum(lambda p: p.living_amount)
