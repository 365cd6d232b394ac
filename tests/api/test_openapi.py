"""The whole description of the machine door, read by a program that draws requests from it and reads each answer."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
import schemathesis
from django.apps import apps
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as drawing
from hypothesis import strategies as st
from schemathesis import GenerationMode, checks
from schemathesis.core.transport import Response
from schemathesis.schemas import APIOperation

from minzheng.api.urls import _description
from minzheng.kernel import catalogue
from minzheng.kernel.access.models import Posting, ServiceAccount
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.signin import keys
from tests.doors.knocking import security
from tests.factories.cast import SINCE, account, office
from tests.factories.company import ELSEWHERE, HERE, level_place
from tests.factories.ground import Ground
from tests.permissions.nasty import undone
from tests.permissions.pages import addressed
from tests.permissions.test_every_no import db, ground

__all__ = ["db", "ground"]
pytestmark = pytest.mark.filterwarnings("ignore:No directory at")
# Requests for each of the operations; MINZHENG_DRAWN=200 is the long round.
DRAWN = int(os.environ.get("MINZHENG_DRAWN", "6"))
BOOK = schemathesis.openapi.from_dict(_description())
OPERATIONS: list[APIOperation[Any, Any, Any, Any]] = [one.ok() for one in BOOK.get_all_operations()]
CHECKS = [
    checks.not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
    checks.response_schema_conformance,
]  # fmt: skip
NUMBERS = {
    "case_id": "casework.Case", "member_id": "casework.Member", "decision_id": "casework.Decision",
    "task_id": "casework.Task", "difference_id": "exchange.Discrepancy", "household_id": "people.Household",
    "notice_id": "notices.Posting", "objection_id": "casework.Objection", "appeal_id": "casework.Appeal",
    "sample_id": "casework.Sample", "sampled_id": "casework.SampledCase", "document_id": "documents.Document",
    "lead_id": "visits.Lead", "person": "people.Person", "household": "people.Household",
    "applicant": "people.Person", "event_id": "events.LifeEvent",
}  # fmt: skip
FUZZ = drawing(
    max_examples=DRAWN, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@dataclass
class Door:
    """Who knocks: another system with a key of this place, one of another county, nobody, a wrong key."""

    here: str
    elsewhere: str
    numbers: dict[str, list[int]]
    # One browser for everybody: it keeps no cookies, and its middleware is set up once.
    browser: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    answered: dict[int, int] = field(default_factory=dict)
    granted: set[str] = field(default_factory=set)
    tried: set[str] = field(default_factory=set)
    knocked: int = 0

    def known(self, name: str, path: str) -> list[Any]:
        """What a number or a code in an address may stand for."""
        book = catalogue.current()
        if name == "code":
            kinds = {"/services": book.services, "/registers": book.registers, "/indicators": book.indicators}
            return list(
                next(
                    (kind for start, kind in kinds.items() if path.startswith(f"/api{start}")),
                    book.screenings,
                )
            )
        return self.numbers.get(name) or [1]


def system(seat: Any, name: str) -> str:
    """A key for everything, of a system that holds every post of a place."""
    user = account(name=name)
    user.path = seat.city
    user.save()
    for code, declared in catalogue.current().roles.items():
        where = level_place(seat, declared.item.at)
        if where.startswith(seat.city):
            Posting.objects.create(user=user, office=office(where), role=code, from_on=SINCE)
    kept = ServiceAccount.objects.create(user=user, path=seat.city, purpose="试", contact="试")
    boss = actor_of(security(seat.city, name=f"{name}管理"))
    return keys.make_key(account=kept, wanted=list(keys.operations()), path=seat.city, days=30, by=boss)[1]


@pytest.fixture(scope="module")
def door(ground: Ground) -> Iterator[Door]:
    with transaction.atomic():
        addressed(ground)
        numbers = {
            name: list(apps.get_model(model)._base_manager.values_list("pk", flat=True)[:20])
            for name, model in NUMBERS.items()
        }
        yield Door(system(HERE, "本地系统"), system(ELSEWHERE, "异地系统"), numbers)
        transaction.set_rollback(True)


def drawn(data: st.DataObject, operation: APIOperation[Any, Any, Any, Any], door: Door) -> schemathesis.Case:
    """A request as the description allows or forbids it, half of them about something that exists."""
    mode = data.draw(
        st.sampled_from([GenerationMode.POSITIVE, GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    )
    case = data.draw(operation.as_strategy(generation_mode=mode))
    for name in [one.name for one in operation.path_parameters]:
        if data.draw(st.integers(0, 3)):
            case.path_parameters[name] = data.draw(st.sampled_from(door.known(name, operation.path)))
    if isinstance(case.body, dict):
        for name in sorted(NUMBERS.keys() & case.body.keys()):
            case.body[name] = data.draw(st.sampled_from(door.known(name, operation.path)))
    return case


def sent(case: schemathesis.Case, token: str, browser: Client) -> Response:
    """The request put to the door itself, and undone."""
    told = case.as_transport_kwargs(base_url="http://testserver")
    headers = {
        name: value for name, value in dict(told["headers"]).items() if name.lower() != "authorization"
    }
    made = requests.Request(
        told["method"], told["url"], params=told.get("params"), json=told.get("json"), data=told.get("data"),
        files=told.get("files"), headers={**headers, **({"Authorization": f"Bearer {token}"} if token else {})},
    ).prepare()  # fmt: skip
    began = time.monotonic()

    def ask() -> Response:
        browser.cookies.clear()
        answer = browser.generic(
            made.method, made.path_url, made.body or b"",
            content_type=made.headers.pop("Content-Type", "application/json"),
            headers={name: value for name, value in made.headers.items() if name != "Content-Length"},
        )  # fmt: skip
        content = b"".join(answer) if answer.streaming else answer.content
        given = {name.lower(): [value] for name, value in answer.headers.items()}
        return Response(answer.status_code, given, content, made, time.monotonic() - began, verify=False)

    response: Response = undone(ask)
    return response


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
def test_every_operation_answers_as_described_and_nothing_without_rights(
    operation: APIOperation[Any, Any, Any, Any], door: Door, ground: Ground, settings: Any
) -> None:
    """No fault of ours, no answer that the description does not name, nothing for nobody, nothing for strangers."""
    settings.MEDIA_ROOT = ground.folder
    secured = "security" in operation.definition.raw
    code = f"{operation.method} {operation.path}"
    door.tried.add(code)

    @FUZZ
    @given(data=st.data())
    def draw(data: st.DataObject) -> None:
        case = drawn(data, operation, door)
        response = sent(case, door.here, door.browser)
        case.validate_response(response, checks=CHECKS)
        door.answered[response.status_code] = door.answered.get(response.status_code, 0) + 1
        door.granted |= {code} if response.status_code < 300 else set()
        if secured:
            # Without a key and with a wrong one in turn, three times each.
            door.knocked += 1
            closed = sent(case, ("", "mzk_0000000000000000_" + "A" * 43)[door.knocked % 2], door.browser)
            assert closed.status_code in (400, 403, 404), (code, closed.status_code)
        if secured and any(one in NUMBERS for one in case.path_parameters):
            strange = sent(case, door.elsewhere, door.browser)
            assert strange.status_code in (400, 403, 404), (code, case.path_parameters, strange.status_code)

    draw()


def test_what_was_drawn_reached_behind_the_door(door: Door, told: Any) -> None:
    """A round in which everything was refused would have tried nothing."""
    if len(door.tried) < len(OPERATIONS):
        pytest.skip("only a part of the operations was drawn here")
    told(operations=len(OPERATIONS), answers=dict(sorted(door.answered.items())), granted=len(door.granted))
    assert len(OPERATIONS) > 50
    assert len(door.granted) > 15, (sorted(door.granted), door.answered)
