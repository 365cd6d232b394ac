"""Institutions: their ratings, the beds that are insured, land of new estates, lottery money, courses passed."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.documents.models import Document
from minzheng.kernel.facilities.models import Bed, Facility, days, one_of
from minzheng.kernel.ledger.guards import never
from minzheng.kernel.people.models import Person

__all__ = ["Certificate", "Cover", "Estate", "FundUse", "Policy", "Rating"]


@keeps_history()
class Rating(Placed):
    """A rating of an institution (等级评定): own score, visit of the committee, publicity, certificate, spot checks."""

    class State(models.TextChoices):
        APPLIED = "applied", "已申请"
        POSTED = "posted", "公示中"
        CERTIFIED = "certified", "已发证"
        REFUSED = "refused", "未达标"
        REPLACED = "replaced", "已变更"
        WITHDRAWN = "withdrawn", "已撤销"

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+", verbose_name="养老机构")
    applied_on = models.DateField("申请日期")
    own_points = models.PositiveSmallIntegerField("自评分")
    scores = models.JSONField("各部分得分", default=dict)
    committee = models.JSONField("评定组", default=list)
    visited_on = models.DateField("现场评定日期", null=True)
    points = models.PositiveSmallIntegerField("总分", null=True)
    stars = models.PositiveSmallIntegerField("等级", null=True)
    posted_on = models.DateField("公示日期", null=True)
    posted_until = models.DateField("公示截止日", null=True)
    number = models.CharField("证书编号", max_length=40, blank=True)
    valid_from = models.DateField("有效期起", null=True)
    valid_until = models.DateField("有效期止", null=True)
    state = models.CharField("状态", max_length=9, choices=State, default=State.APPLIED)
    # A lowered or withdrawn rating says why, and when the institution was heard.
    reason = models.CharField("变更原因", max_length=300, blank=True)
    heard_on = models.DateField("听证日期", null=True)
    follows = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="followed_by", verbose_name="变更前的等级"
    )

    class Meta:
        verbose_name = "等级评定"
        constraints = (
            models.CheckConstraint(
                condition=~Q(state__in=["posted", "certified"]) | Q(stars__range=(1, 5)), name="rating_stars"
            ),
            models.CheckConstraint(
                condition=~Q(state="certified") | (~Q(number="") & Q(valid_until__isnull=False)),
                name="rating_certified",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["replaced", "withdrawn"])
                | (~Q(reason="") & Q(heard_on__isnull=False)),
                name="rating_changed_after_hearing",
            ),
            models.UniqueConstraint(
                fields=["facility"], condition=Q(state__in=["applied", "posted"]), name="rating_one_running"
            ),
            models.UniqueConstraint(
                fields=["facility"], condition=Q(state="certified"), name="rating_one_certificate"
            ),
        )


@keeps_history()
class Policy(Placed):
    """An insurance policy of an institution (保险): accident or liability, so many beds, from day to day."""

    class Kind(models.TextChoices):
        ACCIDENT = "accident", "意外伤害险"
        LIABILITY = "liability", "机构责任险"

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+", verbose_name="养老机构")
    kind = models.CharField("险种", max_length=9, choices=Kind)
    insurer = models.CharField("保险公司", max_length=80)
    number = models.CharField("保单号", max_length=40)
    from_on = models.DateField("起保日期")
    until_on = models.DateField("终保日期")
    subsidy = models.BigIntegerField("保费补贴（分）", default=0)
    by_name = models.CharField("登记人", max_length=60)

    class Meta:
        verbose_name = "保险保单"
        constraints = (
            models.UniqueConstraint(fields=["insurer", "number"], name="policy_once"),
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="policy_interval"),
            models.CheckConstraint(condition=Q(subsidy__gte=0), name="policy_subsidy"),
        )


class Cover(Placed):
    """A bed that is insured from day to day, once for each kind of policy, and once for any (handbook 02 §13)."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="covers", verbose_name="保单")
    bed = models.ForeignKey(Bed, models.PROTECT, related_name="+", verbose_name="床位")
    kind = models.CharField("险种", max_length=9)
    from_on = models.DateField("起")
    until_on = models.DateField("止")

    class Meta:
        verbose_name = "参保床位"
        constraints = (
            *(
                ExclusionConstraint(
                    name=f"cover_{kind}_once_a_day",
                    condition=Q(kind=kind),
                    expressions=[one_of("bed"), days()],
                )
                for kind in ("accident", "liability", "any")
            ),
        )
        indexes = (models.Index(fields=["kind", "from_on"]),)


@keeps_history()
class Estate(Placed):
    """A new residential district (新建居住区): land and building for the old, planned, accepted, handed over, used."""

    name = models.CharField("居住区", max_length=80)
    residents = models.PositiveIntegerField("规划人口")
    land = models.DecimalField("养老服务设施用地（平方米）", max_digits=10, decimal_places=2)
    building = models.DecimalField("养老服务用房（平方米）", max_digits=10, decimal_places=2, default=0)
    met = models.BooleanField("用地达标")
    planned_on = models.DateField("规划条件日期")
    accepted_on = models.DateField("验收日期", null=True)
    handed_on = models.DateField("移交日期", null=True)
    used_for = models.CharField("用途", max_length=60, blank=True)
    misused = models.BooleanField("挪作他用", default=False)

    class Meta:
        verbose_name = "新建居住区配建"
        constraints = (
            models.UniqueConstraint(fields=["path", "name"], name="estate_once"),
            models.CheckConstraint(
                condition=Q(handed_on=None) | Q(accepted_on__isnull=False), name="estate_accepted_first"
            ),
        )


@keeps_history()
class FundUse(Placed):
    """A year's lottery money of a government (福彩公益金): planned and spent, of it for the old."""

    stands_open = "资金总数不涉及具体的人"

    class Stage(models.TextChoices):
        PLANNED = "planned", "分配计划"
        SPENT = "spent", "决算支出"

    year = models.PositiveSmallIntegerField("年度")
    stage = models.CharField("阶段", max_length=7, choices=Stage)
    total = models.BigIntegerField("公益金总额（分）")
    elders = models.BigIntegerField("用于养老服务（分）")
    on = models.DateField("日期")
    evidence = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name="依据文件")
    by_name = models.CharField("登记人", max_length=60)

    class Meta:
        verbose_name = "福彩公益金使用"
        constraints = (
            models.UniqueConstraint(fields=["path", "year", "stage"], name="fund_use_once"),
            models.CheckConstraint(
                condition=Q(total__gt=0, elders__gte=0, elders__lte=F("total")), name="fund_use_amounts"
            ),
        )


@keeps_history()
class Certificate(Placed):
    """A course passed (培训): one person may pass several courses, none of them twice."""

    class Kind(models.TextChoices):
        CAREGIVER = "caregiver", "养老护理员"
        DIRECTOR = "director", "养老院院长"
        SOCIAL_WORKER = "social", "社会工作者"
        FAMILY = "family", "家庭照护者"

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="学员")
    course = models.CharField("课程编码", max_length=20)
    kind = models.CharField("类别", max_length=9, choices=Kind)
    hours = models.PositiveSmallIntegerField("学时")
    score = models.PositiveSmallIntegerField("考试成绩")
    number = models.CharField("证书编号", max_length=40)
    passed_on = models.DateField("发证日期")
    by_name = models.CharField("登记人", max_length=60)

    class Meta:
        verbose_name = "培训证书"
        constraints = (
            models.UniqueConstraint(fields=["person", "course"], name="certificate_person_course"),
            models.UniqueConstraint(fields=["number"], name="certificate_number_once"),
            # One that came by a wrong file goes with it; the history keeps what it was.
            *never("eldercare_certificate", "DELETE", "a certificate is not deleted", but="extracts.undo"),
        )
