"""What each other department can be asked: its fields with units, how fresh they are, and what they settle.

A source is a frozen value.  Its shape is the interface agreement (接口约定): an answer that does not fit is
no answer.  The legal ground is 社会救助暂行办法 art. 58, from 2026-07-01 社会救助法 art. 41 (handbook 01 §8).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from minzheng.kernel import clock
from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.law import Article, Instrument

__all__ = ["SOURCES", "Field", "Item", "Source", "basis_on", "source"]

_MEASURES = Instrument("SA-2014", "社会救助暂行办法", "国务院令第649号", date(2014, 5, 1), date(2026, 7, 1))
_ACT = Instrument("SA-2026", "社会救助法", "2026年4月30日通过", date(2026, 7, 1))


def basis_on(day: date) -> Article:
    """The article under which other departments answer on that day."""
    if _ACT.in_force(day):
        return _ACT.article(41)
    if _MEASURES.in_force(day):
        return _MEASURES.article(58)
    message = f"{day:%Y-%m-%d} 没有可以据以核对的法规，不能发起核对。请检查日期。"
    raise Refused("verification_basis_missing", message, on=day.isoformat())


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a source says; ``unit`` is a unit of the law, or ``text`` or ``share``."""

    name: str
    label: str
    unit: str
    options: Mapping[str, str] = field(default_factory=dict)
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is compared with the declaration, under the name of the fact it settles.

    ``of`` is ``person`` or ``household`` (the sum over the members).  ``exact`` items allow no tolerance.
    Of a ``partial`` item the source knows only a part (work that is not insured, support from children):
    what the household declares beyond it stands.
    """

    name: str
    label: str
    unit: str
    of: str
    exact: bool = False
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """One department's answer about one person: ``many`` is a list of rows, else one row."""

    code: str
    label: str
    department: str
    fields: tuple[Field, ...]
    items: tuple[Item, ...]
    freshness: str
    valid_for: clock.Days
    many: bool = False
    # No record means "none of it" (no vehicle), but in the household register it leaves the question open.
    absence_is_none: bool = True


_HUKOU = {"normal": "正常", "cancelled": "注销", "moved": "迁出"}
_ROLES = {"legal": "法定代表人", "owner": "个体经营者", "investor": "股东", "member": "合作社成员"}
_TRADE = {"active": "存续", "dormant": "歇业", "revoked": "吊销", "cancelled": "注销"}
_USES = {"private": "非营运", "farm": "农用", "freight": "营运货车", "disabled": "残疾人专用"}

_HALF_YEAR = clock.Days(180)

_LISTED = (
    Source(
        "police", "户籍与死亡", "公安机关",
        (
            Field("hukou_state", "户籍状态", "code", _HUKOU),
            Field("hukou_place", "户籍地代码", "text"),
            Field("died_on", "死亡日期", "date", blank=True),
        ),
        (Item("deceased", "已死亡", "boolean", "person", exact=True),),
        freshness="实时", valid_for=clock.Days(30), absence_is_none=False,
    ),
    Source(
        "tax_social", "社会保险与养老金", "人力资源社会保障部门、税务部门",
        (
            Field("base", "月缴费基数", "fen_per_month"),
            Field("months", "近12个月缴费月数", "months"),
            Field("pension", "月养老金", "fen_per_month"),
        ),
        (
            Item("wage", "工资性收入", "fen_per_year", "person", partial=True),
            Item("transfer", "养老金等转移性收入", "fen_per_year", "person", partial=True),
        ),
        freshness="按月更新", valid_for=_HALF_YEAR,
    ),
    Source(
        "property", "不动产", "不动产登记机构",
        (
            Field("share", "份额", "share"),
            Field("area", "建筑面积（平方分米）", "count"),
            Field("use", "用途", "text"),
        ),
        (Item("houses", "房产", "houses", "household", exact=True),),
        freshness="每日更新", valid_for=_HALF_YEAR, many=True,
    ),
    Source(
        "vehicles", "车辆", "公安机关交通管理部门",
        (
            Field("type", "车辆类型", "text"),
            Field("first_registered", "初次登记日期", "date"),
            Field("plate", "号牌（部分隐去）", "text"),
            Field("use", "使用性质", "code", _USES),
        ),
        (Item("vehicles", "机动车", "vehicles", "household", exact=True),),
        freshness="每日更新", valid_for=_HALF_YEAR, many=True,
    ),
    Source(
        "business", "经营主体登记", "市场监督管理部门",
        (
            Field("role", "身份", "code", _ROLES),
            Field("capital", "认缴出资", "fen"),
            Field("state", "登记状态", "code", _TRADE),
        ),
        (Item("company_capital", "经营主体出资", "fen", "household"),),
        freshness="每日更新", valid_for=_HALF_YEAR, many=True,
    ),
    Source(
        "bank", "银行存款", "银行业金融机构",
        (
            Field("balance", "基准日余额", "fen"),
            Field("inflow", "近12个月流入", "fen"),
        ),
        (Item("deposits", "存款", "fen", "household"),),
        freshness="基准日时点", valid_for=_HALF_YEAR,
    ),
)  # fmt: skip

SOURCES: Mapping[str, Source] = {one.code: one for one in _LISTED}


def source(code: str) -> Source:
    """The source of that code; an unlisted one is a slip in a declaration."""
    if code not in SOURCES:
        raise Mistake(
            "source_unknown", f"没有“{code}”这个数据来源。可用：{'、'.join(SOURCES)}。", source=code
        )
    return SOURCES[code]
