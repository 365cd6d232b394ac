"""A visit to the one door, and the parts into which what was asked for is divided."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.casework.models import Case
from minzheng.kernel.people.fields import SealedTextField
from minzheng.kernel.people.models import Household, Person

__all__ = ["Intake", "Part"]


@keeps_history()
class Intake(Placed):
    """What somebody came for (一门受理): the needs as told, one receipt, and in the end one answer."""

    number = models.CharField("回执编号", max_length=30, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="来办事的人")
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="家庭"
    )
    needs = models.JSONField("需求", default=list)
    note = SealedTextField("来访所述", blank=True)
    received_at = models.DateTimeField("登记时间")
    received_by = models.CharField("登记人标识", max_length=40)
    received_by_name = models.CharField("登记人", max_length=60)
    answer = SealedTextField("一次答复", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by_name = models.CharField("答复人", max_length=60, blank=True)

    class Meta:
        verbose_name = "一门受理"
        indexes = (
            models.Index(fields=["path", "-id"]),
            models.Index(fields=["path"], condition=Q(answered_at=None), name="intake_unanswered"),
        )

    def __str__(self) -> str:
        return self.number


@keeps_history()
class Part(Placed):
    """One part of it (分办): a case of this platform, or a matter passed on to a department outside (转办)."""

    class State(models.TextChoices):
        CASE = "case", "本系统办理"
        SENT = "sent", "已转出，待接收"
        ACCEPTED = "accepted", "已接收，办理中"
        REPLIED = "replied", "已答复"
        RETURNED = "returned", "已退回"

    intake = models.ForeignKey(Intake, models.PROTECT, related_name="parts", verbose_name="一门受理")
    state = models.CharField("状态", max_length=8, choices=State)
    case = models.OneToOneField(
        Case, models.PROTECT, null=True, blank=True, related_name="part", verbose_name="办件"
    )
    department = models.CharField("转办部门", max_length=40, blank=True)
    ask = SealedTextField("转办事项", blank=True)
    sent_at = models.DateTimeField("转出时间")
    accept_by = models.DateField("接收期限", null=True)
    accepted_on = models.DateField("接收日期", null=True)
    reply_by = models.DateField("答复期限", null=True)
    replied_on = models.DateField("答复日期", null=True)
    reply = SealedTextField("答复内容", blank=True)
    reported_at = models.DateTimeField("超期上报时间", null=True)
    settled = SealedTextField("协调意见", blank=True)
    settled_by_name = models.CharField("协调人", max_length=60, blank=True)

    class Meta:
        verbose_name = "分办事项"
        constraints = (
            models.CheckConstraint(
                condition=Q(state="case", case__isnull=False, department="")
                | (~Q(state="case") & Q(case=None, accept_by__isnull=False, reply_by__isnull=False))
                & ~Q(department=""),
                name="part_case_or_department",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["replied", "returned"])
                | (Q(replied_on__isnull=False) & ~Q(reply="")),
                name="part_replied_says_what",
            ),
        )
        indexes = (
            models.Index(
                fields=["path", "reply_by"],
                condition=Q(state__in=["sent", "accepted"]),
                name="part_passed_on",
            ),
        )
