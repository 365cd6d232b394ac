"""The master file: persons, and the households in which they share a living.

An assistance household (共同生活家庭) is not the booklet (户口簿): membership has dates, and says whether
a member counts (最低生活保障审核确认办法, art. 7).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import PathField, Placed
from minzheng.kernel.audit.history import keeps_history

from .fields import SealedField

__all__ = ["DigestChange", "FormerNumber", "Household", "Membership", "Person"]


@keeps_history()
class Person(Placed):
    """One human being, one file: with a citizen number, or without one under an internal number."""

    class Sex(models.TextChoices):
        UNKNOWN = "0", "未知"
        MALE = "1", "男"
        FEMALE = "2", "女"
        UNSTATED = "9", "未说明"

    id_number = SealedField(found_by=True, verbose_name="公民身份号码", null=True, blank=True)
    internal_number = models.CharField("内部编号", max_length=20, null=True, blank=True)
    name = models.CharField("姓名", max_length=60)
    initials = models.CharField("姓名首字母", max_length=30)
    sex = models.CharField("性别", max_length=1, choices=Sex, default=Sex.UNKNOWN)
    birth = models.DateField("出生日期", null=True, blank=True)
    ethnic = models.CharField("民族", max_length=2, default="01")
    hukou_path = PathField(verbose_name="户籍地")
    phone = SealedField(found_by=True, verbose_name="联系电话", blank=True, default="")
    disability_category = models.PositiveSmallIntegerField("残疾类别", null=True, blank=True)
    disability_grade = models.PositiveSmallIntegerField("残疾等级", null=True, blank=True)
    died_on = models.DateField("死亡日期", null=True, blank=True)
    # A file that turned out to be another one's double: it stays, and what is asked of it is asked of the other.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="doubles",
        verbose_name="已并入",
    )
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "人员"
        # One file for each number: by the digest beside the sealed column (migration 0004).
        # Names and initials are looked up by their beginning.
        constraints = (
            models.UniqueConstraint(fields=["internal_number"], name="person_one_internal_number"),
            models.CheckConstraint(
                condition=Q(id_number__isnull=False) | Q(internal_number__isnull=False),
                name="person_has_a_number",
            ),
            models.CheckConstraint(
                condition=(Q(disability_category=None) & Q(disability_grade=None))
                | Q(disability_category__range=(1, 7), disability_grade__range=(1, 4)),
                name="person_disability_pair",
            ),
        )
        indexes = (
            models.Index(fields=["name"], name="person_by_name", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["initials"], name="person_by_initials", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["died_on"], condition=Q(died_on__isnull=False), name="person_who_died"),
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="person_doubles"
            ),
        )

    def __str__(self) -> str:
        return self.name


class FormerNumber(Placed):
    """A citizen number under which a person was on file before: corrected, or borne by a double since merged."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="former_numbers", verbose_name="人员")
    number = SealedField(kind="id_number", found_by=True, verbose_name="曾用号码")
    until_at = models.DateTimeField("停用时间")
    reason = models.CharField("停用原因", max_length=200)

    class Meta:
        verbose_name = "曾用身份号码"


class DigestChange(models.Model):
    """There is a row while every number is given a second digest: the first is the one they all have (ADR 36)."""

    stands_open = "只说号码摘要是否正在更换"

    id = models.PositiveSmallIntegerField("标识", primary_key=True, default=1)

    class Meta:
        verbose_name = "号码摘要更换"


@keeps_history()
class Household(Placed):
    """Persons who share a living, at one address, under one number that is never reused."""

    class Class(models.TextChoices):
        URBAN = "urban", "城市"
        RURAL = "rural", "农村"

    number = models.CharField("家庭编号", max_length=24)
    class_ur = models.CharField("城乡类别", max_length=5, choices=Class)
    hukou_path = PathField(verbose_name="户籍地")
    address = models.CharField("住址", max_length=120, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "家庭"
        constraints = (models.UniqueConstraint(fields=["number"], name="household_number_once"),)

    def __str__(self) -> str:
        return self.number


@keeps_history()
class Membership(models.Model):
    """A person's time in a household: from, until, relation to the head, counted or why not."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="memberships", verbose_name="家庭")
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships", verbose_name="人员")
    relation = models.CharField("与户主关系", max_length=2)
    counted = models.BooleanField("计入共同生活成员", default=True)
    not_counted_reason = models.CharField("不计入原因", max_length=20, blank=True)
    from_on = models.DateField("起")
    until_on = models.DateField("止", null=True, blank=True)

    class Meta:
        verbose_name = "家庭成员"
        constraints = (
            models.UniqueConstraint(
                fields=["person"], condition=Q(until_on=None), name="membership_one_household_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="membership_interval"
            ),
            models.CheckConstraint(
                condition=Q(counted=True) | ~Q(not_counted_reason=""), name="membership_reason_if_not_counted"
            ),
        )
