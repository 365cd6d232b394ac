"""The statements of the yearly re-check: who is asked about, what exceeds, what is taken over."""

from __future__ import annotations

__all__ = [
    "COUNTIES", "HOMES", "HOUSEHOLD_EXCEEDS", "HOUSEHOLD_KNOWN", "PERSON_EXCEEDS", "PERSON_KNOWN", "SUBJECTS",
    "TAKEN_FROM", "TAKE_OVER", "UNANSWERED",
]  # fmt: skip

# Every adult has a letter in force; where there is none, each minor has one, by a guardian.
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
  SELECT DISTINCT ON (person_id) person_id, case_id, purpose, version
  FROM exchange_consent WHERE withdrawn_at IS NULL ORDER BY person_id, signed_at DESC, id DESC
), needed AS (
  SELECT m.household_id, m.path, m.person_id, l.case_id, l.purpose, l.version,
    m.adult OR NOT bool_or(m.adult) OVER (PARTITION BY m.household_id) AS needed
  FROM member m LEFT JOIN letter l USING (person_id)
)
SELECT household_id,
  coalesce(substring(min(path) FROM '^(?:[^/]{1,4}/)*[^/]{5,6}/'), min(path)) AS path,
  bool_and(case_id IS NOT NULL) FILTER (WHERE needed) AS signed,
  max(case_id) FILTER (WHERE needed) AS case_id,
  (array_agg(purpose ORDER BY case_id DESC NULLS LAST) FILTER (WHERE needed))[1] AS purpose,
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

# Found times the lower number against known times the upper one: a share is compared by products, never rounded.
HOUSEHOLD_EXCEEDS = """
SELECT a.household_id FROM (
  SELECT household_id, sum(figures[%(at)s]) AS found FROM exchange_bulkanswer WHERE part_id = %(part)s
  GROUP BY household_id
) a {known}
WHERE a.found * %(below)s > {own} * %(above)s::numeric
"""
HOUSEHOLD_KNOWN = "LEFT JOIN {} k ON k.household_id = a.household_id"

PERSON_EXCEEDS = """
SELECT a.household_id FROM exchange_bulkanswer a {known}
WHERE a.part_id = %(part)s AND a.figures[%(at)s] * %(below)s::numeric > {own} * %(above)s::numeric
"""
PERSON_KNOWN = "LEFT JOIN {} k ON k.profile_id = a.household_id AND k.person_id = a.person_id"

# The last known answer of a source that stays silent, while it is valid and the subject is the same.
TAKE_OVER = """
INSERT INTO exchange_bulkanswer
  (part_id, person_id, household_id, path, seq, state, figures, record, raw_sha, error)
SELECT DISTINCT ON (s.person_id) %(part)s, s.person_id, s.household_id, s.path, a.seq, a.state, a.figures, a.record,
  a.raw_sha, 'taken_over'
FROM exchange_rechecksubject s
JOIN exchange_bulkanswer a ON a.person_id = s.person_id
JOIN exchange_recheckpart p ON p.id = a.part_id AND p.source = %(source)s AND p.state = 'done'
WHERE s.run_id = %(run)s AND s.path = %(path)s AND p.path = %(path)s AND p.valid_until > %(on)s AND a.state <> 3
ORDER BY s.person_id, p.answered_at DESC
"""

# The day, validity and file of what was taken over; of several the one that ends first.
TAKEN_FROM = """
SELECT p.as_of, p.valid_until, p.answered_at, p.answer_sha FROM exchange_recheckpart p
WHERE p.source = %(source)s AND p.path = %(path)s AND p.state = 'done' AND p.valid_until > %(on)s
UNION ALL SELECT NULL, NULL, NULL, NULL ORDER BY 2 NULLS LAST LIMIT 1
"""

UNANSWERED = """
INSERT INTO exchange_bulkanswer (part_id, person_id, household_id, path, seq, state, error)
SELECT %(part)s, s.person_id, s.household_id, s.path, 0, 3, 'unanswered' FROM exchange_rechecksubject s
WHERE s.run_id = %(run)s AND s.path = %(path)s
  AND NOT EXISTS (SELECT 1 FROM exchange_bulkanswer a WHERE a.part_id = %(part)s AND a.person_id = s.person_id)
"""
