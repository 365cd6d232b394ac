"""Institutions (养老机构): the share of care-type beds, and the star rating by both thresholds."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Any

from minzheng.kernel.law.language import Entity, Fact, max_, parameter, ratio_at_least, rounded, where

from .instruments import GB37276, PLAN

__all__ = ["PARTS", "add_needed", "beds", "convert_needed", "rating", "share_met", "stars"]

_REGISTER = "养老机构床位台账"

beds = Entity(
    "beds",
    title="公办养老机构床位",
    facts=[
        Fact("built", "count", "已建床位", _REGISTER),
        Fact("care_type", "count", "护理型床位（失智照护床位计一次）", _REGISTER),
    ],
)


@beds.rule("护理型床位占比", basis=PLAN.as_a_whole(), unit="ratio")
def care_share(b: Any) -> Any:
    """Public institutions only; exact."""
    return where(b.built >= 1, b.care_type / max_(b.built, 1), 0)


@beds.rule("护理型床位占比达到目标", basis=PLAN.as_a_whole(), unit="boolean")
def share_met(b: Any) -> Any:
    """Compared unrounded."""
    return ratio_at_least(b.care_type, b.built, parameter("elder.beds.care_share", unit="ratio"))


@beds.rule("尚缺（改造现有床位）", basis=PLAN.as_a_whole(), unit="ratio")
def convert_needed(b: Any) -> Any:
    """The beds to be converted: the total stays."""
    gap = parameter("elder.beds.care_share", unit="ratio") * b.built - b.care_type
    return rounded(max_(gap, 0), to=1, mode="up")


@beds.rule("尚缺（新建护理型床位）", basis=PLAN.as_a_whole(), unit="ratio")
def add_needed(b: Any) -> Any:
    """The care-type beds to be added: the total grows with them."""
    target = parameter("elder.beds.care_share", unit="ratio")
    gap = max_(target * b.built - b.care_type, 0)
    return where(target < 1, rounded(gap / where(target < 1, 1 - target, 1), to=1, mode="up"), 0)


# --- Star rating (等级评定) --------------------------------------------------------------------------

PARTS = (
    ("environment", "环境", 120),
    ("facilities", "设施设备", 130),
    ("operation", "运营管理", 150),
    ("service", "服务", 600),
)
_SHEET = "评定组现场评分"

rating = Entity(
    "rating",
    title="养老机构等级评定",
    facts=[
        *(Fact(name, "count", f"{title}得分", _SHEET) for name, title, _ in PARTS),
        Fact("filed", "boolean", "已备案", "备案回执"),
        Fact("safety_met", "boolean", "符合强制性安全标准", "GB 38600 检查表"),
        Fact("clean_months", "months", "距上次严重事故", "事故台账"),
    ],
)


@rating.rule("各部分得分在规定范围内", basis=GB37276.as_a_whole(), unit="boolean")
def parts_within(r: Any) -> Any:
    """A thousand points in four parts."""
    return reduce(and_, ((getattr(r, name) >= 0) & (getattr(r, name) <= most) for name, _, most in PARTS))


@rating.rule("评定总分", basis=GB37276.as_a_whole(), unit="count")
def points(r: Any) -> Any:
    """The four parts together."""
    return r.environment + r.facilities + r.operation + r.service


@rating.rule("具备参评条件", basis=GB37276.as_a_whole(), unit="boolean")
def may_be_rated(r: Any) -> Any:
    """Filed, safe by the mandatory standard, and no serious incident for the months required."""
    return r.filed & r.safety_met & (r.clean_months >= parameter("rating.clean_months", unit="months"))


def _reaches(r: Any, stars_: int) -> Any:
    """The total and every part: where the parts ask for more, they bind (handbook 16 #14)."""
    part = parameter(f"rating.level{stars_}.part", unit="ratio")
    parts = (ratio_at_least(getattr(r, name), most, part) for name, _, most in PARTS)
    return (r.points >= parameter(f"rating.level{stars_}.total", unit="count")) & reduce(and_, parts)


@rating.rule("等级", basis=GB37276.as_a_whole(), unit="count")
def stars(r: Any) -> Any:
    """The highest level both of whose thresholds are reached; none if none is."""
    result: Any = 0
    for number in range(1, 6):
        result = where(_reaches(r, number), number, result)
    return where(r.may_be_rated, result, 0)
