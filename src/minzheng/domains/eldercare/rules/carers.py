"""Carers (养老护理员): after how long an entry subsidy is due, and which seniority subsidy years of service give."""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.language import Entity, Fact, parameter, where

from .instruments import PLAN

__all__ = ["BANDS", "carer", "entry_due", "seniority"]

# Full years of confirmed service from which each band of the seniority subsidy is paid.
BANDS = (2, 5, 10)
_JOBS = "护理员从业台账"

carer = Entity(
    "carer",
    title="养老护理员",
    facts=[
        Fact("here_months", "months", "在现机构连续从业月数", _JOBS),
        Fact("years", "years", "累计从业周年（已核实）", _JOBS),
        Fact("employed", "boolean", "当月1日在职且已核实", _JOBS, blank=False),
        Fact("entry_paid", "boolean", "已领取过入职补贴", _JOBS, blank=False),
    ],
)


@carer.rule("可以领取入职补贴", basis=PLAN.as_a_whole(), unit="boolean")
def entry_due(c: Any) -> Any:
    """Once in a life, after so many months in one institution."""
    return c.employed & ~c.entry_paid & (c.here_months >= parameter("carer.entry.months", unit="months"))


@carer.rule("工龄补贴档次（满几年）", basis=PLAN.as_a_whole(), unit="count")
def seniority(c: Any) -> Any:
    """The highest band whose years are full; none before the first."""
    result: Any = 0
    for years in BANDS:
        result = where(c.employed & (c.years >= years), years, result)
    return result
