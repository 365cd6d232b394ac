"""The fifteen-minute circle (15分钟圈): who lives within walking distance of a facility, place by place.

Counted are people whose door a visit has found.  The way is the straight line times a declared share, where no network
of ways is at hand (handbook 02 §10).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from minzheng.kernel import catalogue, clock
from minzheng.kernel.catalogue.terms import number

__all__ = ["Circle", "circles"]

# Per place: doors found, doors within the circle, and how far the nearest facility is from the farthest door.
_NEAREST = """
WITH door AS MATERIALIZED (
  SELECT DISTINCT ON (w.person_id) w.person_id, w.path, radians(w.lat::float8) AS lat, radians(w.lon::float8) AS lon
  FROM visits_watched w
  WHERE w.path >= %(path)s AND w.path < %(path_end)s AND w.until_on IS NULL AND w.lat IS NOT NULL
  ORDER BY w.person_id, w.id DESC
), house AS MATERIALIZED (
  SELECT radians(f.latitude::float8) AS lat, radians(f.longitude::float8) AS lon FROM facilities_facility f
  WHERE f.sort = %(sort)s AND f.state = 'open' AND f.complete AND f.latitude IS NOT NULL
    AND f.path >= %(path)s AND f.path < %(path_end)s
), near AS (
  SELECT d.path, (SELECT min(2 * 6371008 * asin(sqrt(
      sin((h.lat - d.lat) / 2) ^ 2 + cos(d.lat) * cos(h.lat) * sin((h.lon - d.lon) / 2) ^ 2))) FROM house h)
    * %(way)s / 100 AS metres
  FROM door d
)
SELECT path, count(*), count(*) FILTER (WHERE metres <= %(circle)s), round(max(metres))::bigint
FROM near GROUP BY path ORDER BY count(*) FILTER (WHERE metres <= %(circle)s)::numeric / count(*), path
"""


@dataclass(frozen=True)
class Circle:
    """One community or village: doors found, doors covered, the farthest way in metres if there is any facility."""

    path: str
    doors: int
    covered: int
    farthest: int | None


def circles(sort: str, path: str) -> list[Circle]:
    """All communities beneath a place, the least covered first; one statement."""
    item, today = catalogue.current().facility(sort).item, clock.today()
    facts: dict[str, str | int] = {
        "sort": sort, "path": path, "path_end": path[:-1] + chr(ord(path[-1]) + 1),
        "circle": number(item.circle, path=path, on=today), "way": number(item.way, path=path, on=today),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, facts)
        return [Circle(*row) for row in cursor.fetchall()]
