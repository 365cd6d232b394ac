"""What a published release brought about: amounts changed, months owed or to recover, households left to a human."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.ledger.models import Adjustment, Entitlement
from minzheng.kernel.people.models import Household

from .drafts import Release

__all__ = ["AmountChange", "Arrears", "Attention"]


class AmountChange(Placed):
    """An entitlement paid at its new amount from a month on; ``restored_at`` once the release was backed out."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="changes", verbose_name="发布")
    household = models.ForeignKey(Household, models.PROTECT, related_name="+", verbose_name="家庭")
    scheme = models.CharField("项目", max_length=60)
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="+", verbose_name="新待遇记录")
    replaced = models.ForeignKey(Entitlement, models.PROTECT, related_name="+", verbose_name="原待遇记录")
    from_month = models.DateField("起始月")
    before = models.BigIntegerField("原月金额（分）")
    after = models.BigIntegerField("新月金额（分）")
    restored_at = models.DateTimeField("恢复时间", null=True)

    class Meta:
        verbose_name = "待遇调整"
        constraints = (models.UniqueConstraint(fields=["release", "replaced"], name="amount_change_once"),)


class Arrears(Placed):
    """What one household is owed (补发, above zero) or was paid too much (追缴, below zero) for one month."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="arrears", verbose_name="发布")
    household = models.ForeignKey(Household, models.PROTECT, related_name="+", verbose_name="家庭")
    scheme = models.CharField("项目", max_length=60)
    month = models.DateField("月份")
    before = models.BigIntegerField("已发或应发金额（分）")
    after = models.BigIntegerField("按新标准金额（分）")
    difference = models.BigIntegerField("差额（分）")
    cancelled_at = models.DateTimeField("取消时间", null=True)
    adjustment = models.OneToOneField(
        Adjustment, models.PROTECT, null=True, related_name="+", verbose_name="登记的补发"
    )

    class Meta:
        verbose_name = "补发与追缴"
        constraints = (
            models.UniqueConstraint(
                fields=["release", "household", "scheme", "month"],
                condition=Q(cancelled_at=None),
                name="arrears_once_a_month",
            ),
            models.CheckConstraint(
                condition=Q(adjustment=None) | Q(difference__gt=0), name="arrears_made_up_if_owed"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="arrears_month_is_first_day"),
            models.CheckConstraint(
                condition=Q(difference=F("after") - F("before")) & ~Q(difference=0), name="arrears_difference"
            ),
        )


class Attention(Placed):
    """A household the release could not carry out by itself: someone looks at it, nobody is passed over."""

    class Reason(models.TextChoices):
        NO_FACTS = "no_facts", "没有家庭经济状况档案"
        UNKNOWN = "unknown", "资料不全，不能计算"
        MISMATCH = "mismatch", "按现有资料算出的原金额与在发金额不一致"
        REDUCTION = "reduction", "金额减少或不再符合，须先听取意见再复核"
        OTHER_CASE = "other_case", "其间另有决定，资料已变化"
        CHANGED_SINCE = "changed_since", "发布后待遇又有变更，不能自动恢复"

    release = models.ForeignKey(Release, models.PROTECT, related_name="attentions", verbose_name="发布")
    household = models.ForeignKey(Household, models.PROTECT, related_name="+", verbose_name="家庭")
    scheme = models.CharField("项目", max_length=60)
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="+", verbose_name="待遇记录")
    reason = models.CharField("原因", max_length=14, choices=Reason)
    paid = models.BigIntegerField("在发月金额（分）")
    before = models.BigIntegerField("按原标准算出（分）", null=True)
    after = models.BigIntegerField("按新标准算出（分）", null=True)
    month = models.DateField("起始月份")
    handled_at = models.DateTimeField("处理时间", null=True)
    handled_by = models.CharField("处理人标识", max_length=40, blank=True)
    handled_by_name = models.CharField("处理人", max_length=60, blank=True)
    handled_note = models.CharField("处理结果", max_length=300, blank=True)

    class Meta:
        verbose_name = "须人工核算"
        constraints = (
            models.UniqueConstraint(fields=["release", "entitlement", "reason"], name="attention_once"),
        )
