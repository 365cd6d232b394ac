"""Medical transfer (护理转移): from an institution to a hospital by the green channel, and back with a plan."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.facilities.models import Facility, Stay
from minzheng.kernel.people.fields import SealedTextField
from minzheng.kernel.people.models import Person

__all__ = ["Transfer"]


@keeps_history()
class Transfer(Placed):
    """One way there and back: asked for, answered by the hospital, away, back with a plan that was accepted."""

    class State(models.TextChoices):
        ASKED = "asked", "待医院答复"
        AWAY = "away", "在院治疗"
        DECLINED = "declined", "医院未接收"
        BACK = "back", "已转回"
        STAYED = "stayed", "未转回"

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="老年人")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+", verbose_name="养老机构")
    stay = models.ForeignKey(Stay, models.PROTECT, null=True, related_name="+", verbose_name="入住记录")
    number = models.CharField("编号", max_length=20, unique=True)
    hospital = models.CharField("接收医院", max_length=80)
    green = models.BooleanField("绿色通道")
    reason = SealedTextField("病情和事由")
    consent_by = models.CharField("同意人", max_length=60)
    asked_at = models.DateTimeField("申请时间")
    answer_by = models.DateTimeField("答复期限")
    answered_at = models.DateTimeField("答复时间", null=True)
    answer = SealedTextField("医院答复", blank=True)
    gone_on = models.DateField("转出日期", null=True)
    back_on = models.DateField("转回日期", null=True)
    care_plan = SealedTextField("转回后照护计划", blank=True)
    accepted_by = models.CharField("照护计划接受人", max_length=60, blank=True)
    total = models.BigIntegerField("医疗费用（分）", default=0)
    insured = models.BigIntegerField("医保支付（分）", default=0)
    state = models.CharField("状态", max_length=8, choices=State, default=State.ASKED)
    by_name = models.CharField("经办人", max_length=60)

    class Meta:
        verbose_name = "护理转移"
        constraints = (
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=["asked", "away"]), name="transfer_one_running"
            ),
            models.CheckConstraint(
                condition=~Q(state="back")
                | Q(back_on__gte=F("gone_on")) & ~Q(care_plan="") & ~Q(accepted_by=""),
                name="transfer_back_with_plan",
            ),
            models.CheckConstraint(
                condition=Q(insured__gte=0, total__gte=F("insured")), name="transfer_settled"
            ),
        )

    def __str__(self) -> str:
        return self.number
