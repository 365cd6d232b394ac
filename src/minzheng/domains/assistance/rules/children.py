"""What children without parents' care are paid (孤儿和事实无人抚养儿童待遇): the orphan's, and F less its own.

国办发〔2010〕54号; 民发〔2019〕62号.  Who is entitled stands in ``parents``.
"""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.language import max_, parameter, where

from . import care, disability  # what tekun and the subsidies of the disabled pay is declared there first
from .benefit_law import FUC62, OR54
from .facts import person
from .instruments import TK2021
from .money import payable
from .overlap import deducted, free

__all__ = [
    "care", "child_scheme_better", "child_scheme_total", "choice_open", "disability", "fuc_amount", "orphan_amount",
    "tekun_scheme_total",
]  # fmt: skip


@person.rule("孤儿基本生活费标准", basis=OR54.as_a_whole(), unit="fen_per_month")
def orphan_rate(p: Any) -> Any:
    """An institution's child has the higher one; so has a child it has given to a foster family."""
    raised = (p.residence == "child_home") | (p.residence == "foster")
    return where(
        raised,
        parameter("orphan.institution", unit="fen_per_month"),
        parameter("orphan.scattered", unit="fen_per_month"),
    )


@person.rule("孤儿基本生活费", basis=OR54.as_a_whole(), unit="fen_per_month")
def orphan_amount(p: Any) -> Any:
    """From the month after confirmation."""
    return where(p.orphan_drawn, p.orphan_rate, 0)


@person.rule("事实无人抚养儿童保障标准", basis=FUC62.as_a_whole(), unit="fen_per_month")
def fuc_rate(p: Any) -> Any:
    """Linked to the orphan's standard by the place."""
    return parameter("fuc.standard", unit="fen_per_month")


@person.rule("事实无人抚养儿童基本生活补贴", basis=FUC62.as_a_whole(), unit="fen_per_month")
def fuc_amount(p: Any) -> Any:
    """F − A − Z: in full, or what the dibao share and the living subsidy leave of it."""
    return where(p.fuc_drawn, max_(p.fuc_rate - deducted(p, "fuc"), 0), 0)


# --- Where the law gives a choice: tekun or the child scheme (《特困人员认定办法》 art. 9) -----------------


@person.rule("特困与儿童保障可以选择", basis=TK2021.article(9), unit="boolean")
def choice_open(p: Any) -> Any:
    """A minor who fits both."""
    return p.minor & p.tekun_conditions & (p.orphan | p.fuc)


@person.rule("选择儿童保障的月合计", basis=TK2021.article(9), unit="fen_per_month")
def child_scheme_total(p: Any) -> Any:
    """The allowance, and with it the nursing subsidy, which tekun would exclude."""
    nursing = p.nursing_entitled & free(p, "nursing", "injury")
    rate = where(p.orphan, p.orphan_rate, p.fuc_rate)
    return where(p.choice_open, rate + where(nursing, p.nursing_rate, 0), 0)


@person.rule("选择特困供养的月合计", basis=TK2021.article(9), unit="fen")
def tekun_scheme_total(p: Any) -> Any:
    """Basic living and care."""
    return where(p.choice_open, payable(p.household.tekun_basic + p.care_standard), 0)


@person.rule(
    "选择儿童保障更有利",
    basis=TK2021.article(9),
    unit="boolean",
    says=(
        "{child_scheme_total}，多于{tekun_scheme_total}",
        "{child_scheme_total}，不多于{tekun_scheme_total}",
    ),
)
def child_scheme_better(p: Any) -> Any:
    """Told to the guardian, who chooses."""
    return p.choice_open & (p.child_scheme_total > p.tekun_scheme_total)
