"""What the description of the machine door promises, the door keeps: requests are drawn from it, answers held to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from minzheng.kernel import clock
from minzheng.kernel.signin import keys
from tests.doors.knocking import ruled
from tests.doors.test_keys import key_of, system_of
from tests.factories import NONGAN, cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("office_calendar"),
    pytest.mark.filterwarnings("ignore:No directory at"),
]
KEPT = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DRAWN = settings(
    max_examples=4, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture
def token() -> Iterator[str]:
    """A key for every operation of the door, of a system with the post of a township's clerk."""
    with clock.frozen(date(2026, 3, 3)):
        cast()
        ruled("rate.api", "100000")
        yield key_of(system_of(NONGAN.township), list(keys.operations()))


def test_every_operation_answers_as_it_is_described(token: str) -> None:
    """Right requests and wrong ones: never a failure of ours, never an answer of another shape than was promised."""
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == schema.statistic.operations.total > 40
    asked = 0
    for operation in operations:
        drawn = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))

        @DRAWN
        @given(case=drawn)
        def tried(case: Any) -> None:
            nonlocal asked
            asked += 1
            with transaction.atomic():
                response = case.call(headers={"Authorization": f"Bearer {token}"})
                transaction.set_rollback(True)
            case.validate_response(response, checks=KEPT)

        tried()
    assert asked > 3 * len(operations)
