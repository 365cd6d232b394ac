"""Who belongs on the ledger of home visits: the special-difficulty groups of 民发〔2022〕73号, and all of 65 and more.

Living alone and in an empty nest are read off the households, severe disability off the master file, tekun off what
the ledger pays, ability off the assessment in force; the rest the township states on the ledger itself.  Whoever
has moved into an institution is off the list.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from minzheng.kernel import catalogue

__all__ = ["PEOPLE", "benefits"]

# Full years on a day; who was born on 29 February has their birthday on the 28th in common years.
_AGE = """date_part('year', age(%(day)s::date, CASE WHEN to_char(p.birth, 'MMDD') = '0229'
  AND to_char(%(day)s::date + 1, 'MMDD') = '0301' THEN p.birth - 1 ELSE p.birth END))::int"""

PEOPLE = f"""
WITH elder AS MATERIALIZED (
  SELECT p.id, p.path, {_AGE} AS age, p.disability_grade, m.household_id
  FROM people_person p LEFT JOIN people_membership m ON m.person_id = p.id AND m.until_on IS NULL
  WHERE p.path >= %(path)s AND p.path < %(path_end)s AND p.died_on IS NULL AND p.merged_into_id IS NULL
    AND p.birth <= %(day)s::date - interval '60 years' + interval '1 day'
    AND NOT EXISTS (SELECT FROM facilities_stay s WHERE s.person_id = p.id AND s.from_on <= %(day)s
      AND (s.until_on IS NULL OR s.until_on > %(day)s))
), home AS (
  SELECT m.household_id, count(*) AS living,
    bool_and(o.birth <= %(day)s::date - interval '60 years') AS old
  FROM people_membership m JOIN people_person o ON o.id = m.person_id AND o.died_on IS NULL
  WHERE m.until_on IS NULL AND m.household_id IN (SELECT household_id FROM elder) GROUP BY 1
), ability AS (
  SELECT a.person_id, max(a.level) AS level FROM visits_assessment a JOIN elder e ON e.id = a.person_id
  WHERE a.instrument = %(ability)s AND a.state IN ('in_force', 'objected') AND a.valid_until >= %(day)s GROUP BY 1
), kept AS (
  SELECT DISTINCT t.person_id FROM ledger_entitlement t JOIN elder e ON e.id = t.person_id
  WHERE t.scheme = ANY(%(kept)s) AND t.from_month <= %(day)s AND (t.until_month IS NULL OR t.until_month > %(day)s)
), told AS (
  SELECT w.person_id, w.stated FROM visits_watched w JOIN elder e ON e.id = w.person_id
  WHERE w.rounds = %(rounds)s AND w.until_on IS NULL
), known AS (
  SELECT e.id, e.path, e.age, coalesce(h.living, 1) = 1 OR coalesce(t.stated ? 'alone', false) AS alone,
    coalesce(h.living > 1 AND h.old, false) AS nest, coalesce(a.level, 0) AS level, k.person_id IS NOT NULL AS tekun,
    coalesce(e.disability_grade <= 2, false) AS severe, coalesce(t.stated, '[]'::jsonb) AS stated
  FROM elder e LEFT JOIN home h ON h.household_id = e.household_id LEFT JOIN ability a ON a.person_id = e.id
  LEFT JOIN kept k ON k.person_id = e.id LEFT JOIN told t ON t.person_id = e.id WHERE e.age >= 60
), grouped AS (
  SELECT k.*, ARRAY(SELECT g FROM unnest(ARRAY[
      CASE WHEN alone THEN 'alone' END, CASE WHEN nest THEN 'empty_nest' END, CASE WHEN level >= 2 THEN 'disabled' END,
      CASE WHEN severe THEN 'severe' END, CASE WHEN tekun THEN 'tekun' END]) g WHERE g IS NOT NULL
    UNION SELECT jsonb_array_elements_text(stated) ORDER BY 1) AS groups
  FROM known k
)
SELECT id, path, groups, jsonb_build_object('age', age, 'alone', alone, 'ability_level', level, 'tekun', tekun,
  'severely_disabled', severe, 'listed', nest OR stated <> '[]'::jsonb)
FROM grouped WHERE age >= 65 OR groups <> ARRAY[]::text[]"""


def benefits(*, on: date) -> dict[str, Any]:
    """What the statement asks of other offices, by what they declare: what keeps one single person from destitution."""
    kept = [
        code
        for code, one in catalogue.current().schemes.items()
        if one.item.exclusive_group == "livelihood" and one.item.beneficiary == "person"
    ]
    return {"kept": kept, "ability": "eldercare.ability"}
