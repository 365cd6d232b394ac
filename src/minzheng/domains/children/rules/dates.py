"""The clocks of the children's office: the announcement for a foundling, the steps of a hotline case."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import cast

from minzheng.kernel.clock import Calendar, WorkingDays, at_office_time, deadline
from minzheng.kernel.law.parameters import Parameters

__all__ = ["STEPS", "case_clock", "earliest_registration"]

STEPS = ("dispatch", "on_site", "report")


def earliest_registration(announced: date, parameters: Parameters, *, path: str) -> date:
    """The day after the sixty days of the announcement; they end on their plain date."""
    days = cast(int, parameters.get("adoption.announcement_days", path=path, on=announced).value)
    return announced + timedelta(days=days + 1)


def case_clock(
    received: datetime, grade: str, parameters: Parameters, calendar: Calendar, *, path: str
) -> dict[str, datetime | date]:
    """By when a case of that grade is dispatched, seen and reported: an instant, or the last working day."""
    here = at_office_time(received)
    found: dict[str, datetime | date] = {}
    for step in STEPS:
        key = f"hotline.{grade}.{step}"
        if (value := parameters.find(f"{key}.minutes", path=path, on=here.date())) is not None:
            found[step] = here + timedelta(minutes=cast(int, value.value))
        elif (value := parameters.find(f"{key}.working_days", path=path, on=here.date())) is not None:
            found[step] = deadline(here.date(), WorkingDays(cast(int, value.value)), calendar).on
    return found
