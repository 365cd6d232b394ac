"""One receipt: what was asked for, where each part stands, what departments said, and the one answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.lights import Lights
from minzheng.desk.sheets import NOTHING, Sent, Sheet, handled
from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.access.models import Office
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case
from minzheng.kernel.counter import answering, duties, queries
from minzheng.kernel.counter.models import Intake, Part
from minzheng.kernel.counter.receiving import pass_on
from minzheng.kernel.declare.forms import Choice, Form, Text, YesNo
from minzheng.kernel.registers import deeding
from minzheng.ui.shown import badge, cn_date, cn_datetime

from .lists import ROOM

__all__ = ["intake_page", "receipt"]

_REPLY = Form(
    "reply", "登记答复",
    (
        Text("text", "部门的答复", longest=500, lines=3, help="照部门的原话记录；退回的写明理由。"),
        YesNo("returned", "部门是否退回（不属其职责）", required=False),
    ),
)  # fmt: skip
_SETTLE = Form("settle", "县级协调", (Text("text", "协调意见", longest=500, lines=3),))
_ANSWER = Form(
    "answer", "一次答复",
    (Text("text", "答复", longest=1000, lines=5, help="来办事的人会在“消息”中原样看到；也可当面宣读。"),),
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def intake_page(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """The page and its deeds."""
    by = staff(request)
    intake = queries.intake_of(receipt_id, by)
    found = queries.outcomes(intake)
    sheets = _sheets(intake, found, by)
    done, status = handled(request, list(sheets.values()), by=by, about=intake, read="counter.read_intake")
    if done:
        return redirect(f"/desk/counter/{intake.pk}/")
    return render(request, "desk/counter/intake.html", _head(intake) | {
        "intake": intake, "facts": _facts(intake), "sheets": sheets,
        "parts": [_shown(one, sheets, by) for one in found],
        "waiting": [one.label for one in found if not one.settled], "direct": _direct(intake, by),
    }, status=status)  # fmt: skip


def _head(intake: Intake) -> dict[str, Any]:
    paper = {
        "url": f"/desk/counter/{intake.pk}/receipt/",
        "label": "打印回执",
        "icon": "printer",
        "kind": "primary",
    }
    return header(
        f"{intake.person.name} · 受理回执", crumbs=[ROOM], lead=f"回执编号 {intake.number}", actions=[paper],
        badge=badge("已答复", "good") if intake.answered_at else badge("办理中", "info"),
    )  # fmt: skip


def _facts(intake: Intake) -> list[tuple[str, str]]:
    named = duties.needs()
    needs = "、".join(named[code].label if code in named else code for code in intake.needs)
    return [
        ("登记时间", cn_datetime(intake.received_at)), ("登记人", intake.received_by_name),
        ("地区", name_of(intake.path)), ("需求", needs or "—"), ("来访所述", intake.note or "—"),
    ]  # fmt: skip


def _direct(intake: Intake, by: Actor) -> list[tuple[str, str]]:
    """What the needs could become at once, where the actor may open it: label and address."""
    if intake.answered_at is not None:
        return []
    found = [catalogue.current().registers[code] for code in duties.opened_for(intake.needs)]
    return [
        (
            f"{one.item.label}：{deed.label}",
            f"/desk/registers/{one.code}/new/{deed.code}/?receipt={intake.pk}",
        )
        for one in found
        for deed in deeding.openings(one, by)
    ]


def _shown(one: queries.Outcome, sheets: dict[str, Sheet], by: Actor) -> dict[str, Any]:
    """One part: a case with its way in, or a matter passed on with its clock and what can be recorded."""
    part = one.part
    shown: dict[str, Any] = {"label": one.label, "badge": badge(one.said, one.kind), "part": part}
    if part.case is not None:
        draft = part.case.state in (Case.State.DRAFT, Case.State.CORRECTING) and part.case.created_by == by.id
        shown["url"] = f"/desk/cases/{part.case_id}/" + ("draft/" if draft else "")
        shown["word"] = "继续填写" if draft else "查看办件"
        shown["due"] = f"办结期限 {cn_date(part.case.due_on)}" if part.case.due_on and not one.settled else ""
        return shown
    if not one.settled:
        limit = part.accept_by if part.state == Part.State.SENT else part.reply_by
        shown["light"] = Lights().of(limit, part.sent_at, part.path).badge()
        shown["due"] = f"{'接收' if part.state == Part.State.SENT else '答复'}期限 {cn_date(limit)}"
    shown["sheets"] = [sheet for code, sheet in sheets.items() if code.endswith(f"-{part.pk}")]
    return shown


def _sheets(intake: Intake, found: list[queries.Outcome], by: Actor) -> dict[str, Sheet]:
    if intake.answered_at is not None:
        return {}
    sheets: list[Sheet] = []
    window = duties.receives(by, intake.path)
    for one in found:
        if one.settled or one.part.case_id is not None:
            continue
        if window:
            sheets += _window_sheets(one.part, by)
        if duties.coordinates(by, intake.path) and answering.late(one.part, clock.today()):
            sheets.append(_settle(one.part, by))
    if window:
        sheets.append(_pass_on(intake, by))
        if all(one.settled for one in found):
            sheets.append(_answer(intake, by))
    return {sheet.code: sheet for sheet in sheets}


def _window_sheets(part: Part, by: Actor) -> list[Sheet]:
    def accepted(sent: Sent) -> str:
        answering.record_accepted(part.pk, by=by, key=sent.key)
        return "已登记部门接收。"

    def replied(sent: Sent) -> str:
        given = _REPLY.clean(sent.answers).plain
        answering.record_reply(
            part.pk, text=given["text"], returned=bool(given.get("returned")), by=by, key=sent.key
        )
        return "已登记部门的答复。"

    taken = Sheet(f"accepted-{part.pk}", NOTHING, accepted, submit="登记部门已接收", quiet=True)
    reply = Sheet(f"reply-{part.pk}", _REPLY, replied, submit="登记答复", quiet=True)
    return [taken, reply] if part.state == Part.State.SENT else [reply]


def _settle(part: Part, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        answering.settle(part.pk, text=_SETTLE.clean(sent.answers).plain["text"], by=by, key=sent.key)
        return "协调意见已记录。"

    return Sheet(f"settle-{part.pk}", _SETTLE, do, submit="记录协调意见", values={"text": part.settled})


def _pass_on(intake: Intake, by: Actor) -> Sheet:
    form = Form(
        "pass_on", "转办",
        (
            Choice("department", "转给", options={one.code: one.label for one in duties.departments().values()}),
            Text("ask", "转办事项", longest=300, required=False, help="可不填，按部门职责转办。"),
        ),
    )  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        pass_on(intake.pk, department=given["department"], ask=given.get("ask", ""), by=by, key=sent.key)
        return "已转办。"

    return Sheet("pass_on", form, do, submit="转办", quiet=True)


def _answer(intake: Intake, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        answering.answer(intake.pk, text=_ANSWER.clean(sent.answers).plain["text"], by=by, key=sent.key)
        return "答复已送达。"

    return Sheet("answer", _ANSWER, do, submit="答复", values={"text": queries.summary(intake)})


@require_GET
def receipt(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """The receipt on one sheet of paper, for whoever came."""
    by = staff(request)
    intake = queries.intake_of(receipt_id, by)
    audit.read("counter.read_intake", by=by, about=intake, path=intake.path, reason="打印回执")
    above = [intake.path[: at + 1] for at, sign in enumerate(intake.path) if sign == "/"]
    office = Office.objects.filter(path__in=above, level=int(Level.TOWNSHIP)).order_by("-path").first()
    head = header("受理回执", crumbs=[ROOM, (intake.person.name, f"/desk/counter/{intake.pk}/")])
    return render(request, "desk/counter/receipt.html", head | {
        "intake": intake, "parts": queries.outcomes(intake), "facts": _facts(intake),
        "office": office.name if office else name_of(intake.path), "phone": (office.phone if office else "") or "12345",
    })  # fmt: skip
