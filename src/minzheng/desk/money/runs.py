"""The month of all schemes at once: begun, watched while it goes, carried on where it stopped."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import latest_first
from minzheng.desk.sheets import NOTHING, Sent, Sheet, receive
from minzheng.kernel import clock
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.declare.forms import Choice, Form
from minzheng.kernel.errors import NotFound
from minzheng.kernel.ledger.models import MonthlyRun, RunPart
from minzheng.kernel.monthly import actions, tasks
from minzheng.kernel.monthly.queries import Progress, run_progress, runs
from minzheng.ui.shown import badge, cn_datetime
from minzheng.ui.tables import Head, Row

from .lists import ROOM
from .reach import names_of, payable, reader, scheme_label

__all__ = ["index", "progress", "run"]

RUNS = ("月度发放", "/desk/money/runs/")
State = MonthlyRun.State
_UNFINISHED = (State.WAITING, State.RUNNING)
_COLUMNS = (Head("月份"), Head("地区"), Head("状态"), Head("发起人"), Head("发起时间", "instant"))
_PARTS = (
    Head("地区"), Head("项目"), Head("状态"), Head("应发户（人）", "number"), Head("缓发户（人）", "number"),
    Head("批次"), Head("用时（秒）", secondary=True), Head("未完成原因"),
)  # fmt: skip
_KINDS = {"waiting": "neutral", "running": "info", "prepared": "good", "failed": "bad"}
_PART_KINDS = {"waiting": "neutral", "done": "good", "empty": "neutral", "failed": "bad"}
_MONTHS_BACK = 3
_MOST = 2000


def _badge(one: MonthlyRun) -> str:
    return badge(one.get_state_display(), _KINDS[one.state])


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The runs of my place, and a new one for whoever prepares payments."""
    by = staff(request)
    looker = reader(by)
    made: list[MonthlyRun] = []
    sheets = [_start_sheet(by, made)] if payable(by) else []
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=by.scope[0])
        if done:
            return redirect(f"{RUNS[1]}{made[0].pk}/" if made else RUNS[1])
    page = latest_first(runs(looker), request)
    return render(request, "desk/money/runs.html", {
        **header("月度发放", crumbs=[ROOM],
                 lead="一次编制本地区当月全部项目的批次：重新核算、查找疑点、逐县逐项目编制，中断后可以继续。"),
        "columns": _COLUMNS, "rows": _rows(list(page.rows)), "page": page, "sheets": sheets,
    }, status=status)  # fmt: skip


def _rows(found: list[MonthlyRun]) -> list[Row]:
    places, people = names({one.path for one in found}), names_of({one.by for one in found})
    return [
        Row(
            [
                str(Month.of(one.month)),
                places[one.path],
                _badge(one),
                people.get(one.by, "平台"),
                one.asked_at,
            ],
            url=f"{RUNS[1]}{one.pk}/",
        )
        for one in found
    ]


def _start_sheet(by: Actor, made: list[MonthlyRun]) -> Sheet:
    form = _form(by)
    sheet = Sheet("start", form, lambda sent: _start(by, sent, made), submit="开始", title="发起月度发放")
    sheet.values = {f.code: next(iter(f.options)) for f in form.fields if isinstance(f, Choice)}
    return sheet


def _form(by: Actor) -> Form:
    months = [Month.of(clock.today()) - back for back in range(_MONTHS_BACK)]
    places = names({path for _, paths in payable(by) for path in paths})
    return Form(
        "start", "发起月度发放",
        (
            Choice("month", "发放月份", options={str(m): f"{m.year}年{m.month}月" for m in months}),
            Choice("path", "地区", options=dict(sorted(places.items()))),
        ),
    )  # fmt: skip


def _start(by: Actor, sent: Sent, made: list[MonthlyRun]) -> str:
    answers = _form(by).clean(sent.answers).plain
    of = actions.start_run(path=answers["path"], month=Month.parse(answers["month"]), by=by, key=sent.key)
    made.append(of)
    tasks.begin(of.pk)
    return "已开始，在后台逐项编制。"


def _found(run_id: int, by: Actor) -> MonthlyRun:
    found = runs(reader(by)).filter(pk=run_id).first()
    if found is None:
        raise NotFound("run_unknown", "没有这次月度发放，或不在您的管辖范围内。请返回列表重新选择。")
    return found


@require_http_methods(["GET", "POST"])
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One run: how far it is, its parts county by county, and the click that carries it on."""
    by = staff(request)
    of = _found(run_id, by)
    sheets = _sheets(of, by)
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=of.path)
        if done:
            return redirect(f"{RUNS[1]}{of.pk}/")
    found = run_progress(of)
    month, who = Month.of(of.month), names_of([of.by]).get(of.by, "平台")
    lead = f"{name_of(of.path)}，{cn_datetime(of.asked_at)} 由{who}发起"
    return render(request, "desk/money/run.html", {
        **header(f"{month.year}年{month.month}月发放", crumbs=[ROOM, RUNS], badge=_badge(of), lead=lead),
        "run": of, "unfinished": of.state in _UNFINISHED, "progress": _shown(of, found), "stats": _stats(of, found),
        "columns": _PARTS, "rows": _parts(of), "sheets": sheets, "here": f"{RUNS[1]}{of.pk}/",
    }, status=status)  # fmt: skip


@require_GET
def progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """The bar alone, asked for every other second; when the run is over the whole page is read again."""
    of = _found(run_id, staff(request))
    if of.state not in _UNFINISHED:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "desk/money/part_run.html", {"run": of, "progress": _shown(of, run_progress(of))})


def _sheets(of: MonthlyRun, by: Actor) -> list[Sheet]:
    """Carrying on, for whoever prepares payments in the place of the run."""
    if not any(of.path.startswith(path) for _, places in payable(by) for path in places):
        return []
    if of.state == State.FAILED:
        return [Sheet("retry", NOTHING, lambda sent: _retry(of, by, sent), submit="重试未完成的分项")]
    if of.state in _UNFINISHED:
        return [Sheet("go_on", NOTHING, lambda sent: _go_on(of), submit="中断了，继续办理", quiet=True)]
    return []


def _retry(of: MonthlyRun, by: Actor, sent: Sent) -> str:
    actions.retry(run=of, by=by, key=sent.key)
    tasks.begin(of.pk)
    return "未完成的分项已重新开始，已完成的不受影响。"


def _go_on(of: MonthlyRun) -> str:
    tasks.begin(of.pk)
    return "已从中断的地方继续，已完成的分项不会重做。"


def _shown(of: MonthlyRun, found: Progress) -> dict[str, Any]:
    return {
        "percent": found.percent, "done": f"{found.entitled_done:,}", "total": f"{found.entitled:,}",
        "parts": f"{found.parts_done} / {found.parts}", "left": _left(of, found),
    }  # fmt: skip


def _left(of: MonthlyRun, found: Progress) -> str:
    if of.started_at is None:
        return "等待后台程序开始"
    if found.seconds_left is None:
        return "正在编制第一项"
    minutes, seconds = divmod(found.seconds_left, 60)
    return f"预计还需 {minutes} 分 {seconds} 秒" if minutes else f"预计还需 {seconds} 秒"


def _stats(of: MonthlyRun, found: Progress) -> list[dict[str, Any]]:
    return [
        {"label": "分项", "value": f"{found.parts_done} / {found.parts}", "unit": "项",
         "note": f"{found.failed} 项未完成" if found.failed else "", "kind": "bad"},
        {"label": "已编制", "value": f"{found.entitled_done:,}", "unit": "户（人）",
         "note": f"共 {found.entitled:,} 户（人）"},
        {"label": "缓发", "value": f"{found.held:,}", "unit": "户（人）",
         "note": "待核实" if found.held else "", "url": _doubts(of) if found.held else ""},
        {"label": "用时", "value": f"{found.seconds:,}", "unit": "秒"},
    ]  # fmt: skip


def _doubts(of: MonthlyRun) -> str:
    return f"/desk/money/doubts/?month={Month.of(of.month)}"


def _parts(of: MonthlyRun) -> list[Row]:
    """The parts as they are carried out, those that failed first."""
    found = list(of.parts.select_related("batch").order_by("id")[:_MOST])
    found.sort(key=lambda one: one.state != RunPart.State.FAILED)
    places = names({one.path for one in found})
    return [
        Row(
            [
                places[one.path], scheme_label(one.scheme), badge(one.get_state_display(), _PART_KINDS[one.state]),
                one.entitled, one.held, f"{one.batch.count} 笔" if one.batch else "",
                f"{one.milliseconds / 1000:.1f}" if one.milliseconds else "", one.message,
            ],
            url=f"/desk/money/{one.batch_id}/" if one.batch_id else "",
        )
        for one in found
    ]  # fmt: skip
