"""What is told to people and shown to the village: messages, proof of delivery, public postings."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import PathField, Placed
from minzheng.kernel.audit.history import said_is_said
from minzheng.kernel.documents.models import Document
from minzheng.kernel.people.fields import SealedField, SealedTextField
from minzheng.kernel.people.models import Person

__all__ = ["Contact", "Delivery", "Message", "OfficeNotice", "Posting", "ReceiptsRead", "Sending"]


class Message(Placed):
    """A few words to one person about his own business; shown in the portal."""

    class Kind(models.TextChoices):
        NOTICE = "notice", "通知"
        TASK = "task", "待办"
        DECISION = "decision", "结果"
        URGENT = "urgent", "紧急"
        RATE = "rate", "请您评价"
        REPLY = "reply", "评价答复"
        # What is said to whoever answered a short message.
        HEARD = "heard", "收到评价"
        UNCLEAR = "unclear", "回复未看懂"
        AGAIN = "again", "已经评价过"
        OVER = "over", "评价已截止"

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="收件人")
    case_id = models.BigIntegerField("办件", null=True)
    kind = models.CharField("类别", max_length=8, choices=Kind, default=Kind.NOTICE)
    title = models.CharField("标题", max_length=80)
    text = SealedTextField("内容")
    sent_at = models.DateTimeField("发送时间")
    read_at = models.DateTimeField("阅读时间", null=True)
    topic = models.CharField("所告知的事", max_length=60, null=True)
    # Where even that somebody was told would say who he is: the addressee alone sees it.
    compartment = models.CharField("封闭类别", max_length=12, blank=True, default="", db_default="")

    class Meta:
        verbose_name = "消息"
        constraints = (models.UniqueConstraint(fields=["topic"], name="message_once_a_topic"),)
        indexes = (models.Index(fields=["person", "-id"]), models.Index(fields=["case_id", "id"]))
        triggers = (
            said_is_said("message_said_is_said", but=["read_at"], sealed=["text"]),
            pgtrigger.Protect(name="message_kept", operation=pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return self.title


class OfficeNotice(Placed):
    """告知: what one office lets another know about a person of its own; ``path`` is the place that is told."""

    from_path = PathField(verbose_name="告知单位")
    case_id = models.BigIntegerField("办件", null=True)
    title = models.CharField("标题", max_length=80)
    text = SealedTextField("内容")
    topic = models.CharField("所告知的事", max_length=60)
    sent_at = models.DateTimeField("发送时间")
    sent_by = models.CharField("发送人标识", max_length=40)
    read_at = models.DateTimeField("知悉时间", null=True)
    read_by = models.CharField("知悉人标识", max_length=40, blank=True)

    class Meta:
        verbose_name = "告知"
        constraints = (
            models.UniqueConstraint(fields=["path", "topic"], name="office_told_once_a_topic"),
            models.CheckConstraint(
                condition=Q(read_at=None, read_by="") | (Q(read_at__isnull=False) & ~Q(read_by="")),
                name="office_notice_read_by_somebody",
            ),
        )
        triggers = (
            said_is_said("office_notice_said_is_said", but=["read_at", "read_by"], sealed=["text"]),
            pgtrigger.Protect(name="office_notice_kept", operation=pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return self.title


class Delivery(Placed):
    """送达: how and when a letter reached its addressee; from that day the remedies run."""

    class Way(models.TextChoices):
        IN_PERSON = "in_person", "当面送达"
        POST = "post", "邮寄送达"
        ELECTRONIC = "electronic", "电子送达"
        LEFT = "left", "留置送达"

    document = models.ForeignKey(Document, models.PROTECT, related_name="deliveries", verbose_name="文书")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="受送达人")
    case_id = models.BigIntegerField("办件", null=True)
    way = models.CharField("送达方式", max_length=10, choices=Way)
    served_at = models.DateTimeField("送达时间")
    served_by = models.CharField("送达人标识", max_length=40)
    served_by_name = models.CharField("送达人", max_length=60)
    recorded_at = models.DateTimeField("登记时间")
    proof = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", verbose_name="送达凭证")

    class Meta:
        verbose_name = "送达记录"
        constraints = (
            models.UniqueConstraint(fields=["document", "person"], name="delivery_once_to_each"),
            models.CheckConstraint(
                condition=~Q(way__in=["left", "post"]) | Q(proof__isnull=False), name="delivery_proved"
            ),
            models.CheckConstraint(
                condition=Q(served_at__lte=F("recorded_at")), name="delivery_recorded_afterwards"
            ),
        )
        indexes = (models.Index(fields=["case_id", "id"]),)
        triggers = (
            pgtrigger.Protect(name="delivery_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        )


class Posting(Placed):
    """公示: what hung where, from which day to which; it cannot be closed before its last day has passed."""

    case_id = models.BigIntegerField("办件")
    title = models.CharField("标题", max_length=60)
    place = models.CharField("公示地点", max_length=80)
    content = models.JSONField("公示内容")
    posted_on = models.DateField("公示起始日")
    days = models.PositiveSmallIntegerField("公示天数")
    last_day = models.DateField("公示截止日")
    provisional = models.BooleanField("截止日待放假通知确定")
    posted_by = models.CharField("张贴人标识", max_length=40)
    posted_by_name = models.CharField("张贴人", max_length=60)
    photo = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", verbose_name="张贴照片")
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name="公示文书"
    )
    closed_on = models.DateField("结束日期", null=True)
    retracted_on = models.DateField("撤下日期", null=True)
    retracted_reason = models.CharField("撤下原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "公示"
        constraints = (
            models.CheckConstraint(
                condition=Q(last_day__gt=F("posted_on")), name="posting_lasts_a_day_at_least"
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gt=F("last_day")), name="posting_not_cut_short"
            ),
            models.CheckConstraint(
                condition=Q(retracted_on=None) | (Q(closed_on=None) & ~Q(retracted_reason="")),
                name="posting_retracted_for_a_reason",
            ),
            models.UniqueConstraint(
                fields=["case_id"],
                condition=Q(closed_on=None, retracted_on=None),
                name="posting_one_open_a_case",
            ),
        )
        indexes = (
            models.Index(fields=["path", "last_day"]),
            models.Index(fields=["case_id", "id"]),
        )
        triggers = (
            pgtrigger.ReadOnly(
                name="posting_shown_is_shown",
                exclude=["closed_on", "retracted_on", "retracted_reason", "photo"],
            ),
            pgtrigger.Protect(name="posting_kept", operation=pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return self.title


class Contact(Placed):
    """How somebody wishes to be told, beside the portal: an own mail address, and whether short messages are wanted."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="+", verbose_name="本人")
    email = SealedField(verbose_name="电子邮箱", blank=True, default="")
    no_sms = models.BooleanField("不接收一般短信", default=False)
    changed_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "接收方式"


class Sending(Placed):
    """One message on its way by telephone or mail: waiting, under way, taken over by the channel, arrived or not."""

    class Channel(models.TextChoices):
        SMS = "sms", "短信"
        EMAIL = "email", "电子邮件"

    class State(models.TextChoices):
        WAITING = "waiting", "待发送"
        UNDER_WAY = "under_way", "正在发送"
        SENT = "sent", "已发出"
        DELIVERED = "delivered", "已送达"
        FAILED = "failed", "发送失败"
        DOUBTFUL = "doubtful", "不确定是否发出"
        CLOSED = "closed", "不再发送"

    # What is closed to others of the message is closed of its way as well.
    closed_with = "message"
    message = models.ForeignKey(Message, models.PROTECT, related_name="sendings", verbose_name="消息")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="收件人")
    channel = models.CharField("渠道", max_length=6, choices=Channel)
    # Under one key a channel takes a message once; whoever decides to send again raises the round.
    round = models.PositiveSmallIntegerField("第几次", default=1)
    urgent = models.BooleanField("紧急", default=False)
    state = models.CharField("状态", max_length=9, choices=State, default=State.WAITING)
    written_at = models.DateTimeField("写入时间")
    next_at = models.DateTimeField("下次发送")
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    taken_at = models.DateTimeField("开始发送时间", null=True)
    sent_to = models.CharField("发往", max_length=80, blank=True)
    sent_at = models.DateTimeField("发出时间", null=True)
    receipt = models.CharField("渠道编号", max_length=80, blank=True)
    arrived_at = models.DateTimeField("送达时间", null=True)
    error = models.CharField("原因", max_length=40, blank=True)
    closed_by_name = models.CharField("决定不再发送的人", max_length=60, blank=True)
    closed_reason = models.CharField("不再发送的理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "消息发送"
        constraints = (
            models.UniqueConstraint(fields=["message", "channel"], name="sending_once_a_channel"),
            models.CheckConstraint(
                condition=~Q(state__in=("sent", "delivered")) | Q(sent_at__isnull=False),
                name="sending_sent_at",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(closed_reason=""), name="sending_closed_for_a_reason"
            ),
        )
        indexes = (
            models.Index(fields=["channel", "next_at"], condition=Q(state="waiting"), name="sending_due"),
            models.Index(fields=["taken_at"], condition=Q(state="under_way"), name="sending_under_way"),
            models.Index(
                fields=["path", "-id"], condition=Q(state__in=("failed", "doubtful")), name="sending_failed"
            ),
        )

    @property
    def key(self) -> str:
        """By what the channel tells it from every other."""
        return f"{self.message_id}:{self.channel}:{self.round}"


class ReceiptsRead(models.Model):
    """Up to where the receipts of a channel have been read, and what people wrote back through it."""

    stands_open = "只记回执和回复读到哪里"
    channel = models.CharField("渠道", max_length=6, unique=True)
    cursor = models.BigIntegerField("已读到", default=0)
    heard = models.BigIntegerField("回复已读到", default=0, db_default=0)

    class Meta:
        verbose_name = "回执读取位置"
