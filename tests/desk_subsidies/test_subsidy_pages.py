"""Indices, lists and emergencies at the desk, as each officer meets them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.subsidies import tasks
from minzheng.kernel.subsidies.models import Emergency, IndexRow, SubsidyList
from tests.factories import staff, user_of
from tests.factories.listed import Ground, ground
from tests.factories.places import NEXT_COUNTY

pytestmark = pytest.mark.django_db
AT = "/desk/subsidies/"


@pytest.fixture
def here() -> Iterator[Ground]:
    with clock.frozen(date(2022, 2, 10)):
        yield ground()


def door(by: Actor) -> Client:
    client = Client()
    client.force_login(user_of(by))
    return client


def post(
    client: Client, url: str, deed: str, key: str = "", version: int | None = None, **fields: Any
) -> Any:
    typed = {f"{deed}-{name}": value for name, value in fields.items()}
    more = {} if version is None else {"version": version}
    return client.post(url, {"deed": deed, "key": key or uuid4().hex, **more, **typed})


def entered(here: Ground, client: Client, key: str = "", **changed: str) -> Any:
    facts = {
        "path": here.city, "month": "2022-01", "cpi": "3.1", "food_cpi": "6.2%", "scpi": "3.4",
        "published_on": "2022-02-09", "source": "统计部门月度公报",
    }  # fmt: skip
    return post(client, f"{AT}indices/new/", "index", key, **facts | changed)


def test_from_the_figures_to_the_second_signature(here: Ground) -> None:
    here.family("四口", 4)
    here.edge("边缘")
    province, key = door(here.enters), uuid4().hex
    assert "还没有登记物价指数" in province.get(f"{AT}indices/").content.decode()
    for _ in range(2):
        assert entered(here, province, key).status_code == 302
    row = IndexRow.objects.get()
    assert (row.cpi, row.food_cpi, row.scpi) == (310, 620, 340)
    url = f"{AT}indices/{row.pk}/"
    assert "sheet-check" not in province.get(url).content.decode()
    checker = door(here.checks)
    assert post(checker, url, "check").status_code == 302
    tasks.draft_lists.func(row.pk)
    page = checker.get(url).content.decode()
    assert "达到启动条件" in page
    assert "农安县" in page
    one = SubsidyList.objects.get(path=here.county)
    _signed_by_two(here, one)


def _signed_by_two(here: Ground, one: SubsidyList) -> None:
    url = f"{AT}{one.pk}/"
    payer, first, second = (
        door(here.who.payer),
        door(here.who.payment_reviewer),
        door(here.who.second_payment_reviewer),
    )
    shown = first.get(url).content.decode()
    for words in ("74.24", "测四口", "低保对象", "3.4%", "18.56"):
        assert words in shown
    assert "sheet-sign" not in payer.get(url).content.decode()
    assert post(first, url, "sign", version=one.version).status_code == 400
    assert post(first, url, "sign", version=one.version, checked="on").status_code == 302
    one.refresh_from_db()
    assert "sheet-sign" not in first.get(url).content.decode()
    assert post(second, url, "sign", version=one.version - 1, checked="on").status_code == 409
    assert post(second, url, "sign", version=one.version, checked="on").status_code == 302
    one.refresh_from_db()
    assert one.state == "approved"
    assert "请资金经办" in payer.get(url).content.decode()
    assert "已审定" in payer.get(AT).content.decode()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"cpi": "三点一"}, "请填写百分数"),
        ({"cpi": "3.123"}, "请填写百分数"),
        ({"cpi": ""}, "必填"),
        ({"published_on": "2022-03-01"}, "公布日期"),
        ({"month": "2022-03"}, "指数月份"),
    ],
)
def test_what_is_mistyped_comes_back_beside_its_field(
    here: Ground, changed: dict[str, str], words: str
) -> None:
    answer = entered(here, door(here.enters), **changed)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not IndexRow.objects.exists()


def test_a_month_without_trigger_says_that_it_stops(here: Ground) -> None:
    row = here.index(cpi=-20, food=100)
    page = door(here.who.payer).get(f"{AT}indices/{row.pk}/").content.decode()
    assert "自动停止" in page
    assert "-0.2%" in page


def test_an_emergency_is_declared_carried_out_and_lifted(here: Ground) -> None:
    here.family("三口", 3)
    province = door(here.enters)
    answer = post(
        province, f"{AT}emergencies/new/", "emergency", path=here.city, grade="2", title="暴雪灾害",
        order_number="吉政应急〔2022〕1号", from_on="2022-02-01", living_subsidy="100", price_check="on",
    )  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    one = Emergency.objects.get()
    url = f"{AT}emergencies/{one.pk}/"
    payer = door(here.who.payer)
    page = payer.get(url).content.decode()
    assert "每人每月 100.00 元" in page
    made = post(payer, url, "list", path=here.county, month="2022-02")
    assert made.status_code == 302
    listed = SubsidyList.objects.get()
    assert (made["Location"], listed.total) == (f"{AT}{listed.pk}/", 30000)
    assert "暴雪灾害" in payer.get(made["Location"]).content.decode()
    task = one.measures.get(code="price_check").tasks.get(path=here.county)
    approver = door(here.who.county_approver)
    assert post(approver, f"{url}tasks/{task.pk}/", "done", words="").status_code == 400
    assert post(approver, f"{url}tasks/{task.pk}/", "done", words="已核对").status_code == 302
    assert "sheet-lift" not in payer.get(url).content.decode()
    assert (
        post(province, url, "lift", until_on="2022-02-10", order_number="吉政应急〔2022〕2号").status_code
        == 302
    )
    assert "已终止" in province.get(url).content.decode()


def test_others_are_told_nothing(here: Ground) -> None:
    here.family("一口")
    row = here.index()
    one = here.drafted(row)
    stranger = door(staff("payer", at=NEXT_COUNTY.county))
    assert stranger.get(f"{AT}{one.pk}/").status_code == 404
    assert stranger.get(f"{AT}indices/{row.pk}/").status_code == 200
    clerk = door(here.who.clerk)
    for url in (AT, f"{AT}{one.pk}/", f"{AT}indices/", f"{AT}emergencies/"):
        assert clerk.get(url).status_code == 403
    for url in (f"{AT}indices/new/", f"{AT}emergencies/new/"):
        assert door(here.who.payer).get(url).status_code == 403
