"""The two tables of a profile: the household, and its persons in the order in which its facts list them.

Both are abstract: a domain gives them a column for each of its facts (``columns.holds``) and keeps their history.
"""

from __future__ import annotations

from django.db import models

from minzheng.kernel.areas.models import Placed
from minzheng.kernel.people.models import Household, Person

__all__ = ["HouseholdProfile", "PersonProfile"]


class HouseholdProfile(Placed):
    """What is last known of one household: as of which day, who said so, by which case."""

    household = models.OneToOneField(
        Household, models.PROTECT, primary_key=True, related_name="+", verbose_name="家庭"
    )
    as_of = models.DateField("截至日期")
    source = models.CharField("来源", max_length=200)
    case_id = models.BigIntegerField("办件", null=True)
    recorded_at = models.DateTimeField("记录时间")

    class Meta:
        abstract = True


class PersonProfile(models.Model):
    """What is last known of one member; the concrete table adds ``profile``, the household's."""

    # No index of its own: a person is found through the household, and a province is loaded without it.
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="人员"
    )
    position = models.PositiveSmallIntegerField("次序")

    class Meta:
        abstract = True
        constraints = (
            models.UniqueConstraint(fields=["profile", "position"], name="%(app_label)s_%(class)s_order"),
        )
