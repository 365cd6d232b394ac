"""可享受待遇 at the desk: from a case or from what is on file, explained, kept in the audit, closed to strangers."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from minzheng.kernel.audit.models import Entry
from minzheng.ui.shown import cn_date
from tests.desk.pages import officer
from tests.factories.cast import Cast, resident_of, user_of
from tests.factories.people import household, person
from tests.factories.walk import Walk

pytestmark = pytest.mark.django_db


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def url_of(walk: Walk) -> str:
    return f"/desk/cases/households/{walk.family.pk}/receivable/"


def test_the_case_page_leads_to_what_the_family_may_receive(walk: Walk) -> None:
    case = walk.apply()
    window = officer(walk.who.clerk)
    url = f"/desk/cases/{case.pk}/receivable/"
    assert url in window.open(f"/desk/cases/{case.pk}/")
    said = text_of(window.open(url))
    assert "最低生活保障 可能享受" in said
    assert "家庭月人均收入" in said
    assert "依据 《社会救助暂行办法》第九条" in said
    assert "办件中的申报、调查和核对情况" in said
    assert "测清明" in said
    assert "位成员" not in said
    assert "没有问到的" not in said
    assert Entry.objects.filter(verb="casework.read_receivable").count() == 1


def test_a_draft_is_not_told_yet(walk: Walk) -> None:
    case = walk.draft()
    client = Client()
    client.force_login(user_of(walk.who.coordinator))
    answer = client.get(f"/desk/cases/{case.pk}/receivable/")
    assert answer.headers["Location"] == f"/desk/cases/{case.pk}/draft/"


def test_the_counter_reads_it_from_what_is_on_file(walk: Walk) -> None:
    decision = walk.until_confirmed().decisions.get()
    window = officer(walk.who.clerk)
    assert url_of(walk) in window.open(f"/desk/cases/new/{walk.applicant.pk}/")
    said = text_of(window.open(url_of(walk)))
    assert f"家庭经济状况档案（{decision.number} 决定所依据的情况，截至{cn_date(decision.on)}）" in said
    assert "最低生活保障 可能享受" in said
    assert "测清明" in said
    assert Entry.objects.filter(verb="people.read_receivable").count() == 1


def test_a_household_without_a_profile_is_led_to_the_questions(walk: Walk) -> None:
    html = officer(walk.who.clerk).open(url_of(walk))
    assert "还没有经济状况档案" in html
    assert 'href="/self-check/assistance.receivable/"' in html


def test_strangers_and_residents_see_nothing(walk: Walk, who: Cast) -> None:
    case = walk.until_confirmed()
    addresses = [f"/desk/cases/{case.pk}/receivable/", url_of(walk)]
    nobody = "/desk/cases/households/999999999/receivable/"
    for by, status in ((who.stranger, 404), (resident_of(walk.applicant), 403)):
        client = Client()
        client.force_login(user_of(by))
        found = [client.get(url) for url in (*addresses, nobody)]
        assert [one.status_code for one in found] == [status] * 3
        assert all("mz-offer" not in one.content.decode() for one in found)
    for url in addresses:
        assert Client().get(url).headers["Location"].startswith("/login/")


def test_a_larger_family_asks_the_database_no_more(who: Cast, walk: Walk) -> None:
    walk.until_confirmed()
    people = [person(path=who.seat.village, name=f"测家人{at}") for at in range(5)]
    large = Walk(who, walk.departments, people[0], household(*people, path=who.seat.village, class_ur="rural"),
                 form={"class_ur": "rural"})  # fmt: skip
    large.until_confirmed()
    numbers = []
    client = Client()
    client.force_login(user_of(who.clerk))
    for one in (walk, walk, large):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url_of(one)).status_code == 200
        numbers.append(len(queries))
    assert numbers[1] == numbers[2]
