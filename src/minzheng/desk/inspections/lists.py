"""What is to be checked and put right where I work: open checks, faults with their days, the latest draws."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.facilities.duties import mine
from minzheng.kernel.inspections.duties import visible
from minzheng.kernel.inspections.models import Check, Draw, Hazard
from minzheng.kernel.inspections.queries import neglected
from minzheng.kernel.inspections.rectifying import overdue
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

__all__ = ["INSPECTIONS", "hazard_state", "index", "overseen"]

INSPECTIONS = ("监督检查", "/desk/inspections/")
_MOST = 50
_CHECKS = (
    Head("检查对象"),
    Head("类别"),
    Head("检查人员", secondary=True),
    Head("期限", "day"),
    Head("结果"),
)
_DONE = (*_CHECKS[:3], Head("检查日期", "day"), _CHECKS[4])
_HAZARDS = (Head("检查对象"), Head("条款"), Head("问题"), Head("整改期限", "day"), Head("状态"))
_NEGLECTED = (Head("检查对象"), Head("所在地"), Head("上次现场检查", "day"), Head("状态"))
_DRAWS = (Head("计划编号"), Head("抽取日期", "day"), Head("名录", "number"), Head("抽中", "number"))


def overseen(by: Actor) -> list[tuple[catalogue.Declared[declare.Supervision], str]]:
    """The matters of supervision that the actor oversees, with the place."""
    found = []
    for one in catalogue.current().supervisions.values():
        role = one.item.overseer
        places = {post.path for post in by.posts if post.role == one.role(role) and post.level == role.at}
        found += [(one, path) for path in sorted(places)]
    return found


def hazard_state(one: Hazard) -> Any:
    """Its state in a word; late in red."""
    if overdue(one):
        return badge("逾期未整改", "bad")
    looks = {"open": "warn", "remedied": "info", "closed": "good", "withdrawn": "neutral"}
    return badge(one.get_state_display(), looks[one.state])


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Late things first; a house's own staff see only what is about their house."""
    by = staff(request)
    checks = _own_too(Check.objects.all(), by).filter(done_on=None).order_by("due_on", "id")[:_MOST]
    hazards = (
        _own_too(Hazard.objects.all(), by).filter(state__in=("open", "remedied")).order_by("due_on", "id")
    )
    done = _own_too(Check.objects.all(), by).exclude(done_on=None).order_by("-done_on", "-id")[:_MOST]
    draws = visible(Draw.objects.all(), by).order_by("-id")[:20]
    buttons: list[dict[str, Any]] = []
    if overseen(by):
        at = f"{INSPECTIONS[1]}draw/"
        buttons.append({"url": at, "label": "双随机抽取", "icon": "checklist", "kind": "primary"})
        buttons.append({"url": f"{INSPECTIONS[1]}plan/", "label": "安排检查", "icon": "clipboard-check"})
    buttons += [
        {"url": f"{INSPECTIONS[1]}own/{one.pk}/?list={sheet.code}", "label": f"{one.name}：{sheet.label}",
         "icon": "clipboard-check", "kind": "primary"}
        for one in _houses(by)
        for sheet in _own_lists()
    ]  # fmt: skip
    return render(request, "desk/inspections/index.html", {
        **header("监督检查", lead="抽取结果可以随时重算核验；逾期未整改的隐患标红。", actions=buttons),
        "check_columns": _CHECKS, "checks": [_check(one) for one in checks], "done_columns": _DONE,
        "done": [_check(one) for one in done],
        "hazard_columns": _HAZARDS, "hazards": [_hazard(one) for one in hazards[:_MOST]],
        **_neglected(by), "draw_columns": _DRAWS, "draws": [_draw(one) for one in draws],
    })  # fmt: skip


def _neglected(by: Actor) -> dict[str, Any]:
    """Whom whoever oversees a place has not had looked at in time."""
    today = clock.today()
    found = [pair for one, path in overseen(by) for pair in neglected(one, path, today)]
    shown, places = found[:_MOST], names({one.path for one, _ in found[:_MOST]})
    late, never = badge("超过规定间隔", "bad"), badge("还没有现场检查", "warn")
    return {
        "neglected_columns": _NEGLECTED, "neglected_many": len(found),
        "neglected": [Row([one.name, places[one.path], day, late if day else never]) for one, day in shown],
    }  # fmt: skip


def _own_lists() -> list[declare.Checklist]:
    """What houses go through themselves."""
    today = clock.today()
    return [sheet for one in catalogue.current().supervisions.values() for sheet in one.item.own_lists(today)]


def _houses(by: Actor) -> list[Any]:
    """The houses whose own staff the actor is."""
    found = []
    for one in catalogue.current().facilities.values():
        if one.role(one.item.keeper) in by.roles and one.item.beds:
            rows = mine(one, by).filter(keepers__user=by.id, keepers__until_on=None, state="open")
            found += list(rows.order_by("id")[:5])
    return found


def _own_too(rows: QuerySet[Any], by: Actor) -> QuerySet[Any]:
    """What the posts see, and what is about the own house."""
    keys = [f"home:{one.pk}" for one in _houses(by)]
    return visible(rows, by) | rows.filter(subject__in=keys)


def _check(one: Check) -> Row:
    result = badge("待检查", "warn" if one.due_on >= clock.today() else "bad")
    if one.done_on is not None:
        result = badge("符合" if one.met else "不符合", "good" if one.met else "bad")
    kind = one.get_kind_display()
    url = f"{INSPECTIONS[1]}checks/{one.pk}/"
    return Row([one.subject_name, kind, one.inspector_names, one.done_on or one.due_on, result], url=url)


def _hazard(one: Hazard) -> Row:
    url = f"{INSPECTIONS[1]}hazards/{one.pk}/"
    return Row([one.subject_name, one.clause_text, one.words, one.due_on, hazard_state(one)], url=url)


def _draw(one: Draw) -> Row:
    many = len(one.inputs["subjects"])
    return Row([one.plan, one.on, many, len(one.result)], url=f"{INSPECTIONS[1]}draws/{one.pk}/")
