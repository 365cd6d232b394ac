"""The register of life events at the desk, as a coordinator, a clerk and the county meet it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.clock import Month
from minzheng.kernel.events.models import FollowUp, LifeEvent
from tests.factories import NEXT_COUNTY, cast, person, staff, user_of
from tests.factories.events import carried_out, on_dibao, on_tekun, tell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
AT, DAY = "/desk/events/", date(2026, 4, 2)


@pytest.fixture
def who() -> Iterator[Any]:
    with clock.frozen(date(2026, 4, 10)):
        yield cast()


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


def seen(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_village_reports_a_death_and_the_county_confirms_it(who: Any) -> None:
    row = on_tekun(who, from_month=Month(2026, 1))
    village, county, key = door(who.coordinator), door(who.county_approver), uuid4().hex
    assert "还没有生活事件" in seen(village, AT)
    assert "查找人员" in seen(village, f"{AT}new/") or "身份证号码" in seen(village, f"{AT}new/")
    missing = post(village, f"{AT}new/", "find", number="222190197003050019")
    assert (missing.status_code, "没有这个号码的人员" in missing.content.decode()) == (400, True)
    found = post(village, f"{AT}new/", "find", number=row.person.id_number)
    assert found.url == f"{AT}new/{row.person_id}/"
    wrong = post(village, found.url, "tell", kind="death", day="2026-05-01", words="家属告知")
    assert wrong.status_code == 400
    for _ in range(2):
        told = post(village, found.url, "tell", key, kind="death", day="2026-04-02", words="家属告知")
    event = LifeEvent.objects.get()
    assert (told.url, event.reports.count()) == (f"{AT}{event.pk}/", 1)
    assert "核实并办理" not in seen(village, told.url)
    page = seen(county, told.url)
    assert "核实并办理" in page
    assert "家属告知" in page
    report, version = event.reports.get().pk, event.version
    late = post(county, told.url, "decide", version=version - 1, report=report, reason="属实")
    assert late.status_code == 409
    bare = post(county, told.url, "decide", version=version, report=report, reason="")
    assert bare.status_code == 400
    done = post(county, told.url, "decide", version=version, report=report, reason="见火化证明")
    assert done.status_code == 302
    carried_out(event)
    page = seen(county, told.url)
    ended, dead = "终止特困人员救助供养：已办理", "登记死亡，终止家庭成员关系：已办理"
    for words in (ended, "发放至2026-04止", dead, "见火化证明"):
        assert words in page
    assert Entry.objects.filter(verb="events.read_event").exists()


def test_a_conflict_is_shown_and_decided(who: Any) -> None:
    dead = person(path=who.seat.village)
    tell(dead, "death", DAY, source="village", by=who.clerk)
    event = tell(dead, "death", date(2026, 4, 4), source="health")
    county = door(who.county_approver)
    assert "有矛盾，待裁定" in seen(county, f"{AT}?state=held")
    page = seen(county, f"{AT}{event.pk}/")
    assert "裁定前不办理任何事项" in page
    unchosen = post(county, f"{AT}{event.pk}/", "decide", version=event.version, reason="查证")
    assert unchosen.status_code == 400
    right = event.reports.get(source="health").pk
    post(
        county,
        f"{AT}{event.pk}/",
        "decide",
        version=event.version,
        report=right,
        day="2026-04-03",
        reason="查证",
    )
    event.refresh_from_db()
    assert (event.state, event.day) == ("confirmed", date(2026, 4, 3))


def test_a_failed_reaction_is_seen_and_tried_again_by_hand(who: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from minzheng.kernel.errors import Refused
    from minzheng.kernel.events import own

    event = tell(person(path=who.seat.village), "death", DAY)
    with monkeypatch.context() as at:
        at.setattr(own, "_on_file", lambda *_, **__: (_ for _ in ()).throw(Refused("busy", "档案正被修改。")))
        carried_out(event)
    county = door(who.county_approver)
    page = seen(county, f"{AT}{event.pk}/")
    assert "未办成：档案正被修改。已试1次" in page
    one = event.effects.get(state="failed")
    assert post(county, f"{AT}{event.pk}/", f"retry{one.pk}").status_code == 302
    carried_out(event)
    event.refresh_from_db()
    assert event.state == "carried_out"


def test_whatever_a_window_has_a_paper_for_is_reported_by_hand(who: Any) -> None:
    """Each kind by the office whose paper it is; a kind that the office cannot know of is refused in words."""
    one = person(path=who.seat.village)
    clerk, url = door(who.clerk), f"{AT}new/{one.pk}/"
    said = {"day": "2026-04-02", "words": "已看文书"}
    wrong = post(clerk, url, "tell", kind="missing", source="village", **said)
    assert (wrong.status_code, "不由村（社区）报送" in wrong.content.decode()) == (400, True)
    assert post(clerk, url, "tell", kind="missing", source="court", **said).status_code == 302
    done = post(clerk, url, "card", kind="disability_new", category="4", grade="2", **said)
    page = seen(door(who.county_approver), done.url)
    for words in ("待核实", "肢体", "二级", "已看文书"):
        assert words in page
    assert set(LifeEvent.objects.values_list("kind", "state")) == {
        ("missing", "reported"), ("disability_new", "reported"),
    }  # fmt: skip


def test_an_event_is_withdrawn_with_a_reason(who: Any) -> None:
    event = carried_out(tell(person(path=who.seat.village), "death", DAY))
    county, url = door(who.county_approver), f"{AT}{event.pk}/"
    assert "撤销事件" not in seen(door(who.clerk), url)
    assert post(county, url, "withdraw", version=event.version, reason=" ").status_code == 400
    assert post(county, url, "withdraw", version=event.version, reason="同名他人").status_code == 302
    carried_out(event)
    page = seen(county, url)
    assert "同名他人" in page
    assert "撤销后：死亡登记已撤销。" in page


def test_what_an_event_asks_for_is_begun_from_its_page(who: Any) -> None:
    row = on_dibao(who, from_month=Month(2026, 1))
    event = carried_out(tell(row.covered.exclude(person=row.payee).get().person, "death", DAY))
    one = FollowUp.objects.get()
    clerk, url = door(who.clerk), f"{AT}todo/{one.pk}/"
    assert "低保家庭重新核算" in seen(clerk, f"{AT}todo/")
    assert "低保家庭重新核算" in seen(clerk, f"{AT}{event.pk}/")
    assert "发起低保复核" in seen(clerk, url)
    assert "发起低保复核" not in seen(door(who.county_approver), url)
    begun = post(clerk, url, "begin")
    one.refresh_from_db()
    assert begun.url == f"/desk/cases/{one.case_id}/draft/"
    assert "查看办件" in seen(clerk, url)
    assert post(clerk, url, "finish", words="").status_code == 400
    assert post(clerk, url, "finish", words="已重新核算").status_code == 302
    assert "没有事件待办" in seen(clerk, f"{AT}todo/")
    assert "已重新核算" in seen(clerk, url)


def test_each_sees_only_the_own_place_and_payers_nothing(who: Any) -> None:
    event = tell(person(path=who.seat.village), "marriage", DAY, source="registry")
    stranger, payer = door(who.stranger), door(who.payer)
    assert "还没有生活事件" in seen(stranger, AT)
    seen(stranger, f"{AT}{event.pk}/", 404)
    for url in (AT, f"{AT}{event.pk}/", f"{AT}todo/", f"{AT}new/"):
        seen(payer, url, 403)
    seen(door(who.investigator), AT, 403)
    assert "结婚" in seen(door(who.provincial_officer), AT)
    assert "生活事件" not in seen(payer, "/desk/")
    moved = tell(person(path=who.seat.village), "hukou_move", DAY, to_path=NEXT_COUNTY.village)
    assert "迁入地" in seen(stranger, f"{AT}{moved.pk}/")
    assert "撤销事件" not in seen(stranger, f"{AT}{moved.pk}/")


def test_the_county_that_somebody_moves_to_sees_what_was_done_and_what_it_is_to_do(who: Any) -> None:
    row = on_dibao(who, from_month=Month(2026, 1))
    moved = carried_out(tell(row.payee, "hukou_move", DAY, to_path=NEXT_COUNTY.village, whole_household=True))
    there = door(who.stranger)
    page = seen(there, f"{AT}{moved.pk}/")
    assert "人口与待遇" in page
    assert "没有业务对这类事件自动办理" not in page
    assert "低保迁移后重新确认" in seen(there, f"{AT}todo/")


def test_the_list_is_narrowed_and_goes_on_with_the_same_number_of_queries(
    who: Any, django_assert_max_num_queries: Any
) -> None:
    def counted(url: str) -> int:
        from django.db import connection

        with CaptureQueriesContext(connection) as caught:
            seen(county, url)
        return len(caught)

    county = door(who.county_approver)
    tell(person(path=who.seat.village), "marriage", DAY, source="registry")
    seen(county, AT)
    few = counted(AT)
    for n in range(25):
        kind, source = [("death", "police"), ("marriage", "registry")][n % 2]
        tell(person(path=who.seat.village), kind, DAY, source=source)
    assert counted(AT) <= few
    page = seen(county, AT)
    assert "共 26 个事件" in page
    assert "?after=" in page
    assert "共 13 个事件" in seen(county, f"{AT}?kind=death")
    assert "共 13 个事件" in seen(county, f"{AT}?kind=death&place={who.seat.township}")
    assert "没有符合条件的事件" in seen(county, f"{AT}?kind=death&state=withdrawn")
    assert staff("county_approver", at=NEXT_COUNTY.county)
    assert "<script>" not in seen(county, f"{AT}?kind=<script>&after=<script>")
