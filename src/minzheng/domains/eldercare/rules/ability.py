"""Ability assessment (老年人能力评估): twenty-six items, ninety points, five levels.

GB/T 42195-2022.  The server adds up every item itself; a level sent by a device is never taken over.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import add, and_
from typing import Any

from minzheng.kernel.law.language import Entity, Fact, min_, parameter, where

from .instruments import GB42195

__all__ = ["DIMENSIONS", "assessment", "items_within", "level", "spread", "total"]

# The items of each dimension: name, Chinese title, points of a person who needs nobody.
DIMENSIONS: Mapping[str, tuple[tuple[str, str, int], ...]] = {
    "self_care": (
        ("eating", "进食", 4),
        ("grooming", "修饰", 4),
        ("bathing", "洗澡", 4),
        ("upper_dressing", "穿脱上衣", 4),
        ("lower_dressing", "穿脱裤子和鞋袜", 4),
        ("bladder", "小便控制", 4),
        ("bowel", "大便控制", 4),
        ("toilet", "如厕", 4),
    ),
    "movement": (
        ("bed_turning", "床上体位转移", 4),
        ("bed_chair", "床椅转移", 4),
        ("walking", "平地行走", 4),
        ("stairs", "上下楼梯", 3),
    ),
    "mind": (
        ("time_sense", "时间定向", 4),
        ("place_sense", "空间定向", 4),
        ("person_sense", "人物定向", 4),
        ("memory", "记忆", 4),
        ("understanding", "理解能力", 4),
        ("expression", "表达能力", 4),
        ("aggression", "攻击行为", 1),
        ("depression", "抑郁症状", 1),
        ("consciousness", "意识水平", 2),
    ),
    "society": (
        ("sight", "视力", 2),
        ("hearing", "听力", 2),
        ("daily_affairs", "执行日常事务", 4),
        ("transport", "使用交通工具外出", 3),
        ("contact", "社会交往", 4),
    ),
}
_ITEMS = tuple(item for items in DIMENSIONS.values() for item in items)
_FORM = "评估员现场评估（附录B）"
_REPORT = "诊断证明、近30天照护记录"

assessment = Entity(
    "assessment",
    title="老年人能力评估",
    facts=[
        *(Fact(name, "count", title, _FORM) for name, title, _ in _ITEMS),
        Fact("coma", "boolean", "昏迷", _REPORT, blank=False),
        Fact(
            "diagnosis",
            "code",
            "专科诊断",
            _REPORT,
            options={"none": "无", "dementia": "痴呆（F00–F03）", "mental": "其他精神行为障碍（F04–F99）"},
            blank="none",
        ),
        Fact("risk_events", "times", "近30天照护风险事件", _REPORT, blank=0),
    ],
)


def _points(a: Any, dimension: str) -> Any:
    return reduce(add, (getattr(a, name) for name, _, _ in DIMENSIONS[dimension]))


@assessment.rule("评估项目得分在规定范围内", basis=GB42195.as_a_whole(), unit="boolean")
def items_within(a: Any) -> Any:
    """No item below nought or above its own maximum: three for stairs, one for aggression."""
    return reduce(and_, ((getattr(a, name) >= 0) & (getattr(a, name) <= most) for name, _, most in _ITEMS))


@assessment.rule("自理能力得分", basis=GB42195.as_a_whole(), unit="count")
def self_care(a: Any) -> Any:
    """Eight items, thirty-two points."""
    return _points(a, "self_care")


@assessment.rule("基础运动能力得分", basis=GB42195.as_a_whole(), unit="count")
def movement(a: Any) -> Any:
    """Four items, fifteen points."""
    return _points(a, "movement")


@assessment.rule("精神状态得分", basis=GB42195.as_a_whole(), unit="count")
def mind(a: Any) -> Any:
    """Nine items, twenty-eight points."""
    return _points(a, "mind")


@assessment.rule("感知觉与社会参与得分", basis=GB42195.as_a_whole(), unit="count")
def society(a: Any) -> Any:
    """Five items, fifteen points."""
    return _points(a, "society")


@assessment.rule("总分", basis=GB42195.as_a_whole(), unit="count")
def total(a: Any) -> Any:
    """Ninety points for a person who needs nobody."""
    return a.self_care + a.movement + a.mind + a.society


@assessment.rule("初步等级", basis=GB42195.as_a_whole(), unit="count")
def level_by_points(a: Any) -> Any:
    """0 intact, 1 mild, 2 moderate, 3 severe, 4 complete loss."""
    return where(
        a.total >= 90,
        0,
        where(a.total >= 66, 1, where(a.total >= 46, 2, where(a.total >= 30, 3, 4))),
    )


@assessment.rule("等级下调", basis=GB42195.as_a_whole(), unit="count")
def worse_by(a: Any) -> Any:
    """One level for a diagnosed disorder or for two risk events in thirty days; both together count once."""
    diagnosed = where(a.diagnosis != "none", 1, 0)
    at_risk = where(a.risk_events >= 2, 1, 0)
    both = diagnosed + at_risk
    return where(parameter("ability.stack", unit="boolean"), both, min_(both, 1))


@assessment.rule("能力等级", basis=GB42195.as_a_whole(), unit="count")
def level(a: Any) -> Any:
    """Coma is complete loss; nothing is worse than that."""
    return where(a.coma, 4, min_(a.level_by_points + a.worse_by, 4))


def spread(points: int, *dimensions: str) -> dict[str, int]:
    """So many points over the items of some dimensions, in their order: a sheet for worked cases."""
    sheet = {}
    for name, _, most in (item for one in dimensions for item in DIMENSIONS[one]):
        sheet[name] = min(points, most)
        points -= sheet[name]
    return sheet
