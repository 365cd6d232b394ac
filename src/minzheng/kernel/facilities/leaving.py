"""A place that an event ends: the bed is free from the day of death; what is paid back, the house puts down later.

Whoever dies no longer stays and no longer waits.  When it turns out that they live, the stay goes on, if the bed is
still free.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import NotFound, Refused, Stale
from minzheng.kernel.people.models import Person

from .duties import require_keeper
from .models import Absence, Lodging, Stay, Waiting
from .queueing import bed_is_free
from .staying import within_owed

__all__ = ["Left", "die", "live_on", "settle"]

Left = Mapping[str, Any]
_OPEN = (Waiting.State.WAITING, Waiting.State.OFFERED)


def die(person: Person, day: date, words: str) -> tuple[list[Stay | Waiting], Left]:
    """Ends every stay and every request of somebody; the rows touched, and what is needed to take it back."""
    rows: list[Stay | Waiting] = []
    kept: dict[str, Any] = {"waiting": []}
    stay = Stay.objects.select_for_update(of=("self",)).filter(person=person, until_on=None).first()
    if stay is not None:
        kept |= _over(stay, max(day, stay.from_on), words)
        rows.append(stay)
    for one in Waiting.objects.select_for_update(of=("self",)).filter(person=person, state__in=_OPEN):
        kept["waiting"].append(one.pk)
        one.state, one.closed_on, one.bed, one.reason = Waiting.State.WITHDRAWN, clock.today(), None, words
        one.save()
        rows.append(one)
    return rows, kept


def _over(stay: Stay, on: date, words: str) -> Left:
    lodging = stay.lodgings.filter(until_on=None).first()
    absence = stay.absences.filter(until_on=None).first()
    for row in (lodging, absence):
        if row is not None:
            row.until_on = max(on, row.from_on)
            row.save()
    stay.until_on, stay.left_because, stay.left_words = on, "death", words[:200]
    stay.save()
    return {
        "stay": stay.pk, "lodging": lodging.pk if lodging else None, "absence": absence.pk if absence else None,
    }  # fmt: skip


def live_on(kept: Left) -> list[str]:
    """The stay goes on in its bed, and whoever waited waits again in the old turn; in words."""
    told = []
    if "stay" in kept:
        told.append(_goes_on(kept))
    for one in Waiting.objects.select_for_update(of=("self",)).filter(pk__in=kept["waiting"]):
        one.state, one.closed_on, one.reason = Waiting.State.WAITING, None, ""
        one.offered_on, one.answer_by = None, None
        one.save()
        told.append(f"恢复轮候 {one.number}")
    return told


def _goes_on(kept: Left) -> str:
    stay = Stay.objects.select_for_update(of=("self",)).select_related("facility").get(pk=kept["stay"])
    lodging = Lodging.objects.select_related("bed").filter(pk=kept["lodging"]).first()
    if lodging is not None and not bed_is_free(
        lodging.bed, max(lodging.until_on or stay.from_on, stay.from_on)
    ):
        raise Refused("bed_given", f"{stay.facility.name}的床位 {lodging.bed} 已另行安排，请人工恢复入住。")
    if stay.settled is not None:
        raise Refused("stay_settled", f"{stay.facility.name}已经结清费用，请人工恢复入住。")
    if lodging is not None:
        lodging.until_on = None
        lodging.save()
    Absence.objects.filter(pk=kept["absence"]).update(until_on=None)
    stay.until_on, stay.left_because, stay.left_words = None, "", ""
    stay.save()
    return f"恢复在{stay.facility.name}的入住"


@verb("facilities.settle", label="结清入住费用")
def settle(*, stay: Stay, settled: int, by: Actor, key: str | None = None) -> Stay:
    """What the house pays back after a stay that ended without anybody to settle with."""
    row = Stay.objects.select_for_update(of=("self",)).select_related("facility").filter(pk=stay.pk).first()
    if row is None or not by.covers(row.path):
        raise NotFound("stay_unknown", "没有这条入住记录，或不在您的管辖范围内。")
    require_keeper(row.facility, by)
    if row.until_on is None or row.settled is not None:
        raise Stale("stay_settled", "还没有离开，或者已经结清。请刷新页面。")
    within_owed(row, settled)
    row.settled = settled
    row.save()
    audit.note(about=row, path=row.path, after={"settled": settled})
    return row
