"""Offices, the people who sign in, and the posts they hold over time."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from minzheng.kernel.areas.models import Level, Placed

__all__ = ["Office", "Posting", "User"]


class Office(Placed):
    """An office (机构) that acts for a place: a village committee, a township window, a county bureau."""

    code = models.CharField("机构编码", max_length=32, unique=True)
    name = models.CharField("名称", max_length=80)
    level = models.PositiveSmallIntegerField("层级", choices=[(int(x), x.label) for x in Level])
    phone = models.CharField("公开电话", max_length=20, blank=True)

    class Meta:
        verbose_name = "机构"

    def __str__(self) -> str:
        return self.name


class Users(BaseUserManager["User"]):
    """Makes accounts; the account name is what is typed at the door."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Open an account with a usable password, or none."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account: of a member of staff, or of a resident tied to a person of the master file."""

    username = models.CharField("账号", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=60)
    person_id = models.BigIntegerField("居民档案", null=True, blank=True, unique=True)
    is_active = models.BooleanField("启用", default=True)

    USERNAME_FIELD = "username"
    objects = Users()

    class Meta:
        verbose_name = "账号"

    def __str__(self) -> str:
        return self.name


class Posting(models.Model):
    """A role held in an office from one day to another."""

    user = models.ForeignKey(User, models.PROTECT, related_name="postings", verbose_name="账号")
    office = models.ForeignKey(Office, models.PROTECT, related_name="postings", verbose_name="机构")
    role = models.CharField("岗位", max_length=60)
    from_on = models.DateField("任职日期")
    until_on = models.DateField("离任日期", null=True, blank=True)

    class Meta:
        verbose_name = "任职"
        constraints = (
            models.UniqueConstraint(
                fields=["user", "office", "role"],
                condition=models.Q(until_on=None),
                name="posting_held_once",
            ),
        )
