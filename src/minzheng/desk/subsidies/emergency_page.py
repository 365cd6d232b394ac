"""One emergency: its measures, what the counties have done, the lists it pays, and its end."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.lights import Lights
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.declare.forms import Choice, Day, Form, Text
from minzheng.kernel.errors import NotFound
from minzheng.kernel.subsidies import actions, queries
from minzheng.kernel.subsidies.duties import holds
from minzheng.kernel.subsidies.emergencies import subsidy_of
from minzheng.kernel.subsidies.models import Emergency, Measure, MeasureTask, SubsidyList
from minzheng.ui.shown import badge, cn_datetime, iso_day, yuan
from minzheng.ui.tables import Head, Row

from .emergencies import AT, in_force_badge
from .reach import ROOM, list_badge, reader

__all__ = ["emergency", "task"]

_MEASURES = (Head("措施"), Head("标准"), Head("起", "day"), Head("止"), Head("已落实"))
_TASKS = (Head("地区"), Head("措施"), Head("期限"), Head("办理"), Head("情况", secondary=True))
_LISTS = (Head("月份"), Head("地区"), Head("人数", "number"), Head("金额（元）", "money"), Head("状态"))
_LIFT = Form(
    "lift",
    "终止响应",
    (Day("until_on", "终止日期", future=True), Text("order_number", "终止文号", longest=60)),
)
_DONE = Form("done", "办理情况", (Text("words", "办理情况", lines=2, longest=300),))


@require_http_methods(["GET", "POST"])
def emergency(request: HttpRequest, emergency_id: int) -> HttpResponse:
    """The page and its deeds."""
    by = staff(request)
    looker = reader(by)
    one = queries.emergency(emergency_id, looker)
    made: list[SubsidyList] = []
    sheets, status = _sheets(one, by, made), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=by.scope[0])
        if done:
            return redirect(f"/desk/subsidies/{made[0].pk}/" if made else f"{AT[1]}{one.pk}/")
    return render(request, "desk/subsidies/emergency.html", _page(one, looker, sheets), status=status)


@require_http_methods(["GET", "POST"])
def task(request: HttpRequest, emergency_id: int, task_id: int) -> HttpResponse:
    """One measure in one county, and what was done."""
    by = staff(request)
    one = queries.emergency(emergency_id, reader(by))
    found = queries.tasks(one, reader(by)).filter(pk=task_id).first()
    if found is None:
        raise NotFound("measure_task_unknown", "没有这项应急任务，或不在您的管辖范围内。")
    declared = subsidy_of(one.domain)
    may = found.done_at is None and holds(declared, declared.item.carried_out_by, path=found.path, by=by)
    sheets = [Sheet("done", _DONE, lambda sent: _do(found, sent, by), submit="登记办理情况")] if may else []
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=found.path)
        if done:
            return redirect(f"{AT[1]}{one.pk}/")
    crumbs = [ROOM, AT, (one.title, f"{AT[1]}{one.pk}/")]
    facts = [
        ("地区", name_of(found.path)), ("期限", iso_day(found.due_on)),
        ("办理", f"{found.done_by_name} {cn_datetime(found.done_at)}" if found.done_at else "未办理"),
        ("情况", found.words),
    ]  # fmt: skip
    return render(request, "desk/subsidies/task.html", {
        **header(found.measure.get_code_display(), crumbs=crumbs), "facts": facts, "sheets": sheets,
    }, status=status)  # fmt: skip


def _page(one: Emergency, by: Actor, sheets: list[Sheet]) -> dict[str, Any]:
    tasks = list(queries.tasks(one, by))
    lists = list(queries.lists(by).filter(measure__emergency=one).order_by("-month", "path"))
    places = names({row.path for row in (*tasks, *lists)})
    lights = Lights()
    return {
        **header(one.title, crumbs=[ROOM, AT], badge=in_force_badge(one)), "one": one, "facts": _facts(one),
        "sheets": sheets, "measure_columns": _MEASURES, "task_columns": _TASKS, "list_columns": _LISTS,
        "measures": [
            Row(_measure(m, [t for t in tasks if t.measure_id == m.pk])) for m in one.measures.order_by("code")
        ],
        "tasks": [
            Row([
                places[t.path], t.measure.get_code_display(),
                badge("已完成", "good") if t.done_at else lights.of(t.due_on, t.opened_at, t.path).badge(),
                f"{t.done_by_name} {cn_datetime(t.done_at)}" if t.done_at else "", t.words,
            ], url=f"{AT[1]}{one.pk}/tasks/{t.pk}/")
            for t in tasks
        ],
        "lists": [
            Row(
                [str(Month.of(x.month)), places[x.path], x.persons, x.total, list_badge(x)],
                url=f"/desk/subsidies/{x.pk}/",
            )
            for x in lists
        ],
    }  # fmt: skip


def _facts(one: Emergency) -> list[tuple[str, str]]:
    facts = [
        ("级别", one.get_grade_display()), ("地区", name_of(one.path)), ("启动文号", one.order_number),
        ("启动日期", iso_day(one.from_on)), ("终止日期", iso_day(one.until_on) if one.until_on else "未终止"),
        ("登记", f"{one.declared_by_name} {cn_datetime(one.declared_at)}"),
    ]  # fmt: skip
    if one.lifted_at is not None:
        facts.append(("终止", f"{one.lift_order}，{one.lifted_by_name} {cn_datetime(one.lifted_at)}"))
    return facts


def _measure(one: Measure, tasks: list[MeasureTask]) -> list[Any]:
    value = {
        Measure.Code.LIVING_SUBSIDY: f"每人每月 {yuan(one.value)} 元",
        Measure.Code.EXTENDED_REVIEWS: f"{one.value} 个月",
    }.get(Measure.Code(one.code), "")
    done = sum(1 for task in tasks if task.done_at is not None)
    until = iso_day(one.until_on) if one.until_on else "—"
    return [one.get_code_display(), value, one.from_on, until, f"{done} / {len(tasks)}"]


def _sheets(one: Emergency, by: Actor, made: list[SubsidyList]) -> list[Sheet]:
    declared = subsidy_of(one.domain)
    found: list[Sheet] = []
    living = one.measures.filter(code=Measure.Code.LIVING_SUBSIDY).first()
    role = declared.role(declared.item.scheme.prepared_by)
    places = sorted(
        {
            p.path
            for p in by.posts
            if p.role == role and p.level == Level.COUNTY and p.path.startswith(one.path)
        }
    )
    if living is not None and places and (months := queries.months_of(living)):
        form = Form("list", "生成名单", (
            Choice("path", "地区", options=names(places)),
            Choice("month", "月份", options={str(m): f"{m.year}年{m.month}月" for m in reversed(months)}),
        ))  # fmt: skip
        usual = {"path": places[0], "month": str(months[-1])}
        found.append(Sheet(
            "list", form, lambda sent: _draft(declared.code, living, form, sent, by, made), submit="生成名单",
            title="临时生活补贴名单", values=usual,
        ))  # fmt: skip
    if one.lifted_at is None and holds(declared, declared.item.declared_by, path=one.path, by=by):
        found.append(Sheet(
            "lift", _LIFT, lambda sent: _lift(one, sent, by), submit="终止响应", title="终止响应", quiet=True,
            confirm="终止后，未审定的以后月份名单随之撤回。确定终止？",
        ))  # fmt: skip
    return found


def _draft(code: str, living: Measure, form: Form, sent: Sent, by: Actor, made: list[SubsidyList]) -> str:
    given = form.clean(sent.answers).plain
    row = actions.draft(
        subsidy=code,
        path=given["path"],
        month=Month.parse(given["month"]),
        started_by=living,
        by=by,
        key=sent.key,
    )
    made.append(row)
    return f"已生成名单：{row.persons} 人，{yuan(row.total)} 元。请核对后交复核人员签字。"


def _lift(one: Emergency, sent: Sent, by: Actor) -> str:
    given = _LIFT.clean(sent.answers).plain
    actions.lift_emergency(
        emergency=one, until_on=date.fromisoformat(given["until_on"]), order_number=given["order_number"], by=by,
        key=sent.key,
    )  # fmt: skip
    return "响应已终止，措施随之结束。"


def _do(found: MeasureTask, sent: Sent, by: Actor) -> str:
    actions.do_measure(task=found, words=_DONE.clean(sent.answers).plain["words"], by=by, key=sent.key)
    return "已登记办理情况。"
