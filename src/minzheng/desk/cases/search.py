"""Finding a case within the actor's scope: by number, applicant, state, service and place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from minzheng.desk import frame
from minzheng.desk.paging import capped, latest_first
from minzheng.kernel import catalogue
from minzheng.kernel.areas import queries as areas
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case
from minzheng.kernel.casework.queries import visible
from minzheng.kernel.people.masks import mask_name
from minzheng.kernel.people.searching import named
from minzheng.kernel.people.written import normalise
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .words import service_label

__all__ = ["KINDS", "found", "search"]

COLUMNS = (
    Head("申请人"), Head("事项"), Head("状态"), Head("地区", secondary=True), Head("受理日", "day", secondary=True),
    Head("办结期限", "day"), Head("办件编号"),
)  # fmt: skip
# What a line shows: what was filled in lies sealed, and is not opened for a list.
_READ = ("number", "service", "state", "path", "accepted_on", "due_on", "applicant__name")
KINDS = {
    "draft": "neutral", "submitted": "info", "correcting": "warn", "open": "info", "paused": "warn",
    "granted": "good", "refused": "bad", "not_accepted": "bad", "withdrawn": "neutral",
}  # fmt: skip


def search(request: HttpRequest) -> HttpResponse:
    """The list with its filters; the newest first."""
    by = frame.staff(request)
    asked = {name: request.GET.get(name, "").strip()[:64] for name in ("q", "state", "service", "place")}
    rows = found(visible(by), asked)
    near = all(areas.county_of(place) for place in ([asked["place"]] if asked["place"] else by.scope))
    page = latest_first(rows.select_related("applicant").only(*_READ), request, near=near)
    places = areas.names((case.path for case in page.rows), within=by.scope)
    query = urlencode({name: value for name, value in asked.items() if value})
    actions = [{"url": f"/desk/papers/print/choose/?{query}", "label": "批量打印", "icon": "printer"}]
    head = frame.header("办件", lead="管辖范围内的全部办件，新的在前。", actions=actions)
    return render(request, "desk/cases/search.html", head | {
        "columns": COLUMNS, "filters": _filters(by, asked), "filtered": any(asked.values()), "page": page,
        "count": capped(rows),
        "rows": [
            Row([mask_name(one.applicant.name), service_label(one.service),
                 badge(one.get_state_display(), KINDS.get(one.state, "neutral")), places[one.path], one.accepted_on,
                 one.due_on, one.number], url=f"/desk/cases/{one.pk}/")
            for one in page.rows
        ],
    })  # fmt: skip


def found(rows: QuerySet[Case], asked: Mapping[str, str]) -> QuerySet[Case]:
    """The cases that answer to what was typed; numbers, names, initials and pinyin by their beginning."""
    if text := normalise(asked["q"]):
        if re.fullmatch(r"\d{6,26}", text):
            rows = rows.filter(number__begins=text)
        else:
            rows = rows.filter(named(text if text.isascii() else asked["q"], whose="applicant__"))
    if asked["state"] in Case.State.values:
        rows = rows.filter(state=asked["state"])
    if asked["service"]:
        rows = rows.filter(service=asked["service"])
    return rows.filter(path__startswith=asked["place"]) if asked["place"] else rows


def _filters(by: Actor, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    domains = {role.split(".")[0] for role in by.roles}
    services = catalogue.current().services.values()
    offered = [(one.code, one.item.label) for one in services if one.domain.code in domains]
    beneath = [unit for path in by.scope for unit in areas.children(path)]
    return [
        {"name": "q", "label": "办件编号、姓名或首字母", "kind": "text", "value": asked["q"],
         "placeholder": "例：林溪、lx"},
        {"name": "service", "label": "事项", "kind": "choice", "value": asked["service"], "options": offered},
        {"name": "state", "label": "状态", "kind": "choice", "value": asked["state"], "options": Case.State.choices},
        {"name": "place", "label": "地区", "kind": "choice", "value": asked["place"],
         "options": [(unit.path, unit.name) for unit in beneath]},
    ]  # fmt: skip
