"""Vouchers of a month (服务券): the list that issues them, and what each still carries."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.people.models import Person

__all__ = ["Issue", "Voucher"]


class Issue(Placed):
    """A county's vouchers of one month: drawn up by one, signed by another."""

    class State(models.TextChoices):
        DRAFT = "draft", "待签字"
        SIGNED = "signed", "已发放"

    matching = models.CharField("供需匹配", max_length=60)
    month = models.DateField("月份")
    persons = models.PositiveIntegerField("人数", default=0)
    total = models.BigIntegerField("金额（分）", default=0)
    amounts = models.JSONField("标准", default=dict)
    state = models.CharField("状态", max_length=6, choices=State, default=State.DRAFT)
    drafted_by = models.CharField("生成人标识", max_length=40)
    drafted_by_name = models.CharField("生成人", max_length=60)
    signed_by = models.CharField("签字人标识", max_length=40, blank=True)
    signed_by_name = models.CharField("签字人", max_length=60, blank=True)
    signed_at = models.DateTimeField("签字时间", null=True)

    class Meta:
        verbose_name = "服务券名单"
        constraints = (
            models.UniqueConstraint(fields=["matching", "path", "month"], name="issue_once_a_month"),
            models.CheckConstraint(
                condition=Q(state="draft") | (~Q(signed_by="") & ~Q(signed_by=F("drafted_by"))),
                name="issue_signed_by_another",
            ),
        )


class Voucher(Placed):
    """What one person may have served in one month; never more is spent than it carries."""

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="vouchers", verbose_name="名单")
    matching = models.CharField("供需匹配", max_length=60)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="持券人")
    month = models.DateField("月份")
    group = models.CharField("类别", max_length=20)
    amount = models.BigIntegerField("面额（分）")
    spent = models.BigIntegerField("已用（分）", default=0)

    class Meta:
        verbose_name = "服务券"
        constraints = (
            models.UniqueConstraint(fields=["matching", "person", "month"], name="voucher_once_a_month"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, spent__gte=0, spent__lte=F("amount")), name="voucher_not_overspent"
            ),
        )
