"""Two hands at once, with real transactions: a step is done once, an application handed in once."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from minzheng.kernel import clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.casework.taking import take
from minzheng.kernel.clock import seed
from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.standards.models import CalendarDay
from tests.factories.cast import Cast, cast, staff, user_of
from tests.factories.departments import Departments
from tests.factories.people import household, person
from tests.factories.walk import Walk

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:No directory at"),
]
HANDS, CLERKS = 8, 50
ACCEPTED = {"complete": "on", "kin": "no"}


@pytest.fixture(autouse=True)
def _a_working_tuesday() -> Iterator[None]:
    CalendarDay.objects.bulk_create(
        CalendarDay(on=row["day"], kind=row["kind"], year=row["year"], source=row["source"])
        for row in seed.rows()
    )
    with clock.frozen(date(2026, 3, 3)):
        yield


@pytest.fixture
def walk(departments: Departments) -> Walk:
    who: Cast = cast()
    applicant = person(path=who.seat.village, name="测清明", birth=date(1968, 4, 4))
    return Walk(
        who, departments, applicant, household(applicant, path=who.seat.village), form={"class_ur": "rural"}
    )


def at_once(act: Callable[[int], Any], *, hands: int = HANDS) -> list[Any]:
    """Each hand in a thread and a connection of its own, all let go together."""
    results: list[Any] = [None] * hands
    gate = threading.Barrier(hands)

    def run(hand: int) -> None:
        try:
            with clock.frozen(date(2026, 3, 3)):
                gate.wait()
                results[hand] = act(hand)
        except MinzhengError as error:
            results[hand] = error.code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(hand,)) for hand in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def browser(who: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user_of(who))
    return client


def post(client: Client, path: str, body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
    response = client.generic(
        "POST", f"/api{path}", json.dumps(body), content_type="application/json", headers=headers
    )
    return response.status_code, response.json()


def test_of_fifty_clerks_who_take_a_step_at_once_one_does_it_and_each_other_is_told_why(walk: Walk) -> None:
    walk.apply()
    task = walk.task("accept").pk
    clerks = [staff("clerk", at=walk.who.seat.township, name=f"受理{n}") for n in range(CLERKS)]
    told: list[str] = []

    def try_it(hand: int) -> str:
        try:
            return take(task, outcome="accept", evidence=ACCEPTED, by=clerks[hand]).state
        except MinzhengError as error:
            told.append(error.message)
            raise

    got = at_once(try_it, hands=CLERKS)
    assert Counter(got) == {"open": 1, "task_done": CLERKS - 1}
    assert len(told) == CLERKS - 1
    assert all("办" in one and one.endswith("。") for one in told), told[0]
    done = Task.objects.get(pk=task)
    winner = clerks[got.index("open")]
    assert done.done_by == winner.id
    assert Entry.objects.filter(verb="casework.take", outcome="done").count() == 1
    assert Entry.objects.filter(verb="casework.take", outcome="refused").count() == CLERKS - 1
    assert Task.objects.filter(case=walk.case, step="investigate").count() == 1


def test_one_who_clicks_eight_times_with_one_key_does_it_once_and_hears_the_same(walk: Walk) -> None:
    walk.apply()
    path, clerk = f"/tasks/{walk.task('accept').pk}", browser(walk.who.clerk)
    cookies = clerk.cookies

    def click(hand: int) -> tuple[int, str]:
        client = Client(raise_request_exception=False)
        client.cookies = cookies
        body = {"outcome": "accept", "evidence": ACCEPTED}
        status, said = post(client, path, body, **{"Idempotency-Key": "eight"})
        return status, said.get("state", said.get("code"))

    assert Counter(at_once(click)) == {(200, "open"): HANDS}
    assert Entry.objects.filter(verb="casework.take").count() == 1


def test_an_application_sent_twice_with_one_key_is_one_application(walk: Walk) -> None:
    walk.draft()
    walk.consent()
    cookies, path = browser(walk.who.coordinator).cookies, f"/cases/{walk.case.pk}/submit"

    def send(hand: int) -> tuple[int, str]:
        client = Client(raise_request_exception=False)
        client.cookies = cookies
        status, said = post(client, path, {}, **{"Idempotency-Key": "once"})
        return status, said.get("number", said.get("code"))

    got = at_once(send, hands=2)
    assert got[0] == got[1]
    assert got[0][0] == 200
    assert Task.objects.filter(case=walk.case).count() == 1


def test_two_drafts_of_one_applicant_handed_in_at_once_become_one_running_case(walk: Walk) -> None:
    first = walk.draft()
    walk.consent()
    second = walk.draft()
    walk.consent()
    client = browser(walk.who.coordinator)
    cookies = client.cookies

    def send(hand: int) -> tuple[int, str]:
        one = Client(raise_request_exception=False)
        one.cookies = cookies
        status, said = post(one, f"/cases/{(first, second)[hand].pk}/submit", {})
        return status, said.get("state", said.get("code"))

    answers = Counter(at_once(send, hands=2))
    assert answers.pop((200, "submitted")) == 1
    assert sum(answers.values()) == 1
    assert set(answers) <= {(400, "already_applied"), (400, "applied_elsewhere")}
    assert Case.objects.filter(state="submitted").count() == 1


def test_of_two_who_save_the_same_version_the_second_is_told(walk: Walk) -> None:
    case = walk.draft()
    cookies = browser(walk.who.coordinator).cookies

    def save(hand: int) -> int:
        client = Client(raise_request_exception=False)
        client.cookies = cookies
        response = client.generic(
            "PATCH", f"/api/cases/{case.pk}", json.dumps({"answers": {"need": f"手{hand}"}}),
            content_type="application/json", headers={"If-Match": f'"{case.version}"'},
        )  # fmt: skip
        return response.status_code

    assert Counter(at_once(save)) == {200: 1, 409: HANDS - 1}
