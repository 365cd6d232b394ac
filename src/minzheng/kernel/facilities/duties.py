"""Who may do what with a house: the county that oversees, and the house's own staff, named to it."""

from __future__ import annotations

from datetime import date
from typing import TypeVar, cast

from django.db.models import Model, Q, QuerySet

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.standards.queries import calendar

from .models import Facility

__all__ = [
    "Declared", "days_of", "keeps", "mine", "of", "one_of_mine", "oversees", "require_keeper",
    "require_one", "require_overseer", "require_words", "term", "term_if_ruled",
]  # fmt: skip

Declared = catalogue.Declared[declare.Facilities]
M = TypeVar("M", bound=Model)


def of(facility: Facility) -> Declared:
    """The declaration of a house's sort."""
    return catalogue.current().facility(facility.sort)


def oversees(declared: Declared, *, path: str, by: Actor) -> bool:
    """Whether the actor looks after houses of this sort over the place."""
    return by.holds({declared.role(declared.item.overseer): declared.item.overseer.at}, path=path)


def keeps(facility: Facility, by: Actor) -> bool:
    """Whether the actor is of the house's own staff: the role over its place, and the house named beside it."""
    declared, today = of(facility), clock.today()
    role = declared.item.keeper
    if not by.holds({declared.role(role): role.at}, path=facility.path):
        return False
    named = facility.keepers.filter(Q(until_on=None) | Q(until_on__gt=today), user=by.id, from_on__lte=today)
    return named.exists()


def require_overseer(facility: Facility, by: Actor) -> None:
    """The county's officer for this sort of house."""
    if not oversees(of(facility), path=facility.path, by=by):
        raise NotAllowed(
            "facility_overseer", f"这项工作由{of(facility).item.overseer.label}办理，您在该地区没有这个岗位。"
        )


def require_keeper(facility: Facility, by: Actor) -> None:
    """The house's own staff."""
    if not keeps(facility, by):
        raise NotAllowed(
            "facility_keeper",
            f"这项工作由{facility.name}的经办人办理。请联系县级民政部门为您指定机构。",
        )


def require_one(facility: Facility, by: Actor) -> None:
    """Either of them."""
    if not keeps(facility, by):
        require_overseer(facility, by)


def require_words(text: str, what: str, *, field: str, longest: int = 200) -> str:
    """Something is written, and not too much."""
    words = text.strip()
    if not words or len(words) > longest:
        raise Refused(f"{field}_missing", f"请填写{what}（不超过{longest}个字）。", field=field)
    return words


def days_of(key: str, *, path: str, on: date) -> int:
    """A number of days from the dated parameters."""
    return cast(int, catalogue.current().parameters().get(key, path=path, on=on).value)


def term(key: str, *, path: str, start: date) -> date:
    """The last day of a term in working days."""
    days = clock.WorkingDays(days_of(key, path=path, on=start))
    return clock.deadline(start, days, calendar()).on


def term_if_ruled(key: str, *, path: str, start: date) -> date | None:
    """The last day of a term in working days; none where no rule was in force yet on the day it would run from."""
    ruled = catalogue.current().parameters().find(key, path=path, on=start) is not None
    return term(key, path=path, start=start) if ruled else None


def mine(declared: Declared, by: Actor) -> QuerySet[Facility]:
    """The houses of a sort that the actor may look into: the own, the county's, or all beneath a higher post."""
    item = declared.item
    keeper, overseer = declared.role(item.keeper), declared.role(item.overseer)
    above = tuple(post for post in by.posts if post.role == overseer or post.level < item.overseer.at)
    wide = by.narrowed(above)
    rows = Facility.objects.filter(sort=declared.code)
    found = in_scope(rows, wide)
    if keeper in by.roles:
        own = tuple(post for post in by.posts if post.role == keeper)
        near = by.narrowed(own)
        today = clock.today()
        named = Q(keepers__until_on=None) | Q(keepers__until_on__gt=today)
        found |= in_scope(rows.filter(named, keepers__user=by.id, keepers__from_on__lte=today), near)
    return found.distinct()


def one_of_mine(facility_id: int, by: Actor) -> Facility:
    """One house that the actor may look into; of any other it is not said that it is there."""
    for declared in catalogue.current().facilities.values():
        if (found := mine(declared, by).filter(pk=facility_id).first()) is not None:
            return found
    raise NotFound("facility_unknown", "没有这家机构，或不在您的管辖范围内。")
