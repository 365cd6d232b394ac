"""One order: what was chosen and why, and what each may do with it now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import NOTHING, Sent, Sheet, handled
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Form, Text, YesNo
from minzheng.kernel.matching import actions
from minzheng.kernel.matching.duties import attends, holds, market_of, order_of
from minzheng.kernel.matching.models import Callback, Order
from minzheng.kernel.people.masks import mask_phone
from minzheng.ui.shown import cn_datetime, iso_day, yuan
from minzheng.ui.tables import Head, Row

from .reach import ROOM, order_badge

__all__ = ["order"]

_COLUMNS = (
    Head("服务商"),
    Head("步行距离（米）", "number"),
    Head("单价（元）", "money"),
    Head("得分"),
    Head("理由"),
)
_DECLINE = Form("decline", "不接单", (Text("reason", "原因", longest=200),))
_START = Form("start", "开始服务", (
    Text("lat", "纬度", longest=12, help="在手机上自动填写"), Text("lon", "经度", longest=12),
    Text("far_reason", "不在住所附近的原因", required=False, longest=200),
))  # fmt: skip
_FINISH = Form("finish", "结束服务", (Text("record", "服务记录", longest=500, lines=3),))
_CONFIRM = Form("confirm", "确认服务", (
    Choice("stars", "老人评价", options={"5": "5 分 很好", "4": "4 分", "3": "3 分", "2": "2 分", "1": "1 分 很差"}),
    Text("complaint", "没有提供或有问题的，写明情况", required=False, longest=300, lines=2),
))  # fmt: skip
_DISPUTE = Form("dispute", "处理投诉", (
    YesNo("served", "服务确已提供"), Text("opinion", "处理意见", longest=300, lines=2),
))  # fmt: skip
_CALL = Form(
    "callback", "登记回访", (YesNo("true", "服务属实"), Text("words", "回访情况", longest=300, lines=2))
)


@require_http_methods(["GET", "POST"])
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """The page of an order and its deeds."""
    by = staff(request)
    one = order_of(order_id, by)
    sheets = _sheets(one, by)
    done, status = handled(request, sheets, by=by, about=one, read="matching.read_order")
    if done:
        return redirect(f"{ROOM[1]}orders/{one.pk}/")
    return render(request, "desk/matching/order.html", {
        **header(f"订单 {one.number}", crumbs=[ROOM], badge=order_badge(one), lead=name_of(one.path)),
        "facts": _facts(one), "done": _done(one), "sheets": sheets, "columns": _COLUMNS,
        "rows": [_row(each) for each in one.candidates],
    }, status=status)  # fmt: skip


def _facts(one: Order) -> list[tuple[str, Any]]:
    item = market_of(one.provider.matching).item
    return [
        ("服务对象", one.person.name), ("电话", mask_phone(one.person.phone) if one.person.phone else "—"),
        ("服务", f"{item.services[one.offer.service]} × {one.units}"), ("服务商", one.provider.name),
        ("约定时间", f"{iso_day(one.planned_on)} {item.slots.get(one.slot, one.slot)}"),
        ("价款", f"{yuan(one.price)} 元（服务券 {yuan(one.subsidy)} 元，自付 {yuan(one.self_pay)} 元）"),
        ("下单", f"{one.chosen_by_name}，{cn_datetime(one.ordered_at)}"), ("接单期限", cn_datetime(one.answer_by)),
        ("说明", one.words or "—"),
    ]  # fmt: skip


def _done(one: Order) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    if one.started_at:
        far = f"（{one.far_reason}）" if one.far_reason else ""
        found.append(
            ("签到", f"{one.worker_name}，{cn_datetime(one.started_at)}，距住所 {one.metres} 米{far}")
        )
    if one.ended_at:
        found += [("签退", cn_datetime(one.ended_at)), ("服务记录", one.record)]
    if one.stars:
        found.append(("老人评价", f"{one.stars} 分{'，投诉：' + one.complaint if one.complaint else ''}"))
    if one.confirmed_at:
        found.append(("确认", f"{one.confirmed_by_name}，{cn_datetime(one.confirmed_at)}"))
    if call := Callback.objects.filter(order=one).first():
        said = (
            "待回访"
            if call.true is None
            else f"{'属实' if call.true else '不属实'}：{call.words}（{call.by_name}）"
        )
        found.append((f"回访（{call.why}）", said))
    if one.statement_id:
        found.append(("结算", f"{one.statement.month:%Y年%m月}" if one.statement else ""))
    return found


def _row(kept: dict[str, Any]) -> Row:
    parts = "，".join(f"{label} {points}" for label, points in kept["parts"])
    why = parts if kept["fits"] else "；".join(kept["against"])
    return Row(
        [kept["name"], kept["metres"], kept["price"], kept["points"] if kept["fits"] else "不符合", why]
    )


def _sheets(one: Order, by: Actor) -> list[Sheet]:
    """What this actor may do with the order as it stands."""
    if attends(one.provider, by):
        return _serving(one, by)
    declared, found = market_of(one.provider.matching), []
    told = holds(declared, *declared.item.told_by, path=one.path, by=by)
    managed = holds(declared, declared.item.managed_by, path=one.path, by=by)
    if told and one.state == "ended":
        found.append(Sheet("confirm", _CONFIRM, _confirm(one, by), submit="确认", title="电话或当面问老人"))
    if managed and one.state == "disputed":
        found.append(
            Sheet(
                "dispute",
                _DISPUTE,
                _formed(_DISPUTE, actions.decide_dispute, one, by, "已处理。"),
                submit="处理",
            )
        )
    call = Callback.objects.filter(order=one, true=None).first()
    if call is not None and (told or managed) and by.id not in (one.worker, one.confirmed_by):
        found.append(
            Sheet("callback", _CALL, _called(call, by), submit="登记回访", title=f"回访：{call.why}")
        )
    return found


def _serving(one: Order, by: Actor) -> list[Sheet]:
    """The provider's own staff: take it or not, begin, end."""
    state, found = one.state, []
    if state == "offered":
        found.append(Sheet("accept", NOTHING, _plain(actions.accept, one, by, "已接单。"), submit="接单"))
    if state == "accepted":
        found.append(
            Sheet("start", _START, _formed(_START, actions.start, one, by, "已签到。"), submit="开始服务")
        )
    if state in ("offered", "accepted"):
        decline = _formed(_DECLINE, actions.decline, one, by, "已退回，老人可另选。")
        found.append(Sheet("decline", _DECLINE, decline, submit="不接单", title="不能提供", quiet=True))
    if state == "started" and one.worker == by.id:
        finish = _formed(_FINISH, actions.finish, one, by, "已签退，等老人确认。")
        found.append(Sheet("finish", _FINISH, finish, submit="结束服务"))
    return found


def _plain(verb: Callable[..., Any], one: Order, by: Actor, told: str) -> Callable[[Sent], str]:
    def do(sent: Sent) -> str:
        verb(order=one, by=by, key=sent.key)
        return told

    return do


def _formed(form: Form, verb: Callable[..., Any], one: Order, by: Actor, told: str) -> Callable[[Sent], str]:
    def do(sent: Sent) -> str:
        given = {name: value for name, value in form.clean(sent.answers).plain.items() if value is not None}
        verb(order=one, by=by, key=sent.key, **given)
        return told

    return do


def _confirm(one: Order, by: Actor) -> Callable[[Sent], str]:
    def do(sent: Sent) -> str:
        given = _CONFIRM.clean(sent.answers).plain
        heard = actions.Heard(stars=int(given["stars"]), complaint=given.get("complaint") or "")
        actions.confirm(order=one, heard=heard, by=by, key=sent.key)
        return "投诉已登记，由县级处理。" if heard.complaint else "已确认。"

    return do


def _called(call: Callback, by: Actor) -> Callable[[Sent], str]:
    def do(sent: Sent) -> str:
        given = _CALL.clean(sent.answers).plain
        actions.answer_callback(callback=call, true=given["true"], words=given["words"], by=by, key=sent.key)
        return "回访已登记。"

    return do
