"""Beds are opened, turned into another kind, repaired and taken away; each kind is kept with its days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import Refused, Stale

from .duties import of, require_one, require_words
from .models import Bed, Facility, Fitting, Lodging, Waiting

__all__ = ["mend", "open_beds", "refit", "take_away"]


@verb("facilities.open_beds", label="增设床位")
def open_beds(
    *, facility: Facility, room: str, numbers: Sequence[str], kind: str, on: date, evidence: str = "",
    by: Actor, key: str | None = None,
) -> list[Bed]:  # fmt: skip
    """Beds of one room and one kind, from a day on."""
    require_one(facility, by)
    _kind(facility, kind)
    wanted = [one.strip()[:10] for one in numbers if one.strip()]
    if not wanted or len(set(wanted)) != len(wanted):
        raise Refused("beds_numbers", "请填写床号，各床号不能重复。", field="numbers")
    taken = set(
        facility.beds.filter(room=room, number__in=wanted, closed_on=None).values_list("number", flat=True)
    )
    if taken:
        raise Refused("bed_twice", f"{room}房已有床号{'、'.join(sorted(taken))}。", field="numbers")
    _not_to_come(on)
    beds = Bed.objects.bulk_create(
        Bed(facility=facility, path=facility.path, room=room.strip()[:20], number=one, opened_on=on)
        for one in wanted
    )
    Fitting.objects.bulk_create(
        Fitting(bed=one, path=facility.path, kind=kind, evidence=evidence[:200], from_on=on) for one in beds
    )
    audit.note(about=facility, path=facility.path, after={"room": room, "beds": wanted, "kind": kind})
    return beds


@verb("facilities.refit", label="改造床位")
def refit(
    *, beds: Sequence[Bed], kind: str, on: date, evidence: str, by: Actor, key: str | None = None
) -> int:
    """Beds become another kind from a day on; what they were before stays on file."""
    facility = _one_house(beds)
    require_one(facility, by)
    _kind(facility, kind)
    _not_to_come(on)
    why = require_words(evidence, "认定依据", field="evidence")
    ids = [one.pk for one in beds]
    current = Fitting.objects.select_for_update(of=("self",)).filter(bed__in=ids, until_on=None)
    before = list(current.exclude(kind=kind))
    if any(one.from_on >= on for one in before):
        raise Refused("refit_day", "改造日期应晚于原类型的起始日期。", field="on")
    Fitting.objects.filter(pk__in=[one.pk for one in before]).update(until_on=on)
    Fitting.objects.bulk_create(
        Fitting(bed_id=one.bed_id, path=facility.path, kind=kind, evidence=why, from_on=on) for one in before
    )
    audit.note(about=facility, path=facility.path, after={"refitted": len(before), "kind": kind}, reason=why)
    return len(before)


@verb("facilities.mend", label="床位维修")
def mend(*, bed: Bed, usable: bool, by: Actor, key: str | None = None) -> Bed:
    """A free bed goes into repair, or comes back."""
    row = _locked(bed, by)
    if not usable:
        _free(row, clock.today())
    row.state = Bed.State.USABLE if usable else Bed.State.REPAIR
    row.save()
    audit.note(about=row, path=row.path, after={"state": row.state})
    return row


@verb("facilities.take_away", label="撤销床位")
def take_away(*, bed: Bed, on: date, by: Actor, key: str | None = None) -> Bed:
    """A bed in which nobody lies is taken away from a day on."""
    row = _locked(bed, by)
    _not_to_come(on)
    _free(row, on)
    row.state, row.closed_on = Bed.State.CLOSED, on
    row.save()
    row.fittings.filter(until_on=None).update(until_on=on)
    audit.note(about=row, path=row.path, after={"closed_on": str(on)})
    return row


def _locked(bed: Bed, by: Actor) -> Bed:
    row = Bed.objects.select_for_update(of=("self",)).select_related("facility").get(pk=bed.pk)
    require_one(row.facility, by)
    if row.state == Bed.State.CLOSED:
        raise Stale("bed_closed", "这张床位已经撤销。请刷新页面。")
    return row


def _free(bed: Bed, on: date) -> None:
    """Nobody lies in it from that day on, and it is offered to nobody."""
    lies = Lodging.objects.filter(Q(until_on=None) | Q(until_on__gt=on), bed=bed)
    if lies.exists() or Waiting.objects.filter(bed=bed, state=Waiting.State.OFFERED).exists():
        raise Refused("bed_taken", f"{bed}床有人入住或已预留，请先调床或退出预留。")


def _kind(facility: Facility, kind: str) -> None:
    if kind not in of(facility).item.beds:
        raise Refused("bed_kind", "请选择床位类型。", field="kind")
    if facility.state == Facility.State.CLOSED:
        raise Refused("facility_closed", "这家机构已经停业。")


def _one_house(beds: Sequence[Bed]) -> Facility:
    if not beds or len({one.facility_id for one in beds}) != 1:
        raise Refused("beds_of_one_house", "请选择同一家机构的床位。", field="beds")
    return beds[0].facility


def _not_to_come(on: date) -> None:
    if on > clock.today():
        raise Refused("day_to_come", "日期不能晚于今天。", field="on")
