"""What only several tables together tell of assistance: place, first day, end and weight; see ``declare.Spans``."""

from __future__ import annotations

__all__ = ["AIDED", "HOUSED", "RECEIVED"]

# Who is kept as tekun and asked for an institution, for as long as the person stays in one.
HOUSED = """
SELECT s.path, greatest(s.valid_from, t.from_on), least(s.ended_on, t.until_on), 1
FROM assistance_standing s JOIN facilities_stay t ON t.person_id = s.applicant_id
  AND daterange(s.valid_from, s.ended_on) && daterange(t.from_on, t.until_on)
WHERE s.low_income_class = 'L1' AND s.support_form = 'centralized'"""

# Every member of a family that was helped, each time.
AIDED = """
SELECT path, granted_on, NULL::date, greatest(cardinality(person_ids), 1) FROM assistance_aidgrant
WHERE withdrawn_on IS NULL"""

# What the centre and the province allotted for the year to the schemes that purchases may be paid out of (规划 3.5).
RECEIVED = """
SELECT path, make_date(year, 1, 1), NULL::date, allotted FROM ledger_budget
WHERE fund IN ('central', 'province')
  AND scheme IN ('assistance.dibao', 'assistance.tekun', 'assistance.temporary')"""
