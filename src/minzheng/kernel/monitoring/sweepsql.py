"""The statements of the monthly comparison; a county is one range of paths, however many households it has."""

from __future__ import annotations

__all__ = ["ALERTS", "CHAINS", "FOUND", "HITS", "KEEP", "MATCHED", "SEAL", "TAKE"]

FOUND = """
CREATE TEMPORARY TABLE monitoring_found (n integer GENERATED ALWAYS AS IDENTITY, rule text, household_id bigint,
  ref text, words text, urgent boolean) ON COMMIT DROP"""

# A rule's statement, or the rows that its function gave.
TAKE = """
INSERT INTO monitoring_found (rule, household_id, ref, words, urgent)
SELECT DISTINCT ON (x.household_id, x.ref) %(rule)s, x.household_id, left(x.ref, 60), left(x.words, 300), %(urgent)s
FROM ({find}) x(household_id, ref, words)
WHERE x.household_id IS NOT NULL"""

# Households of the county alone, of whom somebody lives, and of each fact only what was not found before.
KEEP = """
DELETE FROM monitoring_found f WHERE NOT EXISTS (
  SELECT FROM people_household h WHERE h.id = f.household_id AND h.path >= %(path)s AND h.path < %(path_end)s)
OR NOT EXISTS (
  SELECT FROM people_membership m JOIN people_person p ON p.id = m.person_id
  WHERE m.household_id = f.household_id AND m.until_on IS NULL AND p.died_on IS NULL)
OR EXISTS (
  SELECT FROM monitoring_hit t WHERE t.household_id = f.household_id AND t.monitor = %(monitor)s
  AND t.rule = f.rule AND t.ref = f.ref)"""

# What is said of a household is kept sealed; the statements below carry it as it stands.
SEAL = """
UPDATE monitoring_found f SET words = v.words FROM unnest(%(numbers)s::integer[], %(sealed)s::text[]) v (n, words)
WHERE f.n = v.n"""

# What already helps a household: a case that runs, a lead that is followed, a follow-up of an event.
CHAINS = """
CREATE TEMPORARY TABLE monitoring_chain ON COMMIT DROP AS
SELECT DISTINCT ON (household_id) household_id, words, case_id FROM (
  SELECT c.household_id, '办件' || coalesce(c.number, '（草稿）') AS words, c.id AS case_id, 0 AS rank
  FROM casework_case c JOIN monitoring_found f ON f.household_id = c.household_id
  WHERE c.state IN ('draft', 'submitted', 'correcting', 'open', 'paused') AND c.service = ANY(%(services)s)
  UNION ALL
  SELECT l.household_id, '正在跟进的线索', NULL, 1 FROM visits_lead l JOIN monitoring_found f USING (household_id)
  WHERE l.state = 'open' AND l.domain = %(domain)s
  UNION ALL
  SELECT u.household_id, '事件待办：' || u.label, u.case_id, 2
  FROM events_followup u JOIN monitoring_found f ON f.household_id = u.household_id
  WHERE u.state IN ('open', 'begun')) x
ORDER BY household_id, rank, case_id DESC NULLS LAST"""

# An alert that waits takes every warning; one that ended within the days takes what it was about already, and one
# that went to what was running takes more while that still runs.
MATCHED = """
CREATE TEMPORARY TABLE monitoring_matched ON COMMIT DROP AS
SELECT DISTINCT ON (f.household_id, f.rule, f.ref) f.household_id, f.rule, f.ref, a.id AS alert_id
FROM monitoring_found f JOIN monitoring_alert a ON a.household_id = f.household_id AND a.monitor = %(monitor)s
WHERE a.state IN ('open', 'following')
OR a.opened_on > %(merge_since)s AND (
  a.state = 'in_chain' AND EXISTS (SELECT FROM monitoring_chain c WHERE c.household_id = a.household_id)
  OR a.state = 'closed' AND EXISTS (SELECT FROM monitoring_hit t WHERE t.alert_id = a.id AND t.rule = f.rule))
ORDER BY f.household_id, f.rule, f.ref, a.state IN ('open', 'following') DESC, a.id DESC"""

ALERTS = """
INSERT INTO monitoring_alert (path, monitor, household_id, state, urgent, opened_on, opened_at, due_on, result,
  case_id, chain, closed_by_name, words, version)
SELECT h.path, %(monitor)s, h.id, CASE WHEN c.household_id IS NULL THEN 'open' ELSE 'in_chain' END,
  x.urgent, %(on)s, %(now)s, CASE WHEN x.urgent THEN %(urgent_due)s ELSE %(due)s END, '', c.case_id,
  left(coalesce(c.words, ''), 200), '', '', 1
FROM (SELECT f.household_id, bool_or(f.urgent) AS urgent FROM monitoring_found f
  WHERE NOT EXISTS (SELECT FROM monitoring_matched m
    WHERE (m.household_id, m.rule, m.ref) = (f.household_id, f.rule, f.ref)) GROUP BY 1) x
JOIN people_household h ON h.id = x.household_id
LEFT JOIN monitoring_chain c ON c.household_id = h.id
RETURNING id, household_id, state"""

HITS = """
INSERT INTO monitoring_hit (alert_id, monitor, household_id, path, rule, ref, words, "on")
SELECT coalesce(m.alert_id, (SELECT max(a.id) FROM monitoring_alert a
    WHERE a.household_id = f.household_id AND a.monitor = %(monitor)s)),
  %(monitor)s, f.household_id, h.path, f.rule, f.ref, f.words, %(on)s
FROM monitoring_found f JOIN people_household h ON h.id = f.household_id
LEFT JOIN monitoring_matched m ON (m.household_id, m.rule, m.ref) = (f.household_id, f.rule, f.ref)
ON CONFLICT (household_id, monitor, rule, ref) DO NOTHING"""
