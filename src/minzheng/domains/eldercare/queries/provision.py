"""How a county stands with what the plan asks of its institutions: care-type beds, and social workers by two tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Q

from minzheng.kernel import catalogue, clock
from minzheng.kernel.declare import Measured
from minzheng.kernel.facilities.models import Facility, Fitting
from minzheng.kernel.law.facts import Facts, filled
from minzheng.kernel.law.language import Entity
from minzheng.kernel.law.reference import Evaluation
from minzheng.kernel.people.models import Person
from minzheng.kernel.registers.words import in_percent

from ..rules import community, institutions
from .homes import SORT

__all__ = ["CARE", "measured"]

# Fitted and staffed for people who depend on care; a bed for people with dementia is one of them (handbook 02 §2.3).
CARE = ("care", "dementia")
_ELDER = 60  # years: 老年人权益保障法 art. 2


def measured(path: str, on: date) -> Sequence[Measured]:
    """Each as the rule says, with what is missing."""
    return [_beds(path, on), _workers(path, on)]


def _beds(path: str, on: date) -> Measured:
    """Public institutions only; a bed for people with dementia counts once as care-type."""
    public = _fitted(path, on, public=True)
    facts = {"built": sum(public.values()), "care_type": sum(public.get(one, 0) for one in CARE)}
    run = _run(institutions.beds, facts, path, on)
    met = run.answer(institutions.share_met) is True
    words = f"公办机构床位 {facts['built']} 张，其中护理型 {facts['care_type']} 张"
    if facts["built"]:
        words += f"，占 {in_percent(facts['care_type'], facts['built'])}"
    if not met:
        convert, add = (
            int(run.answer(one)) for one in (institutions.convert_needed, institutions.add_needed)
        )
        words += f"。改造 {convert} 张现有床位，或新建 {add} 张护理型床位，即可达到目标"
    return Measured("公办机构护理型床位占比", f"{words}。", met)


def _workers(path: str, on: date) -> Measured:
    """Two separate tests: by the old people of the place, and by the beds of its institutions."""
    born = clock.add_months(on, -12 * _ELDER)
    people = Person.objects.filter(path__startswith=path, birth__lte=born, merged_into=None)
    houses = Facility.objects.filter(sort=SORT, path__startswith=path, state=Facility.State.OPEN)
    told = houses.values_list("details__social_workers", flat=True)
    facts = {
        "elders": people.filter(Q(died_on=None) | Q(died_on__gt=on)).count(),
        "institution_beds": sum(_fitted(path, on).values()),
        "social_workers": sum(int(one) for one in told if str(one or "").isdigit()),
    }
    run = _run(community.district, facts, path, on)
    for_elders, for_beds = (
        int(run.answer(one)) for one in (community.workers_for_elders, community.workers_for_beds)
    )
    words = (
        f"登记社会工作者 {facts['social_workers']} 名；按老年人口 {facts['elders']} 人应有 {for_elders} 名，"
        f"按机构床位 {facts['institution_beds']} 张应有 {for_beds} 名，两项都要达到。"
    )
    return Measured("养老服务社会工作者", words, run.answer(community.workers_met) is True)


def _fitted(path: str, on: date, *, public: bool = False) -> dict[str, int]:
    """Beds built, by what they are fitted for on the day."""
    rows = Fitting.objects.filter(
        Q(until_on=None) | Q(until_on__gt=on),
        bed__facility__sort=SORT,
        path__startswith=path,
        from_on__lte=on,
    )
    if public:
        rows = rows.filter(bed__facility__ownership="public")
    return dict(rows.values_list("kind").annotate(n=Count("id")))


def _run(entity: Entity, facts: dict[str, Any], path: str, on: date) -> Evaluation:
    return Evaluation(
        entity, filled(Facts(facts), entity), catalogue.current().parameters(), path=path, on=on
    )
