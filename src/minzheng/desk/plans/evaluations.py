"""Evaluations of the plan: made from a frozen snapshot, reckoned again at will, published, taken as a workbook."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.boards.scope import reader
from minzheng.desk.frame import header, staff
from minzheng.desk.releases.workbook import Sheet as Leaf
from minzheng.desk.releases.workbook import workbook
from minzheng.desk.sheets import NOTHING, Sent, Sheet, receive
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Form, Number, Text
from minzheng.kernel.errors import NotFound
from minzheng.kernel.plans import evaluating
from minzheng.kernel.plans.duties import Plan, holds, only_plan
from minzheng.kernel.plans.letters import COLOURS, wanted_in
from minzheng.kernel.plans.models import Evaluation
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from . import ahead
from .crosschecks import drawn
from .reviews import POINTS, corrections, findings, findings_leaf, handed_in, leaf, points, third_party
from .since import leaves, since
from .words import COLOUR_KINDS, ROOM, SOURCES

__all__ = ["book", "index", "page"]

HOME = ("规划评估", "/desk/plans/evaluations/")
LIST = (Head("评估"), Head("数据截止", "day"), Head("快照摘要", secondary=True), Head("状态"))
LINES = (Head("目标"), Head("数值", "number"), Head("目标值"), Head("状态"), Head("原因"), Head("来源"))
SAMPLE = (Head("单位"), Head("管辖路径", secondary=True))
_MAKE = Form(
    "evaluate", "编制评估",
    (
        Choice("kind", "类别", options=dict(Evaluation.Kind.choices)),
        Day("as_of", "数据截止日期", help="中期为 2023-06-30，终期预测为 2025-09-30，终期为 2025-12-31。"),
        Text("seed", "抽样种子", required=False, longest=30, help="由第三方机构给出，记入报告。预测不抽样，不填。"),
        Number("per_city", "每市州抽取的乡镇数", required=False, least=1, most=200, help="预测不填。"),
    ),
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Both evaluations, and the sheet for the one that is to be made."""
    by, plan = reader(staff(request)), only_plan()
    sheets, status = _making(plan, by), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path="22/")
        if done:
            return redirect(HOME[1])
    rows = Evaluation.objects.filter(plan=plan.code).select_related("frozen").order_by("as_of")
    return render(request, "desk/plans/evaluations.html", {
        **header(HOME[0], crumbs=[ROOM]), "sheets": sheets, "columns": LIST,
        "rows": [
            Row([one.get_kind_display(), one.as_of, one.frozen.sha[:16], _state(one)], url=f"{HOME[1]}{one.kind}/")
            for one in rows
        ],
    }, status=status)  # fmt: skip


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, kind: str) -> HttpResponse:
    """What the evaluation says, and whether the snapshot still gives it."""
    by, plan = reader(staff(request)), only_plan()
    one = _found(plan, kind)
    sheets, status = _publishing(plan, one, by), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path="22/")
        if done:
            return redirect(f"{HOME[1]}{kind}/")
    return render(request, "desk/plans/evaluation.html", {
        **header(
            one.get_kind_display(), crumbs=[ROOM, HOME], badge=_state(one),
            actions=_taken_along(one, by),
        ),
        "facts": _told(one), "sheets": sheets,
        "point_columns": POINTS, "points": points(one), "findings": findings(one), "corrections": corrections(one),
        **since(plan, one, by),
        "columns": ahead.HEADS if ahead.is_one(one) else LINES, **ahead.compared(plan, one),
        "rows": [ahead.row(line) if ahead.is_one(one) else _line(line) for line in one.lines],
        "sampled": not ahead.is_one(one),
        "sample_columns": SAMPLE, "sample": [Row([row["name"], row["path"]]) for row in one.sample],
    }, status=status)  # fmt: skip


@require_GET
def book(request: HttpRequest, kind: str) -> FileResponse:
    """The same as a workbook: every target, the counties' lights, the sample."""
    by, plan = reader(staff(request)), only_plan()
    one = _found(plan, kind)
    heads = [Head(label, "number" if label in ("分子", "分母") else "text") for label in (
        "编号", "目标", "条文", "责任处室", "分子", "分母", "数值", "单位", "目标值",
        "按进度应达到", "到期日", "状态", "原因", "来源", "指标",
    )]  # fmt: skip
    foretold = [ahead.leaf(one)] if ahead.is_one(one) else []
    sheets = [
        *foretold,
        Leaf("逐项结果", heads, [_cells(line) for line in one.lines]),
        Leaf(
            "各县状态",
            [Head("编号"), Head("目标"), *(Head(word, "number") for word in COLOURS.values())],
            _lights(one),
        ),
        *([] if foretold else [_sample(one), findings_leaf(one), leaf(one)]),
        *leaves(plan, one, by),
        Leaf(
            "依据",
            [Head("项目"), Head("内容")],
            [[label, str(value)] for label, value in _told(one)],
        ),
    ]
    return workbook(one.get_kind_display(), sheets, by=by, about=one, path="22/")


def _sample(one: Evaluation) -> Leaf:
    return Leaf("第三方样本", list(SAMPLE), [[row["name"], row["path"]] for row in one.sample])


def _making(plan: Plan, by: Actor) -> list[Sheet]:
    if not holds(plan, plan.item.duties.planner, path="22/", by=by):
        return []

    def do(sent: Sent) -> str:
        given = _MAKE.clean(sent.answers).plain
        evaluating.evaluate(
            plan=plan, kind=given["kind"], as_of=date.fromisoformat(given["as_of"]), seed=given["seed"] or "",
            per_city=given["per_city"] or 0, by=by, key=sent.key,
        )  # fmt: skip
        return "快照已封存，评估已编制。"

    return [Sheet("evaluate", _MAKE, do, submit="封存快照并编制", title="编制评估")]


def _publishing(plan: Plan, one: Evaluation, by: Actor) -> list[Sheet]:
    """Publishing reckons anew first; so does the check that anybody of the planning office may ask for."""
    if not holds(plan, plan.item.duties.planner, path="22/", by=by):
        return []

    def check(_: Sent) -> str:
        return (
            "重新计算的结果与编制时相同。"
            if evaluating.rerun(plan, one, by)
            else "重新计算的结果与编制时不同，请核查。"
        )

    def publish(sent: Sent) -> str:
        evaluating.publish(plan=plan, evaluation=one, by=by, key=sent.key)
        return "评估报告已公布。"

    found = [Sheet("rerun", NOTHING, check, submit="按快照重新计算并核对", quiet=True)]
    if one.published_on is None and (ahead.is_one(one) or handed_in(one)):
        found.append(
            Sheet("publish", NOTHING, publish, submit="出具报告并公布", confirm="公布后不能修改。确定公布？")
        )
    return found


def _taken_along(one: Evaluation, by: Actor) -> list[dict[str, Any]]:
    """The workbook, and for the province the report as it was published."""
    found = [{"url": f"{HOME[1]}{one.kind}/workbook/", "label": "导出表格", "icon": "table"}]
    if one.kind == Evaluation.Kind.MID and drawn(one, by):
        found.append(
            {"url": f"{HOME[1]}{one.kind}/checks/", "label": "县际交叉核查", "icon": "clipboard-check"}
        )
    if one.report and by.covers("22/"):
        found.append(
            {"url": f"/desk/papers/{one.report_id}/", "label": "评估报告", "icon": "file-certificate"}
        )
    return found


def _found(plan: Plan, kind: str) -> Evaluation:
    one = Evaluation.objects.filter(plan=plan.code, kind=kind).select_related("frozen", "report").first()
    if one is None:
        raise NotFound("evaluation_unknown", "这次评估还没有编制。")
    return one


def _told(one: Evaluation) -> list[tuple[str, Any]]:
    """What it rests on; then how a forecast was reckoned, or who the third party was."""
    return [*_facts(one), *(ahead.facts(one) if ahead.is_one(one) else third_party(one))]


def _facts(one: Evaluation) -> list[tuple[str, Any]]:
    seed, _, per_city = one.seed.rpartition("/")
    drawn = [] if ahead.is_one(one) else [("抽样种子", f"{seed}，每市州 {per_city} 个")]
    return [
        ("数据截止日期", one.as_of), ("区划口径", one.frozen.divisions_on), ("快照行数", one.frozen.rows),
        ("快照摘要（SM3）", one.frozen.sha), ("结果摘要（SM3）", one.sha),
        *drawn,
        ("编制", f"{one.made_by_name} {one.made_at:%Y-%m-%d}"),
        ("报告", _report(one)),
    ]  # fmt: skip


def _report(one: Evaluation) -> str:
    """Its number where the reader may see the paper, which lies at the province."""
    if one.report:
        return one.report.number
    return f"{one.published_on} 公布，报告存省级" if one.published_on else "尚未公布"


def _state(one: Evaluation) -> Any:
    return badge(f"{one.published_on} 公布", "good") if one.published_on else badge("已编制，未公布", "info")


def _line(line: dict[str, Any]) -> Row:
    value = f"{line['value']}{line['unit']}" if line["value"] else "—"
    wanted = wanted_in(line)
    light = badge(COLOURS[line["light"]], COLOUR_KINDS[line["light"]])
    name = f"{line['code']} {line['label']}"
    return Row(
        [name, value, wanted, light, line["why"], SOURCES[line["source"]]],
        url=f"/desk/plans/targets/{line['code']}/",
    )


def _cells(line: dict[str, Any]) -> list[Any]:
    return [
        line["code"], line["label"], line["clauses"], line["owner"], line["numerator"], line["denominator"],
        line["value"],
        line["unit"], line["target"] or "定性", line["wanted"], line["due"], COLOURS[line["light"]], line["why"],
        SOURCES[line["source"]], line["indicator"],
    ]  # fmt: skip


def _lights(one: Evaluation) -> Iterable[list[Any]]:
    for line in one.lines:
        yield [line["code"], line["label"], *(line["counties"].get(colour, 0) for colour in COLOURS)]
