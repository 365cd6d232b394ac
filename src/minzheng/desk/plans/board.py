"""The board of the plan: every target at a glance by chapter, what is at risk and why, for a place and a month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from minzheng.desk.boards.scope import place_of, reader
from minzheng.desk.frame import header, staff
from minzheng.kernel import clock, declare
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.indicators.figures import latest
from minzheng.kernel.plans.duties import Plan, only_plan
from minzheng.kernel.plans.letters import COLOURS
from minzheng.kernel.plans.queries import open_problems
from minzheng.kernel.plans.standing import Standing, standings
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .words import (
    COLOUR_KINDS,
    ROOM,
    day_of,
    light_badge,
    number,
    place_bar,
    source_words,
    value_words,
    wanted_words,
)  # fmt: skip

__all__ = ["board"]

COLUMNS = (
    Head("目标"), Head("数值", "number"), Head("目标值"), Head("状态"), Head("数据来源"),
    Head("责任处室", secondary=True),
)  # fmt: skip
FACTS = (
    Head("基期事实"), Head("规划记载"), Head("现在（台账）"), Head("含义"), Head("责任处室", secondary=True),
)  # fmt: skip
RISKS = (Head("目标"), Head("状态"), Head("原因"), Head("到期日", "day"))


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """One place in one month."""
    by, plan = reader(staff(request)), only_plan()
    under, on = place_of(by, request.GET.get("under", "")), day_of(request.GET.get("month", ""))
    found = standings(plan, by, paths=[under], on=on)
    every = [found[target.code, under] for target in plan.item.targets]
    targets = [one for one in every if one.target.is_target]
    asked = {"under": under, "month": str(clock.Month.of(on))}
    light, chapter = request.GET.get("light", ""), request.GET.get("chapter", "")
    shown = [one for one in targets if not light or one.light.colour == light]
    run, told = latest(), open_problems(plan, by, under=under)
    return render(request, "desk/plans/board.html", {
        **header(
            f"{name_of(under)} {clock.Month.of(on)}", crumbs=[ROOM], lead=plan.item.label, actions=_actions(by),
        ),
        "glance": list(_glance(plan, shown, asked)),
        "filters": _bar(asked, by, plan.item, light, chapter), "stats": _stats(targets, asked),
        "chapters": list(_chapters(plan, shown, every, chapter, light, asked)), "columns": COLUMNS,
        "fact_columns": FACTS, "risk_columns": RISKS,
        "risks": [_risk(one, asked, told) for one in shown if one.light.colour in ("red", "yellow")],
        "computed_at": getattr(run.of, "finished_at", None) if run else None,
        "sourced": sum(one.source != "none" for one in targets), "total": len(targets),
    })  # fmt: skip


def _actions(by: Actor) -> list[dict[str, Any]]:
    """Where else to look; what offices of the province say of their years is read at the province."""
    years = {"url": "/desk/plans/years/", "label": "年度自评", "icon": "clipboard-check"}
    return [
        {"url": "/desk/plans/places/", "label": "各县情况", "icon": "map-pin"},
        {"url": "/desk/plans/matters/", "label": "待办和意见", "icon": "list-check"},
        {"url": "/desk/plans/projects/", "label": "专栏项目", "icon": "flag"},
        {"url": "/desk/plans/text/", "label": "规划条文", "icon": "file-text"},
        *([years] if by.covers("22/") else []),
        {"url": "/desk/plans/evaluations/", "label": "规划评估", "icon": "file-certificate"},
    ]


def _bar(
    asked: dict[str, str], by: Actor, plan: declare.Plan, light: str, chapter: str
) -> list[dict[str, Any]]:
    return [
        *place_bar(by, asked["under"], month=asked["month"], chapter=(chapter, plan.chapters)),
        {"name": "light", "label": "状态", "kind": "choice", "value": light, "options": list(COLOURS.items())},
    ]  # fmt: skip


def _stats(targets: list[Standing], asked: dict[str, str]) -> list[dict[str, Any]]:
    """How many targets stand under each light; each leads to them."""
    counts: Counter[str] = Counter(one.light.colour for one in targets)
    return [
        {
            "label": word, "value": counts[colour], "unit": "个", "kind": COLOUR_KINDS[colour],
            "url": "?" + urlencode({**asked, "light": colour}) + "#chapters",
        }
        for colour, word in COLOURS.items()
        if counts[colour]
    ]  # fmt: skip


def _chapters(
    plan: Plan, shown: list[Standing], every: list[Standing], chapter: str, light: str, asked: dict[str, str]
) -> Any:
    """The targets of each chapter, and the facts it starts from."""
    of = {section.code: section.chapter for section in plan.item.sections}
    for code, label in plan.item.chapters:
        if chapter and chapter != code:
            continue
        rows = [_row(one, plan, asked) for one in shown if of[one.target.sections[0]] == code]
        facts = [one for one in every if not one.target.is_target and of[one.target.sections[0]] == code]
        if rows or (facts and not light):
            yield {
                "code": code, "label": f"第{'一二三四五六七八'[int(code) - 1]}章 {label}", "rows": rows,
                "facts": [] if light else [_fact(one, plan, asked) for one in facts],
            }  # fmt: skip


def _glance(plan: Plan, shown: list[Standing], asked: dict[str, str]) -> Iterator[tuple[str, SafeString]]:
    """Every target of each chapter as its number under its light."""
    of = {section.code: section.chapter for section in plan.item.sections}
    for code, label in plan.item.chapters:
        marks = [
            (_url(one, asked), f"{one.target.label}：{COLOURS[one.light.colour]}",
             badge(one.target.code, COLOUR_KINDS[one.light.colour]))
            for one in shown
            if of[one.target.sections[0]] == code
        ]  # fmt: skip
        if marks:
            yield label, format_html_join(" ", '<a href="{}" title="{}">{}</a>', marks)


def _url(one: Standing, asked: dict[str, str]) -> str:
    return f"/desk/plans/targets/{one.target.code}/?{urlencode(asked)}"


def _row(one: Standing, plan: Plan, asked: dict[str, str]) -> Row:
    return Row(
        [f"{one.target.code} {one.target.label}", value_words(one), wanted_words(one), light_badge(one.light),
         source_words(one), plan.item.owner(one.target.owner)],
        url=_url(one, asked),
    )  # fmt: skip


def _fact(one: Standing, plan: Plan, asked: dict[str, str]) -> Row:
    base = f"{number(one.target.base)}{one.target.unit}" if one.target.base is not None else "有表述，无数值"
    return Row(
        [
            f"{one.target.code} {one.target.label}",
            base,
            value_words(one),
            one.target.numerator,
            plan.item.owner(one.target.owner),
        ],
        url=_url(one, asked),
    )


def _risk(one: Standing, asked: dict[str, str], told: dict[str, str]) -> Row:
    """Why: by the figure itself, and by what its owner reported."""
    target, problem = one.target, told.get(one.target.code, "")
    wanted = (
        f"应达到 {number(one.wanted)}{target.unit}，现为 {value_words(one)}。"
        if target.kind not in ("K", "Y")
        else ""
    )
    why = f"{one.light.why}{wanted}" + (f"问题：{problem}" if problem else "")
    return Row(
        [f"{one.target.code} {one.target.label}", light_badge(one.light), why, one.target.due],
        url=_url(one, asked),
    )
