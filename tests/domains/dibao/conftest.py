"""A couple in the country that applies for dibao."""

from __future__ import annotations

import pytest

from tests.factories.departments import Departments
from tests.factories.walk import Walk, walk_of_two


@pytest.fixture
def walk(departments: Departments) -> Walk:
    return walk_of_two(departments)
