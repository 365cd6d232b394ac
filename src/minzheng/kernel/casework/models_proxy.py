"""On whose word somebody applies for another (委托代办)."""

from __future__ import annotations

from django.db import models

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.people.models import Person

__all__ = ["Mandate"]


@keeps_history()
class Mandate(Placed):
    """A relative applies in the applicant's name: who, what they are to each other, and the signed paper."""

    case = models.OneToOneField("casework.Case", models.PROTECT, related_name="mandate", verbose_name="办件")
    agent = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="代办人")
    # What the applicant is to whoever acts (GB/T 4761).
    relation = models.CharField("申请人是代办人的", max_length=2)
    document_id = models.BigIntegerField("委托书", null=True)
    given_at = models.DateTimeField("受托时间")

    class Meta:
        verbose_name = "委托代办"
