"""Claims within scope, who was paid after a death, and a new claim made from what a household was paid."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import capped, latest_first
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import audit
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.declare.forms import Choice, Form, Money, Text
from minzheng.kernel.errors import NotAllowed, NotFound
from minzheng.kernel.ledger import actions, claims
from minzheng.kernel.ledger.models import Entitlement, Payment, Recovery
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.people.queries import find_person
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .lists import ROOM, state_badge
from .reach import payable, reader, scheme_label

__all__ = ["AT", "claim_badge", "index", "months", "new"]

AT = ("追缴", "/desk/money/claims/")
_COLUMNS = (
    Head("家庭（个人）"), Head("项目"), Head("地区", secondary=True), Head("所属月份"), Head("应追缴（元）", "money"),
    Head("未追回（元）", "money"), Head("状态"), Head("序号", "number", secondary=True),
)  # fmt: skip
_DEATHS = (
    Head("去世人员"), Head("去世日期", "day"), Head("户号"), Head("项目", secondary=True), Head("多发月份"),
    Head("已发合计（元）", "money"),
)  # fmt: skip
_PAID = (
    Head("月份"),
    Head("项目"),
    Head("金额（元）", "money"),
    Head("决定文号", secondary=True),
    Head("批次"),
)
_LEAD = "多发的月份由经办人核实立项，现金缴回或分期扣回；去世当月照发，次月起停发。"
_FIND = Form("find", "查找", (Text("number", "领取人的身份证号码", longest=24),))
_MOST = 60
_KINDS = {"open": "warn", "settled": "good", "waived": "neutral"}


def claim_badge(one: Recovery) -> str:
    """The state of a claim as shape, word and colour."""
    return badge(one.get_state_display(), _KINDS[one.state])


def months(one: Recovery) -> str:
    """The months a claim is about, both included."""
    first, last = Month.of(one.for_from), Month.of(one.for_until).previous
    return str(first) if first == last else f"{first} 至 {last}"


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The latest first; beside them the candidates after a death, for a human to look at."""
    by = staff(request)
    looker = reader(by)
    state = request.GET.get("state", "")
    rows = claims.claims(looker)
    if state in Recovery.State.values:
        rows = rows.filter(state=state)
    page = latest_first(rows, request)
    pays = bool(payable(by))
    found = claims.after_death(looker)
    if found:
        audit.read("ledger.after_death", by=by, about=Entitlement(pk=found[0].entitlement), path=by.scope[0])
    buttons = (
        [{"url": f"{AT[1]}new/", "label": "追缴立项", "icon": "plus", "kind": "primary"}] if pays else []
    )
    return render(request, "desk/money/claims.html", {
        **header(AT[0], crumbs=[ROOM], lead=_LEAD, actions=buttons),
        "columns": _COLUMNS, "rows": _shown(page.rows), "page": page, "count": capped(rows).replace("件", "笔"),
        "filtered": bool(state), "death_columns": _DEATHS,
        "deaths": _deaths(found, pays=pays),
        "filters": [
            {"name": "state", "label": "状态", "kind": "choice", "value": state, "options": Recovery.State.choices},
        ],
    })  # fmt: skip


def _shown(found: list[Recovery]) -> list[Row]:
    places = names({one.path for one in found})
    return [
        Row([
            one.household.number if one.household else str(one.person), scheme_label(one.scheme), places[one.path],
            months(one), one.amount, one.left, claim_badge(one), one.pk,  # type: ignore[attr-defined]
        ], url=f"{AT[1]}{one.pk}/")
        for one in found
    ]  # fmt: skip


def _deaths(found: list[claims.AfterDeath], *, pays: bool) -> list[Row]:
    return [
        Row([
            one.person, one.died_on, one.household, scheme_label(one.scheme),
            f"{Month.of(one.first)} 至 {Month.of(one.last)}（{one.months} 个月）", one.paid,
        ], url=f"{AT[1]}new/?{_whose(one)}" if pays else "")
        for one in found
    ]  # fmt: skip


def _whose(one: claims.AfterDeath) -> str:
    return f"household={one.household}" if one.household else f"person={one.person_id}"


def _approved(request: HttpRequest, by: Actor) -> list[Payment]:
    """What the household of this number, or this person, was approved to be paid, the latest months first."""
    number, own = request.GET.get("household", "").strip()[:24], request.GET.get("person", "")[:18]
    home = in_scope(Household.objects.filter(number=number), by).first() if number else None
    if home is not None:
        return list(claims.approved_months(by, household=home)[:_MOST])
    person = Person.objects.filter(pk=int(own)).first() if own.isdecimal() else None
    return list(claims.approved_months(by, person=person)[:_MOST]) if person else []


def _sought(request: HttpRequest) -> str:
    """The page of the person whose identity number was typed; the number itself never stands in an address."""
    person = find_person(request.POST.get("find-number", "")[:24])
    return f"{AT[1]}new/?person={person.pk if person else 0}"


def _paid(paid: list[Payment]) -> list[Row]:
    return [
        Row([
            str(Month.of(one.month)), scheme_label(one.scheme), one.amount, one.entitlement.decision_number,
            state_badge(one.batch),
        ])
        for one in paid
    ]  # fmt: skip


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """First the household or the person, then the paid months, then the claim."""
    by = staff(request)
    if not payable(by):
        raise NotAllowed("payment_role", "追缴立项由资金经办岗位办理。您没有这一岗位。")
    if request.method == "POST" and request.POST.get("deed") == "find":
        return redirect(_sought(request))
    paid = _approved(request, reader(by))
    made: list[Recovery] = []
    sheet, status = None, 200
    if paid:
        form = _form(paid)
        sheet = Sheet("claim", form, lambda sent: _claim(form, sent, by, made), submit="追缴立项")
        sheet.values = _usual(form, request)
        if request.method == "POST":
            done, status = receive(request, [sheet], by=by, path=paid[0].path)
            if done:
                return redirect(f"{AT[1]}{made[0].pk}/" if made else AT[1])
        else:
            audit.read("ledger.read_paid", by=by, about=paid[0], path=paid[0].path)
    elif request.method == "POST":
        raise NotFound("nothing_was_paid", "没有找到已批准的发放。请核对户号或身份证号码。")
    return render(request, "desk/money/claim_new.html", _page(request, paid, sheet), status=status)


def _page(request: HttpRequest, paid: list[Payment], sheet: Sheet | None) -> dict[str, Any]:
    """The two ways to find who was paid, what was paid, and the claim."""
    number = request.GET.get("household", "").strip()[:24]
    whose = paid[0].person if paid else None
    return {
        **header(
            "追缴立项", crumbs=[ROOM, AT],
            lead="按户号或领取人找到已批准发放的月份，再填写多发的月份和金额。",
        ),
        "filters": [{"name": "household", "label": "户号", "value": number}], "sheet": sheet, "whose": whose,
        "asked": bool(number or request.GET.get("person")), "columns": _PAID, "rows": _paid(paid),
        "finder": Sheet("find", _FIND, lambda sent: "", submit="查找", quiet=True),
    }  # fmt: skip


def _form(paid: list[Payment]) -> Form:
    listed = {str(m): f"{m.year}年{m.month}月" for m in sorted({Month.of(one.month) for one in paid})}
    rights = {
        str(one.entitlement_id): f"{scheme_label(one.scheme)}，{one.entitlement.decision_number}"
        for one in paid
    }
    return Form(
        "claim", "追缴立项",
        (
            Choice("entitlement", "多发的待遇", options=rights),
            Choice("first", "多发起始月", options=listed),
            Choice("last", "多发截止月（含）", options=listed),
            Money("amount", "应追缴金额"),
            Text("decision", "决定文号", longest=60),
            Text("reason", "追缴原因", lines=2, longest=200),
        ),
    )  # fmt: skip


def _usual(form: Form, request: HttpRequest) -> dict[str, str]:
    """What the link that led here was about."""
    given = {
        code: request.GET.get(code, "") for code in ("entitlement", "first", "last", "amount", "decision")
    }
    listed = {one.code: one.options for one in form.fields if isinstance(one, Choice)}
    return {code: value for code, value in given.items() if value and value in listed.get(code, {value: ""})}


def _claim(form: Form, sent: Sent, by: Actor, made: list[Recovery]) -> str:
    given: dict[str, Any] = form.clean(sent.answers).plain
    until = Month.parse(given["last"]).next
    owed = actions.Owed(int(given["entitlement"]), Month.parse(given["first"]), until, given["amount"])
    basis = actions.Basis(decision_number=given["decision"], rule_set="", trace_sha="")
    made.append(actions.claim(owed=owed, basis=basis, reason=given["reason"], by=by, key=sent.key))
    return "已立项，请与当事人商定现金缴回或分期扣回。"
