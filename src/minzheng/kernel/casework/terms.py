"""Limits of a case and of its steps: dated parameters by place, counted on the office's calendar."""

from __future__ import annotations

from datetime import date

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.standards.queries import calendar

from .models import Case, Pause, Task

__all__ = [
    "case_due",
    "deciding_level",
    "light_of",
    "number",
    "step_due",
    "suspensions",
    "term",
    "whole_term",
]

LEVEL_CODES = {
    "township": Level.TOWNSHIP,
    "county": Level.COUNTY,
    "city": Level.CITY,
    "village": Level.VILLAGE,
}


def number(key: str, *, path: str, on: date) -> int:
    """A whole-number parameter in force at a place on a day."""
    value = catalogue.current().parameters().get(key, path=path, on=on).value
    assert isinstance(value, int), key
    return value


def term(key: str, *, path: str, on: date) -> clock.Term:
    """A limit in force at a place on a day, in its own unit."""
    found = catalogue.current().parameters().get(key, path=path, on=on)
    assert isinstance(found.value, int), key
    made = clock.term_of(found.unit.replace("_", " "), found.value)
    assert not isinstance(made, clock.Hours), key
    return made


def deciding_level(step: declare.Deciding, *, path: str, on: date) -> Level:
    """Which level confirms: the county, unless a dated parameter of the place has delegated it."""
    if not step.decided_by:
        return step.by.at
    code = catalogue.current().parameters().get(step.decided_by, path=path, on=on).value
    return LEVEL_CODES[str(code)]


def whole_term(terms: declare.Terms, *, path: str, on: date, delegated: bool, special: bool) -> clock.Term:
    """The limit of the whole case; a special case keeps its longer limit also when delegated (16 #19)."""
    key = terms.ordinary
    if delegated and terms.delegated:
        key = terms.delegated
    if special and terms.special:
        key = terms.special
    return term(key, path=path, on=on)


def suspensions(case: Case) -> tuple[clock.Suspension, ...]:
    """The stretches in which the case stood still."""
    return tuple(clock.Suspension(one.from_on, one.until_on) for one in Pause.objects.filter(case=case))


def case_due(case: Case, service: declare.Service) -> clock.Due:
    """The last day on which the case may be decided."""
    assert case.accepted_on is not None
    limit = whole_term(
        service.within,
        path=case.path,
        on=case.accepted_on,
        delegated=case.bound["decided_at"] != case.bound["declared_at"],
        special=bool(case.special_reason),
    )
    return clock.deadline(
        case.accepted_on, limit, calendar(), suspensions=suspensions(case), as_of=clock.today()
    )


def step_due(step: declare.Step, task: Task, case: Case) -> clock.Due | None:
    """The last day of one step, from its opening or from acceptance."""
    if not step.term:
        return None
    opened = clock.at_office_time(task.opened_at).date()
    start = case.accepted_on if step.term_from == "accepted" and case.accepted_on else opened
    limit = term(step.term, path=case.path, on=start)
    return clock.deadline(
        start, limit, calendar(), roll=step.roll, suspensions=suspensions(case), as_of=clock.today()
    )


def light_of(due_on: date | None, *, start: date, on: date, path: str) -> clock.Light | None:
    """Green, yellow or red for a step that ends on a day."""
    if due_on is None:
        return None
    days = calendar()
    return clock.light(
        remaining=days.working_between(on, due_on),
        limit=max(1, days.working_between(start, due_on)),
        overdue=on > due_on,
        yellow_percent=number("casework.light.yellow_percent", path=path, on=on),
        yellow_days=number("casework.light.yellow_days", path=path, on=on),
    )
