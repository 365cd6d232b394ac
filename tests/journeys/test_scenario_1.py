"""Scenario 1 through the doors, one account for each actor, and its proof."""

from __future__ import annotations

from typing import Any

import pytest

from minzheng.kernel.audit.models import Entry
from minzheng.kernel.exchange.models import Consent, Query
from minzheng.kernel.indicators.models import Snapshot
from minzheng.kernel.ledger import proof
from minzheng.kernel.ledger.models import Batch
from minzheng.kernel.ledger.settling import figures
from tests.factories.departments import Departments

from tests.journeys.pages import Reader
from tests.journeys.scenario_1 import DAYS, STEPS
from tests.journeys.stage import Stage, stage_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]


@pytest.fixture
def stage(departments: Departments, settings: Any) -> Stage:
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "whitenoise" not in one]
    made = stage_for(departments, day=DAYS["visit"])
    made.door = Reader
    return made


def test_scenario_1_from_a_visit_to_a_monthly_payment_and_a_gradual_exit(stage: Stage) -> None:
    for step in STEPS:
        step(stage)
