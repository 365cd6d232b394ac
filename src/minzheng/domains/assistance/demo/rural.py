"""The rural department's list as it comes each quarter: some families of the township, one line of it mistaken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.paths import uid_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.exchange.extracts.intake import stage, take_in
from minzheng.kernel.exchange.extracts.reading import CHANGE
from minzheng.kernel.exchange.extracts.receipts import csv_of
from minzheng.kernel.exchange.models import Intake
from minzheng.kernel.people.models import Household, Membership, Person

from ..models import RuralWatch

__all__ = ["listed"]

LIST, WANTED, ADDED = "assistance.rural_list", 8, 2
_LOOKED_AT = 60
_NUMBER = 5  # the column of the citizen number
_RISKS = ("因病", "因残", "因灾", "缺劳动力", "因学", "突发事故")


def listed(actors: Mapping[str, Actor]) -> None:
    """The list of last quarter taken in, and today's addition to it before the verifier, who finds the mistake."""
    verifier, today = actors["verifier"], clock.today()
    path = verifier.scope[0]
    day = date(today.year, (today.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)
    people = _heads(actors["clerk"].scope[0])
    if len(people) <= ADDED:
        return  # a province of very few families: nobody of this township could be on the list
    known = people[:-ADDED]
    lines = [_line(at, one, day) for at, one in enumerate(known, 1)]
    first = _brought(lines, f"监测对象名单{day:%Y%m}.csv", path, verifier)
    take_in(intake=first, version=first.version, by=verifier)
    more = [[*_line(at, one, today), "新增"] for at, one in enumerate(people[-ADDED:], len(known) + 1)]
    more[-1][_NUMBER] = more[-1][_NUMBER][:-1] + ("2" if more[-1][_NUMBER].endswith("1") else "1")
    _brought(more, f"新增监测对象{today:%Y%m%d}.csv", path, verifier)


def _heads(town: str) -> list[Person]:
    """The oldest of some families of the township, from last on file, the same each time."""
    homes = Household.objects.filter(path__startswith=town, memberships__until_on=None).order_by("-id")
    wanted = list(homes.values_list("pk", flat=True).distinct()[:_LOOKED_AT])
    living = Membership.objects.filter(household__in=wanted, until_on=None, person__id_number__isnull=False)
    heads = {
        one.household_id: one.person for one in living.select_related("person").order_by("-person__birth")
    }
    return list(heads.values())[:WANTED]


def _line(at: int, one: Person, day: date) -> list[str]:
    """One person as the rural department writes it."""
    kind = RuralWatch.Kind.values[at % len(RuralWatch.Kind.values)]
    return [
        f"FP-{at:05}", f"{day}", RuralWatch.Kind(kind).label, f"FPH-{at:05}", one.name, str(one.id_number),
        uid_of(one.path), _RISKS[at % len(_RISKS)], f"{clock.add_months(day, -at)}", "",
    ]  # fmt: skip


def _brought(lines: list[list[str]], filename: str, path: str, by: Actor) -> Intake:
    """By the verb by which a county brings any file in."""
    heads = [*(one.label for one in catalogue.current().extracts[LIST].item.fields), CHANGE]
    content = csv_of([heads, *lines])
    found: Intake = stage(extract=LIST, content=content, filename=filename, path=path, by=by)
    return found
