"""Care brought into a home: a care bed there with its months of service, and a home made fit for old age."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import PathField, Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.documents.models import Document
from minzheng.kernel.facilities.models import Facility
from minzheng.kernel.funds.models import Contract, Handover
from minzheng.kernel.people.fields import SealedTextField
from minzheng.kernel.people.models import Household, Person

__all__ = ["Adaptation", "AdaptationItem", "HomeBed", "HomeBedMonth"]


@keeps_history()
class HomeBed(Placed):
    """A care bed at home (家庭养老床位): an institution brings its care to somebody dependent (handbook 02 §8)."""

    class State(models.TextChoices):
        APPLIED = "applied", "已申请"
        ASSESSED = "assessed", "已评估"
        SERVING = "serving", "服务中"
        REFUSED = "refused", "不符合"
        ENDED = "ended", "已终止"

    also_at = ("provider_path",)

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="老年人")
    number = models.CharField("编号", max_length=20, unique=True)
    level = models.PositiveSmallIntegerField("能力等级")
    report = models.CharField("评估报告编号", max_length=40)
    applied_on = models.DateField("申请日期")
    due_on = models.DateField("办理期限")
    assessed_on = models.DateField("入户评估日期", null=True)
    findings = SealedTextField("居住环境评估", blank=True)
    devices = SealedTextField("需要的设备和改造", blank=True)
    provider = models.ForeignKey(
        Facility, models.PROTECT, null=True, related_name="+", verbose_name="服务机构"
    )
    provider_path = PathField(verbose_name="服务机构所在地", blank=True, default="")
    agreement = models.CharField("协议编号", max_length=40, blank=True)
    signed_by = models.CharField("协议签字人", max_length=60, blank=True)
    care_plan = SealedTextField("照护计划", blank=True)
    hours = models.PositiveSmallIntegerField("每月服务小时", null=True)
    from_on = models.DateField("起始日期", null=True)
    until_on = models.DateField("终止日期", null=True)
    because = models.CharField("终止原因", max_length=12, blank=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.APPLIED)
    by_name = models.CharField("经办人", max_length=60)

    class Meta:
        verbose_name = "家庭养老床位"
        constraints = (
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=["applied", "assessed", "serving"]),
                name="home_bed_one",
            ),
            models.CheckConstraint(
                condition=~Q(state="serving")
                | Q(provider__isnull=False, hours__gt=0, from_on__isnull=False, until_on=None)
                & ~Q(agreement=""),
                name="home_bed_agreed",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="home_bed_interval"
            ),
        )

    def __str__(self) -> str:
        return self.number


@keeps_history()
class HomeBedMonth(Placed):
    """A month of service at a care bed at home: what the institution did, what the county found, how it was paid."""

    class State(models.TextChoices):
        REPORTED = "reported", "待检查"
        MET = "met", "检查合格"
        FAILED = "failed", "检查不合格"
        CLAIMED = "claimed", "已申报结算"

    home_bed = models.ForeignKey(HomeBed, models.PROTECT, related_name="months", verbose_name="家庭养老床位")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+", verbose_name="服务机构")
    month = models.DateField("月份")
    hours = models.PositiveSmallIntegerField("服务小时")
    visits = models.PositiveSmallIntegerField("上门次数")
    record = SealedTextField("服务记录")
    reported_by = models.CharField("登记人标识", max_length=40)
    reported_by_name = models.CharField("登记人", max_length=60)
    checked_on = models.DateField("检查日期", null=True)
    opinion = SealedTextField("检查情况", blank=True)
    checked_by_name = models.CharField("检查人", max_length=60, blank=True)
    subsidy = models.BigIntegerField("补贴（分）", default=0)
    handover = models.ForeignKey(
        Handover, models.PROTECT, null=True, related_name="+", verbose_name="结算交付"
    )
    state = models.CharField("状态", max_length=8, choices=State, default=State.REPORTED)

    class Meta:
        verbose_name = "家庭养老床位月度服务"
        constraints = (
            models.UniqueConstraint(fields=["home_bed", "month"], name="home_bed_month_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="home_bed_month_first"),
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(handover__isnull=False, subsidy__gt=0),
                name="home_bed_claimed",
            ),
        )


@keeps_history()
class Adaptation(Placed):
    """A home made fit for old age (居家适老化改造): looked at, priced, posted, done, accepted by three, paid."""

    class State(models.TextChoices):
        APPLIED = "applied", "已申请"
        PLANNED = "planned", "已定方案"
        POSTED = "posted", "公示中"
        ACCEPTED = "accepted", "已验收"
        CLAIMED = "claimed", "已申报付款"
        CHECKED = "checked", "质保期满"
        REFUSED = "refused", "不予改造"

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="老年人")
    household = models.ForeignKey(Household, models.PROTECT, related_name="+", verbose_name="家庭")
    number = models.CharField("编号", max_length=20, unique=True)
    group = models.CharField("困难类别", max_length=12)
    owner = models.CharField("房屋所有人", max_length=60)
    applied_on = models.DateField("申请日期")
    due_on = models.DateField("完成期限")
    findings = SealedTextField("入户评估情况", blank=True)
    total = models.BigIntegerField("改造费用（分）", default=0)
    subsidy = models.BigIntegerField("补贴（分）", default=0)
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, related_name="+", verbose_name="改造合同"
    )
    posted_until = models.DateField("公示截止日", null=True)
    accepted_on = models.DateField("验收日期", null=True)
    signers = models.CharField("验收签字（老人、社区、施工方）", max_length=200, blank=True)
    before = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name="改造前照片"
    )
    after = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name="改造后照片"
    )
    warranty_until = models.DateField("质保到期", null=True)
    handover = models.ForeignKey(
        Handover, models.PROTECT, null=True, related_name="+", verbose_name="结算交付"
    )
    checked_words = SealedTextField("质保检查情况", blank=True)
    reason = SealedTextField("不予改造的理由", blank=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.APPLIED)
    by_name = models.CharField("经办人", max_length=60)

    class Meta:
        verbose_name = "居家适老化改造"
        constraints = (
            models.UniqueConstraint(
                fields=["household"], condition=Q(state__in=["applied", "planned", "posted"]),
                name="adaptation_one_running",
            ),
            models.CheckConstraint(
                condition=Q(subsidy__gte=0, subsidy__lte=F("total")), name="adaptation_subsidy"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "claimed", "checked"])
                | Q(accepted_on__isnull=False, before__isnull=False, after__isnull=False) & ~Q(signers=""),
                name="adaptation_accepted",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.number


class AdaptationItem(models.Model):
    """One priced item of the plan of a home: of the national list, so many, at a price."""

    adaptation = models.ForeignKey(Adaptation, models.PROTECT, related_name="items", verbose_name="改造")
    item = models.CharField("项目", max_length=20)
    basic = models.BooleanField("基础项目")
    many = models.PositiveSmallIntegerField("数量")
    price = models.BigIntegerField("单价（分）")

    class Meta:
        verbose_name = "改造项目"
        constraints = (
            models.UniqueConstraint(fields=["adaptation", "item"], name="adaptation_item_once"),
            models.CheckConstraint(condition=Q(many__gt=0, price__gt=0), name="adaptation_item_priced"),
        )
