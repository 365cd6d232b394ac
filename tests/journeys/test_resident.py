"""A resident alone at the portal, by the test client."""

from __future__ import annotations

from typing import Any

import pytest

from minzheng.kernel.casework.models import Case
from tests.factories.departments import Departments
from tests.journeys import resident
from tests.journeys.pages import Reader
from tests.journeys.scenario_1 import DAYS
from tests.journeys.stage import stage_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]


def test_a_resident_applies_is_corrected_refused_and_carried_on(
    departments: Departments, settings: Any
) -> None:
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "whitenoise" not in one]
    stage = stage_for(departments, day=DAYS["visit"])
    stage.door = Reader
    for step in resident.STEPS:
        step(stage)
    edge = Case.objects.get(service="assistance.edge")
    assert (edge.origin, edge.state) == (stage.case, Case.State.OPEN)
    neighbour = stage.enter(stage.who.resident)
    for page in stage.opened:
        if page.startswith(("/my/cases/", "/apply/", "/my/documents/")):
            assert neighbour.status_of(page) == 404, page
