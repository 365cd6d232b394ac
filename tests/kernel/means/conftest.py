"""A family in the winter of 2022 whose means are checked, against the real process of the other departments."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from minzheng.kernel import clock
from minzheng.kernel.exchange import queries
from minzheng.kernel.exchange.models import Discrepancy, Verification
from tests.factories.checks import ALIVE, DAY, VEHICLE, Home, a_home
from tests.factories.departments import Departments


@pytest.fixture(autouse=True)
def _in_the_winter_of_2022() -> Iterator[None]:
    with clock.frozen(DAY):
        yield


@pytest.fixture
def home() -> Home:
    return a_home()


@pytest.fixture
def known(home: Home, departments: Departments) -> Home:
    """What the departments have agrees with what is declared."""
    for one in home.members:
        departments.put("police", one.id_number, ALIVE)
    departments.put(
        "tax_social", home.husband.id_number, {"base": 200_000, "months": 12, "taxed": 0, "fund": 0}
    )
    departments.put("bank", home.wife.id_number, {"balance": 480_000, "securities": 0, "inflow": 600_000})
    return home


@pytest.fixture
def hidden(known: Home, departments: Departments) -> tuple[Home, Verification, Discrepancy]:
    departments.put("vehicles", known.husband.id_number, [VEHICLE])
    verification = known.report(known.collected())
    [discrepancy] = queries.discrepancies(verification, by=known.who.verifier)
    return known, verification, discrepancy
