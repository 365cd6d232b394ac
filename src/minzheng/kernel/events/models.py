"""What happened, who said so, what every domain did about it, and what is left to a human.

A report is never edited.  An effect is what one reaction did to one event: the row that can exist only once.
What is told of somebody's circumstances is sealed; what events are found, walled and reckoned by (kind, day, place,
state) is not (ADR 25).
"""

from __future__ import annotations

from hashlib import sha256

from django.db import models
from django.db.models import Q

from minzheng.kernel import declare
from minzheng.kernel.areas.models import PathField, Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.ledger.guards import never
from minzheng.kernel.people.fields import SealedJSONField, SealedTextField
from minzheng.kernel.people.models import Household, Person

__all__ = ["UNDECIDED", "Effect", "Feed", "FollowUp", "LifeEvent", "Report", "Unplaced"]

# Nobody has looked at it yet, the reports contradict one another, or another office has contradicted since.
UNDECIDED = Q(state__in=["reported", "held"]) | ~Q(disputed="")
KINDS = [(one.code, one.label) for one in declare.EVENT_KINDS.values()]


@keeps_history()
class LifeEvent(Placed):
    """One event in one person's life, however many offices have reported it."""

    also_at = ("to_path",)

    class State(models.TextChoices):
        REPORTED = "reported", "待核实"
        HELD = "held", "有矛盾，待裁定"
        CONFIRMED = "confirmed", "办理中"
        CARRIED_OUT = "carried_out", "已办理"
        WITHDRAWN = "withdrawn", "已撤销"

    kind = models.CharField("类别", max_length=20, choices=KINDS)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="人员")
    to_path = PathField(verbose_name="迁入地", blank=True, db_index=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.REPORTED)
    day = models.DateField("发生日期")
    detail = SealedJSONField("内容")
    apart = models.CharField("区分项", max_length=40, blank=True)
    hold_reason = SealedTextField("待裁定原因", blank=True)
    disputed = SealedTextField("办理后又有不同报告", blank=True)
    # A carried-out event whose day turns out otherwise is undone and carried out anew, in the next round.
    round = models.PositiveSmallIntegerField("轮次", default=1)
    opened_at = models.DateTimeField("登记时间")
    decided_at = models.DateTimeField("核实时间", null=True)
    decided_by = models.CharField("核实人标识", max_length=40, blank=True)
    decided_by_name = models.CharField("核实人", max_length=60, blank=True)
    reason = SealedTextField("核实或裁定理由", blank=True)
    withdrawn_at = models.DateTimeField("撤销时间", null=True)
    withdrawn_by_name = models.CharField("撤销人", max_length=60, blank=True)
    withdrawn_reason = SealedTextField("撤销理由", blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "生活事件"
        constraints = (
            models.UniqueConstraint(
                fields=["person"], condition=Q(kind="death") & ~Q(state="withdrawn"), name="event_one_death"
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="event_withdrawn_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | ~Q(hold_reason=""), name="event_held_with_reason"
            ),
            *never("events_lifeevent", "DELETE", "an event is withdrawn, never deleted"),
        )
        indexes = (
            models.Index(fields=["person", "kind"]),
            models.Index(fields=["kind", "state", "path"]),
            models.Index(fields=["path"], condition=UNDECIDED, name="event_undecided"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number under which what was done about it rests, as on that of a decision."""
        again = f"之{self.round}" if self.round > 1 else ""
        return f"事件〔{self.opened_at.year}〕{self.pk}号{again}"

    def happened(self) -> declare.Happened:
        """The event as a reaction is told of it."""
        content = f"{self.kind}|{self.person_id}|{self.day}|{sorted(self.detail.items())}|{self.round}"
        return declare.Happened(
            event=self.pk, kind=self.kind, person=self.person, day=self.day, number=self.number,
            sha=sha256(content.encode()).hexdigest(), detail=self.detail,
        )  # fmt: skip


class Report(models.Model):
    """One office's word that something happened, under that office's own reference; the same reference counts once."""

    event = models.ForeignKey(LifeEvent, models.PROTECT, related_name="reports", verbose_name="事件")
    source = models.CharField("来源", max_length=12, choices=list(declare.EVENT_SOURCES.items()))
    reference = models.CharField("来源编号", max_length=80)
    day = models.DateField("来源所报日期")
    detail = SealedJSONField("来源所报内容")
    words = SealedTextField("说明", blank=True)
    received_at = models.DateTimeField("收到时间")
    by = models.CharField("登记人标识", max_length=40)
    by_name = models.CharField("登记人", max_length=60)

    class Meta:
        verbose_name = "事件报告"
        constraints = (
            models.UniqueConstraint(fields=["source", "reference"], name="report_once_a_reference"),
            *never(
                "events_report",
                "UPDATE OR DELETE",
                "a report is never edited: a correction is another report",
                sealed=("detail", "words"),
            ),
        )


class Effect(models.Model):
    """What one reaction did about one event, in words, with the rows it touched; or why not, or what went wrong."""

    class State(models.TextChoices):
        WAITING = "waiting", "待办理"
        DONE = "done", "已办理"
        NOTHING = "nothing", "无需办理"
        FAILED = "failed", "未办成"
        UNDONE = "undone", "已恢复"
        BY_HAND = "by_hand", "须人工恢复"
        DROPPED = "dropped", "不再办理"

    event = models.ForeignKey(LifeEvent, models.PROTECT, related_name="effects", verbose_name="事件")
    reaction = models.CharField("反应", max_length=80)
    round = models.PositiveSmallIntegerField("轮次")
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    words = SealedTextField("办理情况", blank=True)
    rows = models.JSONField("涉及记录", default=list)
    kept = SealedJSONField("恢复所需")
    at = models.DateTimeField("办理时间", null=True)
    attempts = models.PositiveSmallIntegerField("已试次数", default=0)
    error = SealedTextField("未办成原因", blank=True)
    retry_at = models.DateTimeField("再试时间", null=True)
    undone_words = SealedTextField("恢复情况", blank=True)
    undone_at = models.DateTimeField("恢复时间", null=True)

    class Meta:
        verbose_name = "事件办理记录"
        constraints = (
            models.UniqueConstraint(fields=["event", "reaction", "round"], name="effect_once"),
            *never("events_effect", "DELETE", "what was done about an event stays on file"),
        )
        indexes = (
            models.Index(
                fields=["retry_at"], condition=Q(state__in=["waiting", "failed"]), name="effect_due"
            ),
        )


@keeps_history()
class FollowUp(Placed):
    """What a human is to do because of an event, by when; begun as a case, or finished with a word."""

    class State(models.TextChoices):
        OPEN = "open", "待办"
        BEGUN = "begun", "办理中"
        DONE = "done", "已办结"
        DROPPED = "dropped", "已取消"

    effect = models.ForeignKey(Effect, models.PROTECT, related_name="follow_ups", verbose_name="事件办理记录")
    label = models.CharField("事项", max_length=60)
    text = SealedTextField("内容")
    service = models.CharField("办理事项", max_length=60, blank=True)
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="+", verbose_name="家庭")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="人员")
    origin_id = models.BigIntegerField("原办件", null=True)
    due_on = models.DateField("期限")
    state = models.CharField("状态", max_length=8, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField("列入时间")
    case_id = models.BigIntegerField("办件", null=True)
    closed_at = models.DateTimeField("办结时间", null=True)
    closed_by_name = models.CharField("办结人", max_length=60, blank=True)
    words = SealedTextField("办理情况", blank=True)

    class Meta:
        verbose_name = "事件待办"
        constraints = (
            models.UniqueConstraint(fields=["effect", "label", "household", "person"], name="follow_up_once",
                                    nulls_distinct=False),
        )  # fmt: skip
        indexes = (models.Index(fields=["state", "path", "due_on"]),)


class Feed(models.Model):
    """How far the events of one source have been fetched."""

    stands_open = "只记来源读到哪里"
    source = models.CharField("来源", max_length=12, unique=True)
    cursor = models.BigIntegerField("已取到的序号", default=0)
    asked_at = models.DateTimeField("最近一次取数时间", null=True)
    error = models.CharField("未取成原因", max_length=200, blank=True)
    taken = models.BigIntegerField("累计登记", default=0)

    class Meta:
        verbose_name = "事件来源"


@keeps_history()
class Unplaced(Placed):
    """An event from a feed that could not be registered: nobody on file, or a report that contradicts itself.

    It lies with the place that its number or its words name, else with the province, until somebody there has put
    it right, found that there is nobody to register it for, or the same row has come again and fitted.
    """

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        PLACED = "placed", "已登记"
        DROPPED = "dropped", "不予登记"

    source = models.CharField("来源", max_length=12)
    reference = models.CharField("来源编号", max_length=80)
    kind = models.CharField("类别", max_length=20)
    reason = models.CharField("原因", max_length=300)
    # As it was sent: number, day, detail.
    row = SealedJSONField(verbose_name="来源所报内容")
    at = models.DateTimeField("收到时间")
    state = models.CharField("状态", max_length=8, choices=State, default=State.OPEN)
    event = models.ForeignKey(LifeEvent, models.PROTECT, null=True, related_name="+", verbose_name="登记为")
    settled_at = models.DateTimeField("处理时间", null=True)
    settled_by_name = models.CharField("处理人", max_length=60, blank=True)
    words = SealedTextField("处理说明", blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "未登记的来源事件"
        constraints = (
            models.UniqueConstraint(fields=["source", "reference"], name="unplaced_once_a_reference"),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(words=""), name="unplaced_dropped_with_words"
            ),
            models.CheckConstraint(
                condition=Q(state="placed", event__isnull=False) | ~Q(state="placed") & Q(event=None),
                name="unplaced_placed_is_an_event",
            ),
        )
        indexes = (models.Index(fields=["path", "-id"], condition=Q(state="open"), name="unplaced_open"),)
