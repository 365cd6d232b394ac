"""The forecast before the final evaluation: what is foreseen of each target, and later what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minzheng.desk.releases.workbook import Sheet as Leaf
from minzheng.kernel.plans.duties import Plan
from minzheng.kernel.plans.evaluating import foreseen
from minzheng.kernel.plans.forecasting import OUTCOMES
from minzheng.kernel.plans.letters import COLOURS, ahead_in, method, wanted_in
from minzheng.kernel.plans.models import Evaluation
from minzheng.ui.shown import NOTHING, badge
from minzheng.ui.tables import Head, Row

from .words import COLOUR_KINDS

__all__ = ["HEADS", "compared", "facts", "is_one", "leaf", "row"]

HEADS = (
    Head("目标"), Head("截止日数值", "number"), Head("目标值"), Head("预计到期时", "number"), Head("预测"),
    Head("依据"),
)  # fmt: skip
_COMPARED = (
    Head("目标"),
    Head("当时的预测"),
    Head("预计到期时", "number"),
    Head("终期数值", "number"),
    Head("终期状态"),
)
_KINDS = {
    "met": "good", "likely": "good", "unsure": "warn", "unlikely": "bad", "missed": "bad", "unsaid": "neutral",
}  # fmt: skip


def is_one(one: Evaluation) -> bool:
    """Whether an evaluation only says what is to be expected."""
    return one.kind == Evaluation.Kind.FORECAST


def facts(one: Evaluation) -> list[tuple[str, Any]]:
    """How it was reckoned, and how the outcomes fall."""
    outcomes = [line["forecast"]["outcome"] for line in one.lines]
    told = "，".join(f"{word} {outcomes.count(code)} 个" for code, word in OUTCOMES.items())
    return [("推算方法", method(one)), ("预测结果", told)]


def row(line: Mapping[str, Any]) -> Row:
    """One target: where it stands, where it is going, whether that suffices, and why it is held so."""
    value = f"{line['value']}{line['unit']}" if line["value"] else NOTHING
    said = line["forecast"]
    return Row(
        [
            f"{line['code']} {line['label']}",
            value,
            wanted_in(line),
            ahead_in(line),
            _outcome(said),
            said["why"],
        ],
        url=f"/desk/plans/targets/{line['code']}/",
    )


def leaf(one: Evaluation) -> Leaf:
    """The same for the workbook, the interval in columns of its own."""
    heads = [Head(label) for label in (
        "编号", "目标", "责任处室", "截止日数值", "单位", "目标值", "到期日", "预计到期时", "区间下限", "区间上限",
        "预测", "依据",
    )]  # fmt: skip
    rows = [
        [
            line["code"], line["label"], line["owner"], line["value"], line["unit"], line["target"] or "定性",
            line["due"], said["value"], said["low"], said["high"], OUTCOMES[said["outcome"]], said["why"],
        ]
        for line in one.lines
        for said in (line["forecast"],)
    ]  # fmt: skip
    return Leaf("逐项预测", heads, rows)


def compared(plan: Plan, one: Evaluation) -> dict[str, Any]:
    """For the final evaluation what the forecast had said of each target, beside what came of it."""
    earlier = foreseen(plan.code) if one.kind == Evaluation.Kind.FINAL else None
    if earlier is None:
        return {}
    lines = {line["code"]: line for line in one.lines}
    return {
        "earlier": earlier, "earlier_columns": _COMPARED,
        "earlier_rows": [_beside(line, lines[line["code"]]) for line in earlier.lines if line["code"] in lines],
    }  # fmt: skip


def _beside(line: Mapping[str, Any], now: Mapping[str, Any]) -> Row:
    light = badge(COLOURS[now["light"]], COLOUR_KINDS[now["light"]])
    value = f"{now['value']}{now['unit']}" if now["value"] else NOTHING
    return Row([f"{line['code']} {line['label']}", _outcome(line["forecast"]), ahead_in(line), value, light])


def _outcome(said: Mapping[str, str]) -> Any:
    return badge(OUTCOMES[said["outcome"]], _KINDS[said["outcome"]])
