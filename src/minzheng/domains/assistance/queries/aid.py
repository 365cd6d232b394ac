"""Whether the province has helped before (全省临时救助台账): for the same cause, and for how much within the year.

Asked across the whole province whoever asks, so that no household is helped twice by two townships; what comes
back says only that, by whom broadly and since when: no name, no case, no decision of another place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from minzheng.kernel import clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of, parent
from minzheng.kernel.casework.terms import number
from minzheng.kernel.people.models import Household, Person

from ..models import AidGrant

__all__ = ["Claimed", "Earlier", "granted_before", "same_cause"]

# The longest month is three days longer than the shortest: the day itself is decided by the clock.
_SLACK = timedelta(days=3)


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """Who someone without papers says they are; two of the three must agree before they count as the same."""

    name: str
    birth: date | None = None
    phone: str = ""

    @property
    def same(self) -> Q:
        """Grants to somebody of whom two of the three are the same."""
        parts = [Q(name=self.name)] if self.name else []
        parts += [Q(birth=self.birth)] if self.birth else []
        parts += [Q(phone=self.phone)] if self.phone else []
        pairs = [one & other for at, one in enumerate(parts) for other in parts[at + 1 :]]
        return _any(pairs)


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier grant as any township may know of it."""

    since: date
    elsewhere: bool

    @property
    def says(self) -> str:
        """The sentence for the officer."""
        who = "其他乡镇（街道）" if self.elsewhere else "本乡镇（街道）"
        return f"{who}已于{self.since:%Y年%m月%d日}因同一事由给予临时救助"


def same_cause(
    *,
    cause: str,
    on: date,
    path: str,
    household: Household | None = None,
    persons: Sequence[Person] = (),
    claimed: Claimed | None = None,
    apart_from: Collection[int] = (),
) -> Earlier | None:
    """The latest grant for the same cause that still bars another.

    ``apart_from`` is the case that asks, and what it goes on from.
    """
    months = number("temp.same_cause_months", path=path, on=on)
    found = _grants(household, persons, claimed, apart_from).filter(cause=cause)
    for grant in _within(found, months, on):
        return Earlier(grant.granted_on, elsewhere=_township(grant.path) != _township(path))
    return None


def granted_before(
    *,
    on: date,
    path: str,
    household: Household | None = None,
    persons: Sequence[Person] = (),
    claimed: Claimed | None = None,
    apart_from: Collection[int] = (),
) -> int:
    """Fen granted within the months over which the limit is counted, all grants together, for whatever cause."""
    months = number("temp.cap_window_months", path=path, on=on)
    found = _within(_grants(household, persons, claimed, apart_from), months, on)
    return sum(grant.amount for grant in found)


def _grants(
    household: Household | None,
    persons: Sequence[Person],
    claimed: Claimed | None,
    apart_from: Collection[int],
) -> QuerySet[AidGrant]:
    """To the household, to any of its members, or to somebody without papers who claimed to be one of them."""
    same = [Q(household=household)] if household is not None else []
    if persons:
        same.append(Q(person_ids__overlap=[one.pk for one in persons]))
        same += [
            Q(person=None) & Claimed(name=one.name, birth=one.birth, phone=one.phone).same for one in persons
        ]
    if claimed is not None:
        same.append(claimed.same)
    grants = AidGrant.objects.filter(_any(same), withdrawn_on=None)
    # Not ``exclude``: a grant of the old books has no case.
    return grants.filter(Q(case_id=None) | ~Q(case_id__in=list(apart_from)))


def _within(grants: QuerySet[AidGrant], months: int, on: date) -> Iterator[AidGrant]:
    """The latest first; the day of the same number is still inside, whatever was granted later is not before."""
    since = clock.add_months(on, -months) - _SLACK
    for grant in grants.filter(granted_on__gte=since, granted_on__lte=on).order_by("-granted_on", "-id"):
        if clock.within_months(grant.granted_on, months, on):
            yield grant


def _township(path: str) -> str:
    """The township a place lies in, or the place itself where it is above one."""
    return parent(path) or path if level_of(path) is Level.VILLAGE else path


def _any(conditions: Sequence[Q]) -> Q:
    """Any of these; none of nothing."""
    joined = Q(pk__in=[])
    for one in conditions:
        joined |= one
    return joined
