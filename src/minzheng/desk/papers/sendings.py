"""Messages that did not arrive by telephone or mail: why, sent again, or done with in another way."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import capped, latest_first
from minzheng.desk.sheets import NOTHING, Sent, Sheet, handled
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Form, Text
from minzheng.kernel.errors import NotFound
from minzheng.kernel.notices import receipts
from minzheng.kernel.notices.models import Sending
from minzheng.kernel.people.masks import mask_name
from minzheng.ui.shown import badge, cn_datetime
from minzheng.ui.tables import Head, Row

from .rooms import ROOM, SENDINGS

__all__ = ["index", "sending"]

_COLUMNS = (
    Head("收件人"), Head("消息"), Head("渠道"), Head("原因"), Head("状态"), Head("地区", secondary=True),
    Head("写入时间", "instant", secondary=True),
)  # fmt: skip
_CLOSE = Form("close", "不再发送", (Text("reason", "理由", longest=300, lines=2),))
_REASONS = {
    "phone_off": "手机关机或不在服务区", "phone_missing": "空号或停机", "number_invalid": "号码不对",
    "no_address": "没有登记号码或邮箱", "unreachable": "无法连接发送渠道", "timeout": "发送渠道超时",
    "unsigned": "发送渠道的签名不对", "interrupted": "发送中断，不确定是否发出",
    "broken_off": "邮件服务器中途断线，不确定是否发出", "sign_in": "邮件服务器不认可账号", "status_550": "邮箱不存在",
}  # fmt: skip
_LEAD = (
    "短信和邮件没有送达的消息。消息本身仍在本人的“我的消息”里；核对号码后可以重发，或者改用电话、上门告知。"
)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What waits for somebody, the latest first; what is done with only when asked for."""
    by = staff(request)
    chosen = {name: request.GET.get(name, "") for name in ("state", "channel")}
    rows = receipts.undelivered(by)
    rows = rows.filter(state="closed") if chosen["state"] == "closed" else rows.exclude(state="closed")
    if chosen["channel"] in Sending.Channel.values:
        rows = rows.filter(channel=chosen["channel"])
    page = latest_first(rows.select_related("message", "person"), request)
    places = names({one.path for one in page.rows})
    actions = [{"url": f"{SENDINGS[1]}wording/", "label": "消息模板", "icon": "message-circle"}]
    return render(request, "desk/papers/sendings.html", {
        **header(SENDINGS[0], crumbs=[ROOM], lead=_LEAD, actions=actions), "columns": _COLUMNS, "page": page,
        "rows": [_row(one, places[one.path]) for one in page.rows], "count": capped(rows).replace("件", "条"),
        "filtered": any(chosen.values()), "filters": [
            {"name": "channel", "label": "渠道", "kind": "choice", "value": chosen["channel"],
             "options": Sending.Channel.choices},
            {"name": "state", "label": "状态", "kind": "choice", "value": chosen["state"],
             "options": [("closed", "不再发送")]},
        ],
    })  # fmt: skip


def _row(one: Sending, place: str) -> Row:
    cells = [
        mask_name(one.person.name), one.message.title, one.get_channel_display(), _why(one), _badge(one), place,
        one.written_at,
    ]  # fmt: skip
    return Row(cells, url=f"{SENDINGS[1]}{one.pk}/")


@require_http_methods(["GET", "POST"])
def sending(request: HttpRequest, sending_id: int) -> HttpResponse:
    """One of them, and what to do about it."""
    by = staff(request)
    one = receipts.undelivered(by).select_related("message", "person").filter(pk=sending_id).first()
    if one is None:
        raise NotFound("sending_unknown", "没有这条未送达的消息，或不在您的管辖范围内。请返回列表重新选择。")
    sheets = _sheets(one, by) if one.state != Sending.State.CLOSED else []
    done, status = handled(request, sheets, by=by, about=one, read="notices.read_sending")
    if done:
        return redirect(SENDINGS[1])
    facts = [
        ("收件人", one.person.name), ("渠道", one.get_channel_display()), ("发往", one.sent_to), ("原因", _why(one)),
        ("尝试次数", f"{one.attempts} 次"), ("写入时间", cn_datetime(one.written_at)), ("地区", name_of(one.path)),
    ]  # fmt: skip
    if one.closed_reason:
        facts.append(("不再发送", f"{one.closed_by_name}：{one.closed_reason}"))
    crumbs = [ROOM, SENDINGS]
    return render(request, "desk/papers/sending.html", {
        **header(one.message.title, crumbs=crumbs, badge=_badge(one)), "facts": facts, "sheets": sheets, "one": one,
        "doubtful": one.state == Sending.State.DOUBTFUL,
    }, status=status)  # fmt: skip


def _sheets(one: Sending, by: Actor) -> list[Sheet]:
    def again(sent: Sent) -> str:
        receipts.send_again(sending_id=one.pk, by=by, key=sent.key)
        return "已重新排队，一分钟内发送；夜间等到早上。"

    def close(sent: Sent) -> str:
        given = _CLOSE.clean(sent.answers).plain
        receipts.close(sending_id=one.pk, reason=given["reason"], by=by, key=sent.key)
        return "已记下：这条消息不再发送。"

    return [
        Sheet("again", NOTHING, again, submit="重新发送"),
        Sheet("close", _CLOSE, close, submit="不再发送", quiet=True),
    ]


def _why(one: Sending) -> str:
    return _REASONS.get(one.error, f"渠道答复不正常（{one.error}）") if one.error else "没有写明"


def _badge(one: Sending) -> str:
    kinds = {"failed": "bad", "doubtful": "warn"}
    return badge(one.get_state_display(), kinds.get(one.state, "neutral"))
