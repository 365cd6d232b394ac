"""The report of an evaluation as a letter of the department: what it rests on, every target, the sample."""
# ruff: noqa: RUF009  (a field says its label; the call makes a field, as dataclasses.field does)

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minzheng.kernel import declare
from minzheng.kernel.areas.queries import names
from minzheng.kernel.documents.letters import Letter, Shape, says

from ..correcting import points_of
from ..forecasting import OUTCOMES
from ..sampled import findings_of, said_sides
from ..scoring import PARTS
from ..standing import said
from ..terms import number

if TYPE_CHECKING:
    from ..models import Evaluation, Review

__all__ = [
    "CLASSES", "COLOURS", "FORECAST", "REPORT", "ahead_in", "content", "method", "wanted_in", "wanted_of",
]  # fmt: skip

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


@dataclass(frozen=True)
class Line:
    """One target as it stood."""

    code: str = says("编号")
    label: str = says("目标")
    wanted: str = says("目标值")
    value: str = says("实际值")
    light: str = says("状态")
    source: str = says("来源")


@dataclass(frozen=True)
class Points:
    """What one office or county came to."""

    name: str = says("单位")
    completion: str = says("完成情况")
    effect: str = says("实施效果")
    satisfaction: str = says("满意度")
    process: str = says("过程管理")
    total: str = says("总分")
    grade: str = says("等次")


@dataclass(frozen=True)
class Foreseen:
    """What was foreseen for one target, and what it came to where that is known."""

    code: str = says("编号")
    label: str = says("目标")
    wanted: str = says("目标值")
    value: str = says("数值")
    ahead: str = says("预计到期时")
    outcome: str = says("预测")


@dataclass(frozen=True)
class Forecast(Shape):
    """规划终期预测报告: snapshot, how the outcomes fall, each target with its projection and interval, the method."""

    plan: str = says("规划")
    as_of: date = says("数据截止日期")
    snapshot: str = says("快照摘要")
    result: str = says("结果摘要")
    method: str = says("推算方法")
    summary: tuple[str, ...] = says("总体情况")
    lines: tuple[Foreseen, ...] = says("逐项预测")


@dataclass(frozen=True)
class Report(Shape):
    """规划评估报告: snapshot, counts of lights, every target, the third party's sample, method and points."""

    plan: str = says("规划")
    kind: str = says("评估类别")
    as_of: date = says("数据截止日期")
    snapshot: str = says("快照摘要")
    result: str = says("结果摘要")
    seed: str = says("抽样种子")
    summary: tuple[str, ...] = says("总体情况")
    lines: tuple[Line, ...] = says("逐项情况")
    sample: tuple[str, ...] = says("第三方样本")
    third: tuple[str, ...] = says("第三方评估")
    points: tuple[Points, ...] = says("评分")
    checks: tuple[str, ...] = says("县际交叉核查", default=())
    foreseen: tuple[str, ...] = says("此前的预测", default=())
    later: tuple[str, ...] = says("冻结以后", default=())


REPORT = Letter(
    "plan_evaluation", "规划评估报告", "民规评", Report, "{0.plan}{0.kind}报告", folder=Path(__file__).parent
)

FORECAST = Letter(
    "plan_forecast",
    "规划终期预测报告",
    "民规测",
    Forecast,
    "{0.plan}终期预测报告",
    folder=Path(__file__).parent,
)

_SOURCES = {"computed": "台账计算", "given": "填报核实", "none": "尚无数据来源"}


def content(
    plan: declare.Plan,
    of: Evaluation,
    review: Review | None,
    earlier: Evaluation | None,
    later: Sequence[str],
) -> Report | Forecast:
    """What the report of an evaluation says, from what was frozen; a forecast has no third party."""
    if review is None:
        return _forecast(plan, of)
    counts = {colour: sum(line["light"] == colour for line in of.lines) for colour in COLOURS}
    sources = {code: sum(line["source"] == code for line in of.lines) for code in _SOURCES}
    summary = [f"{len(of.lines)} 个目标中：" + "，".join(f"{COLOURS[c]} {n} 个" for c, n in counts.items())]
    summary.append("数据来源：" + "，".join(f"{_SOURCES[c]} {n} 个" for c, n in sources.items()))
    return Report(
        office="吉林省民政厅", plan=plan.label, kind=of.get_kind_display(), as_of=of.as_of, snapshot=of.frozen.sha,
        result=of.sha, seed=of.seed, summary=tuple(summary), lines=tuple(_line(line) for line in of.lines),
        sample=tuple(one["name"] for one in of.sample) or ("快照中没有乡镇级数据，未抽样",),
        third=_third(review), points=tuple(_points(row) for row in points_of(of)),
        checks=_checks(of), foreseen=_foreseen(of, earlier) if of.kind == "final" else (),
        later=tuple(later),
    )  # fmt: skip


def ahead_in(line: Mapping[str, Any]) -> str:
    """What a line of a forecast says the value will be, with its interval."""
    of, unit = line["forecast"], line["unit"]
    if not of["value"]:
        return "—"
    return f"{of['value']}{unit}" + (f"（{of['low']} 至 {of['high']}）" if of["low"] else "")


def method(of: Evaluation) -> str:
    """How a forecast was reckoned, with the parameter of its day."""
    months = number("forecast.months", path="22/", on=of.as_of)
    least = number("forecast.least", path="22/", on=of.as_of)
    return (
        f"按截止日前 {months} 个月的平均进度推算到目标的到期日；"
        "区间为其中最慢和最快的一段（与剩余时间等长）推算的结果。"
        f"整个区间达到目标的，预计达到；都达不到的，预计达不到；有达到有达不到的，不确定。"
        f"有数值的月份不足 {least} 个的，不预测。"
    )


def _forecast(plan: declare.Plan, of: Evaluation) -> Forecast:
    counts = {code: sum(line["forecast"]["outcome"] == code for line in of.lines) for code in OUTCOMES}
    return Forecast(
        office="吉林省民政厅", plan=plan.label, as_of=of.as_of, snapshot=of.frozen.sha, result=of.sha,
        method=method(of),
        summary=(f"{len(of.lines)} 个目标中：" + "，".join(f"{OUTCOMES[c]} {n} 个" for c, n in counts.items()),),
        lines=tuple(
            Foreseen(
                code=line["code"], label=line["label"], wanted=wanted_in(line),
                value=f"{line['value']}{line['unit']}" if line["value"] else "—", ahead=ahead_in(line),
                outcome=OUTCOMES[line["forecast"]["outcome"]],
            )
            for line in of.lines
        ),
    )  # fmt: skip


def _checks(of: Evaluation) -> tuple[str, ...]:
    """How many counties were checked by another, and each difference with its reason and what became of it."""
    rows = list(of.checks.exclude(differences=[]).order_by("path"))
    many, called = of.checks.count(), names({path for row in rows for path in (row.path, row.checker)})
    if not many:
        return ()
    told = [f"{many} 个县（市、区）由抽定的另一个县核查，{len(rows)} 个有差异。"]
    for row in rows:
        for one in row.differences:
            told.append(
                f"{called[row.path]}（{called[row.checker]}核查）{one['target']}：核查数 {one['found']}，"
                f"{one['reason']}。答复：{row.answer}"
            )
    return tuple(told)


def _foreseen(of: Evaluation, earlier: Evaluation | None) -> tuple[str, ...]:
    """What the forecast had said of each target, beside what came of it, outcome by outcome."""
    if earlier is None:
        return ()
    lights = {line["code"]: line["light"] for line in of.lines}
    said = [f"数据截止 {earlier.as_of} 的预测（报告 {earlier.report.number}）。" if earlier.report else ""]
    for outcome, word in OUTCOMES.items():
        codes = [line["code"] for line in earlier.lines if line["forecast"]["outcome"] == outcome]
        fell = Counter(COLOURS[lights[code]] for code in codes if code in lights)
        told = "，".join(f"{light} {many} 个" for light, many in fell.items())
        if codes:
            said.append(f"{word} {len(codes)} 个；终期结果：{told}。")
    return tuple(said)


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
        f"有效问卷：{asked or '没有'}。", *_looked_at(review.evaluation),
    )  # fmt: skip


def _looked_at(of: Evaluation) -> Iterator[str]:
    """What the third party counted itself, where it differs, and what it put right."""
    found = findings_of(of)
    rows = [(path, row) for path, every in found.items() for row in every]
    differ = [(path, row) for path, row in rows if not row["agrees"]]
    corrected = list(of.corrections.order_by("id"))
    called = names({*found, *(one.path for one in corrected)}) | {
        one["unit"]: one["name"] for one in points_of(of)
    }
    if rows:
        agree = f"{len(rows) - len(differ)} 项一致，{len(differ)} 项不一致"
        yield f"到 {len(found)} 个抽中的单位核实 {len(rows)} 项数值，{agree}。"
    for path, row in differ:
        counted = said_sides(row["found"], row["found_of"])
        yield f"{called[path]} {row['code']}：快照 {row['shown']}，核实 {counted}，{row['reason']}。"
    for one in corrected:
        part = PARTS.get(one.part, one.part)
        yield f"更正：{called.get(one.unit, '')}{part}由 {one.before} 改为 {one.after}，{one.reason}。"


def _points(row: Mapping[str, Any]) -> Points:
    shown = {key: row[key] or "—" for key in ("completion", "effect", "satisfaction", "process", "total")}
    return Points(name=row["name"], **shown, grade=CLASSES.get(row["grade"], "不定等次"))
