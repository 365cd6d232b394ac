"""Keeping providers: registered by the county, with what they offer, who acts for them, and who is barred."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.people.organisation_codes import check_uscc

from .duties import Declared, market_of, require, said
from .models import Attendant, Offer, Provider

__all__ = ["About", "bar", "degree", "name_attendant", "register", "set_offer"]


@dataclass(frozen=True, kw_only=True)
class About:
    """What a county registers of a provider."""

    name: str
    uscc: str
    phone: str
    address: str
    lat: str
    lon: str
    reach: int


@verb("matching.register", label="登记服务商")
def register(*, matching: str, path: str, about: About, by: Actor) -> Provider:
    """An organisation with its code, its place on the ground and how far it goes."""
    declared = market_of(matching)
    require(declared, declared.item.managed_by, path=path, by=by)
    code = check_uscc(about.uscc, field="uscc").code
    if Provider.objects.filter(matching=matching, path=path, uscc=code).exists():
        raise Refused("provider_twice", "这家服务商已经登记过。请在列表中打开它。", field="uscc")
    if about.reach <= 0:
        raise Refused("reach_wrong", "服务半径须大于零。", field="reach")
    made = Provider.objects.create(
        matching=matching, path=path, name=said(about.name, "名称", field="name", longest=80), uscc=code,
        phone=said(about.phone, "联系电话", field="phone", longest=30),
        address=said(about.address, "地址", field="address", longest=120), lat=degree(about.lat, 90, "lat"),
        lon=degree(about.lon, 180, "lon"), reach=about.reach, from_on=clock.today(),
    )  # fmt: skip
    note(about=made, path=path, after={"name": made.name, "reach": made.reach})
    return made


def degree(text: str, most: int, name: str) -> Decimal:
    """A co-ordinate as typed or measured."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        value = Decimal(most + 1)
    if not value.is_finite() or abs(value) > most:
        raise Refused("place_wrong", "定位数据有误。请重新定位，或按小数度填写，如 44.430000。", field=name)
    return value.quantize(Decimal("0.000001"))


@verb("matching.set_offer", label="登记服务项目")
def set_offer(
    *, provider: Provider, service: str, price: int, unit: str, daily: int, qualified_until: date, by: Actor
) -> Offer:
    """What a provider offers from now on; an older price of the same service ends."""
    row, declared = _locked(provider, by)
    today = clock.today()
    if service not in declared.item.services:
        raise Refused("service_unknown", "请从目录中选择服务。", field="service")
    if price <= 0 or daily <= 0:
        raise Refused("offer_amounts", "单价和每日数量须大于零。", field="price")
    if qualified_until < today:
        raise Refused("not_qualified", "人员资质已经过期，不能登记。请先更新证书。", field="qualified_until")
    row.offers.filter(service=service, until_on=None).update(until_on=today)
    made = Offer.objects.create(
        provider=row, path=row.path, service=service, price=price, daily=daily,
        unit=said(unit, "计价单位", field="unit", longest=10), qualified_until=qualified_until, from_on=today,
    )  # fmt: skip
    note(about=row, path=row.path, after={"service": service, "price": price, "daily": daily})
    return made


@verb("matching.name_attendant", label="指定服务商人员")
def name_attendant(*, provider: Provider, user_id: str, name: str, by: Actor) -> Attendant:
    """Who accepts and carries out orders for the provider."""
    row, _ = _locked(provider, by)
    same: dict[str, Any] = {"provider": row, "user": user_id, "until_on": None}
    if Attendant.objects.filter(**same).exists():
        raise Refused("attendant_twice", "该人员已经指定。", field="user")
    made = Attendant.objects.create(**same, path=row.path, name=name, from_on=clock.today())
    note(about=row, path=row.path, after={"attendant": name})
    return made


@verb("matching.bar", label="服务商黑名单")
def bar(*, provider: Provider, barred: bool, reason: str, by: Actor) -> Provider:
    """A provider is barred from new orders, or let in again; both say why."""
    row, _ = _locked(provider, by)
    words = said(reason, "原因", field="reason")
    if row.blacklisted == barred:
        raise Refused("barred_already", "状态没有变化。请刷新页面。")
    row.blacklisted, row.reason = barred, words if barred else ""
    row.save()
    note(about=row, path=row.path, reason=words, after={"barred": barred})
    return row


def _locked(provider: Provider, by: Actor) -> tuple[Provider, Declared]:
    row = Provider.objects.select_for_update(of=("self",)).filter(pk=provider.pk).first()
    if row is None:
        raise NotFound("provider_unknown", "没有这家服务商，或不在您的管辖范围内。请返回列表重新选择。")
    declared = market_of(row.matching)
    require(declared, declared.item.managed_by, path=row.path, by=by)
    return row, declared
