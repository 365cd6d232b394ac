"""Who waits for a place, who stays, in which bed on which day, and who is away in hospital."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.people.fields import SealedJSONField, SealedTextField
from minzheng.kernel.people.models import Person

from .houses import Bed, Facility, days, one_of

__all__ = ["Absence", "Lodging", "Stay", "TransferPlan", "Waiting"]


class Waiting(Placed):
    """A request for a place (轮候): by the order of the declared ranks, then by time."""

    class State(models.TextChoices):
        WAITING = "waiting", "轮候中"
        OFFERED = "offered", "已通知入住"
        ADMITTED = "admitted", "已入住"
        WITHDRAWN = "withdrawn", "已退出"

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="waiting", verbose_name="设施")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="申请人")
    rank = models.CharField("优先类别", max_length=20)
    # The place of the rank in the declared order on the day of the request: the queue is read by the database.
    order = models.PositiveSmallIntegerField("优先次序")
    bed_kind = models.CharField("需要的床位类型", max_length=20)
    number = models.CharField("轮候编号", max_length=30)
    asked_at = models.DateTimeField("申请时间")
    state = models.CharField("状态", max_length=9, choices=State, default=State.WAITING)
    bed = models.ForeignKey(Bed, models.PROTECT, null=True, related_name="+", verbose_name="预留床位")
    offered_on = models.DateField("通知日期", null=True)
    answer_by = models.DateField("答复期限", null=True)
    closed_on = models.DateField("结束日期", null=True)
    reason = SealedTextField("退出原因", blank=True)

    class Meta:
        verbose_name = "轮候"
        constraints = (
            models.UniqueConstraint(fields=["number"], name="waiting_number_once"),
            models.UniqueConstraint(
                fields=["facility", "person"], condition=Q(state__in=["waiting", "offered"]),
                name="waiting_once_a_house",
            ),
            models.UniqueConstraint(
                fields=["bed"], condition=Q(state="offered"), name="waiting_bed_offered_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="offered") | Q(bed__isnull=False, answer_by__isnull=False),
                name="waiting_offered_a_bed",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(reason=""), name="waiting_withdrawn_with_reason"
            ),
        )  # fmt: skip
        indexes = (models.Index(fields=["facility", "state", "order", "asked_at"]),)


class Stay(Placed):
    """Somebody's time in a house (入住) under one agreement, from the day of arrival to the day of leaving."""

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="stays", verbose_name="设施")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="入住人")
    waiting = models.OneToOneField(
        Waiting, models.PROTECT, null=True, related_name="stay", verbose_name="轮候"
    )
    agreement_number = models.CharField("协议编号", max_length=40)
    answers = SealedJSONField("入住登记")
    fee = models.BigIntegerField("月收费（分）")
    deposit = models.BigIntegerField("押金（分）", default=0)
    # What the house holds of fees paid ahead, as it last told.
    prepaid = models.BigIntegerField("预收费余额（分）", default=0)
    prepaid_on = models.DateField("预收费登记日期", null=True)
    from_on = models.DateField("入住日期")
    until_on = models.DateField("离开日期", null=True)
    left_because = models.CharField("离开原因", max_length=20, blank=True)
    left_words = SealedTextField("离开说明", blank=True)
    settled = models.BigIntegerField("退还金额（分）", null=True)
    by_name = models.CharField("办理人", max_length=60)

    class Meta:
        verbose_name = "入住"
        constraints = (
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="stay_interval"
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | ~Q(left_because=""), name="stay_left_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(fee__gte=0, deposit__gte=0, prepaid__gte=0), name="stay_money"
            ),
            models.UniqueConstraint(fields=["facility", "agreement_number"], name="stay_agreement_once"),
        )
        indexes = (models.Index(fields=["facility", "until_on"]),)


class Lodging(Placed):
    """One bed, one person, one stretch of days: the last day is that of leaving and no longer counts.

    The database itself lets nobody sleep in two beds and no bed hold two (handbook 02 §2.3).
    """

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="lodgings", verbose_name="入住")
    bed = models.ForeignKey(Bed, models.PROTECT, related_name="lodgings", verbose_name="床位")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="入住人")
    from_on = models.DateField("起")
    until_on = models.DateField("止", null=True)

    class Meta:
        verbose_name = "占床记录"
        constraints = (
            ExclusionConstraint(name="lodging_one_person_a_bed", expressions=[one_of("bed"), days()]),
            ExclusionConstraint(name="lodging_one_bed_a_person", expressions=[one_of("person"), days()]),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="lodging_interval"
            ),
        )


class Absence(Placed):
    """Days in hospital, while the bed is held for so many days (住院保留床位)."""

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="absences", verbose_name="入住")
    where = models.CharField("去向", max_length=80)
    from_on = models.DateField("起")
    until_on = models.DateField("止", null=True)
    held_until = models.DateField("保留床位至")
    # What the other side needs to know, there and back (医养转诊): why, and with which plan of care.
    reason = SealedTextField("事由")
    care_plan = SealedTextField("返院后照护计划", blank=True)

    class Meta:
        verbose_name = "住院离床"
        constraints = (
            ExclusionConstraint(name="absence_once_a_day", expressions=[one_of("stay"), days()]),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="absence_interval"
            ),
        )


class TransferPlan(Placed):
    """Where a resident goes when the house closes (安置方案): no house closes over somebody's head."""

    stay = models.OneToOneField(Stay, models.PROTECT, related_name="plan", verbose_name="入住")
    to = models.ForeignKey(Facility, models.PROTECT, null=True, related_name="+", verbose_name="接收机构")
    to_words = models.CharField("去向", max_length=120)
    agreed_by = models.CharField("同意人", max_length=60)
    move_on = models.DateField("转移日期")
    by_name = models.CharField("登记人", max_length=60)

    class Meta:
        verbose_name = "安置方案"
