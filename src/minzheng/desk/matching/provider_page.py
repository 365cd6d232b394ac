"""One provider: what it offers, who acts for it, its months; and a new one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import Sent, Sheet, handled, receive
from minzheng.kernel import clock
from minzheng.kernel.access.models import Posting
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.declare.forms import Choice, Day, Form, Money, Number, Text, YesNo
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.matching import actions
from minzheng.kernel.matching.duties import Declared, attends, holds, market_of, provider_of
from minzheng.kernel.matching.models import Callback, Provider
from minzheng.kernel.matching.settling import payable
from minzheng.ui.shown import badge, iso_day, yuan
from minzheng.ui.tables import Head, Row

from .reach import PROVIDERS, ROOM, markets, places_of

__all__ = ["new", "provider"]

_OFFERS = (Head("服务"), Head("单价（元）", "money"), Head("每日最多", "number"), Head("资质有效期至", "day"))
_MONTHS = (
    Head("月份"),
    Head("订单", "number"),
    Head("扣除", "number"),
    Head("申报（元）", "money"),
    Head("状态"),
)
_MONTH = Form("month", "", (Text("month", "月份", longest=7, example="2026-03"),))
_BAR = Form("bar", "黑名单", (YesNo("barred", "列入黑名单"), Text("reason", "原因", longest=200)))


@require_http_methods(["GET", "POST"])
def provider(request: HttpRequest, provider_id: int) -> HttpResponse:
    """The page of a provider; its own staff read it, the county keeps it."""
    by = staff(request)
    one = provider_of(provider_id, by)
    declared = market_of(one.matching)
    sheets = _sheets(declared, one, by)
    done, status = handled(request, sheets, by=by, about=one, read="matching.read_provider")
    if done:
        return redirect(f"{PROVIDERS[1]}{one.pk}/")
    offers = [
        Row([declared.item.services[each.service], each.price, each.daily, each.qualified_until])
        for each in one.offers.filter(until_on=None).order_by("service")
    ]
    months = [
        Row([f"{each.month:%Y-%m}", each.orders, each.withheld, each.total,
             badge(each.handover.get_state_display(), "info")],
            url=f"/desk/funds/contracts/{each.contract_id}/")
        for each in one.statements.select_related("handover").order_by("-month")
    ]  # fmt: skip
    mark = badge("黑名单", "bad") if one.blacklisted else badge("正常", "good")
    return render(request, "desk/matching/provider.html", {
        **header(one.name, crumbs=[ROOM, PROVIDERS], badge=mark, lead=name_of(one.path)), "facts": _facts(one),
        "sheets": sheets, "offer_columns": _OFFERS, "offers": offers, "month_columns": _MONTHS, "months": months,
    }, status=status)  # fmt: skip


def _facts(one: Provider) -> list[tuple[str, Any]]:
    today = clock.today()
    month = Month.of(today).previous
    people = "、".join(one.attendants.filter(until_on=None).values_list("name", flat=True))
    rows = payable(one, month)
    waiting = Callback.objects.filter(order__provider=one, true=None).count()
    rated = (
        f"{one.rated_sum / one.rated_count:.1f} 分，{one.rated_count} 次" if one.rated_count else "还没有评价"
    )
    return [
        ("统一社会信用代码", one.uscc), ("电话", one.phone), ("地址", one.address), ("服务半径", f"{one.reach} 米"),
        ("评价", rated), ("人员", people or "未指定"), ("登记", iso_day(one.from_on)),
        (f"{month} 待结算", f"{len(rows)} 单，{yuan(sum(each.subsidy for each in rows))} 元"),
        ("待回访", f"{waiting} 单"),
        ("列入原因", one.reason or "—"),
    ]  # fmt: skip


def _sheets(declared: Declared, one: Provider, by: Actor) -> list[Sheet]:
    if not holds(declared, declared.item.managed_by, path=one.path, by=by) or attends(one, by):
        return []
    previous = {"month": str(Month.of(clock.today()).previous)}
    return [
        _offer(declared, one, by), _people(declared, one, by),
        Sheet("draw", _MONTH, _monthly(_draw, one, by), submit="抽取回访", title="抽取回访", values=previous,
              quiet=True),
        Sheet("settle", _MONTH, _monthly(_settle, one, by), submit="生成结算", title="月度结算", values=previous),
        Sheet("bar", _BAR, _barred(one, by), submit="保存", title="黑名单", quiet=True),
    ]  # fmt: skip


def _monthly(deed: Callable[..., str], one: Provider, by: Actor) -> Callable[[Sent], str]:
    def do(sent: Sent) -> str:
        month = Month.parse(_MONTH.clean(sent.answers).plain["month"])
        return deed(one, month, by, sent.key)

    return do


def _draw(one: Provider, month: Month, by: Actor, key: str) -> str:
    return f"已抽取 {actions.draw_callbacks(provider=one, month=month, by=by, key=key)} 单，请逐单回访。"


def _settle(one: Provider, month: Month, by: Actor, key: str) -> str:
    made = actions.settle(provider=one, month=month, by=by, key=key)
    return f"{month} 已申报 {made.orders} 单、{yuan(made.total)} 元，等待验收和付款（购买服务合同）。"


def _barred(one: Provider, by: Actor) -> Callable[[Sent], str]:
    def do(sent: Sent) -> str:
        given = _BAR.clean(sent.answers).plain
        actions.bar(provider=one, barred=given["barred"], reason=given["reason"], by=by, key=sent.key)
        return "已保存。"

    return do


def _offer(declared: Declared, one: Provider, by: Actor) -> Sheet:
    form = Form("offer", "服务项目", (
        Choice("service", "服务", options=declared.item.services), Money("price", "单价"),
        Text("unit", "计价单位", longest=10, example="小时"), Number("daily", "每日最多", least=1, most=1000),
        Day("qualified_until", "人员资质有效期至", future=True),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        until = date.fromisoformat(given.pop("qualified_until"))
        actions.set_offer(provider=one, qualified_until=until, by=by, key=sent.key, **given)
        return "服务项目已登记，原价格同日停用。"

    return Sheet("offer", form, do, submit="登记", title="登记服务项目")


def _people(declared: Declared, one: Provider, by: Actor) -> Sheet:
    county = county_of(one.path) or one.path
    held = Posting.objects.filter(
        role=declared.role(declared.item.served_by), office__path=county, until_on=None
    )
    people = {
        f"user:{post.user_id}": post.user.name for post in held.select_related("user").order_by("id")[:200]
    }
    form = Form(
        "person", "服务商人员", (Choice("user", "人员", options=people, help="先由安全管理员开通服务商岗位"),)
    )

    def do(sent: Sent) -> str:
        user = form.clean(sent.answers).plain["user"]
        actions.name_attendant(provider=one, user_id=user, name=people[user], by=by, key=sent.key)
        return "已指定。"

    return Sheet("person", form, do, submit="指定", title="指定服务商人员", quiet=True)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register a provider of one of the actor's counties."""
    by = staff(request)
    mine = [(one, places_of(one, one.item.managed_by, by)) for one in markets()]
    mine = [(one, places) for one, places in mine if places]
    if not mine:
        raise NotAllowed("matching_duty", "服务商由县级养老服务岗位登记。您没有这一岗位。")
    declared, places = mine[0]
    made: list[Provider] = []
    sheet, status = _new(declared, places, by, made), 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path=places[0])
        if done:
            return redirect(f"{PROVIDERS[1]}{made[0].pk}/" if made else PROVIDERS[1])
    head = header("登记服务商", crumbs=[ROOM, PROVIDERS])
    return render(
        request, "desk/matching/new.html", head | {"sheet": sheet, "title": "登记内容"}, status=status
    )


def _new(declared: Declared, places: list[str], by: Actor, made: list[Provider]) -> Sheet:
    form = Form("provider", "登记服务商", (
        Choice("path", "地区", options=names(set(places))), Text("name", "名称", longest=80),
        Text("uscc", "统一社会信用代码", longest=18), Text("phone", "联系电话", longest=30),
        Text("address", "地址", longest=120), Text("lat", "纬度", longest=12, example="44.430000"),
        Text("lon", "经度", longest=12, example="125.180000"), Number("reach", "服务半径（米）", least=1, most=200_000),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        path = given.pop("path")
        made.append(
            actions.register(
                matching=declared.code, path=path, about=actions.About(**given), by=by, key=sent.key
            )
        )
        return "服务商已登记。请登记服务项目，指定人员。"

    return Sheet("provider", form, do, submit="登记")
