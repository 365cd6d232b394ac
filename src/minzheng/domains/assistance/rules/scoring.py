"""The assessment index (综合量化评审指标体系): six dimensions, 100 points, the higher the harder.

It grades and routes; it never replaces the legal tests.  All weights are parameters of our own design
(handbook 01 §9), and every dimension is rounded half up to 0.01 before they are added.
"""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.expressions import Expression
from minzheng.kernel.law.language import by_code, max_, min_, parameter, rounded, where

from . import edge  # the edge line is declared there first
from .facts import household, person

__all__ = ["edge", "score", "tier", "visit_days"]


def _weight(key: str) -> Expression:
    return parameter(f"score.{key}", unit="points")


def _rigid_full() -> Expression:
    return parameter("score.rigid.full_ratio", unit="ratio")


@household.rule("收入维度得分", unit="points")
def income_points(h: Any) -> Any:
    """How far income per head lies below the edge line."""
    return rounded(_weight("income.max") * max_((h.edge_line - h.per_head) / h.edge_line, 0), to="0.01")


@household.rule("财产维度得分", unit="points")
def property_points(h: Any) -> Any:
    """How much of the deposit limit is left."""
    used = where(h.deposit_limit > 0, min_(h.deposits / h.deposit_limit, 1), 1)
    return rounded(_weight("property.max") * (1 - used), to="0.01")


@person.rule("健康得分", unit="points")
def health_points(p: Any) -> Any:
    """By disability grade, and by illness."""
    grade = where(
        p.disability_grade == 1,
        _weight("health.grade1"),
        where(
            p.disability_grade == 2,
            _weight("health.grade2"),
            where(
                p.disability_grade == 3,
                _weight("health.grade3"),
                where(p.disability_grade == 4, _weight("health.grade4"), 0),
            ),
        ),
    )
    ill = by_code(p.illness, none=0, chronic=_weight("health.chronic"), serious=_weight("health.serious"))
    return grade + ill


@household.rule("健康与残疾维度得分", unit="points")
def health_dimension(h: Any) -> Any:
    """The sum over the members, capped."""
    total = h.sum(lambda p: where(p.counts, p.health_points, 0))
    return rounded(min_(_weight("health.max"), total), to="0.01")


@household.rule("家庭结构与劳动能力维度得分", unit="points")
def capacity_points(h: Any) -> Any:
    """The share of members who cannot work."""
    unable = h.count(lambda p: p.counts & (p.work_capacity == "none"))
    return rounded(where(h.members >= 1, _weight("capacity.max") * unable / h.members, 0), to="0.01")


@household.rule("刚性支出占收入比", unit="ratio")
def rigid_ratio(h: Any) -> Any:
    """Spending without income weighs in full."""
    spent_without_income = where(h.rigid_spending > 0, _rigid_full(), 0)
    return where(h.gross_income > 0, h.rigid_spending / h.gross_income, spent_without_income)


@household.rule("刚性支出维度得分", unit="points")
def rigid_points(h: Any) -> Any:
    """In full from the given ratio upwards."""
    return rounded(_weight("rigid.max") * min_(h.rigid_ratio / _rigid_full(), 1), to="0.01")


@household.rule("住房及特殊情形维度得分", unit="points")
def housing_points(h: Any) -> Any:
    """An unsafe house or none, then a rented one."""
    worst = _weight("housing.unsafe_or_none")
    return rounded(
        by_code(h.housing, own=0, rent=_weight("housing.rent"), unsafe=worst, none=worst), to="0.01"
    )


@household.rule("综合评分", unit="points")
def score(h: Any) -> Any:
    """The sum of the six."""
    return (
        h.income_points
        + h.property_points
        + h.health_dimension
        + h.capacity_points
        + h.rigid_points
        + h.housing_points
    )


_TIERS = {"A": "A 级", "B": "B 级", "C": "C 级", "D": "D 级"}


@household.rule("困难等级", unit="code", options=_TIERS)
def tier(h: Any) -> Any:
    """A is the hardest."""
    return where(
        h.score >= _weight("tier.a"),
        "A",
        where(h.score >= _weight("tier.b"), "B", where(h.score >= _weight("tier.c"), "C", "D")),
    )


@household.rule("探访间隔", unit="days")
def visit_days(h: Any) -> Any:
    """The harder the case, the more often somebody calls."""
    return by_code(
        h.tier,
        A=parameter("score.visit_days.a", unit="days"),
        B=parameter("score.visit_days.b", unit="days"),
        C=parameter("score.visit_days.c", unit="days"),
        D=parameter("score.visit_days.d", unit="days"),
    )


DIMENSIONS = (
    income_points,
    property_points,
    health_dimension,
    capacity_points,
    rigid_points,
    housing_points,
)
