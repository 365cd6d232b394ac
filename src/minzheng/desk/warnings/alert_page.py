"""One warning: why, what to do now, the household's whole chain of help; and the visit, at the door."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.cases.starting import MEMBERS, household_rows
from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import NOTHING, Sent, Sheet, handled, limited, receive
from minzheng.desk.visits.homes import home_title
from minzheng.kernel import audit
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case
from minzheng.kernel.declare.forms import Choice, Form, Text
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.monitoring import actions, duties, queries
from minzheng.kernel.monitoring.following import proposed
from minzheng.kernel.monitoring.models import Alert
from minzheng.kernel.people.queries import members as members_of
from minzheng.kernel.visits.queries import lead_of
from minzheng.ui.shown import cn_date, cn_datetime

from .reach import ROOM, state_badge

__all__ = ["alert", "visit"]

_CLOSE = Form("close", "登记办理情况", (Text("words", "办理情况", longest=300, lines=2),))
_KINDS = {
    "warning": ("warn", "alert-triangle"), "visit": ("info", "map-pin"), "lead": ("warn", "flag"),
    "case": ("info", "file-text"), "decision": ("good", "gavel"), "event": ("neutral", "flag"),
    "todo": ("warn", "checklist"), "money": ("good", "wallet"), "done": ("good", "circle-check"),
    "passed": ("info", "arrow-right"), "house": ("good", "home"), "service": ("good", "home"),
    "listed": ("info", "arrow-right"),
}  # fmt: skip


@require_http_methods(["GET", "POST"])
def alert(request: HttpRequest, alert_id: int) -> HttpResponse:
    """The page and its deeds."""
    by = staff(request)
    one = queries.alert_of(alert_id, duties.reader(by))
    begun: list[Case] = []
    sheets = _sheets(one, by, begun)
    done, status = handled(request, sheets, by=by, about=one, read="monitoring.read_alert")
    if done:
        return redirect(f"/desk/cases/{begun[0].pk}/draft/" if begun else f"{ROOM[1]}{one.pk}/")
    declared, home = duties.monitor_of(one.monitor), one.household
    return render(request, "desk/warnings/alert.html", {
        **header(f"预警：{home_title(home)}", crumbs=[ROOM], badge=state_badge(one), lead=name_of(one.path)),
        "one": one, "facts": _facts(one), "sheets": sheets, "columns": MEMBERS, "members": household_rows(home),
        "events": _chain(one),
        "may_visit": one.state == Alert.State.OPEN and duties.visits(declared, by, path=one.path),
        "people": _applicants(one), "proposed": [label for _, label in proposed(one)], "home": home,
    }, status=status)  # fmt: skip


def _facts(one: Alert) -> list[tuple[str, str]]:
    facts = [(f"预警（{cn_date(each.on)}）", each.words) for each in one.hits.order_by("id")]
    facts.append(("家庭编号", one.household.number))
    if one.state in (Alert.State.OPEN, Alert.State.FOLLOWING):
        facts.append(("走访期限" if one.state == Alert.State.OPEN else "跟进期限", cn_date(one.due_on)))
    if one.visit is not None:
        facts += [
            ("走访", f"{one.visit.by_name} {cn_datetime(one.visit.at)}"), ("走访结果", one.get_result_display()),
            ("看到的情况", str(one.visit.answers.get("seen", ""))),
        ]  # fmt: skip
        if one.visit.answers.get("refer_to"):
            facts.append(("转请", str(one.visit.answers["refer_to"])))
    if one.chain:
        facts.append(("已在办理", one.chain))
    if one.closed_at:
        facts.append(("了结", f"{one.closed_by_name} {cn_datetime(one.closed_at)}：{one.words}"))
    return facts


def _applicants(one: Alert) -> list[tuple[str, str]]:
    """For whom an application may be begun, through the lead that the visit has left."""
    lead = lead_of(one.lead_id) if one.lead_id else None
    if one.state != Alert.State.FOLLOWING or lead is None or lead.state != lead.State.OPEN:
        return []
    return [
        (each.person.name, f"/desk/cases/new/{each.person_id}/?lead={lead.pk}")
        for each in members_of(one.household) if each.person.died_on is None
    ]  # fmt: skip


def _chain(one: Alert) -> list[dict[str, Any]]:
    shown = []
    for link in queries.chain_of(one.household):
        kind, icon = _KINDS[link.kind]
        shown.append(
            {"at": link.at, "kind": kind, "icon": icon, "title": link.title, "text": link.text, "by": ""}
        )
    return shown


def _sheets(one: Alert, by: Actor, begun: list[Case]) -> list[Sheet]:
    declared = duties.monitor_of(one.monitor)
    if one.state != Alert.State.FOLLOWING or not duties.follows(declared, by, path=one.path):
        return []

    def close(sent: Sent) -> str:
        given = _CLOSE.clean(sent.answers).plain
        actions.close(alert=one, words=given["words"], version=sent.version, by=by, key=sent.key)
        return "预警已了结。"

    def begin(sent: Sent) -> str:
        begun.append(actions.begin_review(alert=one, version=sent.version, by=by, key=sent.key))
        return "复核已发起，请填写后提交。"

    found = [Sheet("close", _CLOSE, close, submit="了结预警", version=one.version, quiet=True)]
    if one.result == "exit":
        found.insert(0, Sheet("review", NOTHING, begin, submit="发起复核", version=one.version))
    return found


@limited
@require_http_methods(["GET", "POST"])
def visit(request: HttpRequest, alert_id: int) -> HttpResponse:
    """The form of the visit, with a photograph taken at the door."""
    by = staff(request)
    one = queries.alert_of(alert_id, duties.reader(by))
    declared = duties.monitor_of(one.monitor)
    if not duties.visits(declared, by, path=one.path):
        raise NotAllowed("not_your_visit", f"走访由“{declared.item.visit.by.label}”登记，您没有这个岗位。")
    sheets, status = [_visit(one, by)] if one.state == Alert.State.OPEN else [], 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=one.path)
        if done:
            return redirect(f"{ROOM[1]}{one.pk}/")
    else:
        audit.read("people.read_household", by=by, about=one.household, path=one.path, reason="预警走访")
    said = "；".join(each.words for each in one.hits.order_by("id"))
    crumbs = [ROOM, (f"预警：{home_title(one.household)}", f"{ROOM[1]}{one.pk}/")]
    return render(request, "desk/visits/record.html", {
        **header("登记走访", crumbs=crumbs, lead=f"{said}。{name_of(one.path)}"), "sheets": sheets,
        "columns": MEMBERS, "members": household_rows(one.household), "home": one.household,
    }, status=status)  # fmt: skip


def _visit(one: Alert, by: Actor) -> Sheet:
    declared = duties.monitor_of(one.monitor)
    people = {str(each.person_id): each.person for each in members_of(one.household)}
    who = Choice("_person", "走访对象", options={pk: each.name for pk, each in people.items()})
    asked = declared.item.visit.form
    form = Form(asked.code, asked.label, (who, *asked.fields))

    def do(sent: Sent) -> str:
        chosen = people.get(str(sent.answers.get("_person", "")))
        if chosen is None:
            raise Refused("person_needed", "请选择走访对象。", field="_person")
        given = {code: value for code, value in sent.answers.items() if code != "_person"}
        done = actions.visit(
            alert=one, answers=given, person=chosen, version=sent.version, by=by, key=sent.key
        )
        return (
            "走访已登记，预警已了结。" if done.state == Alert.State.CLOSED else "走访已登记，请按结果办理。"
        )

    return Sheet(
        "visit", form, do, submit="登记走访", version=one.version, values={"_person": next(iter(people), "")},
        upload_url=f"/desk/visits/upload/{one.household_id}/",
    )  # fmt: skip
