"""The ledger of rounds (巡访台账): a row for each person watched, every contact, who was called when nobody opened."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from minzheng.kernel import clock
from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.ledger.guards import never
from minzheng.kernel.people.fields import SealedJSONField, SealedTextField
from minzheng.kernel.people.models import Person

__all__ = ["Contact", "ContactCheck", "Escalation", "ExtraRound", "Reached", "Watched"]


def _json(label: str, default: Any, **more: Any) -> Any:
    return models.JSONField(label, default=default, encoder=DjangoJSONEncoder, **more)


def _degrees(label: str) -> Any:
    """A co-ordinate, to a tenth of a metre."""
    return models.DecimalField(label, max_digits=9, decimal_places=6, null=True)


@keeps_history()
class Watched(Placed):
    """One person on the ledger, from listing until leaving: why, how often, by whom, what is due."""

    # Two files of one person are visited as one.
    ended_by_merge: ClassVar[dict[str, Any]] = {
        "until_on": clock.today,
        "end_reason": "档案合并，以保留档案的巡访为准",
    }

    class Away(models.TextChoices):
        INSTITUTION = "institution", "已入住养老机构"
        HOSPITAL = "hospital", "住院"
        ELSEWHERE = "elsewhere", "外出居住"
        REFUSED = "refused", "本人不接受巡访"

    rounds = models.CharField("巡访", max_length=60)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="巡访对象")
    groups = _json("对象类别", list)
    stated = _json("登记的类别", list)
    facts = _json("判断依据", dict)
    risk = models.CharField("风险等级", max_length=20)
    risk_since = models.DateField("等级起始日")
    since_on = models.DateField("列入日期")
    until_on = models.DateField("退出日期", null=True)
    # Why in a fixed phrase, written by statement for a county; what was said of it lies sealed.
    end_reason = models.CharField("退出原因", max_length=60, blank=True)
    end_words = SealedTextField("退出说明", blank=True, db_default="")
    away = models.CharField("暂不巡访", max_length=12, choices=Away, blank=True)
    back_on = models.DateField("恢复日期", null=True)
    visitor = models.CharField("巡访员标识", max_length=40, blank=True)
    visitor_name = models.CharField("巡访员", max_length=60, blank=True)
    last_phone_on = models.DateField("上次通话", null=True)
    last_visit_on = models.DateField("上次上门", null=True)
    phone_due_on = models.DateField("下次通话", null=True)
    visit_due_on = models.DateField("下次上门", null=True)
    next_due_on = models.DateField("下次联系", null=True)
    missed = models.PositiveSmallIntegerField("连续未联系上", default=0)
    missed_at = models.DateTimeField("最近未联系上", null=True)
    lat = _degrees("纬度")
    lon = _degrees("经度")
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "巡访台账"
        constraints = (
            models.UniqueConstraint(
                fields=["rounds", "person"], condition=Q(until_on=None), name="watched_one_ledger_a_person"
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("since_on")) & ~Q(end_reason=""),
                name="watched_ends_with_reason",
            ),
            *never("visits_watched", "DELETE", "a ledger is closed, never deleted"),
        )
        indexes = (
            models.Index(fields=["person", "-id"]),
            models.Index(fields=["path", "next_due_on"], condition=Q(until_on=None), name="watched_due"),
            models.Index(fields=["visitor", "next_due_on"], condition=Q(until_on=None), name="watched_of_visitor"),
        )  # fmt: skip

    @property
    def ended_because(self) -> str:
        """Why the ledger ended, with what was said of it."""
        return f"{self.end_reason}：{self.end_words}" if self.end_words else self.end_reason


class Contact(Placed):
    """One attempt to reach somebody: met or not, what was seen, and whether it counts as a visit."""

    class Method(models.TextChoices):
        HOME = "home", "上门"
        PHONE = "phone", "电话"
        VIDEO = "video", "视频"
        DEVICE = "device", "智能设备"

    watched = models.ForeignKey(Watched, models.PROTECT, related_name="contacts", verbose_name="台账")
    at = models.DateTimeField("联系时间")
    recorded_at = models.DateTimeField("登记时间")
    method = models.CharField("方式", max_length=8, choices=Method)
    met = models.BooleanField("联系上")
    seen = SealedJSONField("查看情况")
    words = SealedTextField("说明", blank=True)
    abuse = models.BooleanField("疑似受虐待或被遗弃", default=False)
    refused = models.BooleanField("本人拒绝", default=False)
    lat = _degrees("纬度")
    lon = _degrees("经度")
    metres = models.PositiveIntegerField("距住所（米）", null=True)
    far_reason = SealedTextField("距离较远的原因", blank=True)
    valid = models.BooleanField("有效")
    photo_id = models.BigIntegerField("照片", null=True)
    by = models.CharField("巡访员标识", max_length=40)
    by_name = models.CharField("巡访员", max_length=60)

    class Meta:
        verbose_name = "巡访记录"
        constraints = (
            models.CheckConstraint(condition=Q(met=True) | Q(valid=False), name="contact_valid_if_met"),
            *never(
                "visits_contact",
                "UPDATE OR DELETE",
                "a record of a visit stays as it was written",
                sealed=("seen", "words", "far_reason"),
            ),
        )
        indexes = (models.Index(fields=["watched", "-at"]), models.Index(fields=["path", "-at"]))

    @property
    def worst(self) -> str:
        """The most pressing of what was seen."""
        found = {one.get("state") for one in self.seen.values()}
        return next((state for state in ("act", "watch", "ok") if state in found), "")


class Reached(Placed):
    """A person was validly reached in a month: once a month, whatever the number of contacts."""

    watched = models.ForeignKey(Watched, models.PROTECT, related_name="+", verbose_name="台账")
    rounds = models.CharField("巡访", max_length=60)
    month = models.DateField("月份")
    # Whoever left the ledger within the month is on neither side of the rate.
    counted = models.BooleanField("计入", default=True)

    class Meta:
        verbose_name = "当月已巡访"
        constraints = (
            models.UniqueConstraint(fields=["watched", "month"], name="reached_once_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="reached_month_is_first_day"),
        )


@keeps_history()
class Escalation(Placed):
    """Somebody could not be reached: who is called, by when, what each of them found."""

    class State(models.TextChoices):
        OPEN = "open", "查找中"
        CLOSED = "closed", "已了结"

    watched = models.ForeignKey(Watched, models.PROTECT, related_name="escalations", verbose_name="台账")
    opened_at = models.DateTimeField("开始时间")
    why = SealedTextField("原因")
    state = models.CharField("状态", max_length=8, choices=State, default=State.OPEN)
    rung = models.CharField("环节", max_length=20)
    due_at = models.DateTimeField("期限")
    log = SealedJSONField("经过", default=list)
    closed_at = models.DateTimeField("了结时间", null=True)
    result = SealedTextField("结果", blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "失联处置"
        constraints = (
            models.UniqueConstraint(
                fields=["watched"], condition=Q(state="open"), name="escalation_one_open_a_person"
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(closed_at__isnull=False) & ~Q(result=""),
                name="escalation_closed_with_result",
            ),
            *never("visits_escalation", "DELETE", "what was done to find somebody stays"),
        )
        indexes = (
            models.Index(fields=["path", "due_at"], condition=Q(state="open"), name="escalation_open"),
        )


class ExtraRound(Placed):
    """Extra rounds of a place for some days: for whom, why, by whose order (加密巡访)."""

    stands_open = "加密巡访安排不涉及具体的人"

    rounds = models.CharField("巡访", max_length=60)
    call = models.CharField("情形", max_length=20)
    figure = models.IntegerField("数值", null=True)
    risks = _json("适用等级", list)
    from_on = models.DateField("起")
    until_on = models.DateField("止")
    words = models.CharField("说明", max_length=200)
    called_at = models.DateTimeField("登记时间")
    called_by = models.CharField("登记人标识", max_length=40)
    called_by_name = models.CharField("登记人", max_length=60)
    # The first day on which they no longer hold, where they were ended early or called by mistake.
    lifted_on = models.DateField("提前结束", null=True)
    lifted_words = models.CharField("结束原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "加密巡访"
        constraints = (
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="extra_round_interval"),
            models.UniqueConstraint(
                fields=["rounds", "path", "call", "from_on"],
                condition=Q(lifted_on=None),
                name="extra_round_once",
            ),
            models.CheckConstraint(
                condition=Q(lifted_on=None) | ~Q(lifted_words=""), name="extra_round_lifted_with_reason"
            ),
        )


class ContactCheck(Placed):
    """One record of a visit drawn by chance, and what the person said when rung up (抽查回访)."""

    class Result(models.TextChoices):
        CONFIRMED = "confirmed", "属实"
        DENIED = "denied", "不属实"
        UNREACHED = "unreached", "未联系上"

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="checks", verbose_name="巡访记录")
    month = models.DateField("月份")
    seed = models.CharField("抽样种子", max_length=40)
    pool = models.PositiveIntegerField("抽样范围（条）")
    drawn_at = models.DateTimeField("抽取时间")
    drawn_by_name = models.CharField("抽取人", max_length=60)
    result = models.CharField("结果", max_length=10, choices=Result, blank=True)
    words = SealedTextField("说明", blank=True)
    answered_at = models.DateTimeField("回访时间", null=True)
    answered_by_name = models.CharField("回访人", max_length=60, blank=True)

    class Meta:
        verbose_name = "巡访抽查"
        constraints = (
            models.UniqueConstraint(fields=["contact"], name="contact_checked_once"),
            models.CheckConstraint(
                condition=Q(result="") | Q(answered_at__isnull=False), name="contact_check_answered_at"
            ),
        )
        indexes = (models.Index(fields=["path", "result"]),)
