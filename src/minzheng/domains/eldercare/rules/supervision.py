"""Supervision (综合监管): the credit class of an institution, and what an admission must keep to."""

from __future__ import annotations

from typing import Any

from minzheng.kernel.law.language import Entity, Fact, parameter, where

from .instruments import ELDERS, GB38600, ORDER66, SUPERVISION

__all__ = ["admission", "admission_may", "credit_grade", "standing"]

_FILE = "监管台账"

standing = Entity(
    "standing",
    title="养老机构信用",
    facts=[
        Fact("stars", "count", "等级评定星级", "等级证书", blank=0),
        Fact("overdue", "count", "逾期未整改隐患", _FILE, blank=0),
        Fact("penalties", "times", "近十二个月行政处罚", _FILE, blank=0),
        Fact("serious", "times", "近十二个月严重事故", _FILE, blank=0),
        Fact("credit", "count", "公示期内失信程度（0 无，1 轻微，2 一般，3 严重）", _FILE, blank=0),
        Fact("met", "boolean", "最近一次检查符合强制条款", _FILE, blank=True),
    ],
)


@standing.rule(
    "信用等级",
    basis=SUPERVISION.as_a_whole(),
    unit="code",
    options={"A": "A 守信", "B": "B 一般", "C": "C 警示", "D": "D 失信"},
)
def credit_grade(s: Any) -> Any:
    """By rating, penalties, incidents and the credit file; the class says how often one is drawn."""
    bad = (s.credit >= 3) | (s.penalties >= parameter("home.credit.penalties", unit="times"))
    warned = (s.credit >= 2) | (s.penalties >= 1) | (s.overdue >= 1) | (s.serious >= 1) | ~s.met
    good = s.stars >= parameter("home.credit.stars", unit="count")
    return where(bad, "D", where(warned, "C", where(good & (s.credit == 0), "A", "B")))


_AGREEMENT = "入住协议和评估报告"

admission = Entity(
    "admission",
    title="入住养老机构",
    facts=[
        Fact("age", "years", "年龄", "身份证"),
        Fact("special", "boolean", "特困人员或残疾人", _AGREEMENT, blank=False),
        Fact("assessed", "boolean", "入住前已评估能力", _AGREEMENT),
        Fact("safe", "boolean", "入住前已评估安全风险", _AGREEMENT),
        Fact("capable", "boolean", "有完全民事行为能力", _AGREEMENT),
        Fact("signed_by_elder", "boolean", "本人签字同意", _AGREEMENT),
        Fact("fee", "fen_per_month", "月收费", _AGREEMENT),
        Fact("deposit", "fen", "押金", _AGREEMENT),
    ],
)


@admission.rule("年龄符合或有正当理由", basis=ELDERS.article(2), unit="boolean")
def old_enough(a: Any) -> Any:
    """Sixty or over; younger only as tekun or disabled (B4)."""
    return (a.age >= parameter("home.admission.age", unit="years")) | a.special


@admission.rule("本人同意", basis=ELDERS.article(48), unit="boolean")
def consented(a: Any) -> Any:
    """Whoever can decide signs; a guardian signs only where they cannot."""
    return a.signed_by_elder | ~a.capable


@admission.rule("入住前评估", basis=GB38600.as_a_whole(), unit="boolean")
def looked_at(a: Any) -> Any:
    """Both assessments stand before the first night."""
    return a.assessed & a.safe


@admission.rule("押金不超过上限", basis=ORDER66.as_a_whole(), unit="boolean")
def deposit_within(a: Any) -> Any:
    """So many months of the fee."""
    return a.deposit <= a.fee * parameter("home.deposit.cap_months", unit="months")


@admission.rule("可以入住", basis=ORDER66.as_a_whole(), unit="boolean")
def admission_may(a: Any) -> Any:
    """All of it."""
    return a.old_enough & a.consented & a.looked_at & a.deposit_within
