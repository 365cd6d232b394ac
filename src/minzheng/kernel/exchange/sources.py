"""What each other department can be asked: its fields with units, how fresh they are, and what they settle.

A source is a frozen value.  Its shape is the interface agreement (接口约定): an answer that does not fit is
no answer.  The legal ground is 社会救助暂行办法 art. 58, from 2026-07-01 社会救助法 art. 41 (handbook 01 §8).
"""

from __future__ import annotations

from collections.abc import Mapping

from minzheng.kernel import clock
from minzheng.kernel.errors import Mistake

from .shapes import Field, Item, Purpose, Source, basis_on

__all__ = ["SOURCES", "Field", "Item", "Purpose", "Source", "basis_on", "source"]

_HUKOU = {"normal": "正常", "cancelled": "注销", "moved": "迁出"}
_ROLES = {"legal": "法定代表人", "owner": "个体经营者", "investor": "股东", "member": "合作社成员"}
_TRADE = {"active": "存续", "dormant": "歇业", "revoked": "吊销", "cancelled": "注销"}
_USES = {"private": "非营运", "farm": "农用", "freight": "营运货车", "disabled": "残疾人专用"}

_MARITAL = {"married": "已婚", "divorced": "离婚", "widowed": "丧偶"}
_INSURED = {"resident": "城乡居民", "employee": "职工", "none": "未参保"}

_HALF_YEAR = clock.Days(180)

_LISTED = (
    Source(
        "police", "户籍与死亡", "公安机关",
        (
            Field("hukou_state", "户籍状态", "code", _HUKOU),
            Field("hukou_place", "户籍地代码", "text"),
            Field("died_on", "死亡日期", "date", blank=True),
            Field("tours", "近12个月因私出境次数", "times"),
            Field("last_exit", "最近一次因私出境日期", "date", blank=True),
        ),
        (
            Item("deceased", "已死亡", "boolean", "person", exact=True),
            Item("tours", "近12个月因私出境次数", "times", "person", exact=True, free="exchange.tours_free"),
        ),
        freshness="实时", valid_for=clock.Days(30), absence_is_none=False,
    ),
    Source(
        "marriage", "婚姻登记", "民政部门婚姻登记机关",
        (
            Field("state", "婚姻状况", "code", _MARITAL),
            Field("registered_on", "登记日期", "date", blank=True),
            Field("spouse", "配偶（部分隐去）", "text", blank=True),
        ),
        (Item("married", "已登记结婚", "boolean", "person", noted=True),),
        freshness="实时", valid_for=_HALF_YEAR,
    ),
    Source(
        "tax_social", "税收、社会保险与公积金", "税务、人力资源社会保障、住房公积金部门",
        (
            Field("base", "月缴费基数", "fen_per_month"),
            Field("months", "近12个月缴费月数", "months"),
            Field("taxed", "近12个月已申报工资薪金", "fen_per_year"),
            Field("fund", "公积金余额", "fen"),
        ),
        (Item("wage", "工资性收入", "fen_per_year", "person", partial=True),),
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
        "bank", "银行存款与证券", "银行业、证券业金融机构",
        (
            Field("balance", "基准日存款余额", "fen"),
            Field("securities", "基准日证券市值", "fen"),
            Field("inflow", "近12个月流入", "fen"),
        ),
        (Item("deposits", "存款及有价证券", "fen", "household"),),
        freshness="基准日时点", valid_for=_HALF_YEAR,
    ),
    Source(
        "pensions", "养老金与涉农补贴", "人力资源社会保障部门、农业农村部门",
        (
            Field("pension", "月养老金", "fen_per_month"),
            Field("farm_subsidy", "近12个月涉农补贴", "fen_per_year"),
        ),
        (Item("transfer", "养老金等转移性收入", "fen_per_year", "person", partial=True),),
        freshness="按月更新", valid_for=_HALF_YEAR,
    ),
    Source(
        "disability", "残疾人证", "残疾人联合会",
        (
            Field("category", "残疾类别", "count"),
            Field("grade", "残疾等级", "count"),
            Field("issued_on", "发证日期", "date"),
            Field("expires_on", "有效期至", "date", blank=True),
        ),
        (
            Item("disability_category", "残疾类别", "count", "person", noted=True),
            Item("disability_grade", "残疾等级", "count", "person", noted=True),
        ),
        freshness="每日更新", valid_for=_HALF_YEAR,
    ),
    Source(
        "medical", "医疗保险", "医疗保障部门",
        (
            Field("insured", "参保类型", "code", _INSURED),
            Field("charged", "近12个月医疗总费用", "fen_per_year"),
            Field("own_paid", "近12个月个人负担", "fen_per_year"),
        ),
        (Item("rigid_medical", "医疗个人负担", "fen_per_year", "household", noted=True),),
        freshness="每日更新", valid_for=_HALF_YEAR,
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
