"""What only several tables together tell of assistance: place, first day, end and weight; see ``declare.Spans``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from minzheng.kernel import catalogue
from minzheng.kernel.areas.paths import COUNTY_OF
from minzheng.kernel.areas.queries import counties

__all__ = ["AIDED", "HOUSED", "RECEIVED", "WATCHED_ON_DIBAO", "heads", "in_counties", "standards"]

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

# Whoever is watched by the rural department while the family is on dibao.
WATCHED_ON_DIBAO = """
SELECT w.path, greatest(w.from_on, s.valid_from), least(w.until_on, s.ended_on), 1
FROM assistance_ruralwatch w JOIN assistance_standing s ON s.household_id = w.household_id
  AND s.low_income_class = 'L2' AND daterange(s.valid_from, s.ended_on) && daterange(w.from_on, w.until_on)"""

# Everybody kept, for as long as a standard of their county was in force.
_UNDER = f"""
SELECT s.path, greatest(s.valid_from, v.from_on), least(s.ended_on, v.until_on), {{weight}}
FROM assistance_standing s
JOIN unnest(%(places)s::text[], %(begins)s::date[], %(ends)s::date[], %(values)s::bigint[])
  AS v(place, from_on, until_on, value)
  ON v.place = substring(s.path FROM '{COUNTY_OF.replace("{", "{{").replace("}", "}}")}')
  AND daterange(s.valid_from, s.ended_on) && daterange(v.from_on, v.until_on)
WHERE s.low_income_class = '{{kept}}' AND s.class_ur = '{{class_ur}}'"""


def standards(kept: str, class_ur: str) -> str:
    """The standard (fen) of everybody's county added up."""
    return _UNDER.format(weight="v.value * s.members", kept=kept, class_ur=class_ur)


def heads(kept: str, class_ur: str) -> str:
    """The same people counted."""
    return _UNDER.format(weight="s.members", kept=kept, class_ur=class_ur)


def in_counties(key: str, on: date) -> Mapping[str, Any]:
    """What was in force of a standard in every county, from day to day until the last that is counted."""
    at = catalogue.current().parameters()
    told = [one for one in at if one.key == key]
    days = sorted({day for one in told for day in (one.from_, one.until) if day is not None and day <= on})
    found = [
        (one.path, begins, ends, value.value)
        for one in counties(on=on)
        for begins, ends in pairwise([*days, None])
        if begins is not None and (value := at.find(key, path=one.path, on=begins)) is not None
    ]
    names = ("places", "begins", "ends", "values")
    return {name: [row[n] for row in found] for n, name in enumerate(names)}
