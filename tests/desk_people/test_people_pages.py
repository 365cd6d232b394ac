"""A data steward at the desk: the queue, two files side by side, one made of two, and two again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, system
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.linkage import actions, frames
from minzheng.kernel.linkage.models import Aftermath, Merge, Pair, Unsure
from minzheng.kernel.people.models import Person
from tests.factories import NEXT_COUNTY, cast, household, person, staff, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
AT, PAIRS, MERGES, ROWS = (
    "/desk/people/", "/desk/people/duplicates/", "/desk/people/merges/", "/desk/people/incoming/",
)  # fmt: skip
BORN = date(1978, 3, 24)


@pytest.fixture
def who() -> Iterator[Any]:
    with clock.frozen(date(2026, 4, 10)):
        yield cast()


def door(by: Actor) -> Client:
    client = Client()
    client.force_login(user_of(by))
    return client


def post(client: Client, url: str, deed: str, **fields: Any) -> Any:
    more = {name: fields.pop(name) for name in ("key", "version") if name in fields}
    typed = {f"{deed}-{name}": value for name, value in fields.items()}
    return client.post(url, {"deed": deed, "key": uuid4().hex, **more, **typed})


def seen(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def alike(who: Any, n: int = 0) -> tuple[Person, Person]:
    numbered = person(name="刘喆", birth=BORN, path=who.seat.village)
    other = person(name="劉哲", birth=BORN, path=who.seat.village, phone="13800138000")
    other.id_number, other.internal_number = None, f"UID{other.pk:09d}"
    other.save()
    return numbered, other


def test_a_steward_merges_two_files_and_makes_them_two_again(who: Any) -> None:
    steward = door(staff("data_steward", at=who.seat.county, name="郝数据"))
    assert "没有待核对的档案" in seen(steward, AT)
    assert "还没有合并过档案" in seen(steward, MERGES)
    numbered, other = alike(who)
    household(other, path=who.seat.village)
    actions.scan(by=system("nightly"))
    one = Pair.objects.get()
    assert "刘*" in seen(steward, AT)
    assert numbered.id_number not in seen(steward, AT)
    shown = seen(steward, f"{PAIRS}{one.pk}/")
    for words in ("姓名相同（含繁简、异体）", "出生日期相同", "同一村（社区）", "138****8000", "+1"):
        assert words in shown
    assert numbered.id_number not in shown
    assert "13800138000" not in shown
    assert Entry.objects.filter(verb="people.read_person", reason="核对疑似重复档案").count() == 2
    unsaid = post(steward, f"{PAIRS}{one.pk}/", "same", kept=numbered.pk, reason="")
    assert unsaid.status_code == 400
    wrong = post(steward, f"{PAIRS}{one.pk}/", "same", kept=other.pk, reason="核对过户口簿")
    assert "有身份证号码的档案应作为保留档案" in wrong.content.decode()
    sent = {"kept": numbered.pk, "reason": "核对过户口簿", "key": uuid4().hex, "version": one.version}
    done = post(steward, f"{PAIRS}{one.pk}/", "same", **sent)
    made = Merge.objects.get()
    assert done.url == f"{MERGES}{made.pk}/"
    again = post(steward, f"{PAIRS}{one.pk}/", "same", **sent)
    assert (again.status_code, Merge.objects.count()) == (302, 1)
    shown = seen(steward, done.url)
    for words in ("家庭成员", "已转到保留档案", "待复核", "联系电话", "撤销合并"):
        assert words in shown
    asked = Aftermath.objects.get()
    assert post(steward, done.url, f"close{asked.pk}", words="成员无误").status_code == 302
    assert "已复核" in seen(steward, done.url)
    found = post(steward, MERGES, "find", number=other.internal_number)
    assert "刘*" in found.content.decode()
    assert "没有这个号码的合并记录" in post(steward, MERGES, "find", number="UID000000000").content.decode()
    assert post(steward, done.url, "undo", reason="").status_code == 400
    assert post(steward, done.url, "undo", reason="两人同到窗口").status_code == 302
    assert "已转回" in seen(steward, done.url)
    other.refresh_from_db()
    assert other.merged_into is None


def test_the_queue_goes_on_page_by_page_and_answers_are_kept_apart(who: Any) -> None:
    steward = door(staff("data_steward", at=who.seat.county))
    numbered, other = alike(who)
    people = [numbered, other, *(person(name="测", path=who.seat.village) for _ in range(43))]
    Pair.objects.bulk_create(
        Pair(
            first=people[0], second=one, weight=40 - i // 2, path=who.seat.village, found_at=clock.now(), model="x",
            evidence=[], digest="x",
        )
        for i, one in enumerate(people[1:])
    )  # fmt: skip
    seen(steward, AT)
    with CaptureQueriesContext(connection) as few:
        first = seen(steward, AT)
    last = Pair.objects.order_by("-weight", "-id")[19]
    assert f"after={last.weight}_{last.pk}" in first
    with CaptureQueriesContext(connection) as more:
        second = seen(steward, f"{AT}?after={last.weight}_{last.pk}")
    assert abs(len(few) - len(more)) <= 2
    assert second.count("<tr") == first.count("<tr")
    assert f"{PAIRS}{last.pk}/" not in second
    assert f"{PAIRS}{last.pk}/" in seen(steward, f"{AT}?after=abc_1")
    one, two = Pair.objects.order_by("id")[:2]
    assert post(steward, f"{PAIRS}{one.pk}/", "different", reason="两人都到场").url == AT
    assert post(steward, f"{PAIRS}{two.pk}/", "later").status_code == 302
    assert f"{PAIRS}{two.pk}/" in seen(steward, f"{AT}?state=later")
    assert "不是同一人" in seen(steward, f"{PAIRS}{one.pk}/")
    assert "没有符合条件的档案" in seen(steward, f"{AT}?state=same")


def test_a_row_that_was_left_open_is_decided_beside_whoever_is_like_it(who: Any) -> None:
    steward = door(staff("data_steward", at=who.seat.county, name="郝数据"))
    assert "没有待核对的行" in seen(steward, ROWS)
    numbered, other = alike(who)
    row = (0, "", "刘喆", "1", "19780325", who.seat.village, "13900139000")
    actions.link_file(
        source="省残联",
        purpose="重残人员比对",
        subjects=frames.told([row]),
        path="22/",
        by=system("link_file"),
    )
    one = Unsure.objects.get()
    listed = seen(steward, ROWS)
    assert "刘*" in listed
    assert "省残联" in listed
    url = f"{ROWS}{one.pk}/"
    shown = seen(steward, url)
    for words in (
        "来件内容",
        "139****9000",
        "138****8000",
        "姓名相同（含繁简、异体）",
        "合计",
        "不在册，新建档案",
    ):
        assert words in shown
    for hidden in (numbered.id_number, "13900139000", "13800138000"):
        assert hidden not in listed + shown
    assert Entry.objects.filter(verb="people.read_person", reason="核对外来名单").count() == 2
    field = f"/desk/reveals/field/unsure/{one.pk}/said-phone/"
    assert "13900139000" not in seen(steward, field)
    assert post(steward, field, "why", purpose="handling", reason="核对外来名单").status_code == 302
    assert "13900139000" in seen(steward, field)
    assert post(steward, url, "this_one", reason="电话核实").status_code == 400
    assert post(steward, url, "this_one", person=other.pk, reason="电话核实", version=one.version).url == url
    assert "已认定" in seen(steward, url)
    assert f"{ROWS}{one.pk}/" in seen(steward, f"{ROWS}?state=linked")
    assert post(steward, url, "reopen", reason="认错").status_code == 302
    assert post(steward, url, "open_file", path=who.seat.village, reason="是另一个人").status_code == 302
    assert Person.objects.get(phone="13900139000").birth == date(1978, 3, 25)
    assert "新建档案" in seen(steward, url)


def test_nobody_else_looks_at_two_files_side_by_side(who: Any) -> None:
    pair = Pair.objects.create(
        first=person(path=who.seat.village), second=person(path=who.seat.village), weight=9, path=who.seat.village,
        found_at=clock.now(), model="x",
    )  # fmt: skip
    pages = (AT, f"{PAIRS}{pair.pk}/", MERGES, ROWS)
    for one in (who.clerk, who.county_approver, who.provincial_officer, who.stranger):
        for url in pages:
            assert door(one).get(url).status_code == 403
    elsewhere = door(staff("data_steward", at=NEXT_COUNTY.county))
    assert "没有待核对的档案" in seen(elsewhere, AT)
    assert elsewhere.get(f"{PAIRS}{pair.pk}/").status_code == 404
    assert post(elsewhere, f"{PAIRS}{pair.pk}/", "different", reason="误").status_code == 404
    assert "一人一档" in seen(door(staff("data_steward", at=who.seat.county)), "/desk/")
    assert "一人一档" not in seen(door(who.clerk), "/desk/")
