"""What another platform could not be told: why, tried again, or told no more with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import capped, latest_first
from minzheng.desk.sheets import NOTHING, Sent, Sheet, handled
from minzheng.kernel import clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Form, Text
from minzheng.kernel.errors import NotFound
from minzheng.kernel.exchange import actions
from minzheng.kernel.exchange.models import Outgoing
from minzheng.kernel.exchange.outbox import given_up
from minzheng.ui.shown import badge, cn_datetime
from minzheng.ui.tables import Head, Row

from .reach import checker
from .rechecks import ROOM

__all__ = ["PUSHES", "index", "push"]

DAYS = 7
PUSHES = ("推送失败", "/desk/exchange/pushes/")
_COLUMNS = (
    Head("对象"), Head("地区"), Head("原因"), Head("状态"), Head("写入时间", "instant", secondary=True),
)  # fmt: skip
_CLOSE = Form("close", "不再推送", (Text("reason", "理由", longest=300, lines=2),))
_REASONS = {
    "unreachable": "无法连接对方平台", "timeout": "对方平台超时", "unsigned": "对方答复的签名不对",
    "status_400": "对方拒绝这项数据", "status_401": "对方不认可签名", "status_403": "对方拒绝访问",
    "status_500": "对方平台出错", "status_503": "对方平台暂停服务", "status_200": "对方答复不合约定",
}  # fmt: skip
_STATES = [("dead", "推送失败"), ("closed", "不再推送")]
_LEAD = "办件过程推送政务服务平台，多次失败后停下来由人处理。同一办件后面的推送不受影响。"


def _stats(looker: Actor) -> list[dict[str, Any]]:
    """What was written in the last days and what became of it, to be held against the other side's count."""
    since = clock.now() - timedelta(days=DAYS)
    rows = in_scope(Outgoing.objects.filter(written_at__gte=since), looker).values_list("state").order_by()
    counts = dict(rows.annotate(n=Count("id")))
    kinds = {Outgoing.State.DEAD: "bad"}
    return [
        {"label": f"近{DAYS}天写入", "value": f"{sum(counts.values()):,}", "unit": "项"},
        *(
            {"label": state.label, "value": f"{counts.get(state, 0):,}", "unit": "项",
             "kind": kinds.get(state, "") if counts.get(state) else ""}
            for state in Outgoing.State
        ),
    ]  # fmt: skip


def _why(one: Outgoing) -> str:
    return _REASONS.get(one.error, f"对方答复不正常（{one.error}）") if one.error else "没有写明"


def _step(one: Outgoing) -> str:
    return str(one.content.get("step_name", ""))


def _named(one: Outgoing) -> str:
    """The matter and the step: of one matter several may wait."""
    return f"{one.subject} {_step(one)}".strip()


def _badge(one: Outgoing) -> str:
    return badge(one.get_state_display(), "bad" if one.state == Outgoing.State.DEAD else "neutral")


@require_http_methods(["GET"])
def index(request: HttpRequest) -> HttpResponse:
    """What waits for somebody, the latest first; what was closed only when asked for."""
    looker = checker(staff(request))
    chosen, rows = request.GET.get("state", "dead"), given_up(looker)
    if chosen in ("dead", "closed"):
        rows = rows.filter(state=chosen)
    page = latest_first(rows, request)
    places = names({one.path for one in page.rows})
    return render(request, "desk/exchange/pushes.html", {
        **header(PUSHES[0], crumbs=[ROOM], lead=_LEAD), "stats": _stats(looker), "columns": _COLUMNS, "page": page,
        "rows": [
            Row([_named(one), places[one.path], _why(one), _badge(one), one.written_at], url=f"{PUSHES[1]}{one.pk}/")
            for one in page.rows
        ],
        "count": capped(rows).replace("件", "项"), "filtered": chosen != "dead", "filters": [
            {"name": "state", "label": "状态", "kind": "choice", "value": chosen, "options": _STATES}
        ],
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def push(request: HttpRequest, push_id: int) -> HttpResponse:
    """One of them: what, why, how often it was tried, and what to do."""
    by = staff(request)
    one = given_up(checker(by)).filter(pk=push_id).first()
    if one is None:
        raise NotFound("push_unknown", "没有这项推送，或不在您的管辖范围内。请返回列表重新选择。")
    sheets = _sheets(one, by) if one.state == Outgoing.State.DEAD else []
    done, status = handled(request, sheets, by=by, about=one, read="exchange.read_push")
    if done:
        return redirect(PUSHES[1])
    step = _step(one)
    facts = [
        ("办件", one.subject), ("环节", step), ("地区", name_of(one.path)), ("原因", _why(one)),
        ("尝试次数", f"{one.attempts} 次"), ("写入时间", cn_datetime(one.written_at)), ("推送编号", one.key),
    ]  # fmt: skip
    if one.closed_at:
        facts.append(("不再推送", f"{one.closed_by_name} {cn_datetime(one.closed_at)}：{one.closed_reason}"))
    return render(request, "desk/exchange/push.html", {
        **header(_named(one), crumbs=[ROOM, PUSHES], badge=_badge(one)), "facts": facts,
        "sheets": sheets,
    }, status=status)  # fmt: skip


def _sheets(one: Outgoing, by: Actor) -> list[Sheet]:
    def again(sent: Sent) -> str:
        actions.send_again(outgoing_id=one.pk, by=by, key=sent.key)
        return "已重新排队，一分钟内再次推送。"

    def close(sent: Sent) -> str:
        given = _CLOSE.clean(sent.answers).plain
        actions.close_push(outgoing_id=one.pk, reason=given["reason"], by=by, key=sent.key)
        return "已记下：这项不再推送。"

    return [
        Sheet("again", NOTHING, again, submit="重新推送"),
        Sheet("close", _CLOSE, close, submit="不再推送", quiet=True),
    ]
