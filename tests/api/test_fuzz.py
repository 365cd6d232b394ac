"""Whatever is sent to an address that writes, the door answers in its own shape and never falls over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minzheng.api.urls import openapi
from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.casework.models import Task
from minzheng.kernel.casework.opening import open_step
from tests.factories.cast import cast, user_of
from tests.factories.departments import Departments
from tests.factories.people import household, person
from tests.factories.walk import Walk

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("office_calendar"),
    pytest.mark.filterwarnings("ignore:No directory at"),
]
STATUSES = {200, 201, 400, 403, 404, 409}
# Serving needs a decision, which no odd body brings about.
STEPS = [
    one.code
    for one in catalogue.current().services["assistance.dibao"].item.steps
    if not isinstance(one, declare.Serving)
]
BODIES: dict[str, Any] = json.loads(openapi(None).content)  # type: ignore[arg-type]

odd = st.sampled_from(
    ["", " ", "0", "-1", "1e999", "1e9999999", "9" * 50, "NaN", "٣", "½", "\x00", "\ud800", "\u202e", "<b>", "'; --",
     "2026-02-30", "0000-00-00", "9999-12-31", "20260303", "on", "true", "x" * 6000, "号" * 1001, "𠮷"]
)  # fmt: skip
scalar = st.one_of(
    odd,
    st.text(max_size=20),
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=True),
)
anything = st.recursive(
    scalar, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with its reference followed."""
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    return BODIES["components"]["schemas"][name] if name else schema


def sent(schema: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Something near what a schema asks for: right, nearly right, or nothing like it."""
    schema = resolved(schema)
    if variants := schema.get("anyOf") or schema.get("oneOf"):
        return st.one_of(*[sent(one, depth) for one in variants[:4]])
    if "properties" in schema and depth < 4:
        fields = {name: sent(one, depth + 1) for name, one in schema["properties"].items()}
        return st.fixed_dictionaries({}, optional=fields)
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]]) | scalar
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "boolean": st.booleans(), "integer": st.integers(0, 10), "string": st.text(max_size=12) | odd,
        "array": st.lists(sent(schema.get("items", {}), depth + 1), max_size=4) if depth < 4 else scalar,
    }  # fmt: skip
    return st.one_of(kinds.get(str(schema.get("type")), scalar), scalar, anything)


@pytest.fixture
def walk(departments: Departments) -> Iterator[Walk]:
    with clock.frozen(date(2026, 3, 3)):
        who = cast()
        applicant = person(path=who.seat.village, name="测清明", birth=date(1968, 4, 4))
        family = household(applicant, path=who.seat.village)
        yield Walk(who, departments, applicant, family, form={"class_ur": "rural"})


def tried(client: Client, method: str, path: str, body: Any) -> None:
    """One request, undone afterwards."""
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    with transaction.atomic():
        response = client.generic(method, f"/api{path}", text, content_type="application/json")
        transaction.set_rollback(True)
    assert response.status_code in STATUSES, (method, path, body, response.content[:300])
    if response.status_code >= 400:
        said = response.json()
        assert set(said) == {"code", "message", "fields"}
        assert said["message"]


def browser(who: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user_of(who))
    return client


FUZZ = settings(
    max_examples=60, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


@FUZZ
@given(data=st.data())
def test_drafts_take_any_body(walk: Walk, data: st.DataObject) -> None:
    if not hasattr(walk, "case"):
        walk.draft()
    who = browser(walk.who.coordinator)
    case, schemas = walk.case.pk, BODIES["components"]["schemas"]
    place, schema = data.draw(
        st.sampled_from(
            [("POST /cases", "Started"), (f"PATCH /cases/{case}", "Edited"),
             (f"PUT /cases/{case}/members", "MemberPut"),
             (f"PUT /cases/{case}/consents", "Consented"), (f"POST /cases/{case}/submit", "Versioned"),
             (f"POST /cases/{case}/withdraw", "Withdrawn"), ("POST /visits", "Visited")]
        )
    )  # fmt: skip
    body = data.draw(sent(schemas[schema]))
    if isinstance(body, dict):
        known = {"person": walk.applicant.pk, "applicant": walk.applicant.pk, "household": walk.family.pk}
        body |= {name: value for name, value in known.items() if name in body and data.draw(st.booleans())}
    method, path = place.split(" ")
    tried(who, method, path, body)


@pytest.mark.parametrize("step", STEPS)
@settings(FUZZ, max_examples=25)
@given(data=st.data())
def test_steps_take_any_evidence(walk: Walk, step: str, data: st.DataObject) -> None:
    who = walk.who
    if not hasattr(walk, "case"):
        walk.apply()
        walk.accept()
    declared = next(
        one for one in catalogue.current().services["assistance.dibao"].item.steps if one.code == step
    )
    task = _open(walk, step)
    by = {
        "investigator": who.investigator, "clerk": who.clerk, "verifier": who.verifier,
        "panel_secretary": who.panel_secretary, "county_approver": who.county_approver,
    }[declared.by.code]  # fmt: skip
    evidence = declared.evidence.schema() if declared.evidence else {"type": "object", "properties": {}}
    body = data.draw(
        st.fixed_dictionaries(
            {"outcome": st.sampled_from([one.code for one in declared.outcomes]) | odd},
            optional={
                "evidence": sent(evidence), "reason": odd | st.text(max_size=30), "version": scalar,
                "partners": st.lists(st.just(who.second_investigator.user_id) | st.integers(0, 2**70), max_size=3),
            },
        )
    )  # fmt: skip
    tried(browser(by), "POST", f"/tasks/{task.pk}", body)


def _open(walk: Walk, step: str) -> Task:
    """The step, open whatever stands before it."""
    found = Task.objects.filter(case=walk.case, step=step, state="open").first()
    if found is not None:
        return found
    declared = catalogue.current().service("assistance.dibao")
    return open_step(walk.fresh(), declared, next(one for one in declared.item.steps if one.code == step))


@settings(FUZZ, max_examples=40)
@given(body=st.binary(max_size=60) | anything.map(lambda one: json.dumps(one).encode()))
def test_bytes_that_are_no_request_are_refused(walk: Walk, body: bytes) -> None:
    tried(browser(walk.who.clerk), "POST", "/cases", body)


@settings(FUZZ, max_examples=60)
@given(
    query=st.dictionaries(
        st.sampled_from(["after", "limit", "search", "q", "month", "under", "state", "path"]),
        odd | st.text(max_size=9),
    )
)
def test_any_question_is_answered(walk: Walk, query: dict[str, str]) -> None:
    who = browser(walk.who.clerk)
    wanted = {name: value.encode("utf-8", "replace").decode() for name, value in query.items()}
    for path in (
        "/cases",
        "/tasks",
        "/registers/assistance.standings",
        "/indicators/assistance.dibao_persons",
        "/divisions",
        "/leads",
    ):
        response = who.get(f"/api{path}", wanted)
        assert response.status_code in STATUSES, (path, wanted, response.content[:300])
