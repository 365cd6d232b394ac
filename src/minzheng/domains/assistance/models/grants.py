"""What was given once: temporary assistance, and the funeral sum of a tekun person."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import PathField, Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.ledger.models import Entitlement
from minzheng.kernel.people.fields import SealedField
from minzheng.kernel.people.models import Household, Person

from .standings import CAUSES

__all__ = ["AidGrant", "FuneralSum"]


@keeps_history()
class AidGrant(Placed):
    """One grant of temporary assistance (临时救助), wherever in the province: no cause is helped twice within a year.

    ``path`` is the township that helps, ``event_path`` where the emergency happened.  Whoever was helped is known
    by household and persons; who could not be identified, by the name, birth and telephone they gave.
    """

    class Kind(models.TextChoices):
        EMERGENCY = "emergency", "急难型"
        EXPENDITURE = "expenditure", "支出型"

    kind = models.CharField("类型", max_length=11, choices=Kind)
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="家庭"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="受助人"
    )
    person_ids = ArrayField(models.BigIntegerField(), default=list, verbose_name="受助家庭成员")
    name = models.CharField("姓名", max_length=60)
    birth = models.DateField("出生日期", null=True, blank=True)
    phone = SealedField(found_by=True, verbose_name="联系电话", blank=True, default="")
    cause = models.CharField("致困原因", max_length=12, choices=CAUSES)
    event_path = PathField(verbose_name="急难发生地")
    event_place = models.CharField("急难发生地点", max_length=120, blank=True)
    granted_on = models.DateField("救助日期")
    amount = models.BigIntegerField("救助金额（分）")
    case_id = models.BigIntegerField("办件", null=True)
    decision_number = models.CharField("决定文号", max_length=40, blank=True)
    # A grant set aside after reconsideration no longer counts, but stays on file.
    withdrawn_on = models.DateField("撤销日期", null=True, blank=True)

    class Meta:
        verbose_name = "临时救助台账"
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="aid_grant_amount"),
            models.UniqueConstraint(
                fields=["case_id"],
                condition=Q(case_id__isnull=False, withdrawn_on=None),
                name="aid_grant_once_a_case",
            ),
        )
        indexes = (
            models.Index(fields=["granted_on"]),
            models.Index(fields=["name", "birth"], name="aid_grant_by_name"),
            GinIndex(fields=["person_ids"], name="aid_grant_by_person"),
        )


@keeps_history()
class FuneralSum(Placed):
    """What is paid once for the funeral of a tekun person, to whoever arranges it (国发〔2016〕14号)."""

    class State(models.TextChoices):
        WAITING = "waiting", "待登记办理人"
        ASKED = "asked", "待审批"
        GRANTED = "granted", "已批准，随月发放"
        DECLINED = "declined", "不予发放"
        VOID = "void", "已撤销"

    class Arranger(models.TextChoices):
        INSTITUTION = "institution", "供养服务机构"
        VILLAGE = "village", "村（居）民委员会"
        KIN = "kin", "亲属或其他个人"

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="去世人员")
    died_on = models.DateField("去世日期")
    class_ur = models.CharField("城乡", max_length=5, choices=Household.Class)
    amount = models.BigIntegerField("丧葬费（分）")
    rule_set = models.CharField("规则版本", max_length=60)
    trace = models.JSONField("计算过程")
    trace_sha = models.CharField("计算过程摘要", max_length=64)
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    arranger = models.CharField("办理人类别", max_length=11, choices=Arranger, blank=True)
    unit = models.CharField("办理单位", max_length=60, blank=True)
    payee = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="领款人")
    account = SealedField(verbose_name="银行账号", blank=True, default="")
    account_owner = models.CharField("户名", max_length=60, blank=True)
    proof = models.CharField("丧葬证明编号", max_length=60, blank=True)
    buried_on = models.DateField("火化或安葬日期", null=True)
    asked_by = models.CharField("登记人", max_length=40, blank=True)
    asked_at = models.DateTimeField("登记时间", null=True)
    decision_number = models.CharField("决定文号", max_length=40, blank=True)
    decided_by = models.CharField("审批人", max_length=40, blank=True)
    decided_at = models.DateTimeField("审批时间", null=True)
    reason = models.CharField("退回、不予发放或撤销的理由", max_length=200, blank=True)
    entitlement = models.ForeignKey(
        Entitlement, models.PROTECT, null=True, related_name="+", verbose_name="待遇"
    )

    class Meta:
        verbose_name = "特困人员丧葬费"
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="funeral_sum_amount"),
            models.UniqueConstraint(fields=["person"], condition=~Q(state="void"), name="funeral_sum_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "declined", "void"])
                | Q(payee__isnull=False) & ~Q(proof=""),
                name="funeral_sum_has_its_payee",
            ),
            models.CheckConstraint(
                condition=~Q(state="granted") | Q(entitlement__isnull=False) & ~Q(decision_number=""),
                name="funeral_sum_granted_is_in_the_ledger",
            ),
            models.CheckConstraint(
                condition=~Q(state="granted") | ~Q(decided_by=F("asked_by")), name="funeral_sum_two_persons"
            ),
        )
