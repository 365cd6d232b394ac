"""Somebody asks for an ability assessment (申请能力评估), for themselves or through the township."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.people.fields import SealedTextField
from minzheng.kernel.people.models import Person
from minzheng.kernel.visits.models import Assessment

__all__ = ["AbilityRequest"]


@keeps_history()
class AbilityRequest(Placed):
    """A request with its limit: when the two assessors come, and which assessment answered it."""

    class State(models.TextChoices):
        ASKED = "asked", "待安排"
        ARRANGED = "arranged", "已约定"
        DONE = "done", "已评估"
        CLOSED = "closed", "不再评估"

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="老年人")
    number = models.CharField("编号", max_length=20, unique=True)
    why = models.CharField("申请原因", max_length=10)
    words = SealedTextField("情况说明", blank=True)
    contact = SealedTextField("联系人和方便的时间")
    asked_on = models.DateField("申请日期")
    due_on = models.DateField("评估期限")
    visit_on = models.DateField("约定日期", null=True)
    assessors = models.CharField("评估员", max_length=120, blank=True)
    assessment = models.ForeignKey(
        Assessment, models.PROTECT, null=True, related_name="+", verbose_name="评估"
    )
    reason = SealedTextField("不再评估的原因", blank=True)
    by_name = models.CharField("登记人", max_length=60)
    state = models.CharField("状态", max_length=8, choices=State, default=State.ASKED)

    class Meta:
        verbose_name = "能力评估申请"
        constraints = (
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=["asked", "arranged"]), name="ability_request_one"
            ),
            models.CheckConstraint(
                condition=~Q(state="arranged") | Q(visit_on__isnull=False), name="ability_request_arranged"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(assessment__isnull=False), name="ability_request_done"
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(reason=""), name="ability_request_closed"
            ),
        )

    def __str__(self) -> str:
        return self.number
