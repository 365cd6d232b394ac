"""The result of an assessment as a letter: points, level and why, how long it holds, until when one may object."""
# ruff: noqa: RUF009  (a field says its label; the call makes a field, as dataclasses.field does)

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from minzheng.kernel import declare
from minzheng.kernel.documents.letters import Letter, Shape, says

if TYPE_CHECKING:
    from ..models import Assessment

__all__ = ["RESULT", "content"]


@dataclass(frozen=True)
class Part:
    """How one part came out."""

    label: str = says("评估内容")
    points: str = says("得分")


@dataclass(frozen=True)
class Result(Shape):
    """评估结果告知书."""

    recipient: str = says("评估对象")
    assessment: str = says("评估项目")
    basis: str = says("依据")
    number: str = says("评估编号")
    on: date = says("评估日期")
    level: str = says("评估等级")
    total: str = says("总分")
    parts: tuple[Part, ...] = says("各部分得分")
    reasons: tuple[str, ...] = says("等级说明")
    assessors: str = says("评估员")
    valid_until: date = says("有效期至")
    objection: str = says("异议")


RESULT = Letter(
    "assessment_result",
    "评估结果告知书",
    "民评",
    Result,
    "{0.assessment}结果告知书",
    folder=Path(__file__).parent,
)


def content(declared: declare.Instrument, of: Assessment, *, office: str) -> Result:
    """What the letter says of an assessment in force."""
    until = of.objection_until
    return Result(
        office=office, recipient=of.person.name, assessment=declared.label, basis=str(declared.basis or declared.label),
        number=of.number, on=of.on, level=declared.levels[of.level], total=f"{of.total} 分（满分 {declared.most} 分）",
        parts=tuple(Part(label=label, points=f"{points}/{most}") for label, points, most in of.scored["parts"]),
        reasons=tuple(of.scored["reasons"]) or ("按总分确定等级，没有调整",),
        assessors="、".join(name for name in (of.first_by_name, of.second_by_name) if name),
        valid_until=of.valid_until or of.on,
        objection=f"对结果有异议的，可在{until.year}年{until.month}月{until.day}日前提出，由另一组评估员复评。"
        if until else "本结果为复评结果，为最终结果。",
    )  # fmt: skip
