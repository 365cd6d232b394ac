"""What others tell of people: the national system, and the rural department."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.people.fields import SealedField, SealedJSONField
from minzheng.kernel.people.models import Household, Person

from .standings import Standing

__all__ = ["NationalRecord", "RuralWatch"]


@keeps_history()
class NationalRecord(Placed):
    """What the national system (金民工程) has of one person who is helped; never a ground to pay."""

    key = models.CharField("记录编号", max_length=60, unique=True)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, db_index=False, related_name="+", verbose_name="人员"
    )
    # As the file says it, in the stored form of the agreed shape.
    row = SealedJSONField(verbose_name="内容")
    low_income_class = models.CharField("类别", max_length=2, choices=Standing.LowIncomeClass)
    name = models.CharField("姓名", max_length=60)
    id_number = SealedField(found_by=True, verbose_name="公民身份号码")
    from_on = models.DateField("起始日期")
    until_on = models.DateField("终止日期", null=True, blank=True)
    taken_from = models.CharField("导入批次", max_length=40)
    recorded_at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = "全国救助信息"


@keeps_history()
class RuralWatch(Placed):
    """One person whom the rural department watches lest they fall into poverty (防返贫监测对象, L5); pays nobody."""

    class Kind(models.TextChoices):
        UNSTABLE = "1", "脱贫不稳定户"
        EDGE = "2", "边缘易致贫户"
        SUDDEN = "3", "突发严重困难户"

    class State(models.TextChoices):
        WATCHED = "watched", "监测中"
        REMOVED = "removed", "风险已消除"
        LEFT = "left", "不在最新名单"

    key = models.CharField("监测对象编号", max_length=60, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="人员")
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="+", verbose_name="家庭")
    # As the list says it, in the stored form of the agreed shape.
    row = SealedJSONField(verbose_name="内容")
    kind = models.CharField("类别", max_length=1, choices=Kind)
    state = models.CharField("状态", max_length=8, choices=State, default=State.WATCHED)
    name = models.CharField("姓名", max_length=60)
    id_number = SealedField(found_by=True, verbose_name="公民身份号码")
    from_on = models.DateField("纳入监测日期")
    until_on = models.DateField("终止日期", null=True, blank=True)
    listed_on = models.DateField("名单截止日期")
    taken_from = models.CharField("导入批次", max_length=40)
    # The list that no longer named them.
    closed_by = models.CharField("终止批次", max_length=40, blank=True)
    recorded_at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = "防返贫监测对象"
        constraints = (
            models.CheckConstraint(
                condition=Q(state="watched", until_on=None)
                | ~Q(state="watched") & Q(until_on__gte=F("from_on")),
                name="rural_watch_ended_by_date",
            ),
            models.CheckConstraint(
                condition=Q(state="left") ^ Q(closed_by=""), name="rural_watch_left_by_a_list"
            ),
        )
