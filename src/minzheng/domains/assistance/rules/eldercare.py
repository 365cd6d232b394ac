"""What the old draw (老年人津贴补贴): the high-age allowance, and the nursing subsidy of the poor.

《老年人权益保障法》 arts. 30 and 33; 财社〔2014〕113号.  Bands and amounts are each county's.
"""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.language import MONTH, parameter, where, years

from . import edge, sharing  # who is poor is declared there first
from .benefit_law import ELDERS, SUB113
from .facts import person
from .overlap import free

__all__ = [
    "edge",
    "elder_nursing_due",
    "elder_nursing_entitled",
    "highage_due",
    "highage_entitled",
    "sharing",
]

BANDS = (80, 90, 100)
OLD = 60  # 《老年人权益保障法》 art. 2
MODERATE = 2  # GB/T 42195: moderate loss of ability


@person.rule(
    "领取工伤保险生活护理费", unit="boolean", says=("领取{injury_care_fee}", "未领取工伤保险生活护理费")
)
def draws_injury_fee(p: Any) -> Any:
    """Paid by work-injury insurance."""
    return p.injury_care_fee > 0


@person.rule("领取其他护理类补贴", unit="boolean", says=("领取{veteran_care}", "未领取同类护理补贴"))
def draws_veteran_care(p: Any) -> Any:
    """Of the same class as the nursing subsidies."""
    return p.veteran_care > 0


@person.rule("享受长期护理保险待遇", unit="boolean", says=("享受{ltci_care}", "未享受长期护理保险待遇"))
def draws_ltci(p: Any) -> Any:
    """Where there is such insurance."""
    return p.ltci_care > 0


@person.rule(
    "领取其他生活性补贴", unit="boolean", says=("领取{other_living_allowance}", "未领取同类生活补贴")
)
def draws_other_living(p: Any) -> Any:
    """Of the same class as the living subsidy."""
    return p.other_living_allowance > 0


# --- High-age allowance (高龄津贴) --------------------------------------------------------------------


@person.rule("发放月份1日的年龄", basis=ELDERS.article(33), unit="years")
def age_in_month(p: Any) -> Any:
    """A band counts for a month when its age is reached on or before the first (handbook 16 #2)."""
    return years(p.birth, at=MONTH)


@person.rule(
    "达到高龄津贴年龄",
    basis=ELDERS.article(33),
    unit="boolean",
    says=("{age_in_month}，达到高龄津贴年龄", "{age_in_month}，未达到高龄津贴年龄"),
)
def very_old(p: Any) -> Any:
    """From the first band on."""
    return p.age_in_month >= BANDS[0]


@person.rule("符合高龄津贴条件", basis=ELDERS.article(33), unit="boolean")
def highage_entitled(p: Any) -> Any:
    """By age alone; means are not asked for."""
    return p.very_old & p.may_draw


@person.rule("没有不能与高龄津贴同时享受的待遇", basis=ELDERS.article(33), unit="boolean")
def highage_free(p: Any) -> Any:
    """Dibao and tekun first; the subsidies of the disabled are asked about once they are reckoned."""
    return free(p, "highage", "dibao", "tekun")


@person.rule("高龄津贴标准", basis=ELDERS.article(33), unit="fen_per_month")
def highage_rate(p: Any) -> Any:
    """The amount of the band."""
    rate = [parameter(f"elder.highage.{band}", unit="fen_per_month") for band in BANDS]
    older = where(p.age_in_month >= BANDS[2], rate[2], rate[1])
    return where(p.age_in_month >= BANDS[1], older, rate[0])


@person.rule("高龄津贴（与同类待遇比较前）", basis=ELDERS.article(33), unit="fen_per_month")
def highage_due(p: Any) -> Any:
    """Before it is compared with subsidies of the same class."""
    return where(p.highage_entitled & p.highage_free, p.highage_rate, 0)


# --- Nursing subsidy of poor elders (护理补贴) --------------------------------------------------------


@person.rule(
    "发放月份属于老年人",
    basis=ELDERS.article(2),
    unit="boolean",
    says=("{age_in_month}，属于老年人", "{age_in_month}，未满60周岁"),
)
def old_in_month(p: Any) -> Any:
    """Sixty or more on the first of the month."""
    return p.age_in_month >= OLD


@person.rule(
    "中度以上失能",
    basis=ELDERS.article(30),
    unit="boolean",
    says=("能力等级为中度失能以上", "未经评估为中度失能以上"),
)
def dependent_elder(p: Any) -> Any:
    """By the assessment of ability; without one an empty line says that nobody is needed."""
    return p.ability_level >= MODERATE


@person.rule(
    "属于经济困难老年人",
    basis=SUB113.as_a_whole(),
    unit="boolean",
    says=("属于经济困难老年人", "不属于经济困难老年人"),
)
def poor_elder(p: Any) -> Any:
    """On dibao or tekun; members of edge households where the place includes them."""
    edge_too = parameter("elder.nursing.edge", unit="boolean") & p.counts & p.household.edge_eligible
    return p.on_dibao | p.tekun_eligible | edge_too


@person.rule("符合经济困难老年人护理补贴条件", basis=ELDERS.article(30), unit="boolean")
def elder_nursing_entitled(p: Any) -> Any:
    """Sixty or more, moderate loss of ability or worse, living at home, and poor."""
    at_home = p.old_in_month & p.dependent_elder & (p.residence == "home")
    return at_home & p.poor_elder & p.may_draw


@person.rule("没有不能与老年人护理补贴同时享受的待遇", basis=SUB113.as_a_whole(), unit="boolean")
def elder_nursing_free(p: Any) -> Any:
    """Tekun, the work-injury fee and care insurance, where the place excludes them."""
    return free(p, "elder_nursing")


@person.rule("老年人护理补贴标准", basis=SUB113.as_a_whole(), unit="fen_per_month")
def elder_nursing_rate(p: Any) -> Any:
    """By ability level."""
    rate = [parameter(f"elder.nursing.level{level}", unit="fen_per_month") for level in (2, 3, 4)]
    return where(p.ability_level <= 2, rate[0], where(p.ability_level == 3, rate[1], rate[2]))


@person.rule("老年人护理补贴（择高前）", basis=SUB113.as_a_whole(), unit="fen_per_month")
def elder_nursing_due(p: Any) -> Any:
    """Before it is compared with the other nursing subsidies."""
    return where(p.elder_nursing_entitled & p.elder_nursing_free, p.elder_nursing_rate, 0)
