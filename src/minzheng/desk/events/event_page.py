"""One event: who reported it, what every domain did about it or why not, and what an officer may decide."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import NOTHING, Sent, Sheet, handled
from minzheng.kernel import declare
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Form, Text
from minzheng.kernel.errors import Refused
from minzheng.kernel.events import actions, duties, queries
from minzheng.kernel.events.models import Effect, LifeEvent, Report
from minzheng.kernel.events.reactions import label_of
from minzheng.ui.shown import cn_date, cn_datetime
from minzheng.ui.tables import Head, Row

from .reach import ROOM, TODO, follow_up_badge, reader, state_badge

__all__ = ["event"]

_REPORTS = (
    Head("来源"),
    Head("所报日期", "day"),
    Head("内容"),
    Head("来源编号"),
    Head("收到时间"),
    Head("登记人"),
)
_ASKED = (Head("事项"), Head("地区"), Head("期限", "day"), Head("状态"))
_WITHDRAW = Form("withdraw", "撤销事件", (Text("reason", "撤销理由", longest=300, lines=2),))
_KINDS = {
    "waiting": ("info", "clock"), "done": ("good", "circle-check"), "nothing": ("neutral", "info-circle"),
    "failed": ("bad", "alert-triangle"), "undone": ("neutral", "arrow-back-up"), "by_hand": ("warn", "user"),
    "dropped": ("neutral", "x"),
}  # fmt: skip


@require_http_methods(["GET", "POST"])
def event(request: HttpRequest, event_id: int) -> HttpResponse:
    """The page and its deeds."""
    by = staff(request)
    one = queries.event_of(event_id, reader(by))
    reports = list(one.reports.order_by("id"))
    effects = list(queries.log_of(one))
    sheets = _sheets(one, reports, effects, by)
    done, status = handled(request, sheets, by=by, about=one, read="events.read_event")
    if done:
        return redirect(f"{ROOM[1]}{one.pk}/")
    asked = list(queries.follow_ups(reader(by)).filter(effect__event=one))
    return render(request, "desk/events/event.html", {
        **header(
            f"{one.person.name}：{one.get_kind_display()}", crumbs=[ROOM], badge=state_badge(one),
            lead=f"{one.number}，{name_of(one.path)}",
        ),
        "one": one, "facts": _facts(one), "sheets": sheets, "report_columns": _REPORTS,
        "reports": [Row(_report(row)) for row in reports], "events": _log(one, effects), "asked_columns": _ASKED,
        "asked": [
            Row([row.label, name_of(row.path), row.due_on, follow_up_badge(row)], url=f"{TODO[1]}{row.pk}/")
            for row in asked
        ],
    }, status=status)  # fmt: skip


def _facts(one: LifeEvent) -> list[tuple[str, str]]:
    when = "待裁定" if one.state == "held" else cn_date(one.day)
    facts = [("类别", one.get_kind_display()), ("发生日期", when), *_details(one.kind, one.detail)]
    if one.decided_at:
        who = "系统" if one.decided_by.startswith("system:") else one.decided_by_name
        facts.append(("核实", f"{who} {cn_datetime(one.decided_at)}：{one.reason}"))
    if one.disputed:
        facts.append(("办理后的不同报告", one.disputed))
    if one.withdrawn_at:
        facts.append(
            ("撤销", f"{one.withdrawn_by_name} {cn_datetime(one.withdrawn_at)}：{one.withdrawn_reason}")
        )
    return facts


def _details(kind: str, detail: dict[str, Any]) -> list[tuple[str, str]]:
    """What belongs to the kind, in words."""
    said, known = [], declare.EVENT_KINDS[kind]
    for code, label in known.details.items():
        value = detail.get(code)
        if value not in (None, ""):
            words = {"True": "是", "False": "否"} | known.codes.get(code, {})
            said.append(
                (label, name_of(str(value)) if code == "to_path" else words.get(str(value), str(value)))
            )
    return said


def _report(row: Report) -> list[Any]:
    kind = row.event.kind
    said = "；".join([*(f"{label}：{text}" for label, text in _details(kind, row.detail)), row.words]).strip(
        "；"
    )
    who = "接口" if row.by.startswith("system:") else row.by_name
    reference = "手工登记" if row.reference.startswith("手工-") else row.reference
    return [row.get_source_display(), row.day, said, reference, cn_datetime(row.received_at), who]


def _log(one: LifeEvent, effects: list[Effect]) -> list[dict[str, Any]]:
    """The fan-out log as a line of time: each reaction with its words, or what went wrong and when it is tried."""
    shown = []
    for row in effects:
        whose, label = label_of(row.reaction)
        kind, icon = _KINDS[row.state]
        again = f"第{row.round}轮 " if one.round > 1 else ""
        shown.append({
            "at": row.undone_at or row.at or one.opened_at, "kind": kind, "icon": icon,
            "title": f"{again}{label}：{row.get_state_display()}", "by": whose, "text": _told(row),
        })  # fmt: skip
    return shown


def _told(row: Effect) -> str:
    told = [row.words, row.undone_words and f"撤销后：{row.undone_words}"]
    if row.error:
        again = f"将于{cn_datetime(row.retry_at)}再试" if row.retry_at else "不再自动重试，请重新办理"
        told.append(f"未办成：{row.error}已试{row.attempts}次，{again}。")
    return " ".join(part for part in told if part)


def _sheets(one: LifeEvent, reports: list[Report], effects: list[Effect], by: Actor) -> list[Sheet]:
    if not duties.holds(by, duties.decider, path=one.path):
        return []
    found: list[Sheet] = []
    if one.state in ("reported", "held") or one.disputed:
        form = _decide_form(one, reports)
        found.append(Sheet(
            "decide", form, lambda sent: _decide(one, reports, form, sent, by), submit="核实并办理",
            title="裁定" if one.state == "held" or one.disputed else "核实", version=one.version,
            values={"report": str(reports[-1].pk)} if len(reports) == 1 else {},
        ))  # fmt: skip
    found += [_retry(row, by) for row in effects if row.error and row.state in ("failed", "done", "waiting")]
    if one.state != "withdrawn":
        found.append(Sheet(
            "withdraw", _WITHDRAW, lambda sent: _withdraw(one, sent, by), submit="撤销事件", title="撤销",
            danger=True, version=one.version,
            confirm="撤销后，已办理的事项将逐项恢复，漏发的待遇补发。确定撤销？",
        ))  # fmt: skip
    return found


def _decide_form(one: LifeEvent, reports: list[Report]) -> Form:
    options = {
        str(row.pk): f"{row.get_source_display()}：{row.day:%Y-%m-%d}" + "".join(
            f"，{label}{text}" for label, text in _details(one.kind, row.detail)
        )
        for row in reports
    }  # fmt: skip
    return Form(
        "decide", "核实、裁定",
        (
            Choice("report", "以哪一份报告为准", options=options),
            Day("day", "另行查明的日期", required=False, help="各来源的日期都不对时填写。"),
            Text("reason", "理由", longest=300, lines=2, help="写明查证的材料，如死亡医学证明、裁判文书。"),
        ),
    )  # fmt: skip


def _decide(one: LifeEvent, reports: list[Report], form: Form, sent: Sent, by: Actor) -> str:
    given = form.clean(sent.answers).plain
    chosen = next((row for row in reports if str(row.pk) == given["report"]), None)
    if chosen is None:
        raise Refused("report_needed", "请选择以哪一份报告为准。", field="report")
    day = date.fromisoformat(given["day"]) if given.get("day") else None
    actions.decide(
        event=one, report=chosen, reason=given["reason"], day=day, version=sent.version, by=by, key=sent.key
    )
    return "已核实，各项办理正在进行；稍后刷新可看结果。"


def _withdraw(one: LifeEvent, sent: Sent, by: Actor) -> str:
    given = _WITHDRAW.clean(sent.answers).plain
    actions.withdraw(event=one, reason=given["reason"], version=sent.version, by=by, key=sent.key)
    return "事件已撤销，已办理的事项正在恢复；稍后刷新可看结果。"


def _retry(row: Effect, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        actions.retry(effect=row, by=by, key=sent.key)
        return "已重新交办，稍后刷新可看结果。"

    return Sheet(f"retry{row.pk}", NOTHING, do, submit=f"重新办理：{label_of(row.reaction)[1]}", quiet=True)
