"""Who works as a carer (养老护理员从业), from day to day: what entry and seniority subsidies are reckoned from."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.facilities.models import Facility
from minzheng.kernel.facilities.models.houses import days, one_of
from minzheng.kernel.people.models import Person

__all__ = ["CarerJob"]


@keeps_history()
class CarerJob(Placed):
    """Somebody cares for the old in an institution under a contract; the county has looked at contract and insurance.

    Nobody is employed twice on one day: of two institutions that tell of the same person the second is refused.
    """

    class State(models.TextChoices):
        TOLD = "told", "待核实"
        CONFIRMED = "confirmed", "已核实"
        REFUSED = "refused", "不属实"

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="护理员")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+", verbose_name="养老机构")
    contract = models.CharField("劳动合同编号", max_length=40)
    from_on = models.DateField("入职日期")
    until_on = models.DateField("离职日期", null=True)
    told_by = models.CharField("登记人标识", max_length=40)
    told_by_name = models.CharField("登记人", max_length=60)
    checked_on = models.DateField("核实日期", null=True)
    checked_by_name = models.CharField("核实人", max_length=60, blank=True)
    opinion = models.CharField("核实情况", max_length=200, blank=True)
    state = models.CharField("状态", max_length=9, choices=State, default=State.TOLD)

    class Meta:
        verbose_name = "养老护理员从业"
        constraints = (
            ExclusionConstraint(
                name="carer_one_job_a_day", expressions=[one_of("person"), days()], condition=~Q(state="refused")
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="carer_job_interval"
            ),
            models.CheckConstraint(
                condition=Q(state="told") | Q(checked_on__isnull=False) & ~Q(opinion=""),
                name="carer_job_checked",
            ),
        )  # fmt: skip
