"""Accounts of other systems, and the keys with which they knock at the machine door."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import PathField, Placed

from .accounts import User

__all__ = ["ServiceAccount", "ServiceKey"]


class ServiceAccount(Placed):
    """Another system that may use the API: who runs it, what for; its posts say what it may do."""

    stands_open = "确认登录人身份之前就要查询"
    user = models.OneToOneField(User, models.PROTECT, related_name="service", verbose_name="账号")
    purpose = models.CharField("用途", max_length=200)
    contact = models.CharField("负责单位和电话", max_length=120)

    class Meta:
        verbose_name = "系统账号"

    def __str__(self) -> str:
        return self.user.name


class ServiceKey(models.Model):
    """A key of an account: shown once, kept as a digest; for some operations, one place, until a day."""

    stands_open = "确认登录人身份之前就要查询"
    account = models.ForeignKey(ServiceAccount, models.PROTECT, related_name="keys", verbose_name="系统账号")
    number = models.CharField("密钥编号", max_length=16, unique=True)
    digest = models.CharField("摘要", max_length=64)
    operations = models.JSONField("可用接口", default=list)
    path = PathField(verbose_name="限定地区", blank=True)
    from_at = models.DateTimeField("启用时间")
    until_at = models.DateTimeField("到期时间")
    made_by = models.CharField("签发人", max_length=40)
    revoked_at = models.DateTimeField("吊销时间", null=True, blank=True)
    revoked_why = models.CharField("吊销原因", max_length=200, blank=True)
    used_at = models.DateTimeField("最近使用", null=True, blank=True)
    used_from = models.CharField("最近来源", max_length=45, blank=True)

    class Meta:
        verbose_name = "接口密钥"
        constraints = (
            models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="service_key_interval"),
        )
