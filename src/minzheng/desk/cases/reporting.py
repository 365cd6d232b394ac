"""An emergency that somebody reports (急难报告): one page, and the case is before the window."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk import frame
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import catalogue, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case
from minzheng.kernel.casework.reporting import Claims, report
from minzheng.kernel.declare.forms import Choice, Day, Field, Form, IdNumber, Text
from minzheng.kernel.errors import NotAllowed

from .case_deeds import proxies
from .starting import villages

__all__ = ["report_page"]

Declared = catalogue.Declared[declare.Service]
_WHO: tuple[Field, ...] = (
    Text("name", "需要救助的人", longest=60, help="不知道真名的，写本人所称的名字；完全不清楚的写“无名氏”。"),
    IdNumber("id_number", "身份证号码", required=False, help="没带证件、说不清的不填，不影响救助。"),
    Choice("sex", "性别", options={"1": "男", "2": "女"}, required=False),
    Day("birth", "出生日期", required=False, help="本人说得出的就填，用于查对是否重复救助。"),
)


@require_http_methods(["GET", "POST"])
def report_page(request: HttpRequest) -> HttpResponse:
    """Who needs help, where and why; nothing about means."""
    by = frame.staff(request)
    offered = _offered(by)
    if not offered:
        raise NotAllowed("may_not_apply_for", "急难报告由村（社区）协理员和乡镇窗口登记，您没有这些岗位。")
    declared = offered[0]
    places = _places(declared, by)
    made: list[Case] = []
    sheet = Sheet(
        "report",
        _form(declared, places),
        lambda sent: _report(declared, places, by, sent, made),
        submit="报告并立即受理",
    )
    status = 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path=by.scope[0])
        if done:
            return redirect(f"/desk/cases/{made[0].pk}/" if made else "/desk/")
    elif len(places) == 1:
        sheet.values = {"path": next(iter(places))}
    lead = "在哪里发生就由哪里办理，不限户籍；先救助，手续后补。"
    return render(
        request,
        "desk/cases/report.html",
        frame.header("急难报告", lead=lead) | {"sheet": sheet},
        status=status,
    )


def _offered(by: Actor) -> list[Declared]:
    """Services that are opened where an emergency happens, of those whose proxies the actor is one of."""
    return [
        one for one in catalogue.current().services.values()
        if one.item.place == "event" and one.item.offered == "public" and frame.holds(by, proxies(one))
    ]  # fmt: skip


def _places(declared: Declared, by: Actor) -> dict[str, str]:
    """Townships and villages of the actor's posts that may report."""
    roles = set(proxies(declared))
    own = [post.path for post in by.posts if post.role in roles and level_of(post.path) is Level.TOWNSHIP]
    return names(sorted(own)) | villages(by)


def _form(declared: Declared, places: dict[str, str]) -> Form:
    where = Choice("path", "发生在哪个乡镇（街道）、村（社区）", options=places)
    return Form("report", "急难报告", (where, *_WHO, *declared.item.form.fields))


def _report(declared: Declared, places: dict[str, str], by: Actor, sent: Sent, made: list[Case]) -> str:
    clean = _form(declared, places).clean(sent.answers)
    given: dict[str, Any] = clean.plain | clean.sealed
    told = {one.code: given[one.code] for one in declared.item.form.fields if given.get(one.code)}
    who = Claims(
        name=given["name"], id_number=given.get("id_number", ""), sex=given.get("sex"), phone=given.get("phone", ""),
        birth=date.fromisoformat(given["birth"]) if given.get("birth") else None,
    )  # fmt: skip
    channel = Case.Channel.HOTLINE if given.get("source") == "hotline" else Case.Channel.DISCOVERY
    case = report(
        declared.code, who=who, path=given["path"], answers=told, channel=channel, by=by, key=sent.key,
        text=str(given.get("situation", "")),
    )  # fmt: skip
    made.append(case)
    return f"已报告并提交，办件编号 {case.number}。请马上到场核定。"
