"""The desk on a working Tuesday, with the cast and a family of two."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from minzheng.kernel import clock
from tests.factories.cast import Cast, cast
from tests.factories.departments import Departments
from tests.factories.walk import Walk, walk_of_two

DAY = date(2026, 3, 3)


@pytest.fixture(autouse=True)
def _a_working_tuesday(db: None, office_calendar: None) -> Iterator[None]:
    with clock.frozen(DAY):
        yield


@pytest.fixture(autouse=True)
def _no_files_served(settings: Any) -> None:
    """Pages are read here, not styles: no test waits for every static file to be listed."""
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "whitenoise" not in one]


@pytest.fixture
def who() -> Cast:
    return cast()


@pytest.fixture
def walk(who: Cast, departments: Departments) -> Walk:
    return walk_of_two(departments, who)
