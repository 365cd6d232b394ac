"""Where a figure comes from: declared by whom, proved by which source, set by which document, or reckoned.

A decision keeps the words, so that a page years later shows what was said then.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import lru_cache

from minzheng.kernel.law.facts import BLANK, DECLARED, FactRef, Facts
from minzheng.kernel.law.instruments import basis_on
from minzheng.kernel.law.language import Fact, Rule
from minzheng.kernel.law.parameters import Value

__all__ = ["Origin", "of_fact", "of_rule", "of_value"]

COMPUTED = "系统按规则计算"
CONFIDENCE = {"law": "法规", "common": "通行做法", "assumption": "平台设定", "plan": "规划"}
_PLACES = ("全国", "省级", "市级", "县级", "乡级", "村级")


class Origin(StrEnum):
    """The kind of source a line of the reasoning has."""

    RULE = "rule"
    PARAMETER = "parameter"
    DECLARED = "declared"
    BLANK = "blank"
    VERIFIED = "verified"
    MISSING = "missing"

    @property
    def label(self) -> str:
        """The word printed for it."""
        return _LABELS[self]


_LABELS = {
    Origin.RULE: "规则",
    Origin.PARAMETER: "标准参数",
    Origin.DECLARED: "申报",
    Origin.BLANK: "承诺",
    Origin.VERIFIED: "核实",
    Origin.MISSING: "待补",
}
_SAID = {DECLARED: Origin.DECLARED, BLANK: Origin.BLANK}


@lru_cache(maxsize=4096)
def of_rule(rule: Rule, on: date) -> str:
    """The article in force on the day, or that the platform reckons it."""
    return str(basis_on(rule.basis, on) or COMPUTED)


def of_value(value: Value) -> str:
    """The document that sets a value, for which level, from when and how firmly."""
    until = f"至{_day(value.until)}前" if value.until else "起"
    level = min(value.place.count("/"), len(_PLACES) - 1)
    return f"{value.source}（{_PLACES[level]}，{_day(value.from_)}{until}，{CONFIDENCE[value.confidence]}）"


def of_fact(ref: FactRef, fact: Fact, facts: Facts) -> tuple[Origin, str]:
    """Who says so; of what nobody has said yet, who can."""
    if facts.value(ref) is None:
        return Origin.MISSING, f"尚未取得，由{fact.supplied_by}提供"
    words = facts.source(ref)
    return _SAID.get(words, Origin.VERIFIED), words


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
