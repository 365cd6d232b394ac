"""The two subsidies of the disabled (残疾人两项补贴), and the higher of what is of one class.

国发〔2015〕52号: the living subsidy for the disabled in dibao households, the nursing subsidy for the severely
disabled; whom a place adds is a dated switch.  The order is handbook 04 §2.3.
"""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.language import MONTH, parameter, where

from . import eldercare, rigid  # the other nursing subsidy, and the last layer of low income
from .benefit_law import ELDERS, SUB113, TS52
from .facts import person
from .overlap import free, prevails

__all__ = [
    "elder_nursing_amount",
    "eldercare",
    "highage_amount",
    "living_amount",
    "living_entitled",
    "nursing_amount",
    "nursing_entitled",
    "rigid",
]  # fmt: skip

MIND, PSYCHE = 5, 6  # GB/T 26341: intellectual, mental


@person.rule(
    "持有残疾人证",
    basis=TS52.as_a_whole(),
    unit="boolean",
    says=("持有残疾人证，{disability_grade}", "没有残疾人证"),
)
def disabled(p: Any) -> Any:
    """Of any grade."""
    return p.disability_grade >= 1


@person.rule(
    "残疾人证有效",
    basis=TS52.as_a_whole(),
    unit="boolean",
    says=("残疾人证有效", "{certificate_state}，{certificate_expires}，补贴停发或暂停"),
)
def certificate_valid(p: Any) -> Any:
    """On the first day of the benefit month: an expired one suspends, and renewal in time pays back."""
    return (p.certificate_state == "valid") & (p.certificate_expires >= MONTH)


# --- A: living subsidy (困难残疾人生活补贴) -----------------------------------------------------------


@person.rule(
    "属于困难残疾人补贴的家庭范围",
    basis=TS52.as_a_whole(),
    unit="boolean",
    says=("属于低保对象或者地方扩大的范围", "不属于低保对象，也不在地方扩大的范围内"),
)
def living_link(p: Any) -> Any:
    """Dibao by law; edge and rigid-spending households where the place has widened it."""
    edge_too = parameter("ts.living.edge", unit="boolean") & p.counts & p.household.edge_eligible
    rigid_too = parameter("ts.living.rigid", unit="boolean") & p.counts & p.household.rigid_eligible
    return p.on_dibao | edge_too | rigid_too


@person.rule("符合困难残疾人生活补贴条件", basis=TS52.as_a_whole(), unit="boolean")
def living_entitled(p: Any) -> Any:
    """A valid certificate of any grade in a household of the range."""
    return p.disabled & p.certificate_valid & p.living_link & p.may_draw


@person.rule("没有不能与生活补贴同时享受的待遇", basis=TS52.as_a_whole(), unit="boolean")
def living_free(p: Any) -> Any:
    """Neither tekun, an orphan's allowance, F in full, nor the work-injury nursing fee."""
    return free(p, "living")


@person.rule("困难残疾人生活补贴（择高前）", basis=TS52.as_a_whole(), unit="fen_per_month")
def living_due(p: Any) -> Any:
    """Before it is compared with other living allowances."""
    return where(p.living_entitled & p.living_free, parameter("ts.living", unit="fen_per_month"), 0)


@person.rule("困难残疾人生活补贴（生活类择高后）", basis=TS52.as_a_whole(), unit="fen_per_month")
def living_kept(p: Any) -> Any:
    """The higher of two living allowances; what another department pays stays on a tie."""
    wins = prevails(p, "living", "living_due", other_living="other_living_allowance")
    return where(wins, p.living_due, 0)


@person.rule("享受困难残疾人生活补贴", basis=TS52.as_a_whole(), unit="boolean")
def living_drawn(p: Any) -> Any:
    """It stands after that comparison."""
    return p.living_kept > 0


# --- B: nursing subsidy (重度残疾人护理补贴) ----------------------------------------------------------


@person.rule(
    "属于护理补贴的残疾等级",
    basis=TS52.as_a_whole(),
    unit="boolean",
    says=("残疾等级属于护理补贴范围", "残疾等级不属于护理补贴范围"),
)
def nursing_grade(p: Any) -> Any:
    """Grades one and two by law; grades three and four of mind where the place has widened it."""
    of_mind = (p.disability_category == MIND) | (p.disability_category == PSYCHE)
    third = (p.disability_grade == 3) & parameter("ts.nursing.third_of_mind", unit="boolean")
    fourth = (p.disability_grade == 4) & parameter("ts.nursing.fourth_of_mind", unit="boolean")
    return p.severely_disabled | (of_mind & (third | fourth))


@person.rule("符合重度残疾人护理补贴条件", basis=TS52.as_a_whole(), unit="boolean")
def nursing_entitled(p: Any) -> Any:
    """A valid certificate of the grade, and long-term need of care."""
    return p.disabled & p.nursing_grade & p.certificate_valid & p.care_need & p.may_draw


@person.rule("没有不能与护理补贴同时享受的待遇", basis=TS52.as_a_whole(), unit="boolean")
def nursing_free(p: Any) -> Any:
    """Neither tekun nor the work-injury nursing fee; care insurance where the place excludes it."""
    return free(p, "nursing")


@person.rule("护理补贴标准", basis=TS52.as_a_whole(), unit="fen_per_month")
def nursing_rate(p: Any) -> Any:
    """By grade; the widened grades have a rate of their own."""
    first, second, widened = (
        parameter(f"ts.nursing.{one}", unit="fen_per_month") for one in ("first", "second", "widened")
    )
    return where(p.disability_grade == 1, first, where(p.disability_grade == 2, second, widened))


@person.rule("重度残疾人护理补贴（择高前）", basis=TS52.as_a_whole(), unit="fen_per_month")
def nursing_due(p: Any) -> Any:
    """Before it is compared with other nursing subsidies."""
    return where(p.nursing_entitled & p.nursing_free, p.nursing_rate, 0)


# --- The higher of one class (择高) -------------------------------------------------------------------


@person.rule("重度残疾人护理补贴（护理类择高后）", basis=TS52.as_a_whole(), unit="fen_per_month")
def nursing_kept(p: Any) -> Any:
    """Against the nursing subsidy of poor elders, other departments', and care insurance where it is compared."""
    wins = prevails(
        p,
        "nursing",
        "nursing_due",
        elder_nursing="elder_nursing_due",
        veteran="veteran_care",
        ltci="ltci_care",
    )
    return where(wins, p.nursing_due, 0)


@person.rule("享受重度残疾人护理补贴", basis=TS52.as_a_whole(), unit="boolean")
def nursing_drawn(p: Any) -> Any:
    """It stands after that comparison."""
    return p.nursing_kept > 0


@person.rule("经济困难老年人护理补贴", basis=SUB113.as_a_whole(), unit="fen_per_month")
def elder_nursing_amount(p: Any) -> Any:
    """One nursing subsidy is paid, the higher."""
    wins = prevails(
        p,
        "elder_nursing",
        "elder_nursing_due",
        nursing="nursing_due",
        veteran="veteran_care",
        ltci="ltci_care",
    )
    return where(wins, p.elder_nursing_due, 0)


@person.rule("没有不能与高龄津贴同时享受的残疾人补贴", basis=ELDERS.article(33), unit="boolean")
def highage_beside(p: Any) -> Any:
    """Where the place counts it in their class: not excluded beside them, and higher where it is compared."""
    wins = prevails(p, "highage", "highage_due", living="living_kept", nursing="nursing_kept")
    return free(p, "highage", "living", "nursing") & wins


@person.rule("高龄津贴", basis=ELDERS.article(33), unit="fen_per_month")
def highage_amount(p: Any) -> Any:
    """By band."""
    return where(p.highage_beside, p.highage_due, 0)


@person.rule("困难残疾人生活补贴", basis=TS52.as_a_whole(), unit="fen_per_month")
def living_amount(p: Any) -> Any:
    """From the month of application."""
    return where(prevails(p, "living", "living_kept", highage="highage_amount"), p.living_kept, 0)


@person.rule("重度残疾人护理补贴", basis=TS52.as_a_whole(), unit="fen_per_month")
def nursing_amount(p: Any) -> Any:
    """From the month of application."""
    return where(prevails(p, "nursing", "nursing_kept", highage="highage_amount"), p.nursing_kept, 0)
