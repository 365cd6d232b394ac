"""督办: what is overdue at the levels below, county by county, to be urged many at once."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from uuid import uuid4

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk import frame
from minzheng.desk.lights import Lights
from minzheng.desk.paging import SIZE, address, capped, dressed
from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas import queries as areas
from minzheng.kernel.casework.models import Task
from minzheng.kernel.casework.supervising import below
from minzheng.kernel.people.masks import mask_name
from minzheng.ui.shown import cn_datetime
from minzheng.ui.tables import Head, Row

from .picked import tick
from .words import service_label, step_label

__all__ = ["overdue"]

_COLUMNS = (
    Head("申请人"), Head("事项"), Head("环节"), Head("由谁办"), Head("时限"), Head("地区"),
    Head("最近催办和答复", secondary=True), Head("选择"),
)  # fmt: skip


@require_GET
def overdue(request: HttpRequest) -> HttpResponse:
    """The longest overdue first; the list goes on from the last one shown."""
    by = frame.staff(request)
    place = request.GET.get("place", "")[:64]
    rows = below(by, on=clock.today())
    rows = rows.filter(path__startswith=place) if place else rows
    count, start = capped(rows), _last_shown(request.GET.get("after", ""))
    found = list(dressed(rows, _after(rows, start)[: SIZE + 1], "due_on", "id"))
    tasks, more = found[:SIZE], len(found) > SIZE
    places = areas.names((one.path for one in tasks), within=by.scope)
    lights, book = Lights(), catalogue.current()
    beneath = [(unit.path, unit.name) for path in by.scope for unit in areas.children(path)]
    return render(request, "desk/cases/overdue.html", frame.header(
        "督办", lead="下级超期的环节，最久的在前。系统已自动催办一次；每个环节一天可催办一次。",
    ) | {
        "columns": _COLUMNS, "count": count, "key": uuid4().hex, "filtered": bool(place),
        "rows": [
            Row([
                mask_name(one.case.applicant.name), service_label(one.case.service), step_label(one),
                book.role_label(one.role), lights.of(one.due_on, one.opened_at, one.path).badge(), places[one.path],
                _urged(one), tick(one),
            ], url=f"/desk/cases/{one.case_id}/", mark="bad")
            for one in tasks
        ],
        "filters": [{"name": "place", "label": "地区", "kind": "choice", "value": place, "options": beneath}],
        "next_url": address(request, after=f"{tasks[-1].due_on}.{tasks[-1].pk}") if more else "",
        "previous_url": address(request, after=None) if start else "",
    })  # fmt: skip


def _urged(task: Task) -> str:
    """Who pressed for it last and when, and what was answered."""
    if task.urged_at is None:
        return ""
    said = f"{task.urged_by_name} {cn_datetime(task.urged_at)}"
    return f"{said}；答复：{task.urge_answer}" if task.urge_answer else said


def _last_shown(text: str) -> tuple[date, int] | None:
    """Last day and number of the step that stood last on the page before."""
    day, _, number = text.partition(".")
    with suppress(ValueError):
        return (date.fromisoformat(day), int(number)) if number.isdecimal() and len(number) < 19 else None
    return None


def _after(rows: QuerySet[Task], start: tuple[date, int] | None) -> QuerySet[Task]:
    """What comes after it, wherever in the list it was, even if it has been done since."""
    if start is None:
        return rows
    day, number = start
    return rows.filter(Q(due_on__gt=day) | Q(due_on=day, id__gt=number), due_on__gte=day)
