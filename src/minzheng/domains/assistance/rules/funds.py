"""Money kept or spent for assistance (救助资金): standards with a floor, the township's reserve, bought services.

Three entities of their own, none of them a household: a place with its standards, one township's reserve fund
in a year (乡镇备用金), and one county's purchased services in a year (政府购买服务).
"""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.language import Entity, Fact, parameter, where

from .instruments import GF14

__all__ = [
    "fund_year",
    "place",
    "purchase_allowed",
    "purchase_cap",
    "purchase_warns",
    "purchase_year",
    "reserve_balance",
    "reserve_case_within",
    "reserve_solvent",
    "reserve_top_up",
    "rural_basic_reaches_floor",
    "rural_floor",
    "urban_basic_reaches_floor",
    "urban_floor",
]

# --- The floor of the tekun standards ----------------------------------------------------------------

place = Entity("place", title="地区救助标准", facts=[])


@place.rule("城市特困基本生活标准下限", basis=GF14.as_a_whole(), unit="exact_fen")
def urban_floor(w: Any) -> Any:
    """A year: the multiple of twelve monthly dibao standards."""
    dibao = parameter("dibao.standard.urban", unit="fen_per_month") * 12
    return parameter("tekun.floor.multiple", unit="ratio") * dibao


@place.rule("农村特困基本生活标准下限", basis=GF14.as_a_whole(), unit="exact_fen")
def rural_floor(w: Any) -> Any:
    """A year: the multiple of the yearly dibao standard."""
    multiple = parameter("tekun.floor.multiple", unit="ratio")
    return multiple * parameter("dibao.standard.rural", unit="fen_per_year")


@place.rule("城市特困基本生活标准不低于下限", basis=GF14.as_a_whole(), unit="boolean")
def urban_basic_reaches_floor(w: Any) -> Any:
    """Checked when a standard is registered."""
    return parameter("tekun.basic.urban", unit="fen_per_year") >= w.urban_floor


@place.rule("农村特困基本生活标准不低于下限", basis=GF14.as_a_whole(), unit="boolean")
def rural_basic_reaches_floor(w: Any) -> Any:
    """Checked when a standard is registered."""
    return parameter("tekun.basic.rural", unit="fen_per_year") >= w.rural_floor


# --- The township's reserve --------------------------------------------------------------------------

_LEDGER = "备用金台账"
fund_year = Entity(
    "fund_year",
    title="乡镇备用金年度账",
    facts=[
        Fact("quota", "fen", "核定额度", "县级民政部门核定文件", blank=0),
        Fact("advance", "fen", "拨入金额", _LEDGER),
        Fact("paid", "fen", "支出金额", _LEDGER, blank=0),
        Fact("returned", "fen", "退回金额", _LEDGER, blank=0),
        Fact("asked", "fen", "本次拟支出", "临时救助审批表", blank=0),
    ],
)


@fund_year.rule("备用金余额", unit="fen")
def reserve_balance(f: Any) -> Any:
    """Advances less payments, with what came back."""
    return f.advance - f.paid + f.returned


@fund_year.rule("余额足以支付", unit="boolean")
def reserve_solvent(f: Any) -> Any:
    """The balance never falls below zero."""
    return f.asked <= f.reserve_balance


@fund_year.rule("不超过单件限额", unit="boolean")
def reserve_case_within(f: Any) -> Any:
    """One case takes no more than the cap."""
    return f.asked <= parameter("reserve.case_cap", unit="fen")


@fund_year.rule("补充线", unit="exact_fen")
def reserve_line(f: Any) -> Any:
    """A share of the quota; where none has been set, of the advance."""
    of = where(f.quota > 0, f.quota, f.advance)
    return parameter("reserve.top_up_ratio", unit="ratio") * of


@fund_year.rule("应当申请补充", unit="boolean")
def reserve_top_up(f: Any) -> Any:
    """Strictly below the line after what is asked now."""
    return f.reserve_balance - f.asked < f.reserve_line


# --- Purchased services ------------------------------------------------------------------------------

purchase_year = Entity(
    "purchase_year",
    title="政府购买社会救助服务年度账",
    facts=[
        Fact("central", "fen", "中央下达资金", "财政部门下达文件"),
        Fact("province", "fen", "省级下达资金", "财政部门下达文件"),
        Fact("signed", "fen", "本年已签合同", "合同台账", blank=0),
        Fact("contract", "fen", "拟签合同", "合同文本", blank=0),
    ],
)


@purchase_year.rule("购买服务资金上限", unit="exact_fen")
def purchase_cap(y: Any) -> Any:
    """A share of what the centre and the province have sent this year."""
    return parameter("gov_purchase.cap", unit="ratio") * (y.central + y.province)


@purchase_year.rule("签约后合计", unit="fen")
def purchase_sum(y: Any) -> Any:
    """All contracts of the year and the new one; checked at signing, not at payment."""
    return y.signed + y.contract


@purchase_year.rule("购买服务不超过资金上限", unit="boolean")
def purchase_allowed(y: Any) -> Any:
    """At the cap is not above it."""
    return y.purchase_sum <= y.purchase_cap


@purchase_year.rule("购买服务接近资金上限", unit="boolean")
def purchase_warns(y: Any) -> Any:
    """From the warning share of the cap, inclusive."""
    return y.purchase_sum >= parameter("gov_purchase.warn", unit="ratio") * y.purchase_cap
