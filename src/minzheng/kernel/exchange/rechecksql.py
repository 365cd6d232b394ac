"""The statements of the yearly re-check: who is asked about, county by county."""

from __future__ import annotations

__all__ = ["COUNTIES", "HOMES", "SUBJECTS"]

# Every adult has a letter in force; where there is none, each minor has one, by a guardian.  Of several letters the one
# counts under which the benefit is drawn: what is found is explained and decided in that matter.
HOMES = r"""
CREATE TEMPORARY TABLE recheck_home AS
WITH home AS (
  SELECT DISTINCT coalesce(e.household_id, m.household_id) AS id
  FROM ledger_entitlement e
  LEFT JOIN people_membership m ON m.person_id = e.person_id AND m.until_on IS NULL
  WHERE e.scheme = ANY(%(schemes)s) AND e.path >= %(path)s AND e.path < %(path_end)s
    AND e.from_month <= %(month)s AND (e.until_month IS NULL OR e.until_month > %(month)s)
), member AS (
  SELECT h.id AS household_id, h.path, p.id AS person_id, p.birth IS NULL OR p.birth <= %(grown)s AS adult
  FROM home JOIN people_household h ON h.id = home.id
  JOIN people_membership m ON m.household_id = h.id AND m.until_on IS NULL AND m.counted
  JOIN people_person p ON p.id = m.person_id AND p.died_on IS NULL
  WHERE h.path >= %(path)s AND h.path < %(path_end)s
), letter AS (
  SELECT DISTINCT ON (person_id) person_id, case_id, purpose, version, d.case_id IS NOT NULL AS drawn
  FROM exchange_consent LEFT JOIN (
    SELECT DISTINCT case_id FROM ledger_entitlement WHERE scheme = ANY(%(schemes)s) AND case_id IS NOT NULL
  ) d USING (case_id)
  WHERE withdrawn_at IS NULL ORDER BY person_id, d.case_id IS NOT NULL DESC, signed_at DESC, id DESC
), needed AS (
  SELECT m.household_id, m.path, m.person_id, l.case_id, l.purpose, l.version, l.drawn,
    m.adult OR NOT bool_or(m.adult) OVER (PARTITION BY m.household_id) AS needed
  FROM member m LEFT JOIN letter l USING (person_id)
)
SELECT household_id,
  coalesce(substring(min(path) FROM '^(?:[^/]{1,4}/)*[^/]{5,6}/'), min(path)) AS path,
  bool_and(case_id IS NOT NULL) FILTER (WHERE needed) AS signed,
  (array_agg(case_id ORDER BY drawn DESC NULLS LAST, case_id DESC NULLS LAST) FILTER (WHERE needed))[1] AS case_id,
  (array_agg(purpose ORDER BY drawn DESC NULLS LAST, case_id DESC NULLS LAST) FILTER (WHERE needed))[1] AS purpose,
  string_agg(DISTINCT version, ',') FILTER (WHERE needed) AS wordings,
  array_agg(person_id) AS persons
FROM needed GROUP BY household_id
"""

SUBJECTS = """
INSERT INTO exchange_rechecksubject (run_id, path, person_id, household_id, case_id, purpose, wordings)
SELECT %(run)s, path, unnest(persons), household_id, case_id, purpose, wordings FROM recheck_home WHERE signed
"""

COUNTIES = """
SELECT path, count(*) FROM exchange_rechecksubject WHERE run_id = %(run)s GROUP BY path ORDER BY path
"""
