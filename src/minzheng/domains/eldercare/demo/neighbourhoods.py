"""Made-up neighbourhoods of all counties: village yards and stations, places for sport, facilities of old estates.

In 2020 nine villages in ten had a yard, as the plan says; most of the others followed within its years.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.models import Division
from minzheng.kernel.areas.queries import counties, in_force
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.facilities.models import Facility
from minzheng.kernel.people.models import Household

from ..models import OldEstate, SportsSite
from ..queries.sites import SORT

__all__ = ["populate"]

_RURAL = ("村", "村委会", "村民委员会")
_WAYS = ("built", "rented", "bought", "swapped")


def populate(*, actors: Mapping[str, Actor], family: Household | None, by: Actor) -> None:
    """Done once."""
    del actors, family
    if not OldEstate.objects.exists():
        build(by=by)


@verb("eldercare.demo_neighbourhoods", label="生成演示村级设施和小区")
def build(*, by: Actor) -> None:
    """All of it in a constant number of statements."""
    low = (int(Level.TOWNSHIP), int(Level.VILLAGE))
    places = list(in_force().filter(level__in=low, kind=Division.Kind.ORDINARY).order_by("path"))
    Facility.objects.bulk_create(_houses(places), batch_size=2000)
    SportsSite.objects.bulk_create(_sports(places), batch_size=4000)
    OldEstate.objects.bulk_create(_estates(places))
    note(path="22/", after={"places": len(places)})


def _houses(places: list[Division]) -> Iterator[Facility]:
    """A yard in most villages, a day-care station in every urban community."""
    villages = [one for one in places if one.level == Level.VILLAGE]
    for n, one in enumerate(villages):
        rural = one.name.endswith(_RURAL)
        opened = _since(n, before=92, never=170) if rural else date(2018 + n % 3, 5, 8)
        if opened is not None:
            kind, word = ("village_yard", "养老大院") if rural else ("day_care", "日间照料站")
            yield Facility(
                sort=SORT, kind=kind, name=f"演示{one.name}{word}", ownership="public", path=one.path,
                uscc=f"54222100{n:08d}0X", representative="演示村委会", address="演示村部", state="open",
                opened_on=opened, filed_on=opened, filing_number=f"演示村备{n:05d}", functions=["meals", "day_care"],
                details={"area": 80 + n % 7 * 20, "hours": "8:00—16:00", "heating": True, "manager": "演示"},
            )  # fmt: skip


def _sports(places: list[Division]) -> Iterator[SportsSite]:
    for n, one in enumerate(places):
        town = one.level == Level.TOWNSHIP
        opened = _since(n, before=97 if town else 88, never=10**6 if town else 400)
        if opened is not None:
            yield SportsSite(
                path=one.path, name=f"演示{one.name}{'健身中心' if town else '健身广场'}",
                level="township" if town else "village", opened_on=opened,
            )  # fmt: skip


def _since(n: int, *, before: int, never: int) -> date | None:
    """Of a hundred places so many had it before the plan, the others got it in its years, one of so many not yet."""
    if n % never == never - 1:
        return None
    at = n * 37 % 100
    return date(2017 + n % 4, 1 + n % 12, 15) if at < before else date(2021 + n % 5, 3 + n % 9, 15)


def _estates(places: list[Division]) -> Iterator[OldEstate]:
    """Three in each of the first two streets or towns of a county; one of thirty still has none."""
    towns = [one for one in places if one.level == Level.TOWNSHIP]
    n = 0
    for county in counties():
        for town in [one for one in towns if one.path.startswith(county.path)][:2]:
            for number in "一二三":
                n += 1
                facts = {"fitted_on": date(2021 + n % 5, 2 + n % 10, 20), "way": _WAYS[n % 4],
                         "area": Decimal(200 + n % 9 * 20)} if n % 30 else {}  # fmt: skip
                yield OldEstate(
                    path=town.path, name=f"演示{town.name}{number}小区", families=320 + n % 11 * 60,
                    surveyed_on=date(2020, 10, 12), **facts,
                )  # fmt: skip
