"""My tasks: open steps for the actor's posts, the most urgent first, each with its light."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from minzheng.desk import frame
from minzheng.desk.lights import LABELS, Lights, due_in_words
from minzheng.desk.paging import MOST_COUNTED, SIZE, address
from minzheng.desk.visits.homes import home_titles
from minzheng.kernel import catalogue
from minzheng.kernel.access.memory import recall, remember
from minzheng.kernel.access.models import User
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.casework.queries import visible, work_list
from minzheng.kernel.people.masks import mask_name
from minzheng.kernel.visits.models import Lead
from minzheng.kernel.visits.queries import open_leads
from minzheng.ui.tables import Head, Row

from .picked import choices, tick
from .words import service_label, step_label

__all__ = ["LEAD_COLUMNS", "home", "lead_rows"]

COLUMNS = (
    Head("申请人", "masked"), Head("事项"), Head("环节"), Head("时限"), Head("到期日", "choice"),
    Head("地区", secondary=True), Head("办件编号", secondary=True), Head("承办", secondary=True), Head("选择"),
)  # fmt: skip
RECENT_COLUMNS = (Head("申请人"), Head("事项"), Head("状态"), Head("办件编号"))
DRAFT_COLUMNS = (Head("申请人"), Head("事项"), Head("状态"), Head("建立时间", "instant"))
LEAD_COLUMNS = (
    Head("家庭"), Head("地区"), Head("来源"), Head("情况"), Head("发现时间", "instant", secondary=True),
)  # fmt: skip
_LIST, _NARROWED = "tasks", ("service", "step", "light", "who")
_WHO = {"mine": "我领取的", "free": "无人领取的"}
# What lies sealed is not opened for a list.
_UNREAD = (
    "evidence", "case__form", "case__sealed", "case__bound", "case__applicant__id_number", "case__applicant__phone",
)  # fmt: skip
_RECENT, _LOOKED_AT, _LEADS = 6, 80, 5
_STATS = (("red", "calendar-due", "bad"), ("yellow", "clock", "warn"), ("green", "circle-check", "good"))


def home(request: HttpRequest) -> HttpResponse:
    """The page the day begins with."""
    by = frame.staff(request)
    chosen, again = _asked(request, by)
    mine = _chosen(work_list(by), chosen, by)
    known = list(mine.values_list("id", "due_on", "opened_at", "path")[: MOST_COUNTED + 1])
    lights = Lights()
    shown = {pk: lights.of(due, opened, path) for pk, due, opened, path in known}
    wanted = [pk for pk in shown if chosen["light"] in ("", shown[pk].code)]
    rows, next_url = _page(request, wanted)
    rooms = frame.menu(by, at="")[1:]
    return render(request, "desk/cases/tasks.html", frame.header("我的任务", lead="按到期日排列，最急的在前。") | {
        "stats": _stats(request, Counter(one.code for one in shown.values()), len(known)),
        "filters": _filters(by, chosen), "columns": COLUMNS, "rows": _rows(rows, lights, by),
        "next_url": next_url, "previous_url": address(request, after=None) if "after" in request.GET else "",
        "filtered": any(chosen.values()), "again": again, "bulk": choices(rows, by),
        "works": _works(by), "recent": _recent(by), "drafts": _drafts(by),
        "rooms": [{"url": one["url"], "label": one["label"], "icon": one["icon"]} for one in rooms],
        "recent_columns": RECENT_COLUMNS, "draft_columns": DRAFT_COLUMNS, **_leads(by),
    })  # fmt: skip


def _asked(request: HttpRequest, by: Actor) -> tuple[dict[str, str], bool]:
    """How the list is narrowed: as asked now, which is kept for the next day; else as it was last asked."""
    asked = {name: request.GET.get(name, "")[:80] for name in _NARROWED}
    if any(name in request.GET for name in (*_NARROWED, "all")):
        kept = recall(by, _LIST)
        if (kept.value if kept else {}) != (wanted := {name: said for name, said in asked.items() if said}):
            remember(by, _LIST, wanted)
        return asked, False
    kept = recall(by, _LIST) if "after" not in request.GET else None
    narrowed = {name: str(kept.value.get(name, "")) for name in _NARROWED} if kept else asked
    return narrowed, any(narrowed.values())


def _chosen(rows: QuerySet[Task], chosen: Mapping[str, str], by: Actor) -> QuerySet[Task]:
    if chosen["who"] in _WHO:
        rows = rows.filter(claimed_by=by.id if chosen["who"] == "mine" else "")
    rows = rows.filter(case__service=chosen["service"]) if chosen["service"] else rows
    if chosen["step"]:
        service, _, step = chosen["step"].rpartition(":")
        rows = rows.filter(case__service=service, step=step)
    return rows


def _page(request: HttpRequest, wanted: Sequence[int]) -> tuple[list[Task], str]:
    """The tasks after the last one shown, in the order of the list."""
    after = request.GET.get("after", "")
    start = wanted.index(int(after)) + 1 if after.isdigit() and int(after) in wanted else 0
    ids = wanted[start : start + SIZE]
    found = Task.objects.select_related("case__applicant").defer(*_UNREAD).in_bulk(ids)
    more = len(wanted) > start + SIZE
    return [found[pk] for pk in ids if pk in found], address(request, after=ids[-1]) if more else ""


def _rows(tasks: Sequence[Task], lights: Lights, by: Actor) -> list[Row]:
    places, holders = names((task.path for task in tasks), within=by.scope), _holders(tasks)
    rows = []
    for task in tasks:
        shown = lights.of(task.due_on, task.opened_at, task.path)
        cells = [
            mask_name(task.case.applicant.name), service_label(task.case.service), step_label(task),
            shown.badge(), due_in_words(task.due_on, provisional=task.due_provisional), places[task.path],
            task.case.number, holders.get(task.claimed_by, ""), tick(task),
        ]  # fmt: skip
        rows.append(Row(cells, url=f"/desk/cases/{task.case_id}/", mark="bad" if shown.code == "red" else ""))
    return rows


def _holders(tasks: Sequence[Task]) -> dict[str, str]:
    """The names of those who have claimed these steps, in one query."""
    numbers = {task.claimed_by.removeprefix("user:") for task in tasks if task.claimed_by.startswith("user:")}
    found = User.objects.filter(pk__in=numbers).values_list("pk", "name") if numbers else ()
    return {f"user:{pk}": name for pk, name in found}


def _stats(request: HttpRequest, counted: Counter[str], total: int) -> list[dict[str, Any]]:
    """How many of each light; each leads to those alone."""
    many = total > MOST_COUNTED
    every = f"{MOST_COUNTED}+" if many else str(total)
    stats = [
        {
            "label": "待办",
            "value": every,
            "unit": "件",
            "icon": "inbox",
            "url": address(request, light=None, after=None),
        }
    ]
    for code, icon, kind in _STATS:
        found = counted.get(code, 0)
        stats.append({
            "label": LABELS[code], "value": f"{found}{'+' if many and found else ''}", "unit": "件", "icon": icon,
            "kind": kind if found and code != "green" else "", "url": address(request, light=code, after=None),
        })  # fmt: skip
    return stats


def _steps_of(by: Actor) -> list[tuple[str, str, str, str]]:
    """Every step that one of the actor's roles takes: service, its label, step, its label."""
    found = []
    for one in catalogue.current().services.values():
        for step in one.item.steps:
            roles = [step.by, *([step.or_by] if getattr(step, "or_by", None) else [])]  # type: ignore[attr-defined]
            if any(one.role(role) in by.roles for role in roles):
                found.append((one.code, one.item.label, step.code, step.label))
    return found


def _works(by: Actor) -> bool:
    """Whether any step of any service is the actor's; if not, the page shows the other rooms."""
    return bool(_steps_of(by))


def _filters(by: Actor, chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    steps = _steps_of(by)
    services = dict.fromkeys((service, label) for service, label, _, _ in steps)
    places = [(f"{service}:{step}", f"{label}·{said}") for service, label, step, said in steps]
    named = {
        "service": ("事项", list(services)),
        "step": ("环节", places),
        "light": ("时限", list(LABELS.items())),
        "who": ("承办", list(_WHO.items())),
    }
    return [
        {"name": name, "label": label, "kind": "choice", "value": chosen[name], "options": options}
        for name, (label, options) in named.items()
    ]


def _recent(by: Actor) -> list[Row]:
    """Cases this actor has done something in, the latest first."""
    done = Entry.objects.filter(actor=by.id, outcome=Entry.Outcome.DONE, case_id__isnull=False)
    ids = list(dict.fromkeys(done.order_by("-id").values_list("case_id", flat=True)[:_LOOKED_AT]))[:_RECENT]
    found = (
        visible(by).filter(pk__in=ids).exclude(state=Case.State.DRAFT).select_related("applicant").in_bulk()
    )
    return [
        Row([mask_name(found[pk].applicant.name), service_label(found[pk].service), found[pk].get_state_display(),
             found[pk].number], url=f"/desk/cases/{pk}/")
        for pk in ids if pk in found
    ]  # fmt: skip


def _drafts(by: Actor) -> list[Row]:
    """Applications the actor has begun for someone, and those sent back to be completed."""
    unfinished = Q(state__in=[Case.State.DRAFT, Case.State.CORRECTING])
    found = (
        Case.objects.filter(unfinished, created_by=by.id)
        .exclude(joined_to__state=Case.State.DRAFT)
        .select_related("applicant")
        .order_by("-id")[:10]
    )
    return [
        Row([mask_name(one.applicant.name), service_label(one.service), one.get_state_display(), one.created_at],
            url=f"/desk/cases/{one.pk}/draft/")
        for one in found
    ]  # fmt: skip


def _leads(by: Actor) -> dict[str, Any]:
    """The first leads, for whoever goes from door to door."""
    visits = catalogue.current().visits.values()
    if not any(one.role(one.item.by) in by.roles for one in visits):
        return {}
    leads = lead_rows(list(open_leads(by)[:_LEADS]))
    return {"leads": leads, "lead_columns": LEAD_COLUMNS, "visitor": True}


def lead_rows(leads: Sequence[Lead]) -> list[Row]:
    """Leads as they stand on a list: household, signs, since when."""
    places, homes = names(lead.path for lead in leads), home_titles(lead.household for lead in leads)
    rows = []
    for lead in leads:
        signs = list(lead.signs.all())
        said = signs[-1].text if signs else ""
        sources = "、".join(dict.fromkeys(sign.get_source_display() for sign in signs))
        cells = [homes[lead.household_id], places[lead.path], sources, said[:60], lead.opened_at]
        rows.append(Row(cells, url=f"/desk/visits/leads/{lead.pk}/"))
    return rows
