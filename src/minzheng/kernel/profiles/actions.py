"""What a household was decided on becomes its profile; what was kept before stays as history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind as ActorKind
from minzheng.kernel.errors import Mistake, NotAllowed, Refused, Stale
from minzheng.kernel.law.facts import Facts, checked
from minzheng.kernel.people.models import Household, Person

from .columns import row_of
from .models import HouseholdProfile, PersonProfile
from .words import Profiles

__all__ = ["keep"]

LARGEST = 2**63 - 1


@verb("profiles.keep", label="更新家庭经济状况档案")
def keep(
    *,
    profiles: Profiles,
    household: Household,
    facts: Facts,
    persons: Sequence[Person | None],
    as_of: date,
    source: str,
    by: Actor,
    case_id: int | None = None,
) -> HouseholdProfile:
    """These facts replace what was known, whole: one household, one day, one source.

    A fact they leave out is unknown from now on: an old figure beside a new source would be nobody's word.
    """
    if by.kind is ActorKind.RESIDENT:
        raise NotAllowed("profile_by_resident", "家庭经济状况档案由经办机构登记。请到窗口办理。")
    if len(persons) != len(facts.persons):
        raise Mistake("profile_persons", "Name one person, or None, for each member of the facts.")
    checked(facts, profiles.entity)
    # The household's own row is the lock: two who keep its first profile at once wait for each other.
    home = Household.objects.select_for_update().get(pk=household.pk)
    profile = _profile(profiles, home, as_of)
    profile.path, profile.as_of, profile.source = home.path, as_of, source
    profile.case_id, profile.recorded_at = case_id, clock.now()
    _say(profile, row_of(profiles.entity, facts.household))
    _keep_persons(profiles, profile, facts, persons)
    note(about=profile, path=home.path, case_id=case_id, after={"as_of": as_of, "source": source})
    return profile


def _profile(profiles: Profiles, home: Household, as_of: date) -> HouseholdProfile:
    """The household's profile, or its first; never put back behind what is already known."""
    former = profiles.household_model._default_manager.filter(pk=home.pk).first()
    if former is None:
        former = profiles.household_model(household=home)
    else:
        note(before={"as_of": former.as_of})
    _newer(former, as_of)
    return former


def _newer(former: HouseholdProfile, as_of: date) -> None:
    if as_of > clock.today():
        raise Refused("profile_future", f"截至日期 {as_of} 晚于今天。请改正日期。", field="as_of")
    if former.as_of is not None and former.as_of > as_of:
        message = f"档案中已有截至 {former.as_of} 的情况，比 {as_of} 新。请核对日期，或以新情况为准。"
        raise Stale("profile_older", message, field="as_of")


def _say(row: HouseholdProfile | PersonProfile, facts: Mapping[str, object]) -> None:
    """Write every fact into its column; a figure past what a column holds is refused by name."""
    for name, value in facts.items():
        if isinstance(value, int) and abs(value) > LARGEST:
            raise Refused("fact_too_large", f"“{name}”的数值过大，无法登记。请核对金额单位。", field=name)
        setattr(row, name, value)
    row.save()


def _keep_persons(
    profiles: Profiles, profile: HouseholdProfile, facts: Facts, persons: Sequence[Person | None]
) -> None:
    """Row by row in their order; whoever is no longer listed leaves a row in the history."""
    model = profiles.person_model
    rows = {row.position: row for row in profiles.persons_of(profile)}
    for position, (person, known) in enumerate(zip(persons, facts.persons, strict=True)):
        row = rows.pop(position, None) or model(**{"profile": profile, "position": position})
        row.person = person
        _say(row, row_of(profiles.person, known))
    model._default_manager.filter(pk__in=[row.pk for row in rows.values()]).delete()
