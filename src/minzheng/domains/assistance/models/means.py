"""What is last known of a household and of each of its members."""

from __future__ import annotations

from django.db import models

from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.profiles import models as profiles
from minzheng.kernel.profiles.columns import holds
from minzheng.kernel.profiles.words import Profiles

from .. import rules

__all__ = ["PROFILES", "HouseholdProfile", "PersonProfile"]


@keeps_history()
@holds(rules.household)
class HouseholdProfile(profiles.HouseholdProfile):
    """What is last known of a household's property and expenses: one column for each fact of the rules."""

    class Meta(profiles.HouseholdProfile.Meta):
        verbose_name = "家庭经济状况档案"


@keeps_history()
@holds(rules.person)
class PersonProfile(profiles.PersonProfile):
    """What is last known of a member's work, health and income."""

    profile = models.ForeignKey(
        HouseholdProfile, models.CASCADE, db_index=False, related_name="+", verbose_name="档案"
    )

    class Meta(profiles.PersonProfile.Meta):
        verbose_name = "家庭成员经济状况档案"


PROFILES = Profiles(rules.household, HouseholdProfile, PersonProfile)
