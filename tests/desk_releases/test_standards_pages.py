"""The standards in force, through HTTP: county by county on a day, every value with its history, the workbook."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.standards.actions import set_parameter
from tests.desk_releases.pages import STANDARDS, book, enter, text
from tests.factories import NEXT_COUNTY, NONGAN, place
from tests.factories.cast import Cast, cast

pytestmark = pytest.mark.django_db
TODAY = date(2022, 4, 20)
URBAN = "dibao.standard.urban"


@pytest.fixture
def people() -> Iterator[Cast]:
    with clock.frozen(TODAY):
        yield cast()


def raise_to(
    value: str, *, path: str = NONGAN.county, on: date = date(2022, 4, 1), source: str = "农民发〔2022〕1号"
) -> None:
    set_parameter(
        parameter=URBAN, path=path, from_on=on, value=value, unit="fen_per_month", source=source,
        confidence="law", by=system("test"),
    )  # fmt: skip


def row(page: str, name: str) -> str:
    found = re.search(rf"<tr[^>]*><th[^>]*>(?:<a[^>]*>)?{name}(?:</a>)?</th>.*?</tr>", page, re.S)
    assert found is not None, name
    return found[0]


def test_a_county_shows_its_own_standard_or_whose_it_follows(client: Client, people: Cast) -> None:
    raise_to("74000")
    page = text(enter(client, people.provincial_officer).get(STANDARDS))
    own, other = row(page, "长春市农安县"), row(page, "长春市德惠市")
    assert "740.00 元/月" in own
    assert "本地标准" in own
    assert "农民发〔2022〕1号" in own
    assert "546.00 元/月" in other
    assert "沿用吉林省标准" in other
    assert "折合每月 364.33 元" in other
    before = text(client.get(STANDARDS, {"on": "2022-03-31"}))
    assert "740.00" not in row(before, "长春市农安县").split("起改为")[0]


def test_what_is_dated_already_is_told_beside_what_holds(client: Client, people: Cast) -> None:
    raise_to("74000")
    raise_to("78000", on=date(2022, 7, 1))
    page = text(enter(client, people.county_approver).get(STANDARDS))
    assert "2022-07-01 起改为 780.00 元/月" in row(page, "长春市农安县")
    assert 'data-chart="bar"' in page
    assert "2022-07-01" in page


def test_a_county_sees_no_other_county_and_a_clerk_sees_the_own(client: Client, people: Cast) -> None:
    for who in (people.county_approver, people.clerk):
        page = text(enter(client, who).get(STANDARDS))
        assert "农安县" in page
        assert "德惠市" not in page
        for under in ("22/", NEXT_COUNTY.county, NONGAN.township, "nowhere/", "<b>"):
            assert client.get(STANDARDS, {"under": under}).status_code == 404
    assert client.get(STANDARDS, {"on": "x"}).status_code == 400
    assert "/desk/standards/" not in text(client.get("/desk/")), "below the county the menu has no such room"
    assert enter(client, people.resident).get(STANDARDS).status_code == 403


def test_the_former_address_leads_here(client: Client, people: Cast) -> None:
    found = enter(client, people.county_approver).get("/desk/boards/standards/?on=2022-03-31")
    assert (found.status_code, found.headers["Location"]) == (302, "/desk/standards/?on=2022-03-31")


def test_every_value_is_found_by_name_and_office_in_words(client: Client, people: Cast) -> None:
    enter(client, people.county_approver)
    page = text(client.get(f"{STANDARDS}values/", {"q": "计发方式"}))
    assert "补差发放" in page
    assert "difference" not in page
    assert "通行做法" in page
    assert "共 1 项" in page
    assert "没有符合条件的参数" in text(client.get(f"{STANDARDS}values/", {"q": "<b>没有</b>"}))
    shared = text(client.get(f"{STANDARDS}values/", {"domain": "通用"}))
    assert "低保金计发方式" not in shared


def test_the_pages_of_values_follow_on_without_a_gap(client: Client, people: Cast) -> None:
    enter(client, people.county_approver)
    seen: list[str] = []
    url = f"{STANDARDS}values/"
    while url:
        page = text(client.get(url))
        seen += re.findall(r'<th scope="row"[^>]*><a href="/desk/standards/values/([^/]+)/', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = f"{STANDARDS}values/{following[1].replace('&amp;', '&')}" if following else ""
    total = re.search(r"共 (\d+) 项", text(client.get(f"{STANDARDS}values/")))
    assert total is not None
    assert len(seen) == len(set(seen)) == int(total[1])


def test_the_history_of_a_value_says_what_held_when(client: Client, people: Cast) -> None:
    raise_to("74000")
    raise_to("78000", on=date(2022, 7, 1), source="<b>通知</b>")
    raise_to("99900", path=place("220183"), source="德民发〔2022〕2号")
    page = text(enter(client, people.county_approver).get(f"{STANDARDS}values/{URBAN}/"))
    for said in ("740.00", "780.00", "546.00", "尚未生效", "当前地区适用", "全省城市低保平均标准"):
        assert said in page
    assert "999.00" not in page, "the neighbour's values are not ours to see"
    assert "<b>通知" not in page
    assert client.get(f"{STANDARDS}values/no.such/").status_code == 404


def test_the_workbook_holds_the_table_and_every_value(client: Client, people: Cast) -> None:
    raise_to("74000")
    enter(client, people.provincial_officer)
    assert client.get(f"{STANDARDS}workbook/").status_code == 405
    sent = client.post(f"{STANDARDS}workbook/", {"on": "2022-04-20"})
    first, second = book(sent).values()
    rows = {line[0]: line for line in first}
    assert rows["长春市农安县"][1] == 740
    assert rows["长春市德惠市"][1] == 546
    assert any(line[1] == "低保金计发方式" for line in second)
    assert client.post(f"{STANDARDS}workbook/", {"under": "nowhere/"}).status_code == 404


@pytest.mark.parametrize("url", [STANDARDS, f"{STANDARDS}values/", f"{STANDARDS}values/{URBAN}/"])
def test_the_pages_ask_no_more_for_many_counties_than_for_one(
    client: Client, people: Cast, django_assert_num_queries: Callable[..., Any], url: str
) -> None:
    enter(client, people.provincial_officer)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    asked = len(one)
    for code in ("220102", "220103", "220104", "220183", "220581"):
        raise_to("60000", path=place(code))
    client.get(url)
    with django_assert_num_queries(asked):
        client.get(url)
