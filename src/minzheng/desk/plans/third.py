"""The third party's own pages: the drawn townships it looks at, its marks and its opinion, handed in once.

Whoever holds the charge sees nothing else of the desk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header
from minzheng.desk.sheets import receive
from minzheng.kernel.areas.paths import uid_of
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound
from minzheng.kernel.plans.crosschecking import waiting
from minzheng.kernel.plans.duties import Plan, only_plan, require_third_party
from minzheng.kernel.plans.models import Evaluation, Review
from minzheng.kernel.plans.sampled import Looked, findings_of, hand_in, looked_at
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from . import third_sheets
from .reviews import POINTS, corrections, found_cells, points, third_party

__all__ = ["index", "page", "township"]

_HOME = ("第三方评估", "/desk/plans/third/")
_LEAD = "只显示抽中的样本，不含个人信息。逐个核实后评分，提交一次；公布前有误的可以更正，更正前后都保留。"
_LIST = (
    Head("评估"),
    Head("数据截止", "day"),
    Head("抽中单位", "number"),
    Head("已核实", "number"),
    Head("状态"),
)
_SAMPLE = (Head("抽中单位"), Head("核实数值", "number"), Head("状态"))
_FIGURES = (Head("目标"), Head("快照数值"), Head("计数内容"))
_FOUND = (Head("目标"), Head("快照数值"), Head("核实数值"), Head("结论"), Head("情况说明"))


def _evaluator(request: HttpRequest) -> Actor:
    by: Actor = request.actor  # type: ignore[attr-defined]
    require_third_party(by)
    return by


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Both evaluations, and how far the third party is with each."""
    _evaluator(request)
    rows = Evaluation.objects.filter(plan=only_plan().code).exclude(kind="forecast").select_related("frozen")
    return render(request, "desk/plans/third.html", {
        **header(_HOME[0], lead=_LEAD),
        "columns": _LIST, "rows": [_line(one) for one in rows.order_by("as_of")],
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, kind: str) -> HttpResponse:
    """One evaluation: the sample, then the opinion and the marks."""
    by, plan = _evaluator(request), only_plan()
    one = _found(plan, kind)
    looked, found = looked_at(one), findings_of(one)
    sheets, status = third_sheets.of_evaluation(plan, one, looked, found, by), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path="22/", store=hand_in)
        if done:
            return redirect(request.path)
    return render(request, "desk/plans/third_one.html", {
        **header(one.get_kind_display(), crumbs=[_HOME], badge=_state(one, looked, found)),
        "facts": _facts(one), "columns": _SAMPLE, "rows": _townships(one, looked, found), "sheets": sheets,
        "checks": waiting(one), "unfound": len({row.path for row in looked} - set(found)),
        "point_columns": POINTS, "points": points(one), "corrections": corrections(one),
    }, status=status)  # fmt: skip


@require_http_methods(["GET", "POST"])
def township(request: HttpRequest, kind: str, place: str) -> HttpResponse:
    """One drawn township: what the snapshot has, what was counted there."""
    by, plan = _evaluator(request), only_plan()
    one = _found(plan, kind)
    path = next((row["path"] for row in one.sample if uid_of(row["path"]) == place), "")
    looked = looked_at(one, only=path) if path else []
    if not looked:
        raise NotFound("not_drawn", "这个单位不在抽中的样本里。")
    found, called = findings_of(one).get(path, []), names([path])[path]
    sheets, status = third_sheets.of_township(one, looked, found, by), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=path, store=hand_in)
        if done:
            return redirect(f"{_HOME[1]}{kind}/" if not found else request.path)
    return render(request, "desk/plans/third_township.html", {
        **header(called, crumbs=[_HOME, (one.get_kind_display(), f"{_HOME[1]}{kind}/")]),
        "columns": _FIGURES, "rows": [_figure(row) for row in looked], "sheets": sheets,
        "found_columns": _FOUND, "found": [Row(found_cells(row)) for row in found],
    }, status=status)  # fmt: skip


def _found(plan: Plan, kind: str) -> Evaluation:
    rows = (
        Evaluation.objects.filter(plan=plan.code, kind=kind).exclude(kind="forecast").select_related("frozen")
    )
    if (one := rows.first()) is None:
        raise NotFound("evaluation_unknown", "这次评估还没有编制。")
    return one


def _line(one: Evaluation) -> Row:
    looked, found = looked_at(one), findings_of(one)
    places = {row.path for row in looked}
    return Row(
        [one.get_kind_display(), one.as_of, len(places), len(places & set(found)), _state(one, looked, found)],
        url=f"{_HOME[1]}{one.kind}/",
    )  # fmt: skip


def _state(one: Evaluation, looked: list[Looked], found: dict[str, Any]) -> Any:
    if one.published_on:
        return badge(f"{one.published_on} 公布", "good")
    if Review.objects.filter(evaluation=one).exists():
        return badge("已提交，未公布", "info")
    return badge("待核实" if {row.path for row in looked} - set(found) else "待提交", "warn")


def _facts(one: Evaluation) -> list[tuple[str, Any]]:
    seed, _, per_city = one.seed.rpartition("/")
    return [
        ("数据截止日期", one.as_of), ("快照摘要（SM3）", one.frozen.sha), ("抽样种子", f"{seed}，每市州 {per_city} 个"),
        *third_party(one, opens=False),
    ]  # fmt: skip


def _townships(one: Evaluation, looked: list[Looked], found: dict[str, Any]) -> list[Row]:
    """Those to be looked at first, then in the order of the draw; where the snapshot has nothing there is nothing."""
    many = Counter(row.path for row in looked)
    waiting_first = sorted(one.sample, key=lambda row: row["path"] not in many or row["path"] in found)
    return [
        Row(
            [row["name"], many[row["path"]], _seen(row["path"], many, found)],
            url=f"{_HOME[1]}{one.kind}/{uid_of(row['path'])}/" if row["path"] in many else "",
        )
        for row in waiting_first
    ]


def _seen(path: str, many: Mapping[str, int], found: dict[str, Any]) -> Any:
    if path not in many:
        return badge("快照中没有数值，不用核实", "neutral")
    if path not in found:
        return badge("待核实", "warn")
    differ = sum(not row["agrees"] for row in found[path])
    return badge(f"{differ} 项不一致", "bad") if differ else badge("一致", "good")


def _figure(row: Looked) -> Row:
    counted = row.above_label + (f" / {row.below_label}" if row.below is not None else "")
    return Row([f"{row.code} {row.label}", row.shown, counted])
