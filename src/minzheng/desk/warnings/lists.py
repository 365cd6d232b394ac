"""The warnings within scope by deadline, the urgent first; and the comparison of a county by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.lights import Lights
from minzheng.desk.paging import address, capped
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.desk.visits.homes import home_titles
from minzheng.kernel import catalogue
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Form
from minzheng.kernel.monitoring import actions, duties, queries
from minzheng.kernel.monitoring.models import Alert, Hit
from minzheng.ui.shown import iso_day
from minzheng.ui.tables import Head, Row

from .reach import ROOM, places, state_badge

__all__ = ["COLUMNS", "due_rows", "index"]

COLUMNS = (
    Head("家庭"), Head("预警"), Head("时限"), Head("状态"), Head("地区", secondary=True),
    Head("期限", "day", secondary=True),
)  # fmt: skip
_LEAD = "每月比对台账、档案、各部门数据和银行回单，发现可能有困难的家庭。先走访，再按走访结果办理。"
_STATES = (("waiting", "待办的"), *Alert.State.choices)
_SIZE = 20
_WAITING = (Alert.State.OPEN, Alert.State.FOLLOWING)


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """What waits, the earliest due first; narrowed by rule, state and place."""
    by = staff(request)
    looker = duties.reader(by)
    sheets, status = [_compare_sheet(by)] if _counties(by) else [], 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=by.scope[0])
        if done:
            return redirect(ROOM[1])
    chosen = {name: request.GET.get(name, "")[:64] for name in ("state", "rule", "place")}
    rows = _chosen(queries.alerts(looker), chosen)
    found = list(_after(rows, request).order_by("-urgent", "due_on", "id")[: _SIZE + 1])
    page, last = found[:_SIZE], found[_SIZE - 1] if len(found) > _SIZE else None
    return render(request, "desk/warnings/index.html", {
        **header(ROOM[0], lead=_LEAD), "columns": COLUMNS, "rows": _rows(page), "sheets": sheets,
        "count": capped(rows).replace("件", "户"), "filters": _filters(looker, chosen),
        "filtered": any(chosen.values()),
        "next_url": address(request, after=f"{int(last.urgent)}_{last.due_on}_{last.pk}") if last else "",
        "previous_url": address(request, after=None) if request.GET.get("after") else "",
        "compared": _compared(looker),
    }, status=status)  # fmt: skip


def _chosen(rows: QuerySet[Alert], chosen: dict[str, str]) -> QuerySet[Alert]:
    state = chosen["state"]
    rows = rows.filter(state=state) if state in Alert.State.values else rows.filter(state__in=_WAITING)
    if chosen["rule"]:
        rows = rows.filter(Exists(Hit.objects.filter(alert=OuterRef("pk"), rule=chosen["rule"])))
    return rows.filter(path__startswith=chosen["place"]) if chosen["place"] else rows


def _after(rows: QuerySet[Alert], request: HttpRequest) -> QuerySet[Alert]:
    """On from the last one shown, by urgency, day and number."""
    urgent, _, rest = request.GET.get("after", "").partition("_")
    day, _, pk = rest.partition("_")
    try:
        since = date.fromisoformat(day)
    except ValueError:
        return rows
    if urgent not in ("0", "1") or not pk.isdigit() or len(pk) > 18:
        return rows
    later = Q(due_on__gt=since) | Q(due_on=since, pk__gt=int(pk))
    return rows.filter(Q(urgent=True) & later | Q(urgent=False) if urgent == "1" else Q(urgent=False) & later)


def _rows(page: list[Alert]) -> list[Row]:
    """Household, why, by when; everything looked up once for the page."""
    shown, lights = names({one.path for one in page}), Lights()
    homes = home_titles(one.household for one in page)
    said: dict[int, list[str]] = {}
    for hit in Hit.objects.filter(alert__in=page).order_by("id"):
        said.setdefault(hit.alert_id, []).append(_label(hit))
    return [
        Row(
            [
                homes[one.household_id], "、".join(dict.fromkeys(said.get(one.pk, ()))),
                lights.of(one.due_on, one.opened_at, one.path).badge() if one.state in _WAITING else "",
                state_badge(one), shown[one.path], iso_day(one.due_on),
            ],
            url=f"{ROOM[1]}{one.pk}/",
        )
        for one in page
    ]  # fmt: skip


def due_rows(by: Actor, *, most: int = 50) -> list[Row]:
    """Whom the actor is to visit because of a warning; for the page of visits."""
    if not any(one.role(one.item.visit.by) in by.roles for one in catalogue.current().monitors.values()):
        return []
    return _rows(queries.visits_due(duties.reader(by), most))


def _label(hit: Hit) -> str:
    declared = catalogue.current().monitors.get(hit.monitor)
    rule = declared.item.rule(hit.rule) if declared else None
    return rule.label if rule else hit.rule


def _filters(by: Actor, chosen: dict[str, str]) -> list[dict[str, Any]]:
    rules = {
        rule.code: rule.label for one in catalogue.current().monitors.values() for rule in one.item.rules
    }
    options = (
        ("rule", "预警", list(rules.items())),
        ("state", "状态", list(_STATES)),
        ("place", "地区", places(by)),
    )
    return [
        {"name": name, "label": label, "kind": "choice", "value": chosen[name], "options": found}
        for name, label, found in options
        if found
    ]


def _compared(by: Actor) -> str:
    """When the reader's place was last compared, in one sentence."""
    last = queries.last_sweeps(by).filter(finished_at__isnull=False).first()
    if last is None:
        return ""
    return (
        f"最近一次比对：{last.finished_at:%Y-%m-%d}，新增 {last.alerts} 户，已在办理的 {last.in_chain} 户。"
    )


def _counties(by: Actor) -> dict[str, str]:
    """The counties for which the actor may have the comparison made at once."""
    held = [
        post.path for post in by.posts if post.level is Level.COUNTY
        for one in catalogue.current().monitors.values() if duties.follows(one, by, path=post.path)
    ]  # fmt: skip
    return dict(sorted(names(set(held)).items()))


def _compare_sheet(by: Actor) -> Sheet:
    monitors = {code: one.item.label for code, one in catalogue.current().monitors.items()}
    counties = _counties(by)
    form = Form("compare", "立即比对", (
        Choice("monitor", "监测", options=monitors), Choice("path", "地区", options=counties),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        run = actions.sweep(monitor=given["monitor"], path=given["path"], by=by, key=sent.key)
        return f"比对完成。本月新增预警 {run.alerts} 户，并入已有预警 {run.merged} 户，已在办理的 {run.in_chain} 户。"

    first = {"monitor": next(iter(monitors)), "path": next(iter(counties))}
    return Sheet("compare", form, do, submit="立即比对", values=first, quiet=True)
