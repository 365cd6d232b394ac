"""The yearly re-check of a place: begun, watched source by source, resumed where a source was silent."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import latest_first
from minzheng.desk.sheets import NOTHING, Sent, Sheet, receive
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Form, Text
from minzheng.kernel.errors import NotFound
from minzheng.kernel.exchange import actions, tasks
from minzheng.kernel.exchange.models import Recheck
from minzheng.kernel.exchange.queries import progress, rechecks
from minzheng.kernel.exchange.sources import source
from minzheng.kernel.exchange.standing import verifier_roles
from minzheng.ui.shown import badge, cn_date, cn_datetime
from minzheng.ui.tables import Head, Row

from .words import why

__all__ = ["ROOM", "index", "run"]

ROOM = ("数据核对", "/desk/exchange/")
State = Recheck.State
_KINDS = {"waiting": "neutral", "running": "info", "failed": "warn", "done": "good"}
_COLUMNS = (
    Head("年度"), Head("地区"), Head("状态"), Head("人数", "number"), Head("发起人", secondary=True),
    Head("发起时间", "instant", secondary=True),
)  # fmt: skip
_SOURCES = (
    Head("来源"), Head("进度"), Head("有记录", "number"), Head("无记录", "number"), Head("未知", "number"),
    Head("差异", "number"), Head("未返回原因", secondary=True),
)  # fmt: skip
_ROOMS = [
    {"url": f"{ROOM[1]}checks/", "label": "差异和异议", "icon": "scale"},
    {"url": f"{ROOM[1]}told/", "label": "对外答复", "icon": "send"},
    {"url": f"{ROOM[1]}pushes/", "label": "推送失败", "icon": "alert-triangle"},
    {"url": f"{ROOM[1]}sources/", "label": "数据目录", "icon": "list-details"},
]


def _places(by: Actor) -> list[str]:
    """Where the actor checks."""
    roles = verifier_roles()
    return sorted({post.path for post in by.posts if post.role in roles})


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The re-checks of my places, and a new one for whoever checks there."""
    by = staff(request)
    made: list[Recheck] = []
    sheets = [_start_sheet(by, made)] if _places(by) else []
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=by.scope[0])
        if done:
            return redirect(f"{ROOM[1]}{made[0].pk}/" if made else ROOM[1])
    page = latest_first(rechecks(by=by), request)
    places = names({one.path for one in page.rows})
    rows = [
        Row(
            [f"{one.year}年", places[one.path], _badge(one), one.subjects, one.by_name, one.asked_at],
            url=f"{ROOM[1]}{one.pk}/",
        )
        for one in page.rows
    ]
    return render(request, "desk/exchange/rechecks.html", {
        **header("数据核对", lead="对正在享受救助的家庭每年向各部门复核一次。缺少有效授权书的家庭不查询。",
                 actions=_ROOMS),
        "columns": _COLUMNS, "rows": rows, "page": page, "sheets": sheets,
    }, status=status)  # fmt: skip


def _badge(one: Recheck) -> str:
    return badge(one.get_state_display(), _KINDS[one.state])


def _form(by: Actor) -> Form:
    places = dict(sorted(names(set(_places(by))).items()))
    return Form("recheck", "发起年度复核", (Choice("path", "地区", options=places),))


def _start_sheet(by: Actor, made: list[Recheck]) -> Sheet:
    form = _form(by)
    sheet = Sheet("start", form, lambda sent: _start(by, sent, made), submit="开始复核", title="发起年度复核")
    sheet.values = {one.code: next(iter(one.options)) for one in form.fields if isinstance(one, Choice)}
    return sheet


def _start(by: Actor, sent: Sent, made: list[Recheck]) -> str:
    answers = _form(by).clean(sent.answers).plain
    of = actions.start_recheck(path=answers["path"], by=by, key=sent.key)
    made.append(of)
    tasks.begin(of.pk)
    return f"已开始，在后台向各部门查询。有 {of.unauthorised} 户缺少有效授权书，没有查询。"


@require_http_methods(["GET", "POST"])
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One re-check: how far each source is, and what to do about the silent ones."""
    by = staff(request)
    of = rechecks(by=by).filter(pk=run_id).first()
    if of is None:
        raise NotFound("recheck_missing", "没有这次年度复核，或不在您的管辖范围内。请返回列表重新选择。")
    found = progress(of, by=by)
    sheets, status = _sheets(of, found, by), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=of.path)
        if done:
            return redirect(f"{ROOM[1]}{of.pk}/")
    lead = f"{name_of(of.path)}，基准日 {cn_date(of.reference_date)}，{cn_datetime(of.asked_at)} 由{of.by_name}发起"
    return render(request, "desk/exchange/recheck.html", {
        **header(f"{of.year}年复核", crumbs=[ROOM], badge=_badge(of), lead=lead, actions=_ROOMS[:1]), "run": of,
        "stats": _stats(of, found), "columns": _SOURCES, "rows": [_row(one) for one in found], "sheets": sheets,
    }, status=status)  # fmt: skip


def _stats(of: Recheck, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    parts = sum(one["counties"] for one in found)
    ended = sum(one["done"] + one["given_up"] for one in found)
    return [
        {"label": "分项", "value": f"{ended} / {parts}", "unit": "项"},
        {"label": "复核对象", "value": f"{of.subjects:,}", "unit": "人", "note": f"{of.households:,} 户"},
        {"label": "缺授权书", "value": f"{of.unauthorised:,}", "unit": "户",
         "note": "未查询" if of.unauthorised else "", "kind": "warn"},
        {"label": "差异", "value": f"{sum(one['sum_differences'] or 0 for one in found):,}", "unit": "项",
         "note": "先由家庭说明"},
    ]  # fmt: skip


def _row(one: dict[str, Any]) -> Row:
    silent = one["failed"]
    words = f"{one['done'] + one['given_up']} / {one['counties']}"
    words += f"，{silent} 项未返回" if silent else f"，{one['late']} 项待返回" if one["late"] else ""
    if one["given_up"]:
        words += f"，{one['given_up']} 项不再等待"
    kind = "bad" if silent else "good" if one["done"] + one["given_up"] == one["counties"] else "neutral"
    label = source(one["source"]).label if one["source"] else "比对"
    counts = [one["sum_found"], one["sum_none"], one["sum_unknown"]] if one["source"] else ["", "", ""]
    reason = why(one["last"] or "") if silent or one["late"] else ""
    return Row([label, badge(words, kind), *counts, "" if one["source"] else one["sum_differences"], reason])


def _sheets(of: Recheck, found: list[dict[str, Any]], by: Actor) -> list[Sheet]:
    """Trying again, waiting no longer, or carrying on; for whoever checks in the place."""
    if not any(of.path.startswith(path) for path in _places(by)):
        return []
    if of.state in {State.WAITING, State.RUNNING}:
        return [Sheet("go_on", NOTHING, lambda sent: _go_on(of), submit="中断了，继续办理", quiet=True)]
    silent = {one["source"]: source(one["source"]).label for one in found if one["source"] and one["failed"]}
    if not silent:
        return []
    form = Form("give_up", "不再等待", (
        Choice("source", "来源", options=silent), Text("reason", "理由", longest=200),
    ))  # fmt: skip
    return [
        Sheet("retry", NOTHING, lambda sent: _retry(of, by, sent), submit="重新查询未返回的来源"),
        Sheet("give_up", form, lambda sent: _give_up(of, form, by, sent), submit="不再等待",
              title="不再等待一个来源", quiet=True),
    ]  # fmt: skip


def _go_on(of: Recheck) -> str:
    tasks.begin(of.pk)
    return "已从中断的地方继续，已返回的不会重新查询。"


def _retry(of: Recheck, by: Actor, sent: Sent) -> str:
    actions.retry(run=of, by=by, key=sent.key)
    tasks.begin(of.pk)
    return "未返回的来源已重新查询，已返回的不受影响。"


def _give_up(of: Recheck, form: Form, by: Actor, sent: Sent) -> str:
    answers = form.clean(sent.answers).plain
    actions.give_up(run=of, code=answers["source"], reason=answers["reason"], by=by, key=sent.key)
    tasks.begin(of.pk)
    return "已不再等待该来源。没有结果的按“未知”处理，不当作没有。"
