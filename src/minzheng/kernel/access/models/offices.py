"""Offices, and the posts that accounts hold in them over time."""

from __future__ import annotations

from django.db import models

from minzheng.kernel.areas.models import Level, Placed

from .accounts import User

__all__ = ["Office", "Posting"]


class Office(Placed):
    """An office (机构) that acts for a place: a village committee, a township window, a county bureau."""

    stands_open = "确认登录人身份之前就要查询"
    code = models.CharField("机构编码", max_length=32, unique=True)
    name = models.CharField("名称", max_length=80)
    level = models.PositiveSmallIntegerField("层级", choices=[(int(x), x.label) for x in Level])
    phone = models.CharField("公开电话", max_length=20, blank=True)

    class Meta:
        verbose_name = "机构"

    def __str__(self) -> str:
        return self.name


class Posting(models.Model):
    """A role held in an office from one day to another."""

    stands_open = "确认登录人身份之前就要查询"
    user = models.ForeignKey(User, models.PROTECT, related_name="postings", verbose_name="账号")
    office = models.ForeignKey(Office, models.PROTECT, related_name="postings", verbose_name="机构")
    role = models.CharField("岗位", max_length=60)
    from_on = models.DateField("任职日期")
    until_on = models.DateField("离任日期", null=True, blank=True)
    given_by = models.CharField("授予人", max_length=60, blank=True)

    class Meta:
        verbose_name = "任职"
        constraints = (
            models.UniqueConstraint(
                fields=["user", "office", "role"],
                condition=models.Q(until_on=None),
                name="posting_held_once",
            ),
        )
