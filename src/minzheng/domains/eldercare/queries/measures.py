"""What only several tables together tell of elder care: houses found safe, residents by ability, days, the circle.

Each statement gives place, first day, the day it ends (or none) and how much; see ``declare.Spans``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from minzheng.kernel.catalogue.terms import number

__all__ = [
    "AT_HOME",
    "CHECKED",
    "IN_CIRCLE",
    "IN_CITIES",
    "LOCATED",
    "RESIDENT_DAYS",
    "SAFE",
    "SOCIAL_WORKERS",
    "WITH_LEDGER",
    "by_level",
    "by_the_day",
    "circle",
    "days_so_far",
]

_DONE = """inspections_check c JOIN facilities_facility f ON c.subject = 'home:' || f.id
  WHERE c.supervision = 'eldercare.homes_supervision' AND c.kind <> 'own' AND c.done_on IS NOT NULL"""

# A house is safe from the check that found no mandatory clause broken until the next one, or until it closes.
SAFE = f"""
SELECT path, done_on, least(next_on, closed_on), 1 FROM (
  SELECT f.path, f.closed_on, c.met, c.done_on,
    lead(c.done_on) OVER (PARTITION BY f.id ORDER BY c.done_on, c.id) AS next_on
  FROM {_DONE} AND c.list_code = 'gb38600') k
WHERE met"""

# Each house once a year, from its first check of the year to the end of it.
CHECKED = f"""
SELECT f.path, min(c.done_on), least(make_date(date_part('year', c.done_on)::int + 1, 1, 1), f.closed_on), 1
FROM {_DONE} GROUP BY f.id, f.path, f.closed_on, date_part('year', c.done_on)"""

_BY_LEVEL = """
SELECT s.path, greatest(s.from_on, a.since), least(s.until_on, a.until), 1 FROM facilities_stay s
JOIN facilities_facility f ON f.id = s.facility_id AND f.sort = 'eldercare.homes'
JOIN (SELECT person_id, level, "on" AS since,
        least(valid_until + 1, lead("on") OVER (PARTITION BY person_id ORDER BY "on", id)) AS until
      FROM visits_assessment
      WHERE instrument = 'eldercare.ability' AND state IN ('in_force', 'objected', 'replaced')) a
  ON a.person_id = s.person_id AND a.since < coalesce(s.until_on, 'infinity') AND a.until > s.from_on
WHERE a.level IN ({levels})"""


def by_level(*levels: int) -> str:
    """Residents whose assessment of the day says one of these levels."""
    return _BY_LEVEL.format(levels=", ".join(str(int(one)) for one in levels))


# Days of each month on which somebody was there; days in hospital are taken off again.
RESIDENT_DAYS = """
SELECT path, month, NULL::date, sum(days) FROM (
  SELECT l.path, m.month, (upper(m.span) - lower(m.span))::bigint AS days
  FROM facilities_lodging l JOIN facilities_bed b ON b.id = l.bed_id
  JOIN facilities_facility f ON f.id = b.facility_id AND f.sort = 'eldercare.homes'
  CROSS JOIN LATERAL (
    SELECT g::date AS month, daterange(l.from_on, coalesce(l.until_on, %(last)s))
      * daterange(g::date, (g + interval '1 month')::date) AS span
    FROM generate_series(date_trunc('month', l.from_on), coalesce(l.until_on, %(last)s) - 1, '1 month') g) m
  WHERE l.from_on < %(last)s AND NOT isempty(m.span)
  UNION ALL
  SELECT a.path, m.month, (lower(m.span) - upper(m.span))::bigint
  FROM facilities_absence a JOIN facilities_stay s ON s.id = a.stay_id
  JOIN facilities_facility f ON f.id = s.facility_id AND f.sort = 'eldercare.homes'
  CROSS JOIN LATERAL (
    SELECT g::date AS month, daterange(a.from_on, coalesce(a.until_on, %(last)s))
      * daterange(g::date, (g + interval '1 month')::date) AS span
    FROM generate_series(date_trunc('month', a.from_on), coalesce(a.until_on, %(last)s) - 1, '1 month') g) m
  WHERE a.from_on < %(last)s AND NOT isempty(m.span)) d
GROUP BY path, month"""


def days_so_far(on: date) -> Mapping[str, Any]:
    """The running month counts the days that have passed."""
    return {"last": on + timedelta(days=1)}


# Whoever is 65 or more lives at home except while in an institution (民发〔2022〕73号 asks for a ledger of each).
_HOME = """
SELECT p.id, p.path, datemultirange(daterange((p.birth + interval '65 years')::date, p.died_on))
  - coalesce(s.spans, '{}') AS days
FROM people_person p LEFT JOIN (
  SELECT person_id, range_agg(daterange(from_on, until_on)) AS spans FROM facilities_stay GROUP BY 1) s
  ON s.person_id = p.id
WHERE p.birth <= %(day)s::date - interval '65 years' AND p.merged_into_id IS NULL
  AND (p.died_on IS NULL OR p.died_on > p.birth + interval '65 years')"""
AT_HOME = f"SELECT path, lower(r), upper(r), 1 FROM ({_HOME}) h, LATERAL unnest(h.days) r"
WITH_LEDGER = f"""
SELECT h.path, lower(r), upper(r), 1 FROM ({_HOME}) h JOIN (
  SELECT person_id, range_agg(daterange(since_on, until_on)) AS spans FROM visits_watched
  WHERE rounds = 'eldercare.visits' GROUP BY 1) w ON w.person_id = h.id,
LATERAL unnest(h.days * w.spans) r"""

# What an institution has registered counts from its opening to its closure.
SOCIAL_WORKERS = """
SELECT path, opened_on, closed_on, (details ->> 'social_workers')::int FROM facilities_facility
WHERE sort = 'eldercare.homes' AND opened_on IS NOT NULL AND details ->> 'social_workers' ~ '^[0-9]+$'"""


def by_the_day(on: date) -> Mapping[str, Any]:
    """Whoever has the age by the last day that is counted."""
    return {"day": on}


# Doors that a visit has found: one for each person, with whether the family lives in a city.
_DOORS = """
SELECT DISTINCT ON (w.person_id) w.path, w.since_on, w.until_on, w.lat::float8 AS lat, w.lon::float8 AS lon,
  h.class_ur = 'urban' AS city
FROM visits_watched w LEFT JOIN people_membership m ON m.person_id = w.person_id AND m.until_on IS NULL
LEFT JOIN people_household h ON h.id = m.household_id
WHERE w.rounds = 'eldercare.visits' AND w.lat IS NOT NULL ORDER BY w.person_id, w.id DESC"""
LOCATED = f"SELECT path, since_on, until_on, 1 FROM ({_DOORS}) d"
IN_CITIES = f"{LOCATED} WHERE city"

# Days on which at least one facility within the way was open; squares as wide as the way bring neighbours together.
IN_CIRCLE = f"""
SELECT path, lower(r), upper(r), 1 FROM (
  SELECT d.n, d.path, range_agg(daterange(d.since_on, d.until_on) * daterange(f.opened_on, f.closed_on)) AS spans
  FROM (SELECT row_number() OVER () AS n, q.* FROM ({_DOORS}) q WHERE q.city OR %(all)s) d
  JOIN (SELECT f.*, dx, dy FROM facilities_facility f, generate_series(-1, 1) dx, generate_series(-1, 1) dy
        WHERE f.sort = 'eldercare.community' AND f.complete AND f.latitude IS NOT NULL AND f.opened_on IS NOT NULL) f
    ON floor(d.lat / %(cell)s) = floor(f.latitude::float8 / %(cell)s) + f.dx
    AND floor(d.lon / %(cell)s) = floor(f.longitude::float8 / %(cell)s) + f.dy
  WHERE 2 * 6371008 * asin(sqrt(sin(radians(f.latitude::float8 - d.lat) / 2) ^ 2 + cos(radians(d.lat))
      * cos(radians(f.latitude::float8)) * sin(radians(f.longitude::float8 - d.lon) / 2) ^ 2)) * %(way)s / 100
    <= %(circle)s
  GROUP BY d.n, d.path) c, LATERAL unnest(c.spans) r"""
# One degree of longitude is never shorter in the province than this, in metres.
_DEGREE = 74_000


def circle(on: date, *, everywhere: bool = False) -> Mapping[str, Any]:
    """One yardstick for all counties, so that they compare: the figures of the province on the day."""
    metres, way = (number(key, path="22/", on=on) for key in ("circle.m", "match.way"))
    return {"circle": metres, "way": way, "cell": metres / _DEGREE, "all": everywhere}
