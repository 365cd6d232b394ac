"""Made-up requests for an assessment, carers' jobs looked at by the county, and fees paid far ahead at one house."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.facilities import actions as houses
from minzheng.kernel.facilities.models import Stay
from minzheng.kernel.people.models import Household, Person

from ..actions import asking, caring
from ..models import AbilityRequest, CarerJob
from ..queries.living import houses_of

__all__ = ["populate"]

_BEGAN = (date(2021, 3, 1), date(2023, 6, 5), date(2025, 9, 1), date(2026, 10, 8))


def populate(*, actors: Mapping[str, Actor], family: Household | None, by: Actor) -> None:
    """Done once."""
    del family, by
    if AbilityRequest.objects.exists() or not {"elder_clerk", "elder_keeper"} <= actors.keys():
        return
    _requests(actors["elder_clerk"], actors["elder_county"])
    _jobs(actors["elder_keeper"], actors["elder_county"])


def _requests(clerk: Actor, officer: Actor) -> None:
    """One waits, one is arranged, one has waited too long."""
    today, town = clock.today(), clerk.posts[0].path
    rows = Person.objects.filter(
        path__startswith=town, died_on=None, merged_into=None, birth__lte=today - timedelta(days=70 * 366)
    )
    for n, one in enumerate(rows.order_by("id")[:3]):
        with clock.frozen(today - timedelta(days=2 + 12 * n)):
            made = asking.ask(
                person=one, why=("first", "change", "first")[n], contact="女儿，周末上午", by=clerk
            )
        if n == 1:
            asking.arrange(request=made, visit_on=today + timedelta(days=2), assessors="演示评估员一、演示评估员二",
                           by=officer)  # fmt: skip


def _jobs(keeper: Actor, officer: Actor) -> None:
    """Four carers of one house; the last one still waits for the county."""
    house = houses_of(keeper).first()
    if house is None or CarerJob.objects.exists():
        return
    county = officer.posts[0].path
    people = Person.objects.filter(
        path__startswith=county, died_on=None, merged_into=None, birth__range=(date(1970, 1, 1), date(1990, 1, 1))
    ).order_by("-id")  # fmt: skip
    for n, (person, began) in enumerate(zip(people, _BEGAN, strict=False)):
        made = caring.tell_job(
            facility=house,
            person=person,
            contract=f"演示劳合{n + 1}",
            from_on=min(began, clock.today()),
            by=keeper,
        )
        if n < len(_BEGAN) - 1:
            caring.check_job(job=made, met=True, opinion="劳动合同和社会保险缴费一致", by=officer)
    stay = Stay.objects.filter(facility=house, until_on=None).order_by("-id").first()
    if stay is not None:
        houses.hold_prepaid(stay=stay, amount=stay.fee * 14, on=clock.today(), by=keeper)
