"""Accounts: who may knock, and what they once used as a password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from minzheng.kernel.areas.models import PathField

__all__ = ["Kind", "StaffIdentity", "UsedPassword", "User"]


class Kind(models.TextChoices):
    """Whether a human being sits behind an account, or another system."""

    PERSON = "person", "人员账号"
    SERVICE = "service", "系统账号"


class Users(BaseUserManager["User"]):
    """Makes accounts; the account name is what is typed at the door."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Open an account with a usable password, or none."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account: of a member of staff, of a resident tied to a person of the master file, or of another system."""

    # Staff and systems are named in every office; the account of a resident is shown with the person alone.
    shown_with = "person_id"
    written_from_anywhere = "账号由管理员按职责管理，登录时由本人改写"
    username = models.CharField("账号", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=60)
    person_id = models.BigIntegerField("居民档案", null=True, blank=True, unique=True)
    is_active = models.BooleanField("启用", default=True)
    kind = models.CharField("类别", max_length=8, choices=Kind, default=Kind.PERSON)
    # Where it was opened: an account without a post is looked after there.
    path = PathField(verbose_name="开立地", blank=True)
    staff_number = models.CharField("工号", max_length=40, null=True, blank=True, unique=True)
    password_set_at = models.DateTimeField("密码设定时间", null=True, blank=True)
    must_change_password = models.BooleanField("须改密码", default=False)

    # The posts it holds today, where they were read together with it (``access.queries.account``).
    posts_held: Any = None

    USERNAME_FIELD = "username"
    objects = Users()

    class Meta:
        verbose_name = "账号"

    def __str__(self) -> str:
        return self.name


class UsedPassword(models.Model):
    """A password once set, as its hash: it is not taken again too soon."""

    stands_open = "确认登录人身份之前就要查询"
    user = models.ForeignKey(User, models.CASCADE, related_name="used_passwords", verbose_name="账号")
    digest = models.CharField("口令散列", max_length=128)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "用过的密码"


class StaffIdentity(models.Model):
    """The account that a person of the unified sign-in (统一身份认证) has here; bound at the first visit."""

    stands_open = "确认登录人身份之前就要查询"
    user = models.OneToOneField(User, models.CASCADE, related_name="identity", verbose_name="账号")
    issuer = models.CharField("认证中心", max_length=200)
    subject = models.CharField("认证中心标识", max_length=255)
    bound_at = models.DateTimeField("关联时间")

    class Meta:
        verbose_name = "统一身份认证关联"
        constraints = (models.UniqueConstraint(fields=["issuer", "subject"], name="staff_identity_once"),)
