"""What goes out: every answer given to another department, how much of a quota is spent, what waits to be pushed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.people.fields import SealedJSONField
from minzheng.kernel.people.models import Person

__all__ = ["Answered", "Outgoing", "Spent"]


class Answered(Placed):
    """One question of another department and what it was told or why not: who, what, why, when."""

    class Outcome(models.TextChoices):
        GIVEN = "given", "已答复"
        REFUSED = "refused", "已拒绝"

    grant = models.CharField("授权", max_length=60, blank=True)
    department = models.CharField("提问部门", max_length=40)
    officer = models.CharField("提问人员", max_length=60)
    question = models.CharField("问题", max_length=60)
    purpose = models.CharField("用途", max_length=60)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="被问及的人")
    fields = models.JSONField("答复的字段", default=list)
    request_id = models.CharField("请求编号", max_length=64)
    outcome = models.CharField("结果", max_length=7, choices=Outcome)
    reason = models.CharField("拒绝原因", max_length=40, blank=True)
    answer_sha = models.CharField("答复摘要", max_length=64, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "对外答复记录"
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome="given", reason="") & ~Q(answer_sha="") & ~Q(grant="")
                | Q(outcome="refused", answer_sha="") & ~Q(reason=""),
                name="answered_or_refused",
            ),
            # A request that comes a second time is a replay, whatever became of it the first time.
            models.UniqueConstraint(fields=["department", "request_id"], name="answered_once"),
        )
        indexes = (
            models.Index(fields=["department", "at"]),
            models.Index(fields=["person", "at"]),
        )


class Spent(models.Model):
    """How many answers a grant has given on one day; the database lets nobody pass the quota."""

    stands_open = "只记部门查询次数"

    grant = models.CharField("授权", max_length=60)
    day = models.DateField("日期")
    count = models.PositiveIntegerField("已答复", default=0)
    quota = models.PositiveIntegerField("每日额度")

    class Meta:
        verbose_name = "对外答复额度"
        constraints = (
            models.UniqueConstraint(fields=["grant", "day"], name="spent_once_a_day"),
            models.CheckConstraint(condition=Q(count__lte=F("quota")), name="spent_within_quota"),
        )


class Outgoing(Placed):
    """Something another platform is told, written in the transaction of what it tells about, sent by the worker."""

    class State(models.TextChoices):
        WAITING = "waiting", "待推送"
        ACKNOWLEDGED = "acknowledged", "已确认"
        DEAD = "dead", "推送失败"
        CLOSED = "closed", "不再推送"

    channel = models.CharField("渠道", max_length=20)
    # Under one key a thing is told once, however often it is sent; what comes later has a later number.
    key = models.CharField("编号", max_length=80, unique=True)
    subject = models.CharField("对象", max_length=60)
    seq = models.PositiveIntegerField("序号")
    content = SealedJSONField(verbose_name="内容")
    content_sha = models.CharField("内容摘要", max_length=64)
    state = models.CharField("状态", max_length=12, choices=State, default=State.WAITING)
    written_at = models.DateTimeField("写入时间")
    next_at = models.DateTimeField("下次推送")
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    error = models.CharField("原因", max_length=40, blank=True)
    acknowledged_at = models.DateTimeField("确认时间", null=True)
    receipt = models.CharField("回执", max_length=64, blank=True)
    closed_at = models.DateTimeField("不再推送时间", null=True)
    closed_by_name = models.CharField("决定不再推送的人", max_length=60, blank=True)
    closed_reason = models.CharField("不再推送的理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "对外推送"
        constraints = (
            models.UniqueConstraint(fields=["channel", "subject", "seq"], name="outgoing_once"),
            models.CheckConstraint(
                condition=Q(state="acknowledged", acknowledged_at__isnull=False) & ~Q(receipt="")
                | ~Q(state="acknowledged") & Q(acknowledged_at=None, receipt=""),
                name="outgoing_acknowledged_with_receipt",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False) & ~Q(closed_reason=""),
                name="outgoing_closed_with_reason",
            ),
        )
        indexes = (
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="outgoing_due"),
            models.Index(fields=["written_at"], name="outgoing_written"),
        )
