"""The training subsidy (养老护理员培训补贴): each certificate of a subsidised course is paid once.

Handbook 02 §12; plan 5.5.  A certificate stands on the list of the month in which it was issued, or on the next one
that nobody else of the person's certificates takes: one payment a person and month.  What has been on a signed list is
never on another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minzheng.kernel import catalogue, declare
from minzheng.kernel.clock import Month

from ..forms.books import COURSES
from ..roles import COUNTY_OFFICER, PAYER, PAYMENT_REVIEWER
from ..rules import PLAN

__all__ = ["TRAINING", "training_money"]

training_money = declare.Scheme(
    "training", "养老护理员培训补贴", "person", prepared_by=PAYER, reviewed_by=PAYMENT_REVIEWER, unit="元/次",
    basis=PLAN.as_a_whole(),
)  # fmt: skip

_HOLDERS = """
SELECT c.person_id, NULL::bigint, c.path, coalesce(h.class_ur, 'urban'), c.course,
  row_number() OVER (PARTITION BY c.person_id ORDER BY c.passed_on, c.id)
FROM eldercare_certificate c
LEFT JOIN people_membership m ON m.person_id = c.person_id AND m.until_on IS NULL
LEFT JOIN people_household h ON h.id = m.household_id
WHERE c.path >= %(path)s AND c.path < %(path_end)s AND c.passed_on <= %(day)s
  AND NOT EXISTS (SELECT FROM subsidies_listed l JOIN subsidies_subsidylist s ON s.id = l.list_id
    WHERE l.person_id = c.person_id AND l."group" = c.course AND s.subsidy = 'eldercare.training'
      AND s.state = 'approved' AND s.month <> %(month)s)"""


def _rates(*, path: str, month: Month, given: Mapping[str, Any]) -> declare.Rates:
    """By course, as the county's figures of the month of the list say; a course with nothing is not listed."""
    del given
    figures = catalogue.current().parameters()
    amounts = {
        course: figures.get(
            f"training.subsidy.{course.lower().replace('-', '_')}", path=path, on=month.first
        ).value
        for course in COURSES
    }
    paid = {course: amount for course, amount in amounts.items() if amount}
    trace = {"place": path, "month": str(month), "amounts": paid}
    return declare.Rates(True, {}, frozenset(paid), "JL-14", trace, by_group=paid)


TRAINING = declare.Subsidy(
    "training", "养老护理员培训补贴", training_money, started_by="month", rates=_rates, people=_HOLDERS,
    groups={course: title for course, (title, _, _) in COURSES.items()}, confirmed_by=(COUNTY_OFFICER,),
    basis=PLAN.as_a_whole(),
)  # fmt: skip
