"""What does not look right in the ledgers of a place (核实提示): too many calls a day, one telephone for many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from minzheng.kernel import clock
from minzheng.kernel.catalogue.terms import number
from minzheng.kernel.people.sealing import alike

from .duties import Going

__all__ = ["Hurried", "SamePhone", "hurried", "same_phones"]

_DAYS_BACK, _MOST = 30, 20

_HURRIED = """
SELECT c.by_name, (c.at AT TIME ZONE 'Asia/Shanghai')::date AS day, count(*) FROM visits_contact c
JOIN visits_watched w ON w.id = c.watched_id AND w.rounds = %(rounds)s
WHERE c.path >= %(path)s AND c.path < %(path_end)s AND c.method = 'home' AND c.met AND c.at >= %(since)s
GROUP BY c.by, c.by_name, day HAVING count(*) > %(most)s ORDER BY 3 DESC, 2 DESC, 1 LIMIT %(lines)s"""

_PHONES = f"""
SELECT count(*), min(w.path), array_agg(w.id ORDER BY w.id) FROM visits_watched w
JOIN people_person p ON p.id = w.person_id AND p.phone <> ''
WHERE w.rounds = %(rounds)s AND w.until_on IS NULL AND w.path >= %(path)s AND w.path < %(path_end)s
GROUP BY {alike("p.phone")} HAVING count(*) > %(most)s ORDER BY 1 DESC, 2 LIMIT %(lines)s"""


@dataclass(frozen=True)
class Hurried:
    """A visitor with more calls at doors on one day than can have been made (W3)."""

    name: str
    day: date
    calls: int


@dataclass(frozen=True)
class SamePhone:
    """One telephone number that many people of a place give as their own (W2); the number itself is not told."""

    people: int
    path: str
    ledgers: tuple[int, ...]


def hurried(declared: Going, path: str) -> list[Hurried]:
    """The last thirty days beneath a place, the most calls first."""
    most = number(declared.item.most_a_day, path=path, on=clock.today())
    since = clock.now() - timedelta(days=_DAYS_BACK)
    return [Hurried(*row) for row in _asked(_HURRIED, declared, path, most=most, since=since)]


def same_phones(declared: Going, path: str) -> list[SamePhone]:
    """Numbers that more people on the ledgers give than the place lets pass, the most people first."""
    most = number(declared.item.most_a_phone, path=path, on=clock.today())
    return [SamePhone(many, at, tuple(of)) for many, at, of in _asked(_PHONES, declared, path, most=most)]


def _asked(text: str, declared: Going, path: str, **more: Any) -> list[tuple[Any, ...]]:
    facts = {"rounds": declared.code, "path": path, "path_end": path[:-1] + "0", "lines": _MOST, **more}
    with connection.cursor() as cursor:
        cursor.execute(text, facts)
        return list(cursor.fetchall())
