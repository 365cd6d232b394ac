"""Leads: the households that may need help, the signs that point at them, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from minzheng.desk import frame
from minzheng.desk.cases.dossier import answers as shown_answers
from minzheng.desk.cases.starting import MEMBERS, household_rows
from minzheng.desk.cases.tasks import LEAD_COLUMNS, lead_rows
from minzheng.desk.paging import capped, latest_first
from minzheng.desk.sheets import Sent, Sheet, handled, receive
from minzheng.desk.warnings.lists import COLUMNS as WARNING_COLUMNS
from minzheng.desk.warnings.lists import due_rows
from minzheng.kernel import audit, catalogue
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Form, Text
from minzheng.kernel.errors import NotFound
from minzheng.kernel.people.masks import mask_name
from minzheng.kernel.people.models import Household
from minzheng.kernel.people.queries import members as members_of
from minzheng.kernel.visits import actions as visits
from minzheng.kernel.visits.models import Lead, Sign, Visit
from minzheng.kernel.visits.queries import open_leads, visits_in
from minzheng.ui.shown import badge, cn_datetime
from minzheng.ui.tables import Head, Row

from .homes import home_title, home_titles

__all__ = ["board", "household_for", "lead_page", "raise_page", "visit_page"]

VISIT_COLUMNS = (
    Head("走访对象"),
    Head("走访类别"),
    Head("地区"),
    Head("走访人", secondary=True),
    Head("走访时间", "instant"),
)
CLOSE = Form("close", "了结线索", (Text("reason", "了结原因", longest=300, lines=2),))
_KINDS = {"open": "warn", "applied": "info", "closed": "neutral"}
_MOST = 50


def board(request: HttpRequest) -> HttpResponse:
    """Open leads, the oldest first, and the visits made."""
    by = frame.staff(request)
    waiting = open_leads(by)
    page = latest_first(visits_in(by), request)
    may = may_visit(by)
    label = "登记走访" if may else "登记线索"
    actions = [{"url": "/desk/visits/new/", "label": label, "icon": "plus", "kind": "primary"}]
    head = frame.header(
        "走访与线索", lead="先跟进待办的线索；走访中发现困难，会自动形成线索。", actions=actions
    )
    return render(
        request,
        "desk/visits/board.html",
        head
        | {
            "warnings": due_rows(by),
            "warning_columns": WARNING_COLUMNS,
            "leads": lead_rows(list(waiting[:_MOST])),
            "lead_columns": LEAD_COLUMNS,
            "count": capped(waiting),
            "columns": VISIT_COLUMNS,
            "rows": _visit_rows(page.rows),
            "page": page,
        },
    )


def _visit_rows(visits: Sequence[Visit]) -> list[Row]:
    """Visits as they stand on the list: whom, what, where, by whom, when."""
    places, known = names(one.path for one in visits), catalogue.current().visits
    homes = home_titles(one.household for one in visits)
    return [
        Row([mask_name(one.person.name) if one.person else homes[one.household_id],
             known[one.kind].item.label if one.kind in known else one.kind, places[one.path], one.by_name, one.at],
            url=f"/desk/visits/{one.pk}/")
        for one in visits
    ]  # fmt: skip


def may_visit(by: Actor) -> bool:
    """Whether visits are the actor's to record."""
    return any(one.role(one.item.by) in by.roles for one in catalogue.current().visits.values())


def household_for(household_id: int, by: Actor) -> Household:
    """A household within scope, or the same answer for one that does not exist."""
    home = in_scope(Household.objects.all(), by).filter(pk=household_id).first()
    if home is None:
        raise NotFound("household_not_found", "没有这户家庭，或不在您的管辖范围内。")
    return home


def lead_page(request: HttpRequest, lead_id: int) -> HttpResponse:
    """One lead: its signs, the visits, and what can be done about it."""
    by = frame.staff(request)
    lead = in_scope(Lead.objects.select_related("household"), by).filter(pk=lead_id).first()
    if lead is None:
        raise NotFound("lead_not_found", "没有这条线索，或不在您的管辖范围内。")
    helps = by.holds(catalogue.current().helping(lead.domain), path=lead.path)
    sheets = [_close(lead, by)] if lead.state == Lead.State.OPEN and helps else []
    done, status = handled(request, sheets, by=by, about=lead, read="visits.read_lead")
    if done:
        return redirect(f"/desk/visits/leads/{lead.pk}/")
    home = lead.household
    state = badge(lead.get_state_display(), _KINDS[lead.state])
    head = frame.header(
        f"线索：{home_title(home)}",
        crumbs=[("走访与线索", "/desk/visits/")],
        badge=state,
        lead=name_of(lead.path),
    )
    return render(request, "desk/visits/lead.html", head | {
        "lead": lead, "facts": _facts(lead), "columns": MEMBERS, "members": household_rows(home), "sheets": sheets,
        "events": _events(lead), "people": _applicants(lead), "may_visit": may_visit(by), "home": home,
    }, status=status)  # fmt: skip


def _facts(lead: Lead) -> list[tuple[str, str]]:
    items = [
        ("发现时间", cn_datetime(lead.opened_at)), ("家庭编号", lead.household.number),
    ]  # fmt: skip
    if lead.closed_at:
        items.append(("了结时间", cn_datetime(lead.closed_at)))
    return [*items, ("了结原因", lead.closed_reason)] if lead.closed_reason else items


def _events(lead: Lead) -> list[dict[str, Any]]:
    """Signs in order of time, the latest first."""
    icons = {"match": "database", "visit": "map-pin", "hotline": "phone", "report": "message"}
    return [
        {"at": one.at, "title": one.get_source_display(), "text": one.text, "kind": "warn",
         "by": "系统" if one.by.startswith("system:") else one.by_name, "icon": icons.get(one.source, "flag")}
        for one in lead.signs.order_by("-id")
    ]  # fmt: skip


def _applicants(lead: Lead) -> list[tuple[str, str]]:
    """The members for whom an application may be begun from this lead."""
    if lead.state != Lead.State.OPEN:
        return []
    return [
        (one.person.name, f"/desk/cases/new/{one.person_id}/?lead={lead.pk}")
        for one in members_of(lead.household) if one.person.died_on is None
    ]  # fmt: skip


def _close(lead: Lead, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        visits.close_lead(lead.pk, reason=str(sent.answers.get("reason", "")), by=by, key=sent.key)
        return "线索已了结。"

    return Sheet("close", CLOSE, do, submit="了结线索", quiet=True)


def raise_page(request: HttpRequest, household_id: int) -> HttpResponse:
    """A sign from elsewhere: a call, a neighbour, a list of matches."""
    by = frame.staff(request)
    home = household_for(household_id, by)
    raised: list[Lead] = []
    sheet = _raise(home, by, raised)
    status = 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path=home.path)
        if done:
            return redirect(f"/desk/visits/leads/{raised[0].pk}/" if raised else "/desk/visits/")
    head = frame.header(
        f"登记线索：{home_title(home)}", crumbs=[("走访与线索", "/desk/visits/")], lead=name_of(home.path)
    )
    return render(request, "desk/visits/record.html", head | {
        "sheets": [sheet], "columns": MEMBERS, "members": household_rows(home), "home": home,
    }, status=status)  # fmt: skip


def _raise(home: Household, by: Actor, raised: list[Lead]) -> Sheet:
    domains = {one.code: one.label for one in catalogue.current().domains if one.visits}
    sources = {code: word for code, word in Sign.Source.choices if code != Sign.Source.VISIT}
    form = Form(
        "raise", "登记线索",
        (
            Choice("domain", "业务", options=domains), Choice("source", "来源", options=sources),
            Text("text", "情况", longest=500, lines=4),
        ),
    )  # fmt: skip

    def do(sent: Sent) -> str:
        clean = form.clean(sent.answers).plain
        lead = visits.raise_lead(
            home, domain=clean["domain"], source=clean["source"], text=clean["text"], by=by, key=sent.key
        )
        raised.append(lead)
        return "线索已登记。"

    values = {"domain": next(iter(domains))} if len(domains) == 1 else {}
    return Sheet("raise", form, do, submit="登记线索", values=values)


def visit_page(request: HttpRequest, visit_id: int) -> HttpResponse:
    """One visit as it was recorded."""
    by = frame.staff(request)
    visit = visits_in(by).filter(pk=visit_id).first()
    if visit is None:
        raise NotFound("visit_not_found", "没有这次走访，或不在您的管辖范围内。")
    audit.read("visits.read_visit", by=by, about=visit, path=visit.path)
    return render(request, "desk/visits/visit.html", _visit(visit))


def _visit(visit: Visit) -> dict[str, Any]:
    declared = catalogue.current().visits.get(visit.kind)
    form = declared.item.form if declared else None
    photos = (
        [one for one in form.fields if one.kind == "photo" and visit.answers.get(one.code)] if form else []
    )
    plain = {code: value for code, value in visit.answers.items() if code not in {one.code for one in photos}}
    who = visit.person.name if visit.person else home_title(visit.household)
    label = form.label if form else visit.kind
    return frame.header(f"{label}：{who}", crumbs=[("走访与线索", "/desk/visits/")]) | {
        "visit": visit,
        "items": shown_answers(form, plain, {}) if form else [],
        "facts": [
            ("走访时间", cn_datetime(visit.at)),
            ("走访人", visit.by_name),
            ("地区", names([visit.path])[visit.path]),
            ("家庭编号", visit.household.number),
        ],
        "photos": [(one.label, f"/desk/documents/{visit.answers[one.code]}/") for one in photos],
    }
