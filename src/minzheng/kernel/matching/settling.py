"""The month's settlement: orders drawn for a call back, then one delivery under the provider's contract.

Money moves where bought services are accepted and paid (``funds``): registered by one, accepted by another, paid by a
third, within the contract and the year's cap.
"""

from __future__ import annotations

import hashlib
import math
from datetime import timedelta

from django.db.models import QuerySet

from minzheng.kernel import clock
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.catalogue.terms import number
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.funds import actions as funds
from minzheng.kernel.funds.models import Contract

from .duties import Declared, attends, market_of, require, said
from .models import Callback, Order, Provider, Statement

__all__ = ["answer_callback", "draw_callbacks", "payable", "settle"]


def payable(provider: Provider, month: Month) -> QuerySet[Order]:
    """What was confirmed of a month on vouchers and is in no statement yet."""
    return Order.objects.filter(
        provider=provider, state=Order.State.CONFIRMED, subsidy__gt=0, statement=None,
        planned_on__gte=month.first, planned_on__lte=month.last,
    )  # fmt: skip


@verb("matching.draw_callbacks", label="抽取服务回访")
def draw_callbacks(*, provider: Provider, month: Month, by: Actor) -> int:
    """So many of a hundred, at least one, by a digest nobody chooses; and each that was much too short."""
    row, declared = _of(provider, by)
    rows = list(payable(row, month).filter(callback=None).select_related("offer").order_by("id"))
    if not rows:
        raise Refused("nothing_to_call", f"{month} 没有可以抽取回访的订单。")
    percent = number(declared.item.called_back, path=row.path, on=clock.today())
    lots = sorted(rows, key=lambda one: hashlib.sha256(f"{month}/{one.number}".encode()).hexdigest())
    chosen = {one.pk: "随机抽取" for one in lots[: max(1, math.ceil(len(rows) * percent / 100))]}
    chosen |= {one.pk: "服务时间明显偏短" for one in rows if _short(declared, one)}
    Callback.objects.bulk_create(
        Callback(order=one, path=one.path, month=month.first, why=chosen[one.pk])
        for one in rows
        if one.pk in chosen
    )
    note(about=row, path=row.path, after={"month": str(month), "of": len(rows), "drawn": len(chosen)})
    return len(chosen)


def _short(declared: Declared, order: Order) -> bool:
    """Done in less than a tenth of the time that it takes (handbook 02 §15 W7)."""
    planned = declared.item.minutes.get(order.offer.service, 0) * order.units
    assert order.started_at is not None
    assert order.ended_at is not None
    return order.ended_at - order.started_at < timedelta(minutes=planned) / 10


@verb("matching.answer_callback", label="登记服务回访")
def answer_callback(*, callback: Callback, true: bool, words: str, by: Actor) -> Callback:
    """What the person said when asked again, by somebody who neither served nor confirmed."""
    row = (
        Callback.objects.select_for_update(of=("self",))
        .select_related("order", "order__provider")
        .filter(pk=callback.pk)
        .first()
    )
    if row is None or not by.covers(row.path):
        raise NotFound("callback_unknown", "没有这条回访，或不在您的管辖范围内。")
    declared = market_of(row.order.provider.matching)
    require(declared, *declared.item.told_by, declared.item.managed_by, path=row.path, by=by)
    if by.id in (row.order.worker, row.order.confirmed_by):
        raise NotAllowed("own_callback", "服务人员和确认人不能回访本单。请由其他同志回访。")
    if row.true is not None:
        raise Stale("callback_done", "已经回访过。请刷新页面。")
    row.true, row.words = true, said(words, "回访情况", field="words", longest=300)
    row.by, row.by_name, row.at = by.id, by.name, clock.now()
    row.save()
    note(about=row, path=row.path, after={"true": true})
    return row


@verb("matching.settle", label="服务月度结算")
def settle(*, provider: Provider, month: Month, by: Actor) -> Statement:
    """All that holds of a month as one delivery; what the call back found untrue is left out."""
    row, declared = _of(provider, by)
    if month.last >= clock.today():
        raise Refused("month_runs", "当月还没有结束，不能结算。")
    rows = list(payable(row, month).select_related("callback"))
    drawn = [one.callback for one in rows if hasattr(one, "callback")]
    if not drawn or any(one.true is None for one in drawn):
        raise Refused("callbacks_open", "先抽取回访，并把抽到的订单全部回访完，再结算。")
    untrue = {one.order_id for one in drawn if not one.true}
    good = [one for one in rows if one.pk not in untrue]
    if not good:
        raise Refused("nothing_to_settle", f"{month} 没有可以结算的订单。")
    total = sum(one.subsidy for one in good)
    contract = _contract(declared, row, month)
    handover = funds.deliver(
        contract=contract, period=str(month), served=len(good), claimed=total,
        record=f"{month} 服务券订单 {len(good)} 单，均经服务对象确认；"
        f"回访 {len(drawn)} 单，扣除不属实 {len(untrue)} 单。",
        by=by,
    )  # fmt: skip
    made = Statement.objects.create(
        provider=row, path=row.path, month=month.first, contract=contract, handover=handover, orders=len(good),
        withheld=len(untrue), total=total, made_by=by.id, made_by_name=by.name, made_at=clock.now(),
    )  # fmt: skip
    Order.objects.filter(pk__in=[one.pk for one in good]).update(statement=made)
    note(about=made, path=row.path, after={"month": str(month), "orders": len(good), "total": total})
    return made


def _contract(declared: Declared, provider: Provider, month: Month) -> Contract:
    """The provider's contract with the county that covers the month."""
    assert declared.item.settled is not None
    code = f"{declared.domain.code}.{declared.item.settled.code}"
    found = Contract.objects.filter(
        year__purchasing=code, path=county_of(provider.path) or provider.path, provider_code=provider.uscc,
        from_on__lte=month.first, until_on__gte=month.last,
    ).first()  # fmt: skip
    if found is None:
        raise Refused(
            "no_contract", f"{provider.name}没有覆盖 {month} 的购买服务合同。请先签订合同，再结算。"
        )
    return found


def _of(provider: Provider, by: Actor) -> tuple[Provider, Declared]:
    row = Provider.objects.select_for_update(of=("self",)).filter(pk=provider.pk).first()
    if row is None:
        raise NotFound("provider_unknown", "没有这家服务商，或不在您的管辖范围内。请返回列表重新选择。")
    declared = market_of(row.matching)
    require(declared, declared.item.managed_by, path=row.path, by=by)
    if attends(row, by):
        raise NotAllowed("own_settlement", "服务商人员不能为本单位抽查和结算。")
    return row, declared
