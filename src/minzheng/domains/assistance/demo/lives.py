"""A demonstration: what happened in some lives, what was done about it, and whom the county is warned of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db.models import Count, Q

from minzheng.kernel import clock
from minzheng.kernel.access.models import User
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.queries import in_force
from minzheng.kernel.audit import Actor, system
from minzheng.kernel.casework.models import Case
from minzheng.kernel.events import actions as events
from minzheng.kernel.events.models import LifeEvent
from minzheng.kernel.events.unplaced import set_aside
from minzheng.kernel.monitoring import actions as monitoring
from minzheng.kernel.people.models import Household, Person

from ..models import Standing

__all__ = ["lives"]

OF_PLATFORM = system("events")
# What one office reports of somebody, and how many days ago it was: carried out, or seen to need nothing.
_TOLD: tuple[tuple[str, str, int, Mapping[str, Any]], ...] = (
    ("prison", "justice", 20, {}), ("marriage", "registry", 12, {}),
    ("disability_new", "disability", 9, {"category": "4", "grade": "1"}), ("job_loss", "labour", 8, {}),
    ("disaster", "emergency", 3, {}), ("dropout", "education", 6, {}),
)  # fmt: skip


def lives(actors: Mapping[str, Actor]) -> None:
    """Deaths that three report, that contradict each other, that wait; prison, a move, a car; and the warnings."""
    township, county = actors["clerk"].posts[0].path, actors["county"].posts[0].path
    near = _families(township)[:2]
    homes = iter([home for home in _families(county) if home not in near])
    for who in map(_adult, islice(homes, 1)):
        _reported_by_three(who)
    _reported_by_hand([_adult(home) for home in near], actors["clerk"])
    for at, (kind, source, days, detail) in enumerate(_TOLD, 1):
        for who in map(_adult, islice(homes, 1)):
            _carried_out(who, kind, source, days, f"演示{at}号", **detail)
    for who in map(_adult, islice(homes, 1)):
        wrong = _carried_out(who, "prison", "court", 15, "演示误报")
        events.withdraw(event=wrong, reason="同名他人，身份证号码录错", by=actors["county"])
        events.fan_out(wrong.pk)
    for who in map(_adult, islice(homes, 1)):
        _contradicted(who)
    _of_the_assisted(county, actors["meihekou_clerk"].posts[0].path)
    _of_nobody()
    monitoring.sweep(monitor="assistance.low_income", path=county, by=system("monitoring"))


def _families(path: str) -> list[Household]:
    """Families of two or more whom nobody plays and of whom no file is open; the same each time."""
    played = User.objects.exclude(person_id=None).values("person_id")
    homes = Household.objects.filter(path__startswith=path).exclude(memberships__person_id__in=played)
    several = homes.annotate(n=Count("memberships", filter=Q(memberships__until_on=None))).filter(n__gte=2)
    helped = Standing.objects.exclude(state="ended").values("household_id")
    asking = Case.objects.exclude(household=None).values("household_id")
    return list(several.exclude(pk__in=helped).exclude(pk__in=asking).order_by("class_ur", "-id")[:12])


def _adult(home: Household) -> Person:
    """The eldest who lives there."""
    found = home.memberships.filter(until_on=None).select_related("person").order_by("person__birth", "id")
    return found[0].person


def _tell(
    who: Person, kind: str, source: str, days: int, reference: str, by: Actor = OF_PLATFORM, **detail: Any
) -> LifeEvent:
    told = events.Told(
        source=source, day=clock.today() - timedelta(days=days), reference=reference, detail=detail,
        words="" if by is OF_PLATFORM else "家属告知，已办理丧事",
    )  # fmt: skip
    event: LifeEvent = events.report(kind=kind, person=who, told=told, by=by)
    return event


def _carried_out(who: Person, kind: str, source: str, days: int, reference: str, **detail: Any) -> LifeEvent:
    event: LifeEvent = events.fan_out(_tell(who, kind, source, days, reference, **detail).pk)
    return event


def _reported_by_three(who: Person) -> None:
    """However many report it, one event."""
    for source in ("funeral", "health", "police"):
        event = _tell(who, "death", source, 10, f"演示死亡-{source}")
    events.fan_out(event.pk)


def _reported_by_hand(people: list[Person], clerk: Actor) -> None:
    """The window's word waits for the county; where the hospital gives another day, the event is held."""
    for at, who in enumerate(people):
        _tell(who, "death", "village", 5, "", by=clerk)
        if at == 0:
            _tell(who, "death", "health", 7, "演示死亡-不一致")


def _of_nobody() -> None:
    """Somebody of whom there is no file here."""
    day = clock.today() - timedelta(days=4)
    row = {
        "number": "222190197003050019",
        "day": f"{day}",
        "detail": {},
        "reference": "演示无档",
        "kind": "death",
    }
    set_aside(source="police", row=row, why="本平台没有此人的档案。", by=OF_PLATFORM)


def _contradicted(who: Person) -> None:
    """Carried out by one office's day, and another office has it otherwise: the county is to look."""
    _carried_out(who, "death", "police", 9, "演示日期一")
    _tell(who, "death", "health", 8, "演示日期二")


def _of_the_assisted(path: str, far: str) -> None:
    """One family on dibao has a car registered, another moves to a far county with all that it draws."""
    rows = Standing.objects.filter(path__startswith=path, low_income_class="L2").exclude(state="ended")
    found = [one.applicant for one in rows.select_related("applicant").order_by("-id")]
    village = in_force().filter(path__startswith=far, level=int(Level.VILLAGE)).order_by("path").first()
    for at, who in enumerate(found[:2]):
        if at == 1:
            _carried_out(who, "vehicle", "traffic", 6, "演示车辆")
        elif village is not None:
            moved = {"to_path": village.path, "whole_household": True}
            _carried_out(who, "hukou_move", "police", 4, "演示迁移", **moved)
