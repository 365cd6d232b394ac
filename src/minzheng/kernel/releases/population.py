"""Everyone a release concerns: the profiles of a place, and who among them is paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum
from numpy.typing import NDArray

from minzheng.kernel import catalogue, law
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import Mistake
from minzheng.kernel.law.engines.columns import Table
from minzheng.kernel.law.language import Rule
from minzheng.kernel.law.parameters import prefixes
from minzheng.kernel.ledger.models import Entitlement
from minzheng.kernel.profiles import reading
from minzheng.kernel.profiles.words import Profiles

__all__ = [
    "People",
    "entitled",
    "fingerprint",
    "number",
    "paid_by_county",
    "people",
    "profiles_of",
    "without_facts",
]


@dataclass(frozen=True, slots=True)
class People:
    """Some households: who they are, their facts, and the county of each as a position in ``counties``."""

    households: NDArray[np.int64]
    table: Table
    counties: tuple[str, ...]
    county: NDArray[np.int32]


def profiles_of(domain: str) -> Profiles:
    """The domain's profiles; releases cannot be tried without any."""
    found = catalogue.current().profiles.get(domain)
    if found is None:
        raise Mistake("no_profiles", f"domain {domain!r} is simulated but keeps no profiles")
    return found


def people(
    domain: str, *, path: str, rules: Sequence[Rule], parameters: Sequence[law.Parameters]
) -> Iterator[People]:
    """The households of the place as they are at one moment; places no value tells apart are looked up as one."""
    told_apart = {value.place for known in parameters for value in known}
    for batch in reading.read(profiles_of(domain), path=path, rules=rules):
        table = batch.table
        counties, county = _gathered([county_of(one) or one for one in table.places])
        places, place = _gathered([_nearest(one, told_apart) for one in table.places])
        coarse = replace(table, places=places, place=place[table.place])
        yield People(batch.households, coarse, counties, county[table.place])


def _nearest(path: str, told_apart: set[str]) -> str:
    return next((one for one in prefixes(path) if one in told_apart), "")


def _gathered(names: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Each name once, and the position of each."""
    once = {name: at for at, name in enumerate(dict.fromkeys(names))}
    return tuple(once), np.array([once[name] for name in names], dtype=np.int32)


def number(domain: str, *, path: str) -> int:
    """How many households the place has on file."""
    return _rows(domain, path).count()


def fingerprint(domain: str, *, path: str) -> str:
    """Changes when a profile of the place is added, taken away or renewed."""
    found = _rows(domain, path).aggregate(number=Count("pk"), latest=Max("recorded_at"))
    return f"{found['number']}/{found['latest'].isoformat() if found['latest'] else ''}"


def _rows(domain: str, path: str) -> QuerySet[Any]:
    return profiles_of(domain).household_model._default_manager.filter(path__startswith=path)


def entitled(schemes: Sequence[str], *, path: str, since: Month) -> QuerySet[Entitlement]:
    """Every interval of the place that reaches into the month or beyond, empty ones left out."""
    running = Q(until_month=None) | Q(until_month__gt=since.first)
    rows = Entitlement.objects.filter(
        running, scheme__in=schemes, path__startswith=path, household__isnull=False
    )
    return rows.exclude(until_month=F("from_month"))


def paid_by_county(scheme: str, *, path: str, month: Month) -> dict[str, tuple[int, int]]:
    """How many are paid in the month and how much in all, by county."""
    rows = entitled([scheme], path=path, since=month).filter(from_month__lte=month.first)
    found: dict[str, tuple[int, int]] = {}
    for place, households, money in rows.values_list("path").annotate(Count("pk"), Sum("amount")).order_by():
        county = county_of(place) or place
        before = found.get(county, (0, 0))
        found[county] = before[0] + households, before[1] + money
    return found


def without_facts(domain: str, schemes: Sequence[str], *, path: str, month: Month) -> int:
    """How many are paid in the month although nothing is on file of them."""
    kept = profiles_of(domain).household_model._default_manager.filter(pk=OuterRef("household_id"))
    rows = entitled(schemes, path=path, since=month).filter(from_month__lte=month.first)
    return rows.filter(~Exists(kept)).count()
