"""What a tekun person is paid (特困供养金): the basic standard, and care by what six everyday acts show.

《特困人员认定办法》 arts. 19 to 23; 国发〔2016〕14号.  Each person's amount is rounded once.
"""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.language import by_code, parameter, rounded, where

from . import tekun  # the conditions are declared there first
from .facts import household, person
from .instruments import GF14, TK2021
from .money import payable

__all__ = [
    "care_level",
    "failed_items",
    "funeral_grant",
    "funeral_sum",
    "tekun",
    "tekun_amount",
    "tekun_class",
    "tekun_paid_to_applicant",
    "tekun_review_months",
    "tekun_total",
    "tekun_visit_days",
]

_CLASSES = {"urban": "城市", "rural": "农村"}
_LEVELS = {"full": "具备生活自理能力", "partial": "部分丧失生活自理能力", "total": "完全丧失生活自理能力"}
PARTIAL, TOTAL = 1, 4  # art. 22: from one, from four of the six


@household.rule("特困人员城乡类别", basis=TK2021.article(19), unit="code", options=_CLASSES)
def tekun_class(h: Any) -> Any:
    """Resettled in town: urban.  With contract land or a share of collective income: rural."""
    return where(h.resettled, "urban", where(h.contract_land, "rural", h.class_ur))


@household.rule("特困人员基本生活标准", basis=GF14.as_a_whole(), unit="exact_fen")
def tekun_basic(h: Any) -> Any:
    """A month: the yearly standard divided by twelve, exactly."""
    return (
        by_code(
            h.tekun_class,
            urban=parameter("tekun.basic.urban", unit="fen_per_year"),
            rural=parameter("tekun.basic.rural", unit="fen_per_year"),
        )
        / 12
    )


@person.rule("不能自主完成的项目", basis=TK2021.article(21), unit="count")
def failed_items(p: Any) -> Any:
    """Eating, dressing, getting in and out of bed, the toilet, walking indoors, bathing."""
    acts = (p.can_eat, p.can_dress, p.can_rise, p.can_toilet, p.can_walk, p.can_bathe)
    first, *others = [where(can, 0, 1) for can in acts]
    return sum(others, first)


@person.rule("生活自理能力", basis=TK2021.article(22), unit="code", options=_LEVELS)
def care_level(p: Any) -> Any:
    """None failed: full; up to three: partly lost; four and more: lost."""
    partly = where(p.failed_items >= PARTIAL, "partial", "full")
    return where(p.failed_items >= TOTAL, "total", partly)


@person.rule("照料护理标准", basis=GF14.as_a_whole(), unit="fen_per_month")
def care_standard(p: Any) -> Any:
    """By level, as the place has set it."""
    return by_code(
        p.care_level,
        full=parameter("tekun.care.full", unit="fen_per_month"),
        partial=parameter("tekun.care.partial", unit="fen_per_month"),
        total=parameter("tekun.care.total", unit="fen_per_month"),
    )


@person.rule("特困人员月救助供养金", basis=GF14.as_a_whole(), unit="fen")
def tekun_amount(p: Any) -> Any:
    """Basic living and care; rounded once, for each person."""
    return where(p.tekun_eligible, payable(p.household.tekun_basic + p.care_standard), 0)


@person.rule("分散供养探访间隔", basis=GF14.as_a_whole(), unit="days")
def tekun_visit_days(p: Any) -> Any:
    """Whoever can do nothing alone is called on more often."""
    helpless = p.care_level == "total"
    often, usual = (
        parameter("tekun.visit_days.total", unit="days"),
        parameter("tekun.visit_days", unit="days"),
    )
    return where(helpless, often, usual)


@household.rule("特困人员复核周期", basis=TK2021.article(23), unit="months")
def tekun_review_months(h: Any) -> Any:
    """Once a year."""
    return parameter("tekun.review.months", unit="months")


@household.rule("特困人员丧葬费", basis=GF14.as_a_whole(), unit="fen")
def funeral_sum(h: Any) -> Any:
    """So many months of the basic standard, once, when a tekun person has died; to the fen."""
    return rounded(parameter("tekun.funeral_months", unit="months") * h.tekun_basic)


@person.rule("丧葬费", basis=GF14.as_a_whole(), unit="fen")
def funeral_grant(p: Any) -> Any:
    """What will be paid once for the funeral of whoever is found to be tekun."""
    return where(p.tekun_eligible, p.household.funeral_sum, 0)


@household.rule("家庭特困人员月救助供养金合计", basis=GF14.as_a_whole(), unit="fen")
def tekun_total(h: Any) -> Any:
    """The sum of the persons' amounts, each already rounded."""
    return h.sum(lambda p: p.tekun_amount)


@household.rule("申请人的月救助供养金", basis=GF14.as_a_whole(), unit="fen")
def tekun_paid_to_applicant(h: Any) -> Any:
    """The applicant's own amount."""
    return h.sum(lambda p: where(p.relation == "self", p.tekun_amount, 0))
