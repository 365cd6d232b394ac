"""A visit to a home as it was recorded, and the lead under which signs of one household's need are gathered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.people.fields import SealedJSONField, SealedTextField
from minzheng.kernel.people.models import Household, Person

__all__ = ["Lead", "Sign", "Visit"]


@keeps_history()
class Lead(Placed):
    """A household that may need help (线索): opened by the first sign, closed by an application or a reason."""

    class State(models.TextChoices):
        OPEN = "open", "待跟进"
        APPLIED = "applied", "已代办申请"
        CLOSED = "closed", "已了结"

    household = models.ForeignKey(Household, models.PROTECT, related_name="+", verbose_name="家庭")
    domain = models.CharField("业务", max_length=30)
    state = models.CharField("状态", max_length=8, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField("发现时间")
    case_id = models.BigIntegerField("办件", null=True)
    closed_at = models.DateTimeField("了结时间", null=True)
    closed_reason = SealedTextField("了结原因", blank=True)

    class Meta:
        verbose_name = "线索"
        constraints = (
            models.UniqueConstraint(
                fields=["household", "domain"], condition=Q(state="open"), name="lead_one_open_per_household"
            ),
        )
        indexes = (models.Index(fields=["state", "path"]),)


class Sign(models.Model):
    """One reason to look at a household: a data match, a visit, a call, a neighbour."""

    class Source(models.TextChoices):
        MATCH = "match", "数据比对"
        VISIT = "visit", "入户走访"
        HOTLINE = "hotline", "热线"
        REPORT = "report", "群众反映"

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="signs", verbose_name="线索")
    source = models.CharField("来源", max_length=8, choices=Source)
    text = SealedTextField("内容")
    at = models.DateTimeField("时间")
    by = models.CharField("发现人标识", max_length=40)
    by_name = models.CharField("发现人", max_length=60)

    class Meta:
        verbose_name = "线索来源"


@keeps_history()
class Visit(Placed):
    """A visit (走访): who went, to whom, what was seen; the photographs are stored documents."""

    kind = models.CharField("走访类别", max_length=60)
    household = models.ForeignKey(Household, models.PROTECT, related_name="+", verbose_name="家庭")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="走访对象")
    at = models.DateTimeField("走访时间")
    by = models.CharField("走访人标识", max_length=40)
    by_name = models.CharField("走访人", max_length=60)
    answers = SealedJSONField("走访记录")
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, related_name="visits", verbose_name="线索")

    class Meta:
        verbose_name = "走访"
        indexes = (models.Index(fields=["path", "-at"]),)
