"""The report of an evaluation as a letter of the department: what it rests on, every target, the sample."""
# ruff: noqa: RUF009  (a field says its label; the call makes a field, as dataclasses.field does)

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minzheng.kernel import declare
from minzheng.kernel.areas.queries import names
from minzheng.kernel.documents.letters import Letter, Shape

from ..standing import said

if TYPE_CHECKING:
    from ..models import Evaluation, Review

__all__ = ["CLASSES", "COLOURS", "REPORT", "content", "wanted_in", "wanted_of"]

COLOURS = {
    "blue": "已完成", "green": "符合进度", "yellow": "略慢", "red": "滞后或未完成", "violet": "逾期完成",
    "grey": "不亮灯",
}  # fmt: skip
CLASSES = {"excellent": "优秀", "good": "良好", "pass": "合格", "fail": "不合格"}
_SIGNS = {">=": "≥", "<=": "≤"}
_RELATIVE = {">": "高于基期", "<": "低于基期"}


def wanted_of(target: declare.Target) -> str:
    """What is to be reached, without its unit; nothing where the plan only describes it."""
    if target.relative:
        return _RELATIVE[target.op]
    return "" if target.value is None else f"{_SIGNS.get(target.op, target.op)}{said(target.value)}"


def wanted_in(line: Mapping[str, Any]) -> str:
    """What a line of an evaluation says is to be reached, with its unit where it is a number."""
    wanted = line["target"]
    return f"{wanted}{line['unit']}" if wanted[-1:].isdigit() else wanted or "定性"


def _says(label: str) -> Any:
    return field(kw_only=True, metadata={"label": label, "money": False})


@dataclass(frozen=True)
class Line:
    """One target as it stood."""

    code: str = _says("编号")
    label: str = _says("目标")
    wanted: str = _says("目标值")
    value: str = _says("实际值")
    light: str = _says("状态")
    source: str = _says("来源")


@dataclass(frozen=True)
class Points:
    """What one office or county came to."""

    name: str = _says("单位")
    completion: str = _says("完成情况")
    effect: str = _says("实施效果")
    satisfaction: str = _says("满意度")
    process: str = _says("过程管理")
    total: str = _says("总分")
    grade: str = _says("等次")


@dataclass(frozen=True)
class Report(Shape):
    """规划评估报告: snapshot, counts of lights, every target, the third party's sample, method and points."""

    plan: str = _says("规划")
    kind: str = _says("评估类别")
    as_of: date = _says("数据截止日期")
    snapshot: str = _says("快照摘要")
    result: str = _says("结果摘要")
    seed: str = _says("抽样种子")
    summary: tuple[str, ...] = _says("总体情况")
    lines: tuple[Line, ...] = _says("逐项情况")
    sample: tuple[str, ...] = _says("第三方样本")
    third: tuple[str, ...] = _says("第三方评估")
    points: tuple[Points, ...] = _says("评分")


REPORT = Letter(
    "plan_evaluation", "规划评估报告", "民规评", Report, "{0.plan}{0.kind}报告", folder=Path(__file__).parent
)

_SOURCES = {"computed": "台账计算", "given": "填报核实", "none": "尚无数据来源"}


def content(plan: declare.Plan, of: Evaluation, review: Review) -> Report:
    """What the report of an evaluation says, from what was frozen."""
    counts = {colour: sum(line["light"] == colour for line in of.lines) for colour in COLOURS}
    sources = {code: sum(line["source"] == code for line in of.lines) for code in _SOURCES}
    summary = [f"{len(of.lines)} 个目标中：" + "，".join(f"{COLOURS[c]} {n} 个" for c, n in counts.items())]
    summary.append("数据来源：" + "，".join(f"{_SOURCES[c]} {n} 个" for c, n in sources.items()))
    return Report(
        office="吉林省民政厅", plan=plan.label, kind=of.get_kind_display(), as_of=of.as_of, snapshot=of.frozen.sha,
        result=of.sha, seed=of.seed, summary=tuple(summary), lines=tuple(_line(line) for line in of.lines),
        sample=tuple(one["name"] for one in of.sample) or ("快照中没有乡镇级数据，未抽样",),
        third=_third(review), points=tuple(_points(row) for row in review.rows),
    )  # fmt: skip


def _line(line: dict[str, Any]) -> Line:
    unit = line["unit"]
    return Line(
        code=line["code"], label=line["label"], wanted=wanted_in(line),
        value=f"{line['value']}{unit}" if line["value"] else "—", light=COLOURS[line["light"]],
        source=_SOURCES[line["source"]],
    )  # fmt: skip


def _third(review: Review) -> tuple[str, ...]:
    """Who it was, how it went about it, and how many were asked where."""
    called = names(review.respondents)
    asked = "，".join(f"{called[path]} {many} 份" for path, many in sorted(review.respondents.items()))
    return (
        f"{review.organisation}（采购文号 {review.procurement}），评估意见 {review.report.number}。", review.method,
        f"有效问卷：{asked or '没有'}。",
    )  # fmt: skip


def _points(row: Mapping[str, Any]) -> Points:
    shown = {key: row[key] or "—" for key in ("completion", "effect", "satisfaction", "process", "total")}
    return Points(name=row["name"], **shown, grade=CLASSES.get(row["grade"], "不定等次"))
