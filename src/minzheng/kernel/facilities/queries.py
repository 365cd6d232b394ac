"""What is known of houses: their beds on a day, how full they are, what is due and late, all in one statement each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db import connection
from django.db.models import Count, Prefetch, Q

from minzheng.kernel import clock

from .duties import Declared, of, term_if_ruled
from .models import Absence, Bed, Facility, Fitting, Lodging, Waiting

__all__ = ["Board", "Cell", "Days", "alerts", "board", "days_between", "file_by", "kinds_of_beds", "unfiled"]


@dataclass(frozen=True)
class Cell:
    """One bed on a day: its kind, who lies in it or has it kept, and in which state it is."""

    bed: Bed
    kind: str
    state: str
    lodging: Lodging | None = None
    waiting: Waiting | None = None


@dataclass(frozen=True)
class Board:
    """All beds of a house on a day, room by room."""

    rooms: Mapping[str, list[Cell]]

    @property
    def cells(self) -> list[Cell]:
        """Every bed."""
        return [cell for cells in self.rooms.values() for cell in cells]

    def count(self, state: str) -> int:
        """How many beds are in a state."""
        return sum(cell.state == state for cell in self.cells)


def board(facility: Facility, on: date | None = None) -> Board:
    """Free, taken, held while in hospital, offered, in repair: a constant number of queries."""
    day = on or clock.today()
    spans = Q(until_on=None) | Q(until_on__gt=day)
    beds = facility.beds.filter(Q(closed_on=None) | Q(closed_on__gt=day), opened_on__lte=day)
    now = {"from_on__lte": day}
    lodgings = Lodging.objects.filter(spans, **now).select_related("person", "stay")
    beds = beds.order_by("room", "number").prefetch_related(
        Prefetch("fittings", Fitting.objects.filter(spans, **now), to_attr="kinds_now"),
        Prefetch("lodgings", lodgings, to_attr="lodged_now"),
    )
    gone = set(
        Absence.objects.filter(spans, stay__facility=facility, **now).values_list("stay_id", flat=True)
    )
    offered = {one.bed_id: one for one in facility.waiting.filter(state="offered").select_related("person")}
    rooms: dict[str, list[Cell]] = {}
    for bed in beds:
        rooms.setdefault(bed.room, []).append(_cell(bed, gone, offered.get(bed.pk)))
    return Board(rooms)


def _cell(bed: Bed, gone: set[int], waiting: Waiting | None) -> Cell:
    kinds: list[Fitting] = bed.kinds_now  # type: ignore[attr-defined]
    lodged: list[Lodging] = bed.lodged_now  # type: ignore[attr-defined]
    kind = kinds[0].kind if kinds else ""
    if lodged:
        state = "held" if lodged[0].stay_id in gone else "taken"
        return Cell(bed, kind, state, lodging=lodged[0])
    if bed.state == Bed.State.REPAIR:
        return Cell(bed, kind, "repair")
    return Cell(bed, kind, "offered" if waiting else "free", waiting=waiting)


def kinds_of_beds(facilities: Iterable[Facility], on: date | None = None) -> dict[int, dict[str, int]]:
    """How many beds of each kind each house has on a day."""
    day = on or clock.today()
    spans = Q(until_on=None) | Q(until_on__gt=day)
    rows = Fitting.objects.filter(spans, from_on__lte=day, bed__facility__in=[one.pk for one in facilities])
    found: dict[int, dict[str, int]] = {}
    for house, kind, many in rows.values_list("bed__facility", "kind").annotate(n=Count("id")):
        found.setdefault(house, {})[kind] = many
    return found


@dataclass(frozen=True)
class Days:
    """Days of a stretch of time: on which beds were open, and on which somebody was there."""

    open: int
    stayed: int

    @property
    def occupancy(self) -> Fraction:
        """Resident-days over bed-days open, exact (handbook 02 §2.3)."""
        return Fraction(self.stayed, self.open) if self.open else Fraction(0)


_DAYS = """
WITH span AS (SELECT daterange(%(first)s, %(last)s, '[]') AS d)
SELECT b.facility_id, sum(upper(m.d) - lower(m.d))::bigint, coalesce(sum(l.days), 0)::bigint
FROM span, facilities_bed b
CROSS JOIN LATERAL (SELECT daterange(b.opened_on, b.closed_on) * span.d AS d) m
LEFT JOIN LATERAL (
  SELECT sum(upper(g.d) - lower(g.d)) - coalesce(sum(a.days), 0) AS days FROM facilities_lodging l
  CROSS JOIN LATERAL (SELECT daterange(l.from_on, l.until_on) * span.d AS d) g
  LEFT JOIN LATERAL (
    SELECT sum(upper(h.d) - lower(h.d)) AS days FROM facilities_absence a
    CROSS JOIN LATERAL (SELECT daterange(a.from_on, a.until_on) * g.d AS d) h
    WHERE a.stay_id = l.stay_id AND NOT isempty(h.d)) a ON true
  WHERE l.bed_id = b.id AND NOT isempty(g.d)) l ON true
WHERE b.facility_id = ANY(%(houses)s) AND NOT isempty(m.d)
GROUP BY 1
"""


def days_between(facilities: Iterable[Facility], first: date, last: date) -> dict[int, Days]:
    """Bed-days open and resident-days of each house from the first to the last day, in one statement.

    Whoever is in hospital is not there, although the bed is kept.
    """
    ids = [one.pk for one in facilities]
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, {"first": first, "last": last, "houses": ids})
        found = {house: Days(open_, stayed) for house, open_, stayed in cursor.fetchall()}
    return {one: found.get(one, Days(0, 0)) for one in ids}


def file_by(facility: Facility) -> date | None:
    """By when the house files: so many working days after its first resident (T-EC-10); nobody yet, or no rule
    in force on that day yet: no date.
    """
    if facility.first_stay_on is None:
        return None
    return term_if_ruled(of(facility).item.file_term, path=facility.path, start=facility.first_stay_on)


def unfiled(facility: Facility, on: date | None = None) -> bool:
    """Whether the house has residents and its days for filing are over."""
    due = file_by(facility)
    return facility.filed_on is None and due is not None and (on or clock.today()) > due


def alerts(declared: Declared, facility: Facility, on: date | None = None) -> list[str]:
    """What an officer should look at twice, the kernel's own signs first, then the domain's."""
    day = on or clock.today()
    found = []
    if unfiled(facility, day):
        found.append(f"收住首人后应于 {file_by(facility)} 前备案，现已超期")
    late = Absence.objects.filter(stay__facility=facility, until_on=None, held_until__lt=day).count()
    if late:
        found.append(f"{late} 名入住人住院超过保留床位期限，请确认返院或腾退床位")
    if unanswered := facility.waiting.filter(state=Waiting.State.OFFERED, answer_by__lt=day).count():
        found.append(f"{unanswered} 名轮候人超过答复期限没有入住，请联系后办理入住或退出轮候")
    if facility.cancelled_on is not None:
        found.append(
            f"登记证书已于 {facility.cancelled_on} 注销（{facility.cancelled_words}），不得继续收住老人"
        )
    if declared.item.warns is not None:
        found += declared.item.warns(facility, day)
    return found
