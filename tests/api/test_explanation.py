"""The explanation of a decision over HTTP: exactly what was kept, to whoever may see the case."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.law import Explanation
from tests.factories.cast import resident_of, user_of
from tests.factories.departments import Departments
from tests.factories.walk import Walk, walk_of_one

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar", "working_tuesday")]
DAY = date(2026, 3, 3)


@pytest.fixture
def walk(departments: Departments) -> Walk:
    return walk_of_one(departments)


def ask(who: Actor | None, url: str) -> tuple[int, Any]:
    """Status and JSON, as this actor."""
    client = Client()
    if who is not None:
        client.force_login(user_of(who))
    answer = client.get(f"/api{url}")
    return answer.status_code, answer.json()


def test_the_explanation_is_what_the_decision_keeps(walk: Walk) -> None:
    case = walk.until_confirmed()
    decision = case.decisions.get()
    url = f"/cases/{case.pk}/decisions/{decision.pk}/explanation"
    for who in (walk.who.clerk, walk.who.county_approver, resident_of(walk.applicant)):
        status, told = ask(who, url)
        assert status == 200
        assert told["number"] == decision.number
        for key in ("eligible", "findings", "explanation", "parameters", "parameters_digest", "amount"):
            assert told[key] == decision.determination[key]
    trees = [Explanation.from_json(row) for row in told["explanation"]]
    assert trees[0].title == told["eligible"]["title"]
    assert [tree.to_json() for tree in trees] == told["explanation"]
    reads = Entry.objects.filter(verb="casework.explanation", case_id=case.pk, outcome="read")
    assert reads.count() == 3


def test_strangers_find_neither_case_nor_decision(walk: Walk) -> None:
    case = walk.until_confirmed()
    decision = case.decisions.get()
    url = f"/cases/{case.pk}/decisions/{decision.pk}/explanation"
    there, nowhere = (
        ask(walk.who.stranger, url),
        ask(walk.who.stranger, url.replace(str(case.pk), "99999", 1)),
    )
    assert there == nowhere
    assert there[0] == 404
    assert ask(walk.who.resident, url)[0] == 404
    assert ask(None, url)[0] == 403
    assert ask(walk.who.clerk, f"/cases/{case.pk}/decisions/{decision.pk + 1}/explanation")[0] == 404
    assert not Entry.objects.filter(verb="casework.explanation").exists()
