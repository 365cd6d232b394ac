"""What a neighbourhood offers the old: facilities fitted into old estates, public places for sport (plan 5.2, 5.4)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.audit.history import keeps_history

__all__ = ["OldEstate", "SportsSite"]


@keeps_history()
class OldEstate(Placed):
    """An old estate (老旧小区) that was found without a facility for the old, until it has got one."""

    class Way(models.TextChoices):
        BUILT = "built", "改造新建"
        BOUGHT = "bought", "购买"
        SWAPPED = "swapped", "置换"
        RENTED = "rented", "租赁"

    name = models.CharField("小区", max_length=80)
    families = models.PositiveIntegerField("住户数")
    surveyed_on = models.DateField("排查日期")
    way = models.CharField("配建方式", max_length=8, choices=Way, blank=True)
    area = models.DecimalField("设施面积（平方米）", max_digits=10, decimal_places=2, null=True, blank=True)
    fitted_on = models.DateField("建成启用日期", null=True, blank=True)

    class Meta:
        verbose_name = "老旧小区养老设施"
        constraints = (
            models.UniqueConstraint(fields=["path", "name"], name="old_estate_once"),
            models.CheckConstraint(
                condition=Q(fitted_on=None, way="", area=None)
                | Q(fitted_on__gte=F("surveyed_on"), area__gt=0) & ~Q(way=""),
                name="old_estate_fitted_with_facts",
            ),
        )


@keeps_history()
class SportsSite(Placed):
    """A public place for sport (公共体育健身设施) of a township or of a village, open until it is closed."""

    name = models.CharField("名称", max_length=80)
    level = models.CharField(
        "层级", max_length=8, choices=[("township", "乡镇（街道）"), ("village", "村（社区）")]
    )
    opened_on = models.DateField("启用日期")
    closed_on = models.DateField("停用日期", null=True, blank=True)
    why = models.CharField("停用原因", max_length=120, blank=True)

    class Meta:
        verbose_name = "公共体育健身设施"
        constraints = (
            models.UniqueConstraint(fields=["path", "name"], name="sports_site_once"),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")) & ~Q(why=""),
                name="sports_site_closed_with_reason",
            ),
        )
