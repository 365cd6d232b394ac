"""From which month to which a benefit runs: arrears, suspension and back-pay, recovery, a change of rate.

Handbook 00 §0.5 and 04 §2.4: the two subsidies start in the month of application, children's benefits in the
month after confirmation; the month of death or of the eighteenth birthday is paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from minzheng.kernel.clock import (
    Calendar,
    Due,
    Month,
    WorkingDays,
    add_years,
    birthday_in,
    deadline,
    within_months,
)
from minzheng.kernel.law.parameters import Parameters

__all__ = [
    "Lapse",
    "arrears",
    "back_pay",
    "certificate_lapse",
    "child_until",
    "first_month_at_age",
    "fuc_due",
    "left_behind_until",
    "living_until",
    "new_rate_from",
    "subsidy_from",
    "to_recover",
]


def subsidy_from(applied: date) -> Month:
    """The two subsidies of the disabled start in the month of application (国发〔2015〕52号)."""
    return Month.of(applied)


def arrears(first: Month, run: Month) -> tuple[Month, ...]:
    """What the first payment run owes: every month from the first to its own."""
    return tuple(first.until(run.next))


def back_pay(right: Month, found: Month, parameters: Parameters, *, path: str) -> tuple[Month, ...]:
    """Months wrongly unpaid, the latest of them up to the limit of the place; the month of finding is paid anyway."""
    limit = cast(int, parameters.get("ts.backpay_months", path=path, on=found.first).value)
    return tuple(max(right, found - limit).until(found))


def to_recover(last_due: Month, paid_through: Month) -> tuple[Month, ...]:
    """What was paid after the last month due."""
    return tuple(last_due.next.until(paid_through.next))


@dataclass(frozen=True, slots=True)
class Lapse:
    """A certificate that expired: months not paid, months paid back, and from when a new application counts."""

    suspended_from: Month | None
    back_paid: tuple[Month, ...]
    new_from: Month | None


def certificate_lapse(expires: date, renewed: date, parameters: Parameters, *, path: str) -> Lapse:
    """An expired certificate suspends; renewed within the grace it pays back, afterwards one applies anew."""
    suspended = Month.of(expires).next
    if Month.of(renewed) < suspended:
        return Lapse(None, (), None)
    grace = cast(int, parameters.get("ts.expire_grace", path=path, on=expires).value)
    if renewed < expires or within_months(expires, grace, renewed):
        return Lapse(suspended, tuple(suspended.until(Month.of(renewed).next)), None)
    return Lapse(suspended, (), subsidy_from(renewed))


def living_until(last_dibao: Month) -> Month:
    """The living subsidy ends with the last dibao month, gradual exit included; nursing goes on."""
    return last_dibao


def new_rate_from(changed: date) -> Month:
    """A move into an institution, or a change of what is the higher, takes effect the month after."""
    return Month.of(changed).next


def child_until(birth: date) -> Month:
    """The month of the eighteenth birthday is the last paid."""
    return Month.of(birthday_in(birth, birth.year + 18))


def left_behind_until(birth: date, parameters: Parameters, *, path: str, on: date) -> date:
    """The birthday on which a child is no longer counted as left behind (国发〔2016〕13号)."""
    age = cast(int, parameters.get("child.left_behind_age", path=path, on=on).value)
    return add_years(birth, age)


def first_month_at_age(birth: date, age: int) -> Month:
    """A band counts from the month on whose first day the age is reached (handbook 16 #2)."""
    reached = add_years(birth, age)
    return Month.of(reached) if reached.day == 1 else Month.of(reached).next


def fuc_due(step: str, start: date, parameters: Parameters, calendar: Calendar, *, path: str) -> Due:
    """By when the ``township`` has checked, or the ``county`` confirmed (民发〔2019〕62号)."""
    days = cast(int, parameters.get(f"fuc.term.{step}", path=path, on=start).value)
    return deadline(start, WorkingDays(days), calendar)
