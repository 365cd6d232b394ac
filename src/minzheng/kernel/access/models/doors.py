"""What the door remembers: wrong guesses, how often somebody came, who is in."""

from __future__ import annotations

from django.db import models

from .accounts import User

__all__ = ["Guessing", "SignedIn", "Tally"]


class Guessing(models.Model):
    """Attempts under one name, or from one address; the key is a keyed digest, so a mistyped name is not kept."""

    stands_open = "确认登录人身份之前就要查询"
    not_watched = "只记来访次数"

    class Kind(models.TextChoices):
        NAME = "name", "账号"
        ADDRESS = "address", "地址"
        CODE = "code", "动态口令"

    key = models.CharField("摘要", max_length=64, unique=True)
    kind = models.CharField("类别", max_length=8, choices=Kind)
    count = models.PositiveIntegerField("次数", default=0)
    first_at = models.DateTimeField("首次")
    last_at = models.DateTimeField("最近")
    locked_until = models.DateTimeField("锁定至", null=True, blank=True)

    class Meta:
        verbose_name = "猜测记录"
        indexes = (models.Index(fields=["last_at"]),)


class Tally(models.Model):
    """How often one came to one door within one stretch of time."""

    stands_open = "确认登录人身份之前就要查询"
    not_watched = "只记来访次数"

    key = models.CharField("门与来者", max_length=80)
    from_at = models.DateTimeField("起")
    count = models.PositiveIntegerField("次数", default=0)

    class Meta:
        verbose_name = "访问计数"
        constraints = (models.UniqueConstraint(fields=["key", "from_at"], name="tally_once"),)
        indexes = (models.Index(fields=["from_at"]),)


class SignedIn(models.Model):
    """One session, from sign-in to its end; shown with its account."""

    shown_with = "user_id"
    written_from_anywhere = "登录和退出由本人改写，管理员按职责结束"

    class Ended(models.TextChoices):
        SIGNED_OUT = "signed_out", "退出登录"
        IDLE = "idle", "长时间未操作"
        EXPIRED = "expired", "超过最长时限"
        CROWDED = "crowded", "在别处登录"
        EVERYWHERE = "everywhere", "全部退出"
        CHANGED = "changed", "密码或账号变动"

    class How(models.TextChoices):
        PASSWORD = "password", "密码"
        TWO = "two", "密码和动态口令"
        UNIFIED = "unified", "统一身份认证"

    user = models.ForeignKey(User, models.CASCADE, related_name="sessions", verbose_name="账号")
    session_key = models.CharField("会话", max_length=40, unique=True)
    how = models.CharField("方式", max_length=10, choices=How, default=How.PASSWORD)
    begun_at = models.DateTimeField("登录时间")
    address = models.CharField("地址", max_length=45, blank=True)
    device = models.CharField("设备", max_length=120, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    ended = models.CharField("结束原因", max_length=10, choices=Ended, blank=True)

    class Meta:
        verbose_name = "登录会话"
        indexes = (
            models.Index(fields=["user", "id"], condition=models.Q(ended_at=None), name="signed_in_now"),
        )
