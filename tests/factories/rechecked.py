"""A yearly re-check over three households of one county and one of the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from minzheng.kernel.exchange import actions
from minzheng.kernel.exchange.bulkkept import Kept, kept
from minzheng.kernel.exchange.models import Recheck, RecheckPart
from minzheng.kernel.people.models import Household, Person

from .cast import Cast, cast
from .checks import ALIVE, a_recipient
from .departments import Departments
from .places import NEXT_COUNTY, place

__all__ = ["Town", "a_town", "lines", "parts"]


@dataclass
class Town:
    """Three households in one county, one in the next, and who checks them."""

    who: Cast
    homes: list[tuple[Household, Person]]
    departments: Departments

    def run(self, **more: Any) -> Recheck:
        """Begun by the county's verifier and carried on as far as it goes."""
        run = actions.start_recheck(**({"path": self.who.seat.county, "by": self.who.verifier} | more))
        return actions.carry_on(run.pk)

    def put(self, n: int, source: str, record: Any) -> None:
        """What a source has on the head of one of the households."""
        self.departments.put(source, self.homes[n][1].id_number, record)


def a_town(departments: Departments) -> Town:
    """The households with their letters; everybody is alive and owns a flat."""
    who = cast()
    place(NEXT_COUNTY.village.split("/")[-2])
    homes = [a_recipient(n, path=who.seat.village) for n in range(3)]
    homes.append(a_recipient(3, path=NEXT_COUNTY.village))
    for _, head in homes:
        departments.put("police", head.id_number, ALIVE)
        departments.put("property", head.id_number, [{"share": "1", "area": 6000, "use": "住宅"}])
    return Town(who, homes, departments)


def lines() -> list[Kept]:
    """Every answer that is kept."""
    return [line for part in RecheckPart.objects.order_by("id") for line in kept(part)]


def parts(run: Recheck, **wanted: Any) -> list[RecheckPart]:
    """The parts of a run that ask a source, in their order."""
    return list(run.parts.filter(**wanted).exclude(source="").order_by("id"))
