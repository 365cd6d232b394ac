"""Dibao beside the benefits of one person (低保与个人待遇): who still shares in it, and what share falls to whom.

Whoever draws tekun or an orphan's allowance gives up their own share of the household's dibao, and nobody
else's (handbook 00 §0.9).
"""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.language import by_code, max_, rounded, where

from . import dibao, parents, single  # what they share is declared there first
from .benefit_law import FUC62
from .facts import household, person
from .instruments import DB2021
from .money import payable
from .overlap import free

__all__ = ["dibao_paid", "dibao_share", "fuc_in_full", "on_dibao", "parents", "single", "single_drawn"]


@person.rule("不因其他保障让出低保", basis=DB2021.article(23), unit="boolean")
def dibao_free(p: Any) -> Any:
    """Neither tekun nor an orphan's allowance."""
    return free(p, "dibao")


@person.rule("实际享受低保份额", basis=DB2021.article(23), unit="boolean")
def share_kept(p: Any) -> Any:
    """Shares, and draws nothing that excludes it."""
    return p.shares & p.dibao_free


@household.rule("实际享受低保人数", basis=DB2021.article(23), unit="persons")
def shares_kept(h: Any) -> Any:
    """How many."""
    return h.count(lambda p: p.share_kept)


@household.rule("实发月保障金", basis=DB2021.article(23), unit="fen")
def dibao_paid(h: Any) -> Any:
    """The household's dibao without the shares given up; rounded once."""
    base = by_code(
        dibao.mode(),
        difference=h.gap * h.shares_kept,
        tier=h.standard * h.tier_rate * h.shares_kept,
    )
    topup = h.standard * h.sum(lambda p: where(p.share_kept, p.topup_rate, 0))
    return where(h.dibao_eligible, payable(base + topup), 0)


@person.rule(
    "享受单人户低保",
    basis=DB2021.article(8),
    unit="boolean",
    says=("可以单独享受低保", "不单独享受低保：随家庭享受、不符合单人户条件或者享受特困、孤儿保障"),
)
def single_drawn(p: Any) -> Any:
    """Alone, where the family's dibao does not already cover the person."""
    covered = p.counts & p.household.dibao_eligible
    return p.single_eligible & ~covered & p.dibao_free & p.may_draw


@person.rule(
    "属于低保对象", basis=DB2021.article(23), unit="boolean", says=("属于低保对象", "不属于低保对象")
)
def on_dibao(p: Any) -> Any:
    """With the family, or alone."""
    return (p.counts & p.household.dibao_eligible & p.dibao_free) | p.single_drawn


@person.rule("单人户实发月保障金", basis=DB2021.article(8), unit="fen")
def single_paid(p: Any) -> Any:
    """Nothing where it is not drawn."""
    return where(p.single_drawn, p.single_amount, 0)


@person.rule("本人低保补助水平", basis=FUC62.as_a_whole(), unit="fen_per_month")
def dibao_share(p: Any) -> Any:
    """The household's amount for each who shares, to the fen; or the person's own."""
    each = rounded(p.household.dibao_paid / max_(p.household.shares_kept, 1))
    return where(p.single_drawn, p.single_amount, where(p.share_kept, each, 0))


@person.rule(
    "足额享受事实无人抚养儿童保障",
    basis=FUC62.as_a_whole(),
    unit="boolean",
    says=("足额享受事实无人抚养儿童基本生活补贴", "不足额享受事实无人抚养儿童基本生活补贴"),
)
def fuc_in_full(p: Any) -> Any:
    """Neither on dibao nor holding the living subsidy first: then there is nothing to take off."""
    return p.fuc_drawn & ~p.on_dibao & ~p.living_subsidy_held
