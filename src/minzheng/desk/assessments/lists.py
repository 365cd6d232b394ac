"""Assessments: what waits for the other signature stands first; whom to assess is looked up by number or name."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import capped, latest_first
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.desk.visits.recording import FIND, found_people
from minzheng.kernel import catalogue
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.people.masks import mask_id_number, mask_name
from minzheng.kernel.people.models import Person
from minzheng.kernel.visits.models import Assessment
from minzheng.kernel.visits.round_queries import assessments
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

__all__ = ["ROOM", "index", "state_badge"]

ROOM = ("评估", "/desk/assessments/")
_COLUMNS = (
    Head("评估对象"), Head("评估"), Head("等级"), Head("总分", "number"), Head("状态"),
    Head("评估日期", "day", secondary=True), Head("编号", secondary=True),
)  # fmt: skip
_PEOPLE = (Head("姓名"), Head("身份证号码"), Head("出生日期", "day"), Head("地区"))
_TONES = {
    "first_signed": "warn",
    "in_force": "good",
    "objected": "bad",
    "replaced": "neutral",
    "withdrawn": "neutral",
}


def state_badge(one: Assessment) -> str:
    """Where it stands."""
    return badge(one.get_state_display(), _TONES[one.state])


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The list, by state; and the search for somebody to assess, for assessors."""
    by = staff(request)
    rows = assessments(by)
    state = request.GET.get("state", "")[:12]
    rows = rows.filter(state=state) if state in Assessment.State.values else rows
    found: list[Person] = []
    sheets, status = [_find(by, found)] if _assesses(by) else [], 200
    if request.method == "POST":
        _, status = receive(request, sheets, by=by, path=by.scope[0])
        status = 200 if status == 302 else status
    page = latest_first(rows, request)
    unsigned = (
        assessments(by).filter(state=Assessment.State.FIRST_SIGNED).count() if sheets and not state else 0
    )
    return render(request, "desk/assessments/index.html", {
        "unsigned": f"有 {unsigned} 份评估等另一名评估员签字，签字后才生效。" if unsigned else "",
        **header(ROOM[0], lead="总分和等级由系统按量表计算，须两名评估员签字才生效。", actions=_links(by)),
        "columns": _COLUMNS,
        "rows": _rows(page.rows), "page": page, "count": capped(rows).replace("件", "份"), "filtered": bool(state),
        "filters": [{"name": "state", "label": "状态", "kind": "choice", "value": state,
                     "options": Assessment.State.choices}],
        "sheets": sheets, "people_columns": _PEOPLE, "people": _people(found),
    }, status=status)  # fmt: skip


def _assesses(by: Actor) -> bool:
    return any(one.role(one.item.by) in by.roles for one in catalogue.current().scored.values())


def _links(by: Actor) -> list[dict[str, Any]]:
    registers = {one.role(one.item.registered_by) for one in catalogue.current().scored.values()}
    link = {"url": f"{ROOM[1]}certificates/", "label": "评估员资格", "icon": "users", "kind": ""}
    return [link] if by.roles & registers else []


def _find(by: Actor, found: list[Person]) -> Sheet:
    def do(sent: Sent) -> str:
        found.extend(found_people(str(FIND.clean(sent.answers).plain["q"]), by))
        return ""

    return Sheet("find", FIND, do, submit="查找")


def _people(found: list[Person]) -> list[Row]:
    places = names(one.path for one in found)
    return [
        Row([one.name, mask_id_number(one.id_number) if one.id_number else one.internal_number, one.birth,
             places[one.path]], url=f"{ROOM[1]}new/{one.pk}/")
        for one in found
    ]  # fmt: skip


def _rows(page: list[Assessment]) -> list[Row]:
    known = catalogue.current().scored
    return [
        Row([mask_name(one.person.name), known[one.instrument].item.label, known[one.instrument].item.levels[one.level],
             one.total, state_badge(one), one.on, one.number], url=f"{ROOM[1]}{one.pk}/")
        for one in page
        if one.instrument in known
    ]  # fmt: skip
