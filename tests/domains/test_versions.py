"""A running case keeps the procedure it was accepted under, whatever version is offered by then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from minzheng.kernel import catalogue, declare
from minzheng.kernel.casework.queries import next_steps
from minzheng.kernel.errors import Mistake
from tests.factories.cast import cast
from tests.factories.departments import Departments
from tests.factories.people import household, person
from tests.factories.walk import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar", "working_tuesday")]


def _walk(departments: Departments) -> Walk:
    who = cast()
    applicant = person(path=who.seat.village)
    return Walk(who, departments, applicant, household(applicant, path=who.seat.village))


def _without_panel(*, keep_the_former: bool) -> catalogue.Catalogue:
    """The office as if dibao had a second version in which the posting follows the opinion directly."""
    office, *others = catalogue.current().domains
    first = next(one for one in office.services if one.code == "dibao")
    steps = tuple(_skipping_panel(step) for step in first.steps if step.code != "panel")
    second = replace(first, version="2", steps=steps)
    services = tuple(second if one.code == "dibao" else one for one in office.services)
    former = (first,) if keep_the_former else ()
    return catalogue.Catalogue([replace(office, services=services, former=former, carries=()), *others])


def _skipping_panel(step: declare.Step) -> declare.Step:
    return replace(step, after=("assess",)) if step.code == "post" else step


def test_a_case_accepted_before_goes_on_by_its_own_steps_and_a_new_one_by_the_new(
    departments: Departments, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = _walk(departments)
    old.apply()
    old.accept()
    widened = _without_panel(keep_the_former=True)
    monkeypatch.setattr(catalogue, "current", lambda: widened)
    old.investigate()
    old.verify()
    old.assess()
    assert [one.step.code for one in next_steps(old.case, old.who.panel_secretary)] == ["panel"]
    new = _walk(departments)
    new.until_verified()
    new.assess()
    assert new.case.service_version == "2"
    assert [one.step.code for one in next_steps(new.case, new.who.clerk)] == ["post"]


def test_a_version_that_is_gone_stops_the_case_with_a_sentence(
    departments: Departments, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = _walk(departments)
    walk.apply()
    forgetful = _without_panel(keep_the_former=False)
    monkeypatch.setattr(catalogue, "current", lambda: forgetful)
    with pytest.raises(Mistake, match="former services"):
        walk.accept()
