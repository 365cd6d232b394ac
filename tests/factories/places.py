"""Real divisions for tests: only those a test names are put into the table, with all that is above them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from minzheng.kernel.areas import loading
from minzheng.kernel.areas.models import Division
from minzheng.kernel.areas.paths import parent, uids


@dataclass(frozen=True)
class Seat:
    """Where a cast plays: a village and all that is above it, by jurisdiction path."""

    village: str

    @property
    def township(self) -> str:
        return parent(self.village) or ""

    @property
    def county(self) -> str:
        return parent(self.township) or ""

    @property
    def city(self) -> str:
        return parent(self.county) or ""

    @property
    def province(self) -> str:
        return "22/"


# 农安县伏龙泉镇泉子沟村, and 德惠市达家沟镇, the county beside it.
NONGAN = Seat("22/2201/220122/220122101/220122101210/")
NEXT_COUNTY = Seat("22/2201/220183/220183103/220183103201/")


@cache
def _by_uid() -> dict[str, loading.Unit]:
    return {unit.uid: unit for unit in loading.units() if unit.valid_until is None}


def place(code: str) -> str:
    """The path of a division by its uid or code (``220122``, ``22CBS``); it and all above it then exist."""
    uid = code if code in _by_uid() else next(u for u in _by_uid() if u.ljust(12, "0") == code)
    chain = [_by_uid()[part] for part in uids(_by_uid()[uid].path)]
    known = set(Division.objects.filter(uid__in=[u.uid for u in chain]).values_list("uid", flat=True))
    Division.objects.bulk_create([unit.row() for unit in chain if unit.uid not in known])
    return chain[-1].path


def place_named(name: str) -> str:
    """The path of the first division of this name, made to exist."""
    return place(next(unit.uid for unit in _by_uid().values() if unit.name == name))
