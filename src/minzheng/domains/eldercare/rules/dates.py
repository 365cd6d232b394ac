"""The clocks of elder care: filing after the first resident, the next call and visit by risk."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

from minzheng.kernel.clock import Calendar, Due, WorkingDays, deadline
from minzheng.kernel.law.parameters import Parameters

__all__ = ["filing_due", "next_contacts"]


def filing_due(first_resident: date, parameters: Parameters, calendar: Calendar, *, path: str) -> Due:
    """An institution files within so many working days of its first resident (《养老机构管理办法》)."""
    days = parameters.get("elder.filing_days", path=path, on=first_resident).value
    return deadline(first_resident, WorkingDays(cast(int, days)), calendar)


def next_contacts(
    risk: str, parameters: Parameters, *, path: str, last_phone: date, last_visit: date
) -> dict[str, date]:
    """The next call and the next visit of somebody in that class of risk; a class may have visits only."""
    found = {}
    for kind, last in (("phone", last_phone), ("visit", last_visit)):
        value = parameters.find(f"elder.visits.{risk}.{kind}", path=path, on=last)
        if value is not None:
            found[kind] = last + timedelta(days=cast(int, value.value))
    return found
