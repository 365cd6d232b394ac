"""Counties checking each other: who checks whom, what was found, the sheet of the one that was drawn, the answers."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.boards.scope import reader
from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Form, Photo, Text
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.plans.crosschecking import Difference, enter_check, settle_check
from minzheng.kernel.plans.duties import Plan, holds, only_plan
from minzheng.kernel.plans.models import CrossCheck, Evaluation
from minzheng.ui.shown import NOTHING, badge
from minzheng.ui.tables import Head, Row

from .answered import paper
from .words import ROOM

__all__ = ["checks", "drawn"]

_HOME = ("规划评估", "/desk/plans/evaluations/")
_PAIRS = (
    Head("被核查"), Head("核查单位"), Head("差异", "number"), Head("差异和理由"), Head("状态"),
    Head("答复", secondary=True),
)  # fmt: skip
_FIGURES = (Head("目标"), Head("快照数值", "number"))
_ENTER = Form("enter", "交叉核查", (
    Text(
        "differences", "差异", longest=3000, lines=5, required=False, example="T056 3 两家已安装，台账没有登记",
        help="每行一个：目标编号 核查数值 理由。没有差异的不填。",
    ),
    Photo("evidence", "核查底稿", paper=True, required=False, help="有差异的须上传。"),
))  # fmt: skip
_ANSWER = Form("settle", "答复差异", (Text("answer", "答复", longest=300, lines=2),))


@require_http_methods(["GET", "POST"])
def checks(request: HttpRequest, kind: str) -> HttpResponse:
    """All pairs for the planning office, for a county those that it is part of."""
    by, plan = reader(staff(request)), only_plan()
    one = Evaluation.objects.filter(plan=plan.code, kind=kind).first()
    rows = drawn(one, by) if one else []
    if one is None or not rows:
        raise NotFound("checks_unknown", "这次评估没有您可以查看的县际交叉核查。")
    called = names({path for row in rows for path in (row.path, row.checker)})
    mine = next((row for row in rows if _is_mine(plan, row, by)), None)
    sheets, status = [*_entering(plan, mine, by), *_settling(plan, rows, called, by)], 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=mine.checker if mine else "22/")
        if done:
            return redirect(request.path)
    return render(request, "desk/plans/crosschecks.html", {
        **header("县际交叉核查", crumbs=[ROOM, _HOME, (one.get_kind_display(), f"{_HOME[1]}{kind}/")]),
        "columns": _PAIRS, "rows": [_row(row, called) for row in rows], "sheets": sheets, "one": one,
        "seed": one.seed.rpartition("/")[0], "open": sum(row.settled_on is None for row in rows),
        "figure_columns": _FIGURES, "figures": _figures(mine), "checked": called[mine.path] if mine else "",
    }, status=status)  # fmt: skip


def drawn(one: Evaluation, by: Actor) -> list[CrossCheck]:
    """The checks of an evaluation in which the reader's counties check or are checked."""
    rows = CrossCheck.objects.filter(evaluation=one).select_related("evidence").order_by("path")
    return [row for row in rows if by.covers(row.path) or by.covers(row.checker)]


def _is_mine(plan: Plan, row: CrossCheck, by: Actor) -> bool:
    return row.found_at is None and holds(plan, plan.item.duties.county, path=row.checker, by=by)


def _entering(plan: Plan, mine: CrossCheck | None, by: Actor) -> list[Sheet]:
    if mine is None:
        return []

    def do(sent: Sent) -> str:
        given = _ENTER.clean(sent.answers).plain
        enter_check(
            plan=plan, check=mine, differences=_differences(given.get("differences") or ""),
            evidence=paper(given.get("evidence"), by), by=by, key=sent.key,
        )  # fmt: skip
        return "交叉核查已登记。"

    return [Sheet("enter", _ENTER, do, submit="登记核查结果", title="登记核查结果")]


def _settling(plan: Plan, rows: list[CrossCheck], called: dict[str, str], by: Actor) -> list[Sheet]:
    if not holds(plan, plan.item.duties.planner, path="22/", by=by):
        return []
    return [
        Sheet(
            f"settle{row.pk}", _ANSWER, partial(_settle, plan, row, by), submit="答复",
            title=f"{called[row.path]}：{_told(row)[:60]}",
        )
        for row in rows
        if row.found_at is not None and row.settled_on is None
    ]  # fmt: skip


def _settle(plan: Plan, row: CrossCheck, by: Actor, sent: Sent) -> str:
    settle_check(
        plan=plan, check=row, answer=_ANSWER.clean(sent.answers).plain["answer"], by=by, key=sent.key
    )
    return "已答复。"


def _differences(text: str) -> list[Difference]:
    """A line for each: the target, the figure found, and the reason in words."""
    found = []
    for line in filter(str.strip, text.splitlines()):
        cells = line.split(maxsplit=2)
        if len(cells) < 3:
            raise Refused(
                "line_unknown", f"“{line.strip()[:30]}”应写成目标编号、核查数值和理由，用空格分开。",
                field="differences",
            )  # fmt: skip
        found.append(Difference(*cells))
    return found


def _row(row: CrossCheck, called: dict[str, str]) -> Row:
    state = (
        badge(f"{row.settled_on} 办结", "good") if row.settled_on
        else badge("有差异，待答复", "warn") if row.found_at
        else badge("待核查", "info")
    )  # fmt: skip
    many: Any = len(row.differences) if row.found_at else NOTHING
    return Row(
        [called[row.path], called[row.checker], many, _told(row) or NOTHING, state, row.answer or NOTHING]
    )


def _told(row: CrossCheck) -> str:
    return "；".join(f"{one['target']} 核查数 {one['found']}（{one['reason']}）" for one in row.differences)


def _figures(mine: CrossCheck | None) -> list[Row]:
    figures = mine.figures if mine else []
    return [Row([f"{one['code']} {one['label']}", f"{one['value']}{one['unit']}"]) for one in figures]
