"""The statements of the nightly planning of rounds: a county at a time, however many people it watches."""

from __future__ import annotations

__all__ = [
    "AFRESH", "CHANGED", "DUE", "FACTS", "FIRST", "FOUND", "INTERVALS", "LEFT", "LISTED", "NEW_DAYS", "REACHED",
    "RISKS",
]  # fmt: skip

FOUND = """
CREATE TEMPORARY TABLE visits_found ON COMMIT DROP AS
SELECT x.person_id, x.path, to_jsonb(x.groups) AS groups, x.facts, NULL::text AS risk
FROM ({people}) x(person_id, path, groups, facts)"""

# The law is asked once for each combination of facts that occurs, not once for each person.
FACTS = "SELECT DISTINCT facts::text FROM visits_found"

RISKS = """
UPDATE visits_found f SET risk = r.risk
FROM unnest(%(facts)s::text[], %(risks)s::text[]) r(facts, risk) WHERE f.facts::text = r.facts"""

# Whoever has moved has another door: the next call there says where it is.
CHANGED = """
UPDATE visits_watched w SET path = f.path, groups = f.groups, facts = f.facts, risk = f.risk,
  lat = CASE WHEN w.path = f.path THEN w.lat END, lon = CASE WHEN w.path = f.path THEN w.lon END,
  risk_since = CASE WHEN w.risk = f.risk THEN w.risk_since ELSE %(day)s END, version = w.version + 1
FROM visits_found f
WHERE w.rounds = %(rounds)s AND w.until_on IS NULL AND w.person_id = f.person_id
  AND (w.path, w.groups, w.facts, w.risk) IS DISTINCT FROM (f.path, f.groups, f.facts, f.risk)"""

# Whoever left the list because they live elsewhere for a time comes back only when somebody says so; whoever did not
# want to be visited is asked again in time.
LISTED = """
INSERT INTO visits_watched (path, rounds, person_id, groups, stated, facts, risk, risk_since, since_on, end_reason,
  away, visitor, visitor_name, missed, version)
SELECT f.path, %(rounds)s, f.person_id, f.groups, coalesce(b.stated, '[]'), f.facts, f.risk, %(day)s, %(day)s, '',
  '', coalesce(b.visitor, ''), coalesce(b.visitor_name, ''), 0, 1
FROM visits_found f
LEFT JOIN LATERAL (SELECT w.stated, w.visitor, w.visitor_name, w.away, w.back_on, w.until_on FROM visits_watched w
  WHERE w.rounds = %(rounds)s AND w.person_id = f.person_id AND w.until_on IS NOT NULL ORDER BY w.id DESC LIMIT 1) b
  ON true
WHERE NOT EXISTS (SELECT FROM visits_watched w
  WHERE w.rounds = %(rounds)s AND w.person_id = f.person_id AND w.until_on IS NULL)
  AND (coalesce(b.away, '') = '' OR b.back_on <= %(day)s
    OR b.away = 'refused' AND b.until_on + make_interval(months => %(again)s) <= %(day)s)
ON CONFLICT DO NOTHING"""

LEFT = """
UPDATE visits_watched w SET until_on = greatest(%(day)s, w.since_on), next_due_on = NULL, version = w.version + 1,
  end_reason = CASE WHEN p.died_on IS NOT NULL THEN '去世' WHEN NOT p.path ^@ %(path)s THEN '迁出本县'
    ELSE '不再属于巡访对象' END
FROM people_person p
WHERE w.rounds = %(rounds)s AND w.until_on IS NULL AND w.path >= %(path)s AND w.path < %(path_end)s
  AND p.id = w.person_id AND NOT EXISTS (SELECT FROM visits_found f WHERE f.person_id = w.person_id)"""

# On neither side of the rate of the month in which the ledger ended.
REACHED = """
UPDATE visits_reached r SET counted = false FROM visits_watched w
WHERE r.watched_id = w.id AND r.counted AND w.until_on IS NOT NULL AND w.rounds = %(rounds)s
  AND w.path >= %(path)s AND w.path < %(path_end)s
  AND r.month >= date_trunc('month', w.until_on)::date AND r.month <= %(day)s"""

INTERVALS = """
CREATE TEMPORARY TABLE visits_interval ON COMMIT DROP AS
SELECT * FROM unnest(%(codes)s::text[], %(phones)s::int[], %(visits)s::int[]) x(risk, phone, visit)"""

# By when somebody listed on a day is first seen: working days, reckoned once for each day of listing that still waits.
NEW_DAYS = """
SELECT DISTINCT since_on FROM visits_watched w
WHERE rounds = %(rounds)s AND until_on IS NULL AND (last_visit_on IS NULL OR last_phone_on IS NULL) AND {which}"""

FIRST = """
CREATE TEMPORARY TABLE visits_first ON COMMIT DROP AS
SELECT * FROM unnest(%(listed)s::date[], %(dues)s::date[]) x(listed, due)"""

# When each is due: so many days after the last time, the first time by the limit for new entries, sooner while extra
# rounds of the place are on, and on the day after a try at which nobody was met.
DUE = """
UPDATE visits_watched w SET phone_due_on = d.phone_due, visit_due_on = d.visit_due,
  next_due_on = least(d.phone_due, d.visit_due)
FROM (
  SELECT o.id,
    CASE WHEN i.phone IS NOT NULL THEN coalesce(o.last_phone_on + i.phone, t.due) END AS phone_due,
    least(coalesce(o.last_visit_on + i.visit, t.due),
      CASE WHEN o.missed > 0 THEN (o.missed_at AT TIME ZONE 'Asia/Shanghai')::date + 1 END,
      (SELECT min(greatest(e.from_on, coalesce(o.last_visit_on + %(extra)s, e.from_on))) FROM visits_extraround e
       WHERE e.rounds = o.rounds AND (o.path ^@ e.path) AND e.risks ? o.risk
         AND (e.lifted_on IS NULL OR e.lifted_on > %(day)s) AND %(day)s BETWEEN e.from_on AND e.until_on)
    ) AS visit_due
  FROM visits_watched o JOIN visits_interval i ON i.risk = o.risk
  LEFT JOIN visits_first t ON t.listed = o.since_on
  WHERE o.rounds = %(rounds)s AND o.until_on IS NULL AND {which}
) d
WHERE w.id = d.id AND (w.phone_due_on, w.visit_due_on, w.next_due_on)
  IS DISTINCT FROM (d.phone_due, d.visit_due, least(d.phone_due, d.visit_due))"""

AFRESH = "DROP TABLE IF EXISTS visits_found, visits_interval, visits_first"
