"""The clocks of assistance: by when each step is due, when payment starts, how it fades out.

《最低生活保障审核确认办法》 arts. 15 to 22 and 31; 民发〔2022〕83号 for delegated decisions and gradual exit;
《特困人员认定办法》 art. 23 for a new assessment; 民发〔2018〕23号 for the papers after emergency help.
Every limit is a dated parameter by place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from minzheng.kernel.clock import Calendar, Due, Month, Term, add_months, deadline, term_of, within_months
from minzheng.kernel.law.parameters import Parameters

from .instruments import SA2026

__all__ = [
    "GradualExit",
    "decided_by",
    "due_days",
    "first_month",
    "gradual_exit",
    "hearing_needed",
    "papers_due",
    "retest_due",
    "review_due",
    "same_cause_bars",
    "term",
]


def term(key: str, parameters: Parameters, *, path: str, on: date) -> Term:
    """A time limit of the place, such as ``dibao.term.whole``, as the clock counts it."""
    value = parameters.get(key, path=path, on=on)
    return cast(Term, term_of(value.unit.replace("_", " "), cast(int, value.value)))


_FROM_ACCEPTANCE = {
    "investigate": "dibao.term.investigate",
    "whole": "dibao.term.whole",
    "whole_special": "dibao.term.whole_special",
    "whole_delegated": "dibao.term.whole_delegated",
}


def due_days(accepted: date, parameters: Parameters, calendar: Calendar, *, path: str) -> dict[str, Due]:
    """The last day of each limit that runs from acceptance; a case keeps the limits it was accepted under."""
    return {
        name: deadline(accepted, term(key, parameters, path=path, on=accepted), calendar)
        for name, key in _FROM_ACCEPTANCE.items()
    }


def decided_by(parameters: Parameters, *, path: str, on: date) -> str:
    """``county``, or ``township`` where the county has delegated confirmation."""
    return str(parameters.get("dibao.decided_by", path=path, on=on).value)


def first_month(confirmed: date) -> Month:
    """Payment starts the month after confirmation."""
    return Month.of(confirmed).next


def review_due(confirmed: date, months: int) -> date:
    """The day by which the household is looked at again."""
    return add_months(confirmed, months)


def hearing_needed(on: date) -> bool:
    """Since 《社会救助法》 art. 48 the household is heard before a cut or a stop."""
    return SA2026.in_force(on)


@dataclass(frozen=True, slots=True)
class GradualExit:
    """The months in which a household that a job lifted above the standard is still paid, [first, ends)."""

    first: Month
    ends: date
    amount: int | None = None

    def months(self) -> Iterator[Month]:
        """Each month paid."""
        return self.first.until(Month.of(self.ends))

    def to_json(self) -> dict[str, Any]:
        """For the decision on the exit."""
        months = [str(month) for month in self.months()]
        return {"months": months, "ends": self.ends.isoformat(), "amount": self.amount}


def gradual_exit(
    confirmed: date, parameters: Parameters, *, path: str, last_amount: int | None = None
) -> GradualExit:
    """渐退: from the month after the finding, the last amount unchanged for the grace months."""
    months = cast(int, parameters.get("dibao.exit.grace_months", path=path, on=confirmed).value)
    first = first_month(confirmed)
    return GradualExit(first, (first + months).first, last_amount)


def papers_due(paid: date, parameters: Parameters, calendar: Calendar, *, path: str) -> Due:
    """The last day to complete the papers of emergency help that was paid first."""
    return deadline(paid, term("temp.term.papers", parameters, path=path, on=paid), calendar)


def same_cause_bars(granted: date, on: date, parameters: Parameters, *, path: str) -> bool:
    """Whether help for the same cause is too recent: the day of the same number is still inside."""
    months = cast(int, parameters.get("temp.same_cause_months", path=path, on=on).value)
    return within_months(granted, months, on)


def retest_due(reported: date, parameters: Parameters, calendar: Calendar, *, path: str) -> Due:
    """The last day to assess again a tekun person whose abilities have changed."""
    return deadline(reported, term("tekun.term.retest", parameters, path=path, on=reported), calendar)
