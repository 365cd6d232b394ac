"""Who offers what, where and at what price; and what somebody needs."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.people.fields import SealedTextField
from minzheng.kernel.people.models import Person

__all__ = ["Attendant", "Need", "Offer", "Provider", "degrees"]


def degrees(label: str) -> Any:
    """A co-ordinate, to a tenth of a metre."""
    return models.DecimalField(label, max_digits=9, decimal_places=6, null=True)


@keeps_history()
class Provider(Placed):
    """An organisation that serves people at home (服务商), registered by the county of its place."""

    stands_open = "服务商向老人公开，不涉及具体的人"

    matching = models.CharField("供需匹配", max_length=60)
    name = models.CharField("名称", max_length=80)
    uscc = models.CharField("统一社会信用代码", max_length=18)
    phone = models.CharField("联系电话", max_length=30)
    address = models.CharField("地址", max_length=120)
    lat = degrees("纬度")
    lon = degrees("经度")
    reach = models.PositiveIntegerField("服务半径（米）")
    rated_sum = models.PositiveIntegerField("评价分合计", default=0)
    rated_count = models.PositiveIntegerField("评价次数", default=0)
    blacklisted = models.BooleanField("列入黑名单", default=False)
    reason = models.CharField("列入原因", max_length=200, blank=True)
    from_on = models.DateField("登记日期")
    until_on = models.DateField("退出日期", null=True)

    class Meta:
        verbose_name = "服务商"
        constraints = (
            models.UniqueConstraint(fields=["matching", "uscc", "path"], name="provider_once"),
            models.CheckConstraint(condition=Q(blacklisted=False) | ~Q(reason=""), name="provider_blacklisted_why"),
            models.CheckConstraint(
                condition=Q(rated_sum__gte=F("rated_count"), rated_sum__lte=F("rated_count") * 5),
                name="provider_rated",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Offer(Placed):
    """One service of a provider: its price, how many in a day, until when its staff are qualified."""

    stands_open = "服务项目和价格公开，不涉及具体的人"

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="offers", verbose_name="服务商")
    service = models.CharField("服务", max_length=20)
    price = models.BigIntegerField("单价（分）")
    unit = models.CharField("计价单位", max_length=10)
    daily = models.PositiveSmallIntegerField("每日最多")
    qualified_until = models.DateField("人员资质有效期至")
    from_on = models.DateField("起")
    until_on = models.DateField("止", null=True)

    class Meta:
        verbose_name = "服务项目"
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "service"], condition=Q(until_on=None), name="offer_one_price"
            ),
            models.CheckConstraint(condition=Q(price__gt=0, daily__gt=0), name="offer_amounts"),
        )


class Attendant(Placed):
    """Somebody who acts for a provider (服务商人员), named by the county."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="attendants", verbose_name="服务商")
    user = models.CharField("人员标识", max_length=40)
    name = models.CharField("姓名", max_length=60)
    from_on = models.DateField("起")
    until_on = models.DateField("止", null=True)

    class Meta:
        verbose_name = "服务商人员"
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "user"], condition=Q(until_on=None), name="attendant_named_once"
            ),
        )
        indexes = (models.Index(fields=["user"]),)


class Need(Placed):
    """What somebody needs (服务需求): told once, open until it is met or closed with a result."""

    class State(models.TextChoices):
        OPEN = "open", "待匹配"
        ORDERED = "ordered", "已下单"
        MET = "met", "已满足"
        CLOSED = "closed", "已关闭"

    matching = models.CharField("供需匹配", max_length=60)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="需求人")
    service = models.CharField("服务", max_length=20)
    units = models.PositiveSmallIntegerField("数量")
    wanted_on = models.DateField("希望日期")
    slot = models.CharField("希望时段", max_length=20)
    budget = models.BigIntegerField("单价预算（分）", default=0)
    pays_rest = models.BooleanField("超出部分自付", default=True)
    words = SealedTextField("说明", blank=True)
    lat = degrees("纬度")
    lon = degrees("经度")
    since_on = models.DateField("提出日期")
    state = models.CharField("状态", max_length=7, choices=State, default=State.OPEN)
    result = SealedTextField("结果", blank=True)
    told_by = models.CharField("登记人标识", max_length=40)
    told_by_name = models.CharField("登记人", max_length=60)

    class Meta:
        verbose_name = "服务需求"
        constraints = (
            models.CheckConstraint(
                condition=~Q(state__in=["met", "closed"]) | ~Q(result=""), name="need_closes_with_result"
            ),
            models.CheckConstraint(condition=Q(units__gt=0, budget__gte=0), name="need_amounts"),
        )
        indexes = (models.Index(fields=["state", "path"]),)
