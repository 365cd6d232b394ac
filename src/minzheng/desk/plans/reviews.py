"""The third party's part of an evaluation: handed in on one sheet, shown with the points of offices and counties."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from minzheng.desk.releases.workbook import Sheet as Leaf
from minzheng.desk.sheets import Sent, Sheet
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Form, Photo, Text
from minzheng.kernel.errors import Refused
from minzheng.kernel.plans import scoring
from minzheng.kernel.plans.duties import Plan
from minzheng.kernel.plans.letters import CLASSES
from minzheng.kernel.plans.models import Evaluation, Review
from minzheng.ui.shown import NOTHING, badge
from minzheng.ui.tables import Head, Row

from .answered import decimal, paper

__all__ = ["POINTS", "leaf", "points", "review_sheets", "third_party"]

POINTS = (
    Head("单位"), Head("已判断目标", "number"), Head("完成情况", "number"), Head("实施效果", "number"),
    Head("满意度", "number"), Head("过程管理", "number"), Head("总分", "number"), Head("等次"),
)  # fmt: skip
_KINDS = {"excellent": "good", "good": "good", "pass": "warn", "fail": "bad"}
_FORM = Form("review", "第三方评估", (
    Text("organisation", "第三方机构", longest=80, help="依法采购确定，与被评估单位没有利害关系。"),
    Text("procurement", "采购文号", longest=60), Text("method", "评估方法", longest=1000, lines=3),
    Text("respondents", "各市州有效问卷", longest=2000, lines=4, help="每行一个：市州 份数，例如 长春市 412。"),
    Text(
        "marks", "处室和各县评分", longest=6000, lines=8,
        help="每行一个：单位 效果分 满意度分 过程分，例如 社会救助 16.5 12 13。完成情况由平台按快照计算。",
    ),
    Photo("report", "评估意见"), Photo("tables", "原始数据表"),
))  # fmt: skip


def review_sheets(plan: Plan, one: Evaluation, by: Actor) -> list[Sheet]:
    """What the planning office enters once, before the evaluation is published."""
    if one.kind == "forecast" or one.published_on is not None or _of(one) is not None:
        return []
    called, cities = scoring.units(plan, one), scoring.cities(one)

    def do(sent: Sent) -> str:
        given = _FORM.clean(sent.answers).plain
        scoring.enter(
            plan=plan, evaluation=one, organisation=given["organisation"], procurement=given["procurement"],
            method=given["method"], marks=_marks(given["marks"], called),
            respondents=_respondents(given["respondents"], cities), report=paper(given["report"], by),
            tables=paper(given["tables"], by), by=by, key=sent.key,
        )  # fmt: skip
        return "第三方评估已登记。"

    blank = {"marks": "\n".join(called.values()), "respondents": "\n".join(cities.values())}
    return [
        Sheet("review", _FORM, do, submit="登记第三方评估", title="登记第三方评估", values=blank, quiet=True)
    ]


def third_party(one: Evaluation) -> list[tuple[str, Any]]:
    """Who it was and what was handed in."""
    review = _of(one)
    if review is None:
        return [("第三方评估", "尚未登记，登记后才能公布")]
    called = names(review.respondents)
    asked = "，".join(f"{called[path]} {many} 份" for path, many in sorted(review.respondents.items()))
    return [
        ("第三方机构", f"{review.organisation}（采购文号 {review.procurement}）"), ("评估方法", review.method),
        ("有效问卷", asked or NOTHING), ("评估意见", review.report.number), ("原始数据表", review.tables.number),
    ]  # fmt: skip


def points(one: Evaluation) -> tuple[list[Row], list[Row]]:
    """Every office, and every county, with its points and its class."""
    review = _of(one)
    offices, places = [], []
    for row in review.rows if review else ():
        grade = badge(CLASSES[row["grade"]], _KINDS[row["grade"]]) if row["grade"] else "不定等次"
        (places if "/" in row["unit"] else offices).append(Row([*_cells(row), grade]))
    return offices, places


def leaf(one: Evaluation) -> Leaf:
    """The same for the workbook that goes to the performance appraisal."""
    review = _of(one)
    rows = [[*_cells(row), CLASSES.get(row["grade"], "不定等次")] for row in (review.rows if review else ())]
    return Leaf("处室和各县评分", [Head(head.label) for head in POINTS], rows)


def _of(one: Evaluation) -> Review | None:
    return Review.objects.filter(evaluation=one).select_related("report", "tables").first()


def _cells(row: Mapping[str, Any]) -> list[Any]:
    shown = (row[key] or NOTHING for key in ("completion", "effect", "satisfaction", "process", "total"))
    return [row["name"], row["judged"], *shown]


def _lines(text: str, known: Mapping[str, str], numbers: int, *, field: str) -> dict[str, list[str]]:
    """So many numbers behind the name of each unit."""
    paths, found = {name: unit for unit, name in known.items()}, {}
    for line in filter(str.strip, text.splitlines()):
        name, *values = line.split()
        if name not in paths or len(values) != numbers:
            raise Refused(
                "line_unknown",
                f"“{line.strip()[:30]}”应写成单位名称和 {numbers} 个数，用空格分开。",
                field=field,
            )
        found[paths[name]] = values
    return found


def _marks(text: str, known: Mapping[str, str]) -> dict[str, scoring.Marks]:
    lines = _lines(text, known, 3, field="marks")
    return {unit: scoring.Marks(*(_mark(one) for one in values)) for unit, values in lines.items()}


def _mark(text: str) -> Decimal:
    return decimal(text, field="marks")


def _respondents(text: str, known: Mapping[str, str]) -> dict[str, int]:
    lines = _lines(text, known, 1, field="respondents")
    return {path: int(decimal(value, field="respondents")) for path, (value,) in lines.items()}
