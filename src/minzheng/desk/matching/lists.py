"""Orders by state, needs that wait, providers: each list within what the reader may look into."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import latest_first
from minzheng.kernel.areas.queries import names
from minzheng.kernel.matching import duties
from minzheng.kernel.matching.duties import market_of
from minzheng.kernel.matching.models import Need, Order
from minzheng.kernel.people.masks import mask_name
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .reach import NEEDS, PROVIDERS, ROOM, links, markets, of_room, order_badge, places_of

__all__ = ["needs", "orders", "providers"]

_ORDERS = (
    Head("订单编号"), Head("服务对象"), Head("服务"), Head("服务商", secondary=True), Head("约定日期", "day"),
    Head("价款（元）", "money", secondary=True), Head("状态"),
)  # fmt: skip
_NEEDS = (
    Head("需求人"), Head("服务"), Head("数量", "number", secondary=True), Head("希望日期", "day"),
    Head("地区", secondary=True),
    Head("状态"),
)  # fmt: skip
_PROVIDERS = (
    Head("名称"),
    Head("地区", secondary=True),
    Head("服务半径（米）", "number"),
    Head("评价"),
    Head("状态"),
)


@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    """What is at work, the latest first; to a provider's staff what is theirs."""
    by = of_room(staff(request))
    rows = duties.orders(by).select_related("person", "provider", "offer")
    state = request.GET.get("state", "")
    if state in Order.State.values:
        rows = rows.filter(state=state)
    page = latest_first(rows, request)
    shown = [
        Row(
            [one.number, mask_name(one.person.name), _service(one.provider.matching, one.offer.service),
             one.provider.name, one.planned_on, one.price, order_badge(one)],
            url=f"{ROOM[1]}orders/{one.pk}/",
        )
        for one in page.rows
    ]  # fmt: skip
    return render(request, "desk/matching/list.html", {
        **header(ROOM[0], lead="下单后由服务商接单、上门签到签退，由老人确认。", actions=links(by, ROOM)),
        "columns": _ORDERS, "rows": shown, "page": page, "label": ROOM[0], "reset": ROOM[1],
        "filters": [_states(state, list(Order.State.choices))], "empty": "没有订单",
        "hint": "登记需求并选择服务商后，订单会出现在这里。",
    })  # fmt: skip


def _states(value: str, options: list[tuple[str, str]]) -> dict[str, Any]:
    return {"name": "state", "label": "状态", "kind": "choice", "value": value, "options": options}


def _service(matching: str, code: str) -> str:
    return market_of(matching).item.services.get(code, code)


@require_GET
def needs(request: HttpRequest) -> HttpResponse:
    """Needs of the place: those that wait for a provider first."""
    by = of_room(staff(request), serving=False)
    rows = duties.needs(by).select_related("person")
    state = request.GET.get("state", Need.State.OPEN)
    if state in Need.State.values:
        rows = rows.filter(state=state)
    page = latest_first(rows, request)
    places = names({one.path for one in page.rows})
    shown = [
        Row(
            [mask_name(one.person.name), _service(one.matching, one.service), one.units, one.wanted_on,
             places[one.path], order_badge(one)],
            url=f"{NEEDS[1]}{one.pk}/",
        )
        for one in page.rows
    ]  # fmt: skip
    return render(request, "desk/matching/list.html", {
        **header(NEEDS[0], crumbs=[ROOM], lead="需求从巡访台账上登记。", actions=links(by, NEEDS)),
        "columns": _NEEDS, "rows": shown, "page": page, "label": NEEDS[0], "reset": NEEDS[1],
        "filters": [_states(state, list(Need.State.choices))], "empty": "没有这样的需求",
        "hint": "巡访时发现需求，在老人的台账上登记。",
    })  # fmt: skip


@require_GET
def providers(request: HttpRequest) -> HttpResponse:
    """The providers of the county, and their own one to a provider's staff."""
    by = of_room(staff(request))
    page = latest_first(duties.providers(by), request)
    places = names({one.path for one in page.rows})
    shown = [
        Row(
            [one.name, places[one.path], one.reach,
             f"{one.rated_sum / one.rated_count:.1f}（{one.rated_count} 次）" if one.rated_count else "还没有评价",
             badge("黑名单", "bad") if one.blacklisted else badge("正常", "good")],
            url=f"{PROVIDERS[1]}{one.pk}/",
        )
        for one in page.rows
    ]  # fmt: skip
    actions = links(by, PROVIDERS)
    if any(places_of(one, one.item.managed_by, by) for one in markets()):
        actions.insert(
            0, {"url": f"{PROVIDERS[1]}new/", "label": "登记服务商", "icon": "plus", "kind": "primary"}
        )
    return render(request, "desk/matching/list.html", {
        **header(PROVIDERS[0], crumbs=[ROOM], lead="由县（市、区）登记和管理。", actions=actions),
        "columns": _PROVIDERS, "rows": shown, "page": page, "label": PROVIDERS[0], "reset": PROVIDERS[1],
        "filters": [], "empty": "还没有服务商", "hint": "由县级登记后会出现在这里。",
    })  # fmt: skip
