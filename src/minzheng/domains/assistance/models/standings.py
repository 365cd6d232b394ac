"""The standing of a household among low-income groups (低收入人口), one at a time, history and all."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.people.models import Household, Person

from .. import rules

__all__ = ["CAUSES", "Standing"]


@keeps_history()
class Standing(Placed):
    """A household's class (L2 dibao, L3 low-income edge …) from a decision until it ends; the register's row."""

    class LowIncomeClass(models.TextChoices):
        TEKUN = "L1", "特困"
        DIBAO = "L2", "低保"
        EDGE = "L3", "低保边缘"
        RIGID = "L4", "刚性支出困难"

    class State(models.TextChoices):
        CURRENT = "current", "保障中"
        LEAVING = "leaving", "渐退"
        ENDED = "ended", "已终止"

    household = models.ForeignKey(Household, models.PROTECT, related_name="+", verbose_name="家庭")
    applicant = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="申请人")
    low_income_class = models.CharField("类别", max_length=2, choices=LowIncomeClass)
    state = models.CharField("状态", max_length=8, choices=State, default=State.CURRENT)
    class_ur = models.CharField("城乡", max_length=5, choices=Household.Class)
    case_id = models.BigIntegerField("办件", null=True)
    decision_number = models.CharField("决定文号", max_length=40)
    members = models.PositiveSmallIntegerField("保障人数")
    amount = models.BigIntegerField("月保障金（分）", default=0)
    # Of a tekun person (特困): the six everyday acts, and where the person is kept.
    care_level = models.CharField("生活自理能力", max_length=8, blank=True)
    support_form = models.CharField("供养方式", max_length=12, blank=True)
    score = models.CharField("评估得分", max_length=10, blank=True)
    tier = models.CharField("评估等级", max_length=1, blank=True)
    valid_from = models.DateField("起始日期")
    review_due = models.DateField("复核期限")
    ended_on = models.DateField("终止日期", null=True, blank=True)
    end_reason = models.CharField("终止原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "低收入人口台账"
        constraints = (
            models.UniqueConstraint(
                fields=["household"],
                condition=~Q(state="ended") & ~Q(low_income_class="L1"),
                name="standing_one_class_at_a_time",
            ),
            # Tekun is a person's: an old couple has two files, a grandchild with them may be on dibao.
            models.UniqueConstraint(
                fields=["applicant"],
                condition=~Q(state="ended") & Q(low_income_class="L1"),
                name="standing_one_tekun_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("valid_from")), name="standing_interval"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="standing_amount"),
        )
        indexes = (
            models.Index(fields=["low_income_class", "state", "path"]),
            models.Index(fields=["review_due"], condition=~Q(state="ended"), name="standing_review"),
        )


CAUSES = {
    code: label for code, label in rules.household.facts["temp_cause"].options.items() if code != "none"
}
