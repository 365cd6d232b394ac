"""What is kept of public notices: what hung where until when, who objected, and what was found."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.people.fields import SealedTextField
from minzheng.kernel.people.models import Person

__all__ = ["Notice", "Objection", "Objector"]


class Notice(Placed):
    """A public notice (公示) about one entry of a register; ``path`` is the place on whose board it hangs.

    What was shown never changes, and it is not closed before its last day has passed.
    """

    kept_back = ("entry", "subject", "posted_by", "title")

    publicity = models.CharField("公示事项", max_length=60)
    entry = models.BigIntegerField("台账条目")
    subject = models.CharField("公示对象标识", max_length=40, blank=True)
    title = models.CharField("标题", max_length=60)
    about = models.CharField("公示对象", max_length=80)
    person = models.BooleanField("公示对象是个人")
    facts = models.JSONField("公示内容")
    phone = models.CharField("异议电话", max_length=20)
    posted_on = models.DateField("公示起始日")
    term = models.CharField("公示天数", max_length=20)
    last_day = models.DateField("公示截止日")
    provisional = models.BooleanField("截止日待放假通知确定")
    posted_by = models.CharField("公示人标识", max_length=40)
    posted_by_name = models.CharField("公示人", max_length=60)
    closed_on = models.DateField("结束日期", null=True)
    withdrawn_on = models.DateField("撤下日期", null=True)
    withdrawn_reason = models.CharField("撤下原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "结果公示"
        constraints = (
            models.CheckConstraint(condition=Q(last_day__gt=F("posted_on")), name="notice_lasts_a_day_at_least"),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gt=F("last_day")), name="notice_not_cut_short"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | (Q(closed_on=None) & ~Q(withdrawn_reason="")),
                name="notice_withdrawn_for_a_reason",
            ),
            models.UniqueConstraint(
                fields=["publicity", "entry"], condition=Q(closed_on=None, withdrawn_on=None),
                name="notice_one_open_an_entry",
            ),
        )  # fmt: skip
        indexes = (
            models.Index(fields=["path", "last_day"]),
            models.Index(fields=["subject"], condition=~Q(subject=""), name="notice_about_a_house"),
        )
        triggers = (
            pgtrigger.ReadOnly(
                name="notice_shown_is_shown", exclude=["closed_on", "withdrawn_on", "withdrawn_reason"]
            ),
            pgtrigger.Protect(name="notice_kept", operation=pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> str:
        """Whether it hangs, is over, or was withdrawn."""
        return "withdrawn" if self.withdrawn_on else "over" if self.closed_on else "hanging"


@keeps_history()
class Objection(Placed):
    """What somebody says against a notice, and what was found when it was looked into; found again by its code."""

    class State(models.TextChoices):
        OPEN = "open", "待核实"
        UPHELD = "upheld", "异议成立"
        DISMISSED = "dismissed", "异议不成立"

    kept_back = ("code", "answered_by")

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="objections", verbose_name="公示")
    text = SealedTextField("异议内容")
    code = models.CharField("查询码", max_length=12, unique=True)
    at = models.DateTimeField("提出时间")
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    answer = SealedTextField("核实结果", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by = models.CharField("答复人标识", max_length=40, blank=True)
    answered_by_name = models.CharField("答复人", max_length=60, blank=True)

    class Meta:
        verbose_name = "公示异议"
        constraints = (
            models.CheckConstraint(
                condition=Q(state="open", answer="", answered_at=None)
                | (~Q(state="open") & ~Q(answer="") & Q(answered_at__isnull=False)),
                name="notice_objection_answered",
            ),
        )

    def __str__(self) -> str:
        return f"对“{self.notice}”的异议"

    @property
    def register(self) -> str:
        """The register in which it is answered (``keeping.registers_of``)."""
        return f"{self.notice.publicity}_objections"


class Objector(Placed):
    """Who objected, as far as it was told: in a compartment of its own, closed to whoever answers as well."""

    compartment = "reporter"
    objection = models.OneToOneField(Objection, models.PROTECT, related_name="objector", verbose_name="异议")
    name = models.CharField("异议人", max_length=60)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="异议人档案")

    class Meta:
        verbose_name = "异议人身份"
