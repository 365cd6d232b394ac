"""What everybody may read of houses that take people in: where they are, what a month costs, which beds are free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count

from minzheng.kernel import clock
from minzheng.kernel.audit.viewing import door

from .duties import Declared
from .models import Facility, Waiting

__all__ = ["Offered", "offered"]

_MOST = 100

# Beds that stand ready on a day, by house and kind: nobody lies in them, and they are kept for nobody.
_FREE = """
SELECT b.facility_id, k.kind, count(*) FROM facilities_bed b
JOIN facilities_fitting k ON k.bed_id = b.id AND k.from_on <= %(day)s AND (k.until_on IS NULL OR k.until_on > %(day)s)
WHERE b.facility_id = ANY(%(houses)s) AND b.state = 'usable' AND b.opened_on <= %(day)s
  AND NOT EXISTS (SELECT FROM facilities_lodging l WHERE l.bed_id = b.id
    AND (l.until_on IS NULL OR l.until_on > %(day)s))
  AND NOT EXISTS (SELECT FROM facilities_waiting w WHERE w.bed_id = b.id AND w.state = 'offered')
GROUP BY 1, 2"""


@dataclass(frozen=True)
class Offered:
    """A house as a family looks at it: no resident, no bed by number; prices in fen, None where none was told."""

    house: Facility
    free: Mapping[str, int]
    waiting: int
    least: int | None
    most: int | None
    words: str = ""


@door("public")
def offered(
    declared: Declared, path: str, *, kind: str = "", at_most: int | None = None, on: date | None = None
) -> list[Offered]:
    """Houses of a place that are open, filed and exist in law; those with a free bed first, then by name.

    ``kind`` asks for a free bed of that kind, ``at_most`` for a lowest monthly price (fen) that is not above it.
    """
    day = on or clock.today()
    rows = Facility.objects.filter(
        sort=declared.code, path__startswith=path, state=Facility.State.OPEN, cancelled_on=None
    )
    houses = list(rows.exclude(filed_on=None).order_by("name", "id"))
    free, words = _free(houses, day), {}
    if declared.item.told is not None:
        words = dict(declared.item.told([one.pk for one in houses], day))
    queue = Waiting.objects.filter(facility__in=houses, state__in=("waiting", "offered"))
    waiting = dict(queue.values_list("facility").annotate(n=Count("id")))
    found = [
        Offered(one, free.get(one.pk, {}), waiting.get(one.pk, 0), _fen(one, "fee_from"), _fen(one, "fee_to"),
                words.get(one.pk, ""))
        for one in houses
    ]  # fmt: skip
    if kind:
        found = [one for one in found if one.free.get(kind)]
    if at_most is not None:
        found = [one for one in found if one.least is not None and one.least <= at_most]
    return sorted(found, key=lambda one: (not any(one.free.values()), one.house.name))[:_MOST]


def _fen(house: Facility, code: str) -> int | None:
    value: Any = house.details.get(code)
    return value if isinstance(value, int) and value > 0 else None


def _free(houses: list[Facility], day: date) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_FREE, {"houses": [one.pk for one in houses], "day": day})
        for house, kind, many in cursor.fetchall():
            found.setdefault(house, {})[kind] = many
    return found
