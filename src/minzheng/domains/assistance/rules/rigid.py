"""Households poor through what they must spend (刚性支出困难家庭), and the six layers of low income.

《刚性支出困难家庭认定办法》, in force since January 2025; before it each place had its own rule.  The status
pays nothing: it opens the other departments' help.
"""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.language import max_, parameter, since, where

from . import edge, tekun  # dibao, edge and tekun are declared there first
from .facts import household
from .instruments import GB39, RG2025, RIGID_SPENDING

__all__ = [
    "edge",
    "low_income_class",
    "outside_other_layers",
    "rigid_eligible",
    "rigid_income_below",
    "rigid_share_above",
    "rigid_total",
    "rigid_valid_months",
    "tekun",
    "yearly_per_head",
]


@household.rule("家庭年人均收入", basis=RIGID_SPENDING, unit="exact_fen")
def yearly_per_head(h: Any) -> Any:
    """Before any deduction: what is spent of need is weighed below, once."""
    return where(h.members >= 1, h.gross_income / h.members, 0)


@household.rule("刚性支出困难家庭收入线", basis=RIGID_SPENDING, unit="exact_fen")
def rigid_income_line(h: Any) -> Any:
    """Last year's local disposable income per head; before 2025 a multiple of the dibao standard."""
    local = parameter("rigid.local.multiple", unit="ratio") * 12 * h.standard
    return since(RG2025.in_force_from, parameter("income.disposable_per_head", unit="fen_per_year"), local)


@household.rule("家庭年人均收入低于刚性支出困难家庭收入线", basis=RIGID_SPENDING, unit="boolean")
def rigid_income_below(h: Any) -> Any:
    """Strictly below."""
    return h.yearly_per_head < h.rigid_income_line


@household.rule("生活支出", basis=RIGID_SPENDING, unit="exact_fen")
def living_cost(h: Any) -> Any:
    """The dibao standard for each member, for twelve months, or as much of it as the place reckons."""
    return parameter("rigid.living_rate", unit="ratio") * 12 * h.standard * h.members


@household.rule("医疗、教育、康复等支出", basis=RIGID_SPENDING, unit="fen_per_year")
def rigid_bills(h: Any) -> Any:
    """Item by item where the bills are there; else the sum the family has declared."""
    items = h.rigid_medical + h.rigid_education + h.rigid_rehab + h.rigid_other
    return max_(items, h.rigid_spending)


@household.rule("家庭刚性支出总额", basis=RIGID_SPENDING, unit="exact_fen")
def rigid_total(h: Any) -> Any:
    """Over twelve months, after every reimbursement."""
    return h.living_cost + h.rigid_bills


@household.rule("刚性支出界线", basis=RIGID_SPENDING, unit="exact_fen")
def rigid_line(h: Any) -> Any:
    """The local share of the household's yearly income."""
    return parameter("rigid.ratio", unit="ratio") * h.gross_income


@household.rule("家庭刚性支出超过收入的规定比例", basis=RIGID_SPENDING, unit="boolean")
def rigid_share_above(h: Any) -> Any:
    """Strictly above, compared unrounded."""
    return h.rigid_total > h.rigid_line


@household.rule(
    "未纳入特困、低保、低保边缘",
    basis=RIGID_SPENDING,
    unit="boolean",
    says=("不符合特困、低保、低保边缘条件", "符合特困、低保或低保边缘条件，应当按相应类别认定"),
)
def outside_other_layers(h: Any) -> Any:
    """The stronger layer goes first; whoever is in it is not asked about this one."""
    return ~(h.any_(lambda p: p.tekun_eligible) | h.dibao_eligible | h.edge_eligible)


@household.rule("符合刚性支出困难家庭条件", basis=RIGID_SPENDING, unit="boolean")
def rigid_eligible(h: Any) -> Any:
    """Outside the other layers, income below the line, property within the rule, spending above the share."""
    poor = h.has_members & h.outside_other_layers & h.rigid_income_below
    return poor & h.property_within & h.rigid_share_above


@household.rule("认定有效月数", basis=RIGID_SPENDING, unit="months")
def rigid_valid_months(h: Any) -> Any:
    """Then the family applies anew."""
    return parameter("rigid.valid_months", unit="months")


_LAYERS = {
    "L1": "特困人员",
    "L2": "最低生活保障对象",
    "L3": "低保边缘家庭",
    "L4": "刚性支出困难家庭",
    "L5": "防返贫监测对象",
    "L6": "其他低收入人口",
    "none": "不属于低收入人口",
}


@household.rule("低收入人口类别", basis=GB39.as_a_whole(), unit="code", options=_LAYERS)
def low_income_class(h: Any) -> Any:
    """One layer at a time, the first that fits."""
    fed = where(h.monitored, "L5", where(h.local_hardship, "L6", "none"))
    assessed = where(h.edge_eligible, "L3", where(h.rigid_eligible, "L4", fed))
    return where(h.tekun_persons >= 1, "L1", where(h.dibao_eligible, "L2", assessed))
