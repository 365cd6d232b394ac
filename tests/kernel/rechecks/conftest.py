"""Households of two counties that are asked about once a year, against the real process of the other departments."""

from __future__ import annotations

import pytest

from tests.factories.departments import Departments
from tests.factories.rechecked import Town, a_town


@pytest.fixture
def town(departments: Departments) -> Town:
    return a_town(departments)
