"""One need: every provider with the reasons for and against, and the choice; and a new need from the ledger."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import Sent, Sheet, handled
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Form, Money, Number, Text, YesNo
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.matching import actions
from minzheng.kernel.matching.asking import voucher_for
from minzheng.kernel.matching.duties import Declared, holds, market_of, need_of
from minzheng.kernel.matching.models import Need
from minzheng.kernel.matching.weighing import Candidate, best, weigh
from minzheng.kernel.visits.duties import watched_of
from minzheng.kernel.visits.models import Watched
from minzheng.ui.shown import badge, iso_day, yuan
from minzheng.ui.tables import Head, Row

from .reach import NEEDS, ROOM, markets, order_badge

__all__ = ["need", "new"]

_COLUMNS = (
    Head("服务商"),
    Head("步行距离（米）", "number"),
    Head("单价（元）", "money"),
    Head("得分"),
    Head("理由"),
)
_ORDERS = (Head("订单编号"), Head("服务商"), Head("状态"))


@require_http_methods(["GET", "POST"])
def need(request: HttpRequest, need_id: int) -> HttpResponse:
    """The page of a need and its deeds."""
    by = staff(request)
    one = need_of(need_id, by)
    declared = market_of(one.matching)
    weighed = weigh(one) if one.state == Need.State.OPEN else []
    sheets = _sheets(declared, one, by)
    done, status = handled(request, sheets, by=by, about=one, read="matching.read_need")
    if done:
        return redirect(f"{NEEDS[1]}{one.pk}/")
    label = declared.item.services[one.service]
    return render(request, "desk/matching/need.html", {
        **header(f"{one.person.name}：{label}", crumbs=[ROOM, NEEDS], badge=order_badge(one), lead=name_of(one.path)),
        "one": one, "facts": _facts(declared, one), "sheets": sheets, "columns": _COLUMNS,
        "rows": [_row(candidate) for candidate in weighed], "order_columns": _ORDERS,
        "orders": [
            Row([order.number, order.provider.name, order_badge(order)], url=f"{ROOM[1]}orders/{order.pk}/")
            for order in one.orders.select_related("provider").order_by("-id")
        ],
    }, status=status)  # fmt: skip


def _facts(declared: Declared, one: Need) -> list[tuple[str, Any]]:
    voucher = voucher_for(one.matching, one.person_id, one.wanted_on)
    left = (
        f"余 {yuan(voucher.amount - voucher.spent)} 元（面额 {yuan(voucher.amount)} 元）"
        if voucher
        else "本月没有服务券"
    )
    return [
        ("服务", f"{declared.item.services[one.service]} × {one.units}"),
        ("希望时间", f"{iso_day(one.wanted_on)} {declared.item.slots.get(one.slot, one.slot)}"),
        ("单价预算", f"{yuan(one.budget)} 元" if one.budget else "不限"),
        ("超出部分", "本人自付" if one.pays_rest else "不自付"), ("服务券", left),
        ("登记", f"{one.told_by_name}，{iso_day(one.since_on)}"), ("说明", one.words or "—"),
        ("结果", one.result or "—"),
    ]  # fmt: skip


def _row(one: Candidate) -> Row:
    kept = one.kept()
    parts = "，".join(f"{label} {points}" for label, points in kept["parts"])
    why = parts if one.fits else "；".join(one.against)
    points: Any = kept["points"] if one.fits else badge("不符合", "neutral")
    return Row([one.offer.provider.name, one.metres, one.offer.price, points, why])


def _sheets(declared: Declared, one: Need, by: Actor) -> list[Sheet]:
    if one.state != Need.State.OPEN or not holds(declared, *declared.item.told_by, path=one.path, by=by):
        return []
    offered = best(one)
    return [*([_choose(one, offered, by)] if offered else []), _close(one, by)]


def _choose(one: Need, offered: list[Candidate], by: Actor) -> Sheet:
    options = {
        str(each.offer.provider_id): f"{each.offer.provider.name}（{each.kept()['points']} 分，"
        f"{yuan(each.offer.price)} 元/{each.offer.unit}）"
        for each in offered
    }
    form = Form("choose", "选择服务商", (
        Choice("provider", "老人选择的服务商", options=options),
        Text("chosen_words", "本人选择的情况", longest=200, help="如：已逐家说明，本人选了常来的一家"),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        made = actions.choose(
            need=one, provider=int(given["provider"]), chosen_words=given["chosen_words"], by=by, key=sent.key
        )
        paid = f"服务券支付 {yuan(made.subsidy)} 元，自付 {yuan(made.self_pay)} 元"
        return f"已下单（{made.number}），等服务商接单。{paid}。"

    return Sheet("choose", form, do, submit="下单")


def _close(one: Need, by: Actor) -> Sheet:
    form = Form("close", "关闭需求", (Text("result", "结果", longest=200),))

    def do(sent: Sent) -> str:
        actions.close_need(need=one, result=form.clean(sent.answers).plain["result"], by=by, key=sent.key)
        return "需求已关闭。"

    return Sheet("close", form, do, submit="关闭需求", title="不再需要", quiet=True)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, watched_id: int) -> HttpResponse:
    """A need told at the door or on the telephone, from the person's ledger."""
    by = staff(request)
    watched = watched_of(watched_id, by)
    declared = next(
        (one for one in markets() if holds(one, *one.item.told_by, path=watched.path, by=by)), None
    )
    if declared is None:
        raise NotAllowed("matching_duty", "服务需求由巡访和养老服务岗位登记。您在该地区没有这一岗位。")
    made: list[Need] = []
    sheet = _tell(declared, watched, by, made)
    done, status = handled(request, [sheet], by=by, about=watched, read="visits.read_ledger")
    if done:
        return redirect(f"{NEEDS[1]}{made[0].pk}/" if made else NEEDS[1])
    head = header(f"登记服务需求：{watched.person.name}", crumbs=[ROOM, NEEDS], lead=name_of(watched.path))
    return render(request, "desk/matching/new.html", head | {"sheet": sheet, "title": "需求"}, status=status)


def _tell(declared: Declared, watched: Watched, by: Actor, made: list[Need]) -> Sheet:
    known = watched.lat is not None
    form = Form("tell", "登记服务需求", (
        Choice("service", "服务", options=declared.item.services), Number("units", "数量", least=1, most=99),
        Day("on", "希望日期", future=True), Choice("slot", "时段", options=declared.item.slots),
        Money("budget", "单价预算（元）", required=False, help="不限的不填"),
        YesNo("pays_rest", "超出服务券部分愿意自付"),
        Text("words", "说明", required=False, longest=300, lines=2, help="语言、性别偏好等"),
        Text("lat", "住所纬度", required=not known, longest=12, help="已登记定位的不用填" if known else "如 44.430000"),
        Text("lon", "住所经度", required=not known, longest=12),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        wanted = actions.Wanted(
            service=given["service"], units=given["units"], on=date.fromisoformat(given["on"]), slot=given["slot"],
            budget=given.get("budget") or 0, pays_rest=given["pays_rest"], words=given.get("words") or "",
            lat=given.get("lat") or "", lon=given.get("lon") or "",
        )  # fmt: skip
        made.append(
            actions.tell(matching=declared.code, person=watched.person, wanted=wanted, by=by, key=sent.key)
        )
        return "需求已登记。请向老人说明各家服务商的情况，由老人选择。"

    return Sheet("tell", form, do, submit="登记需求")
