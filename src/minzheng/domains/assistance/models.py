"""What is kept: the standing of a household among low-income groups (低收入人口), one at a time, history and all;
and every grant of temporary assistance in the province."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import PathField, Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.ledger.models import Entitlement
from minzheng.kernel.people.fields import SealedField, SealedJSONField
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.profiles import models as profiles
from minzheng.kernel.profiles.columns import holds
from minzheng.kernel.profiles.words import Profiles

from . import rules

__all__ = [
    "CAUSES",
    "PROFILES",
    "AidGrant",
    "FuneralSum",
    "HouseholdProfile",
    "NationalRecord",
    "PersonProfile",
    "RuralWatch",
    "Standing",
]


@keeps_history()
class Standing(Placed):
    """A household's class (L2 dibao, L3 low-income edge …) from a decision until it ends; the register's row."""

    class LowIncomeClass(models.TextChoices):
        TEKUN = "L1", "特困"
        DIBAO = "L2", "低保"
        EDGE = "L3", "低保边缘"
        RIGID = "L4", "刚性支出困难"

    class State(models.TextChoices):
        CURRENT = "current", "保障中"
        LEAVING = "leaving", "渐退"
        ENDED = "ended", "已终止"

    household = models.ForeignKey(Household, models.PROTECT, related_name="+", verbose_name="家庭")
    applicant = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="申请人")
    low_income_class = models.CharField("类别", max_length=2, choices=LowIncomeClass)
    state = models.CharField("状态", max_length=8, choices=State, default=State.CURRENT)
    class_ur = models.CharField("城乡", max_length=5, choices=Household.Class)
    case_id = models.BigIntegerField("办件", null=True)
    decision_number = models.CharField("决定文号", max_length=40)
    members = models.PositiveSmallIntegerField("保障人数")
    amount = models.BigIntegerField("月保障金（分）", default=0)
    # Of a tekun person (特困): the six everyday acts, and where the person is kept.
    care_level = models.CharField("生活自理能力", max_length=8, blank=True)
    support_form = models.CharField("供养方式", max_length=12, blank=True)
    score = models.CharField("评估得分", max_length=10, blank=True)
    tier = models.CharField("评估等级", max_length=1, blank=True)
    valid_from = models.DateField("起始日期")
    review_due = models.DateField("复核期限")
    ended_on = models.DateField("终止日期", null=True, blank=True)
    end_reason = models.CharField("终止原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "低收入人口台账"
        constraints = (
            models.UniqueConstraint(
                fields=["household"],
                condition=~Q(state="ended") & ~Q(low_income_class="L1"),
                name="standing_one_class_at_a_time",
            ),
            # Tekun is a person's: an old couple has two files, a grandchild with them may be on dibao.
            models.UniqueConstraint(
                fields=["applicant"],
                condition=~Q(state="ended") & Q(low_income_class="L1"),
                name="standing_one_tekun_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("valid_from")), name="standing_interval"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="standing_amount"),
        )
        indexes = (
            models.Index(fields=["low_income_class", "state", "path"]),
            models.Index(fields=["review_due"], condition=~Q(state="ended"), name="standing_review"),
        )


CAUSES = {
    code: label for code, label in rules.household.facts["temp_cause"].options.items() if code != "none"
}


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


@keeps_history()
class NationalRecord(Placed):
    """What the national system (金民工程) has of one person who is helped; never a ground to pay."""

    key = models.CharField("记录编号", max_length=60, unique=True)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, db_index=False, related_name="+", verbose_name="人员"
    )
    # As the file says it, in the stored form of the agreed shape.
    row = SealedJSONField(verbose_name="内容")
    low_income_class = models.CharField("类别", max_length=2, choices=Standing.LowIncomeClass)
    name = models.CharField("姓名", max_length=60)
    id_number = SealedField(found_by=True, verbose_name="公民身份号码")
    from_on = models.DateField("起始日期")
    until_on = models.DateField("终止日期", null=True, blank=True)
    taken_from = models.CharField("导入批次", max_length=40)
    recorded_at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = "全国救助信息"


@keeps_history()
class RuralWatch(Placed):
    """One person whom the rural department watches lest they fall into poverty (防返贫监测对象, L5); pays nobody."""

    class Kind(models.TextChoices):
        UNSTABLE = "1", "脱贫不稳定户"
        EDGE = "2", "边缘易致贫户"
        SUDDEN = "3", "突发严重困难户"

    class State(models.TextChoices):
        WATCHED = "watched", "监测中"
        REMOVED = "removed", "风险已消除"
        LEFT = "left", "不在最新名单"

    key = models.CharField("监测对象编号", max_length=60, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="人员")
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="+", verbose_name="家庭")
    # As the list says it, in the stored form of the agreed shape.
    row = SealedJSONField(verbose_name="内容")
    kind = models.CharField("类别", max_length=1, choices=Kind)
    state = models.CharField("状态", max_length=8, choices=State, default=State.WATCHED)
    name = models.CharField("姓名", max_length=60)
    id_number = SealedField(found_by=True, verbose_name="公民身份号码")
    from_on = models.DateField("纳入监测日期")
    until_on = models.DateField("终止日期", null=True, blank=True)
    listed_on = models.DateField("名单截止日期")
    taken_from = models.CharField("导入批次", max_length=40)
    # The list that no longer named them.
    closed_by = models.CharField("终止批次", max_length=40, blank=True)
    recorded_at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = "防返贫监测对象"
        constraints = (
            models.CheckConstraint(
                condition=Q(state="watched", until_on=None)
                | ~Q(state="watched") & Q(until_on__gte=F("from_on")),
                name="rural_watch_ended_by_date",
            ),
            models.CheckConstraint(
                condition=Q(state="left") ^ Q(closed_by=""), name="rural_watch_left_by_a_list"
            ),
        )


@keeps_history()
@holds(rules.household)
class HouseholdProfile(profiles.HouseholdProfile):
    """What is last known of a household's property and expenses: one column for each fact of the rules."""

    class Meta(profiles.HouseholdProfile.Meta):
        verbose_name = "家庭经济状况档案"


@keeps_history()
@holds(rules.person)
class PersonProfile(profiles.PersonProfile):
    """What is last known of a member's work, health and income."""

    profile = models.ForeignKey(
        HouseholdProfile, models.CASCADE, db_index=False, related_name="+", verbose_name="档案"
    )

    class Meta(profiles.PersonProfile.Meta):
        verbose_name = "家庭成员经济状况档案"


PROFILES = Profiles(rules.household, HouseholdProfile, PersonProfile)
