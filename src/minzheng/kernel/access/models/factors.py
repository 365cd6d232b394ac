"""The second factor of a member of staff: the seed of the codes, and the codes for a lost telephone."""

from __future__ import annotations

from django.db import models

from .accounts import User

__all__ = ["RecoveryCode", "SecondFactor"]


class SecondFactor(models.Model):
    """The seed of the one-time codes (动态口令, RFC 6238), sealed; in force once a first code has confirmed it."""

    stands_open = "确认登录人身份之前就要查询"
    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor", verbose_name="账号")
    sealed = models.BinaryField("种子（密文）")
    made_at = models.DateTimeField("生成时间")
    confirmed_at = models.DateTimeField("启用时间", null=True, blank=True)
    # The last step of the clock for which a code was taken: no code is taken twice, nor one before it.
    last_step = models.BigIntegerField("最近步数", default=0)

    class Meta:
        verbose_name = "动态口令"


class RecoveryCode(models.Model):
    """A code that stands in once for a lost telephone; only its digest is kept."""

    stands_open = "确认登录人身份之前就要查询"
    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="codes", verbose_name="动态口令")
    digest = models.CharField("摘要", max_length=64)
    used_at = models.DateTimeField("使用时间", null=True, blank=True)

    class Meta:
        verbose_name = "备用码"
        constraints = (models.UniqueConstraint(fields=["factor", "digest"], name="recovery_code_once"),)
