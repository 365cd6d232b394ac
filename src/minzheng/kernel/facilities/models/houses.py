"""A house that an office looks after, its filing, and the places in it with what each of them is from day to day."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Func, Q, Value

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.documents.models import Document
from minzheng.kernel.ledger.guards import never

__all__ = ["Bed", "Facility", "Filing", "FilingPaper", "Fitting", "Keeper", "days", "one_of"]


def one_of(column: str) -> tuple[Func, str]:
    """The same row, in an exclusion constraint: a range of one number, for the server has no extension for equality."""
    at = F(column)
    return Func(at, at, Value("[]"), function="int8range"), "&&"


def days() -> tuple[Func, str]:
    """Days in common: from the first, up to the last that is no longer included."""
    return Func(F("from_on"), F("until_on"), function="daterange", output_field=DateRangeField()), "&&"


@keeps_history()
class Facility(Placed):
    """A house (设施) known by its unified social credit code; from preparation to closure it keeps its file."""

    class State(models.TextChoices):
        PREPARING = "preparing", "筹建"
        OPEN = "open", "运营"
        CLOSING = "closing", "停业办理中"
        CLOSED = "closed", "已停业"

    sort = models.CharField("类别", max_length=60)
    kind = models.CharField("设施种类", max_length=20)
    name = models.CharField("名称", max_length=80)
    uscc = models.CharField("统一社会信用代码", max_length=18)
    ownership = models.CharField("所有制", max_length=20)
    operator = models.CharField("运营方", max_length=80, blank=True)
    operator_uscc = models.CharField("运营方统一社会信用代码", max_length=18, blank=True)
    representative = models.CharField("法定代表人", max_length=40)
    phone = models.CharField("联系电话", max_length=30, blank=True)
    address = models.CharField("地址", max_length=120)
    latitude = models.DecimalField("纬度", max_digits=8, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, blank=True)
    functions = models.JSONField("功能", default=list)
    complete = models.BooleanField("功能齐全", default=True)
    details = models.JSONField("登记事项", default=dict, encoder=DjangoJSONEncoder)
    state = models.CharField("状态", max_length=10, choices=State, default=State.PREPARING)
    opened_on = models.DateField("开业日期", null=True, blank=True)
    first_stay_on = models.DateField("收住首人日期", null=True, blank=True)
    filed_on = models.DateField("备案日期", null=True, blank=True)
    filing_number = models.CharField("备案回执编号", max_length=40, blank=True)
    closing_on = models.DateField("拟停业日期", null=True, blank=True)
    closed_on = models.DateField("停业日期", null=True, blank=True)
    # The organisation behind the house no longer exists in law, as the register of organisations says.
    cancelled_on = models.DateField("登记证书注销日期", null=True, blank=True)
    cancelled_words = models.CharField("注销情况", max_length=200, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "设施"
        constraints = (
            # One organisation may run several houses; each bears a name of its own.
            models.UniqueConstraint(fields=["sort", "uscc", "name"], name="facility_once"),
            models.CheckConstraint(
                condition=Q(filed_on=None) | ~Q(filing_number=""), name="facility_filed_with_receipt"
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_on__isnull=False), name="facility_closed_on"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on=None) | ~Q(cancelled_words=""), name="facility_cancelled_with_reason"
            ),
        )
        indexes = (models.Index(fields=["sort", "path"]),)

    def __str__(self) -> str:
        return self.name


class Keeper(Placed):
    """A member of staff who acts for a house (机构经办人), named by the county."""

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="keepers", verbose_name="设施")
    user = models.CharField("人员标识", max_length=40)
    name = models.CharField("姓名", max_length=60)
    from_on = models.DateField("起")
    until_on = models.DateField("止", null=True)

    class Meta:
        verbose_name = "机构经办人"
        constraints = (
            models.UniqueConstraint(
                fields=["facility", "user"], condition=Q(until_on=None), name="keeper_named_once"
            ),
        )
        indexes = (models.Index(fields=["user"]),)


class Filing(Placed):
    """What a house tells the office: that it has begun, that something changed, that it will stop (备案)."""

    class What(models.TextChoices):
        FIRST = "first", "首次备案"
        CHANGE = "change", "变更备案"
        CLOSURE = "closure", "停业备案"

    class State(models.TextChoices):
        SENT = "sent", "待核对"
        RETURNED = "returned", "退回补正"
        RECEIVED = "received", "已出具回执"

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="filings", verbose_name="设施")
    what = models.CharField("事项", max_length=8, choices=What)
    changes = models.JSONField("变更内容", default=dict, encoder=DjangoJSONEncoder)
    happened_on = models.DateField("发生日期")
    due_on = models.DateField("备案期限")
    sent_on = models.DateField("提交日期")
    sent_by = models.CharField("提交人标识", max_length=40)
    sent_by_name = models.CharField("提交人", max_length=60)
    state = models.CharField("状态", max_length=8, choices=State, default=State.SENT)
    answered_on = models.DateField("答复日期", null=True)
    answered_by = models.CharField("答复人标识", max_length=40, blank=True)
    answered_by_name = models.CharField("答复人", max_length=60, blank=True)
    opinion = models.CharField("补正意见", max_length=300, blank=True)
    number = models.CharField("回执编号", max_length=40, blank=True)

    class Meta:
        verbose_name = "备案"
        constraints = (
            models.UniqueConstraint(
                fields=["facility", "what"], condition=Q(state="sent"), name="filing_one_waiting"
            ),
            models.CheckConstraint(
                condition=~Q(state="received") | (~Q(number="") & Q(answered_on__isnull=False)),
                name="filing_received_with_number",
            ),
            models.CheckConstraint(
                condition=Q(answered_by="") | ~Q(answered_by=F("sent_by")), name="filing_by_two"
            ),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="filing_number_once"),
            *never("facilities_filing", "DELETE", "a filing is not deleted"),
        )


class FilingPaper(models.Model):
    """A paper handed in with a filing."""

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="papers", verbose_name="备案")
    code = models.CharField("材料", max_length=20)
    document = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name="文件")

    class Meta:
        verbose_name = "备案材料"
        constraints = (models.UniqueConstraint(fields=["filing", "code"], name="filing_paper_once"),)


@keeps_history()
class Bed(Placed):
    """A place in a house (床位): a room and a number, from the day it is opened to the day it is taken away."""

    class State(models.TextChoices):
        USABLE = "usable", "可用"
        REPAIR = "repair", "维修"
        CLOSED = "closed", "已撤销"

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="beds", verbose_name="设施")
    room = models.CharField("房间", max_length=20)
    number = models.CharField("床号", max_length=10)
    state = models.CharField("状态", max_length=8, choices=State, default=State.USABLE)
    opened_on = models.DateField("启用日期")
    closed_on = models.DateField("撤销日期", null=True, blank=True)

    class Meta:
        verbose_name = "床位"
        constraints = (
            models.UniqueConstraint(
                fields=["facility", "room", "number"], condition=Q(closed_on=None), name="bed_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")), name="bed_interval"
            ),
            models.CheckConstraint(condition=Q(closed_on=None) | Q(state="closed"), name="bed_closed_state"),
        )
        indexes = (models.Index(fields=["facility", "room", "number"]),)

    def __str__(self) -> str:
        return f"{self.room}-{self.number}"


class Fitting(Placed):
    """Of what kind a bed is, from one day to another (床位类型): one that was refitted was another kind before."""

    bed = models.ForeignKey(Bed, models.PROTECT, related_name="fittings", verbose_name="床位")
    kind = models.CharField("床位类型", max_length=20)
    evidence = models.CharField("认定依据", max_length=200, blank=True)
    from_on = models.DateField("起")
    until_on = models.DateField("止", null=True, blank=True)

    class Meta:
        verbose_name = "床位类型"
        constraints = (
            ExclusionConstraint(name="fitting_one_kind_a_day", expressions=[one_of("bed"), days()]),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="fitting_interval"
            ),
        )
        indexes = (models.Index(fields=["kind", "from_on"]),)
