"""A rating of one contact, the answer that a bad one calls for, and what is put into the opinion box.

Who rated is kept so that nobody rates twice, and is shown to no officer.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.people.fields import SealedField
from minzheng.kernel.people.models import Person

from .words import GRADES

__all__ = ["Caller", "Device", "Giver", "Opinion", "Rating", "Remedy"]


@keeps_history()
class Rating(Placed):
    """What the applicant thought of one contact (好差评): given once over all channels, added to once."""

    class Channel(models.TextChoices):
        ONLINE = "online", "网上"
        DEVICE = "device", "窗口评价器"
        SMS = "sms", "短信"
        QR = "qr", "回执二维码"
        HOTLINE = "hotline", "热线电话"

    case = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name="办件")
    task = models.ForeignKey(Task, models.PROTECT, related_name="+", verbose_name="环节")
    service = models.CharField("事项", max_length=60)
    contact = models.CharField("环节名称", max_length=60)
    channel = models.CharField(
        "评价渠道", max_length=8, choices=Channel, default=Channel.ONLINE, db_default="online"
    )
    # Known only of whoever rated under an account; elsewhere a link, a device or a voice stands for the applicant.
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="评价人"
    )
    # Who took it down on the telephone, and so has no part in what follows from it.
    taken_by = models.CharField("记录人标识", max_length=40, blank=True, default="", db_default="")
    grade = models.PositiveSmallIntegerField("评价", choices=GRADES)
    tags = models.JSONField("标签", default=list)
    text = models.CharField("评价内容", max_length=500, blank=True)
    at = models.DateTimeField("评价时间")
    added = models.CharField("追加评价", max_length=500, blank=True)
    added_at = models.DateTimeField("追加时间", null=True)
    # The applicant says that it was not he who rated: it counts for nothing, and he rates himself.
    disowned_at = models.DateTimeField("本人否认时间", null=True)

    class Meta:
        verbose_name = "好差评"
        constraints = (
            models.UniqueConstraint(
                fields=["task"], condition=Q(disowned_at=None), name="rating_once_a_contact"
            ),
            models.CheckConstraint(
                condition=~Q(channel="online") | Q(person__isnull=False), name="rating_online_by_somebody"
            ),
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=5), name="rating_five_grades"),
        )
        indexes = (models.Index(fields=["path", "at"]),)


@keeps_history()
class Remedy(Placed):
    """The answer a bad rating calls for (差评回复): looked into, put right or found malicious, called back."""

    hangs_on = "rating"

    class State(models.TextChoices):
        OPEN = "open", "待核实"
        LOOKED_INTO = "looked_into", "已核实，待整改"
        DOUBTED = "doubted", "建议认定无效"
        FIXED = "fixed", "已整改"
        UNFIXED = "unfixed", "无法整改，已说明"
        INVALID = "invalid", "认定无效"
        DISOWNED = "disowned", "本人否认"

    rating = models.OneToOneField(Rating, models.PROTECT, related_name="remedy", verbose_name="评价")
    state = models.CharField("状态", max_length=12, choices=State, default=State.OPEN)
    look_by = models.DateField("核实期限")
    due_on = models.DateField("整改期限")
    found = models.CharField("核实情况", max_length=500, blank=True)
    found_at = models.DateTimeField("核实时间", null=True)
    found_by = models.CharField("核实人标识", max_length=40, blank=True)
    answer = models.CharField("答复", max_length=500, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by = models.CharField("答复人标识", max_length=40, blank=True)
    doubt = models.CharField("建议无效的理由", max_length=300, blank=True)
    doubted_by = models.CharField("建议人标识", max_length=40, blank=True)
    agreed_by = models.CharField("认定人标识", max_length=40, blank=True)
    # The call-back: what the resident says once it has been answered.
    again = models.PositiveSmallIntegerField("回访评价", choices=GRADES, null=True)
    again_at = models.DateTimeField("回访时间", null=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "差评回复"
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="invalid") | ~Q(agreed_by=F("doubted_by")), name="remedy_invalid_by_two"
            ),
        )
        indexes = (models.Index(fields=["state", "path"]),)


class Caller(Placed):
    """From which number a rating was told by telephone: kept for a dispute over it, and shown to no officer."""

    compartment = "reporter"
    rating = models.OneToOneField(Rating, models.PROTECT, related_name="caller", verbose_name="评价")
    phone = SealedField(verbose_name="来电号码")

    class Meta:
        verbose_name = "热线评价来电"


@keeps_history()
class Device(Placed):
    """A tablet before a window (评价器): it asks whoever was just served by the clerk of that window."""

    name = models.CharField("名称", max_length=30)
    owner = models.CharField("窗口人员标识", max_length=40)
    owner_name = models.CharField("窗口人员", max_length=60)
    # The digest of what the device shows to be this one; changed when it is connected, so that a link serves once.
    secret = models.CharField("凭据摘要", max_length=64)
    made_at = models.DateTimeField("登记时间")
    connected_at = models.DateTimeField("连接时间", null=True)
    closed_at = models.DateTimeField("停用时间", null=True)
    # The contact that somebody did not wish to rate.
    passed_over = models.BigIntegerField("不评价的环节", null=True)

    class Meta:
        verbose_name = "窗口评价器"
        indexes = (models.Index(fields=["owner"], condition=Q(closed_at=None), name="device_of_window"),)


@keeps_history()
class Opinion(Placed):
    """A word to the office that belongs to no case (意见箱); signed, or without a name."""

    # Whoever put it in without a name still reads it.
    own_by = ("feedback.Giver",)

    class Kind(models.TextChoices):
        ADVICE = "advice", "建议"
        QUESTION = "question", "咨询"
        COMPLAINT = "complaint", "投诉"
        PRAISE = "praise", "表扬"

    kind = models.CharField("类别", max_length=10, choices=Kind)
    text = models.CharField("内容", max_length=1000)
    # Named only where it was signed; who did not sign is kept apart (``Giver``).
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提出人"
    )
    signed = models.BooleanField("署名", default=False)
    # By which somebody without an account finds the answer; empty where the platform knows whom to tell.
    code = models.CharField("查询码", max_length=12, blank=True, default="", db_default="")
    at = models.DateTimeField("提出时间")
    due_on = models.DateField("答复期限")
    answer = models.CharField("答复", max_length=1000, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by = models.CharField("答复人标识", max_length=40, blank=True)

    class Meta:
        verbose_name = "意见"
        constraints = (
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="opinion_found_by_code"),
        )
        indexes = (
            models.Index(fields=["due_on", "path"], condition=Q(answered_at=None), name="opinion_waiting"),
        )


class Giver(Placed):
    """Who put in a word without a name: told of the answer by the platform, and shown to no officer."""

    compartment = "reporter"
    opinion = models.OneToOneField(Opinion, models.PROTECT, related_name="giver", verbose_name="意见")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="提出人")

    class Meta:
        verbose_name = "不署名意见人"
