"""Low-income edge household (低保边缘家庭): above the dibao standard, below one and a half times of it.

A refused dibao application is assessed here on the same facts, without new papers (国办发〔2023〕39号).
"""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.language import parameter

from . import dibao  # the household's income and property are declared there first
from .facts import household
from .instruments import LOW_INCOME_EDGE

__all__ = ["dibao", "edge_eligible", "edge_line", "income_below_edge_line", "not_dibao"]


@household.rule("低保边缘收入线", basis=LOW_INCOME_EDGE, unit="exact_fen")
def edge_line(h: Any) -> Any:
    """A multiple of the standard, one and a half in the State Council's opinion."""
    return parameter("edge.multiple", unit="ratio") * h.standard


@household.rule("家庭月人均收入低于低保边缘收入线", basis=LOW_INCOME_EDGE, unit="boolean")
def income_below_edge_line(h: Any) -> Any:
    """Strictly below."""
    return h.per_head < h.edge_line


@household.rule(
    "不符合低保条件",
    basis=LOW_INCOME_EDGE,
    unit="boolean",
    says=("家庭不符合最低生活保障条件", "家庭符合最低生活保障条件，应当按低保保障"),
)
def not_dibao(h: Any) -> Any:
    """A household that qualifies for dibao is not an edge household."""
    return ~h.dibao_eligible


@household.rule("符合低保边缘家庭条件", basis=LOW_INCOME_EDGE, unit="boolean")
def edge_eligible(h: Any) -> Any:
    """Not dibao, income below the edge line, property within the local rule."""
    return h.has_members & h.not_dibao & h.income_below_edge_line & h.property_within
