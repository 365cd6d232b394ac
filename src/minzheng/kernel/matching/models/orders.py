"""An order from the choice to the settlement, the call back that checks it, and the month's statement."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.funds.models import Contract, Handover
from minzheng.kernel.ledger.guards import never
from minzheng.kernel.people.fields import SealedTextField
from minzheng.kernel.people.models import Person

from .providers import Need, Offer, Provider, degrees
from .vouchers import Voucher

__all__ = ["Callback", "Order", "Statement"]


class Statement(Placed):
    """What a provider served on vouchers in a month, as one delivery under its contract."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="statements", verbose_name="服务商")
    month = models.DateField("月份")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", verbose_name="合同")
    handover = models.OneToOneField(Handover, models.PROTECT, related_name="+", verbose_name="交付")
    orders = models.PositiveIntegerField("订单数")
    withheld = models.PositiveIntegerField("扣除订单数", default=0)
    total = models.BigIntegerField("申报金额（分）")
    made_by = models.CharField("申报人标识", max_length=40)
    made_by_name = models.CharField("申报人", max_length=60)
    made_at = models.DateTimeField("申报时间")

    class Meta:
        verbose_name = "月度结算"
        constraints = (
            models.UniqueConstraint(fields=["provider", "month"], name="statement_once_a_month"),
            models.CheckConstraint(condition=Q(total__gt=0, orders__gt=0), name="statement_amounts"),
            *never("matching_statement", "DELETE", "a statement is never deleted"),
        )


class Order(Placed):
    """One service, by one provider, for one need: who chose it and out of whom, when it was done, who confirmed."""

    class State(models.TextChoices):
        OFFERED = "offered", "待接单"
        ACCEPTED = "accepted", "已接单"
        DECLINED = "declined", "未接单"
        LAPSED = "lapsed", "超时未接"
        STARTED = "started", "服务中"
        ENDED = "ended", "待确认"
        DISPUTED = "disputed", "投诉处理中"
        CONFIRMED = "confirmed", "已确认"
        REFUSED = "refused", "认定未提供"

    OPEN = ("offered", "accepted", "started", "ended", "disputed")

    need = models.ForeignKey(Need, models.PROTECT, related_name="orders", verbose_name="需求")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="服务对象")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="orders", verbose_name="服务商")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="+", verbose_name="服务项目")
    voucher = models.ForeignKey(
        Voucher, models.PROTECT, null=True, related_name="orders", verbose_name="服务券"
    )
    number = models.CharField("订单编号", max_length=30, unique=True)
    units = models.PositiveSmallIntegerField("数量")
    price = models.BigIntegerField("价款（分）")
    subsidy = models.BigIntegerField("服务券支付（分）", default=0)
    self_pay = models.BigIntegerField("自付（分）")
    planned_on = models.DateField("约定日期")
    slot = models.CharField("约定时段", max_length=20)
    # All who were weighed, with the reasons for and against, as they were shown when one was chosen.
    candidates = models.JSONField("候选服务商", default=list, encoder=DjangoJSONEncoder)
    chosen_by = models.CharField("选择登记人标识", max_length=40)
    chosen_by_name = models.CharField("选择登记人", max_length=60)
    ordered_at = models.DateTimeField("下单时间")
    answer_by = models.DateTimeField("接单期限")
    state = models.CharField("状态", max_length=9, choices=State, default=State.OFFERED)
    words = SealedTextField("说明", blank=True)
    worker = models.CharField("服务人员标识", max_length=40, blank=True)
    worker_name = models.CharField("服务人员", max_length=60, blank=True)
    started_at = models.DateTimeField("开始时间", null=True)
    ended_at = models.DateTimeField("结束时间", null=True)
    lat = degrees("开始签到纬度")
    lon = degrees("开始签到经度")
    metres = models.PositiveIntegerField("距住所（米）", null=True)
    far_reason = SealedTextField("不在住所的原因", blank=True)
    record = SealedTextField("服务记录", blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True)
    confirmed_by = models.CharField("确认人标识", max_length=40, blank=True)
    confirmed_by_name = models.CharField("确认人", max_length=60, blank=True)
    stars = models.PositiveSmallIntegerField("评价", null=True)
    complaint = SealedTextField("投诉", blank=True)
    statement = models.ForeignKey(
        Statement, models.PROTECT, null=True, related_name="settled", verbose_name="月度结算"
    )

    class Meta:
        verbose_name = "服务订单"
        constraints = (
            models.UniqueConstraint(
                fields=["need"], condition=Q(state__in=["offered", "accepted", "started", "ended", "disputed"]),
                name="order_one_open",
            ),
            models.CheckConstraint(
                condition=Q(price=F("subsidy") + F("self_pay"), subsidy__gte=0, self_pay__gte=0), name="order_adds_up"
            ),
            models.CheckConstraint(condition=Q(subsidy=0) | Q(voucher__isnull=False), name="order_subsidy_voucher"),
            models.CheckConstraint(
                condition=~Q(state="confirmed")
                | (Q(ended_at__gte=F("started_at")) & ~Q(confirmed_by="") & ~Q(confirmed_by=F("worker"))),
                name="order_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(statement=None) | Q(state="confirmed", subsidy__gt=0), name="order_settled_confirmed"
            ),
            models.CheckConstraint(condition=Q(stars=None) | Q(stars__range=(1, 5)), name="order_stars"),
        )  # fmt: skip
        indexes = (models.Index(fields=["provider", "planned_on"]), models.Index(fields=["state", "path"]))


class Callback(Placed):
    """A subsidised order about which the person is asked again, by somebody who has no part in it (回访)."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="callback", verbose_name="订单")
    month = models.DateField("月份")
    why = models.CharField("抽取原因", max_length=60)
    true = models.BooleanField("属实", null=True)
    words = SealedTextField("回访情况", blank=True)
    by = models.CharField("回访人标识", max_length=40, blank=True)
    by_name = models.CharField("回访人", max_length=60, blank=True)
    at = models.DateTimeField("回访时间", null=True)

    class Meta:
        verbose_name = "订单回访"
        constraints = (
            models.CheckConstraint(
                condition=Q(true=None) | (~Q(words="") & Q(at__isnull=False)), name="callback_says"
            ),
        )
