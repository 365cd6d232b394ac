"""What a family may receive, over HTTP: open to anybody for a family described, to staff for one on file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from minzheng.api.urls import openapi
from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.models import Entry
from tests.factories.cast import Cast, cast, resident_of, user_of
from tests.factories.departments import Departments
from tests.factories.screened import CODE, FAMILY, WARD
from tests.factories.walk import Walk, walk_of_one

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
DAY = date(2026, 3, 3)


@pytest.fixture(autouse=True)
def _a_working_tuesday() -> Iterator[None]:
    cache.clear()
    with clock.frozen(DAY):
        yield


@pytest.fixture
def who() -> Cast:
    return cast()


@pytest.fixture
def walk(who: Cast, departments: Departments) -> Walk:
    return walk_of_one(departments, who)


def ask(body: Any, *, code: str = CODE, client: Client | None = None) -> tuple[int, Any]:
    answer = (client or Client()).post(f"/api/screenings/{code}", body, content_type="application/json")
    return answer.status_code, answer.json()


def read(who: Actor | None, url: str) -> tuple[int, Any]:
    client = Client()
    if who is not None:
        client.force_login(user_of(who))
    answer = client.get(f"/api{url}")
    return answer.status_code, answer.json()


def test_the_questions_are_read_without_signing_in(who: Cast) -> None:
    status, listed = read(None, "/screenings")
    assert (status, [one["code"] for one in listed["items"]]) == (200, [CODE])
    status, one = read(None, f"/screenings/{CODE}")
    assert status == 200
    assert len(one["questions"]) == 10
    assert one["form"] == catalogue.current().screening(CODE).item.form.schema()
    assert read(None, "/screenings/assistance.nothing")[0] == 404


def test_a_family_described_is_answered_and_nothing_is_kept(who: Cast) -> None:
    entries = Entry.objects.count()
    status, told = ask({"place": "220122", "answers": FAMILY})
    assert status == 200
    assert (told["total"], told["least"]) == (1_830_00, 1_830_00)
    tekun = next(one for one in told["offers"] if one["code"] == "tekun")
    assert (tekun["standing"], tekun["amount"], tekun["article"]) == (
        "may", 600_00, "《特困人员认定办法》第四条",
    )  # fmt: skip
    assert told["place"] == "长春市农安县"
    assert Entry.objects.count() == entries


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"place": "220122", "answers": FAMILY | {"deposits": "很多"}}, ["deposits"]),
        ({"place": "220122", "answers": FAMILY | {"people": [WARD | {"age": "x"}]}}, ["people-0-age"]),
        ({"place": "220122", "answers": FAMILY | {"people": [WARD]}}, ["people"]),
        ({"place": "220122", "answers": {"name": "某人"}}, ["class_ur", "name", "people"]),
        ({"place": "990000", "answers": FAMILY}, ["place"]),
        ({"place": "22", "answers": FAMILY}, ["place"]),
    ],
)
def test_what_is_wrong_is_said_by_field(who: Cast, body: Any, fields: list[str]) -> None:
    status, told = ask(body)
    assert status == 400
    assert sorted(told["fields"].get("errors", {told["fields"].get("field"): ""})) == fields


def test_whoever_asks_too_often_waits(who: Cast) -> None:
    client = Client()
    statuses = {ask({"place": "22", "answers": {}}, client=client)[0] for _ in range(30)}
    assert statuses == {400}
    status, told = ask({"place": "22", "answers": {}}, client=client)
    assert status == 429
    assert told["code"] == "hurried"
    assert "请求太频繁" in told["message"]


def test_the_description_carries_the_form() -> None:
    described = json.loads(openapi(None).content)  # type: ignore[arg-type]
    answers = described["components"]["schemas"]["Screened"]["properties"]["answers"]
    assert answers == {"anyOf": [{"$ref": f"#/components/schemas/{CODE}.screening"}]}
    assert "429" in described["paths"]["/api/screenings/{code}"]["post"]["responses"]
    assert described["components"]["schemas"][f"{CODE}.screening"]["properties"]["people"]["maxItems"] == 12


def test_a_household_on_file_is_told_to_staff_within_scope_and_kept_in_the_audit(walk: Walk) -> None:
    url = f"/households/{walk.family.pk}/screenings/{CODE}"
    assert read(walk.who.clerk, url)[0] == 404
    case = walk.until_confirmed()
    entries = Entry.objects.filter(verb="people.read_receivable").count()
    status, told = read(walk.who.clerk, url)
    assert status == 200
    dibao = next(one for one in told["offers"] if one["code"] == "dibao")
    assert dibao["standing"] == "may"
    assert dibao["amount"] == case.decisions.get().payload["amount"]
    assert told["as_of"] == case.decisions.get().on.isoformat()
    assert Entry.objects.filter(verb="people.read_receivable").count() == entries + 1
    for by, expected in ((walk.who.stranger, 404), (resident_of(walk.applicant), 403), (None, 403)):
        status, told = read(by, url)
        assert status == expected
        assert "offers" not in told
