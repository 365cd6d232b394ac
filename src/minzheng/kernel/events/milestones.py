"""Ages reached (年满周岁): found set-based every night, put on the list the days ahead that the place has set."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import connection

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import system
from minzheng.kernel.catalogue import terms
from minzheng.kernel.people.models import Person

from .registering import Told, report

__all__ = ["reach_ages"]

# The birthday of that year; a person born on 29 February has it on the 28th in common years (handbook 00 §0.5).
# An age that is on file already is passed over, so that each night only the new ones are registered.
_REACHING = """
SELECT p.id, y.years, b.day FROM people_person p
CROSS JOIN unnest(%(years)s::int[]) AS y(years)
CROSS JOIN LATERAL (SELECT (p.birth + make_interval(years => y.years))::date AS day) b
WHERE p.id IN ({people}) AND p.died_on IS NULL AND b.day > %(today)s AND b.day <= %(until)s
  AND NOT EXISTS (SELECT 1 FROM events_report r WHERE r.source = 'clock'
                  AND r.reference = 'age-' || p.id || '-' || y.years)
ORDER BY b.day, p.id"""


def reach_ages() -> int:
    """Everyone whom a domain watches for the age; gives how many were put on the list."""
    today = clock.today()
    days = terms.number("events.ahead_days", path="22/", on=today)
    count = 0
    for declared in catalogue.current().milestones.values():
        for person_id, years, day in _found(declared.item, today, today + timedelta(days=days)):
            report(
                kind="age", person=Person(pk=person_id), by=system("events"),
                told=Told(source="clock", day=day, reference=f"age-{person_id}-{years}", detail={"years": str(years)}),
            )  # fmt: skip
            count += 1
    return count


def _found(milestone: declare.Milestone, today: date, until: date) -> Iterator[tuple[int, int, date]]:
    with connection.cursor() as cursor:
        facts: dict[str, Any] = {"years": list(milestone.years), "today": today, "until": until}
        cursor.execute(_REACHING.format(people=milestone.people), facts)
        yield from cursor.fetchall()
