"""The report of an evaluation as a letter of the department: what it rests on, every target, the sample."""
# ruff: noqa: RUF009  (a field says its label; the call makes a field, as dataclasses.field does)

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minzheng.kernel import declare
from minzheng.kernel.documents.letters import Letter, Shape

if TYPE_CHECKING:
    from ..models import Evaluation

__all__ = ["COLOURS", "REPORT", "content"]

COLOURS = {
    "blue": "已完成", "green": "符合进度", "yellow": "略慢", "red": "滞后或未完成", "violet": "逾期完成",
    "grey": "不亮灯",
}  # fmt: skip


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
class Report(Shape):
    """规划评估报告: snapshot, counts of lights, every target, the places drawn for the third party."""

    plan: str = _says("规划")
    kind: str = _says("评估类别")
    as_of: date = _says("数据截止日期")
    snapshot: str = _says("快照摘要")
    result: str = _says("结果摘要")
    seed: str = _says("抽样种子")
    summary: tuple[str, ...] = _says("总体情况")
    lines: tuple[Line, ...] = _says("逐项情况")
    sample: tuple[str, ...] = _says("第三方样本")


REPORT = Letter(
    "plan_evaluation", "规划评估报告", "民规评", Report, "{0.plan}{0.kind}报告", folder=Path(__file__).parent
)

_SOURCES = {"computed": "台账计算", "given": "填报核实", "none": "尚无数据来源"}


def content(plan: declare.Plan, of: Evaluation) -> Report:
    """What the report of an evaluation says, from what was frozen."""
    counts = {colour: sum(line["light"] == colour for line in of.lines) for colour in COLOURS}
    sources = {code: sum(line["source"] == code for line in of.lines) for code in _SOURCES}
    summary = [f"{len(of.lines)} 个目标中：" + "，".join(f"{COLOURS[c]} {n} 个" for c, n in counts.items())]
    summary.append("数据来源：" + "，".join(f"{_SOURCES[c]} {n} 个" for c, n in sources.items()))
    return Report(
        office="吉林省民政厅", plan=plan.label, kind=of.get_kind_display(), as_of=of.as_of, snapshot=of.frozen.sha,
        result=of.sha, seed=of.seed, summary=tuple(summary), lines=tuple(_line(line) for line in of.lines),
        sample=tuple(one["name"] for one in of.sample) or ("快照中没有乡镇级数据，未抽样",),
    )  # fmt: skip


def _line(line: dict[str, Any]) -> Line:
    unit = line["unit"]
    return Line(
        code=line["code"], label=line["label"], wanted=f"{line['target']}{unit}" if line["target"] else "定性",
        value=f"{line['value']}{unit}" if line["value"] else "—", light=COLOURS[line["light"]],
        source=_SOURCES[line["source"]],
    )  # fmt: skip
