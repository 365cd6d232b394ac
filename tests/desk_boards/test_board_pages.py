"""The boards, through HTTP: figures of a place, sums that agree, scope."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest

from minzheng.desk.boards import figures
from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import system
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.boards import counting
from minzheng.kernel.boards.models import BoardFigure
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.indicators import actions as indicators
from minzheng.kernel.indicators.models import Snapshot
from minzheng.kernel.people.models import Person
from tests.factories import NEXT_COUNTY, NONGAN, cast, place, user_of
from tests.factories.company import HERE, staff_at
from tests.factories.people import person
from tests.factories.standings import standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
URL = "/desk/boards/"
TODAY = date(2022, 4, 20)
APRIL = clock.Month(2022, 4)


@pytest.fixture
def people():
    with clock.frozen(TODAY):
        yield cast()


def enter(client, who):
    client.force_login(user_of(who))
    return client


def text(response):
    return response.content.decode()


def put(indicator, path, numerator, denominator=None, month=APRIL):
    Snapshot.objects.create(
        indicator=f"assistance.{indicator}", path=path, month=month.first, numerator=numerator,
        denominator=denominator, counted_at=clock.now(),
    )  # fmt: skip


@pytest.fixture
def counted(people):
    mei = place("220581")
    for path, number in ((NONGAN.county, 30), (NEXT_COUNTY.county, 12), (mei, 5)):
        put("dibao_households", path, number)
    put("dibao_households", NONGAN.county, 28, month=APRIL.previous)
    put("dibao_spending", NONGAN.county, 1234_56)
    put("dibao_on_time", NONGAN.county, 2, 3)
    put("dibao_on_time", NEXT_COUNTY.county, 1, 1)
    return mei


def test_the_province_sees_its_cities_and_the_counties_it_runs_itself(client, people, counted):
    page = text(enter(client, people.provincial_officer).get(URL, {"month": "2022-04"}))
    assert re.search(r"长春市</a>.*?>42</a>", page, re.S)
    assert re.search(r"梅河口市</a>.*?>5</a>", page, re.S)
    assert "核对一致" in page
    assert "合计 47 = 2 个下级之和 47 = 3 个县级单位之和 47" in page
    assert "上月 28" in page
    assert "1,234.56" in page
    assert "jilin_prefectures.json" in page or "data-chart" not in page
    counties = text(client.get(URL, {"month": "2022-04", "by": "county"}))
    assert re.search(r"农安县</a>.*?>30</a>", counties, re.S)


def test_numbers_lead_to_the_register_of_the_place_and_places_one_step_down(client, people, counted):
    enter(client, people.provincial_officer)
    page = text(client.get(URL, {"month": "2022-04"}))
    assert (
        "/desk/registers/assistance.standings/?path=22/2201/&amp;low_income_class=L2&amp;state=!ended" in page
    )
    assert "?under=22%2F2201%2F&amp;month=2022-04" in page
    city = text(client.get(URL, {"month": "2022-04", "under": "22/2201/"}))
    assert "/desk/registers/assistance.standings/?path=22/2201/220122/" in city
    assert "合计 42 = 2 个下级之和 42" in city
    county = text(client.get(URL, {"month": "2022-04", "under": NONGAN.county}))
    assert "合计 30 = 1 个下级之和 30 = 1 个县级单位之和 30" in county


def test_a_share_is_sum_over_sum_and_never_a_mean(client, people, counted):
    enter(client, people.provincial_officer)
    page = text(client.get(URL, {"month": "2022-04", "indicator": "assistance.dibao_on_time"}))
    total = re.search(r"mz-row-total.*?合计.*?</tr>", page, re.S)
    assert total is not None
    assert "75.0" in total[0]
    assert "83.3" not in page
    assert "分母 4 = 4 = 4" in page


def test_a_county_sees_its_own_figures_only(client, people, counted):
    enter(client, people.county_approver)
    page = text(client.get(URL, {"month": "2022-04"}))
    assert "农安县" in page
    assert "德惠市" not in page
    for under in ("22/", "22/2201/", NEXT_COUNTY.county, "nowhere", "<b>"):
        assert client.get(URL, {"under": under}).status_code == 404
    assert client.get(URL, {"month": "2099-01"}).status_code == 400
    assert client.get(URL, {"month": "x"}).status_code == 400


def test_a_township_has_its_figures_and_its_last_year_and_says_what_is_not_paid(client, people):
    standing(path=NONGAN.village, valid_from=date(2021, 1, 1))
    gone = standing(path=NONGAN.village, valid_from=date(2021, 1, 1), ended_on=date(2022, 3, 31))
    for day in (date(2021, 4, 30), TODAY):
        with clock.frozen(day):
            indicators.count_month(clock.Month.of(day), by=system("test"))
    county = text(enter(client, people.county_approver).get(URL))
    assert re.search(r"伏龙泉镇</a>.*?>1</a>", county, re.S)
    own = text(enter(client, people.clerk).get(URL))
    [last] = re.findall(r'低保户数<.*?>1<.*?上月 —</span><a href="([^"]*)">去年同月 2</a>', own, re.S)
    # What was counted then is listed as it was then, also who has left since.
    then = text(client.get(unescape(last)))
    assert f"/desk/registers/assistance.standings/{gone.pk}/" in then
    assert "2021-04，当时统计到的，共 2 条" in then
    assert re.search(r"低保金支出.*?未发放", own, re.S)
    assert "核对一致" in own


def test_below_the_township_there_is_no_board_and_a_township_counts_none(client, people, counted):
    assert enter(client, people.clerk).get(URL).status_code == 200
    assert client.get(URL, {"under": NONGAN.county}).status_code == 404
    assert client.post(f"{URL}count/", {"month": "2022-04"}).status_code == 403
    for who in (people.coordinator, people.resident):
        assert enter(client, who).get(URL).status_code == 403
        assert client.post(f"{URL}count/", {"month": "2022-04"}).status_code == 403


def test_a_month_not_yet_counted_offers_the_count_and_counting_twice_is_one_deed(client, people):
    standing(path=NONGAN.village)
    enter(client, people.county_approver)
    page = text(client.get(URL))
    assert "统计本月" in page
    fields = dict(re.findall(r'type="hidden" name="(month|under|key)" value="([^"]*)"', page))
    for _ in range(2):
        assert client.post(f"{URL}count/", fields).status_code == 302
    assert Entry.objects.filter(verb="indicators.count_month", outcome="done").count() == 1
    after = text(client.get(URL))
    assert "重新统计" in after
    assert "核对一致" in after
    closed = client.post(f"{URL}count/", {"month": "2021-01"})
    assert closed.status_code == 302
    assert "已经封存" in text(client.get(URL))


def test_every_indicator_reads_in_its_own_unit():
    measures = {code: one.item for code, one in catalogue.current().indicators.items()}
    value = figures.Counted(100001, 3)
    read = {code.split(".")[1]: figures.in_words(one, value) for code, one in measures.items()}
    assert read["dibao_households"] == "100,001"
    assert read["dibao_spending"] == "1,000.01"
    assert read["dibao_per_person"] == "333.33"
    assert figures.in_words(measures["assistance.dibao_on_time"], figures.Counted(2, 3)) == "66.6"
    assert figures.in_words(measures["assistance.dibao_on_time"], figures.Counted(0, 0)) == "—"


def a_task(path, due_on, opened=date(2022, 4, 1)):
    who: Person = person(path=path)
    case = Case.objects.create(
        path=path, service="assistance.dibao", service_version="1", form_version="1", state="open",
        channel="window", applicant=who, created_at=clock.now(), created_by="user:1", accepted_on=opened,
    )  # fmt: skip
    return Task.objects.create(
        case=case, step="assess", role="assistance.investigator", path=path, due_on=due_on,
        opened_at=clock.now(),
    )  # fmt: skip


def rebuilt(*months):
    counting.rebuild(months=months or (APRIL,), by=system("boards"))


def cells(page, name):
    row = re.search(rf"{name}</a></th>(.*?)</tr>", page, re.S)
    assert row is not None, name
    return re.findall(r"<td[^>]*>(?:<a[^>]*>)?([^<]*)", row[1])


def test_deadlines_money_service_and_warnings_stand_beside_each_other_and_lead_to_their_rows(client, people):
    a_task(NONGAN.village, date(2022, 4, 19))
    a_task(NONGAN.township, date(2022, 4, 10))
    a_task(NONGAN.village, date(2022, 4, 21))
    a_task(NONGAN.village, date(2022, 5, 20))
    a_task(NEXT_COUNTY.village, date(2022, 4, 1))
    standing(path=NONGAN.village)
    with pytest.raises(NotAllowed):
        counting.rebuild(months=(APRIL,), by=people.provincial_officer)
    rebuilt(APRIL, APRIL.previous)
    before = BoardFigure.objects.count()
    rebuilt()  # counted again, it is the same
    assert BoardFigure.objects.count() == before
    assert {one.first for one in counting.never_counted()}.isdisjoint({APRIL.first, APRIL.previous.first})

    city = text(enter(client, people.provincial_officer).get(URL, {"under": "22/2201/"}))
    assert cells(city, "农安县")[:3] == ["4", "2", "1"]
    assert cells(city, "德惠市")[:3] == ["1", "1", "0"]
    province = text(client.get(URL))
    assert cells(province, "长春市")[:3] == ["5", "3", "1"]
    assert "低保户数（台账）" in province
    county = text(client.get(URL, {"under": NONGAN.county}))
    assert cells(county, "伏龙泉镇")[:3] == ["4", "2", "1"]
    behind = "/desk/boards/behind/"
    for code, rows in (("risk.red", 2), ("risk.yellow", 1), ("cases.open", 4), ("cases.accepted", 4)):
        asked = {"code": code, "under": NONGAN.county, "month": "2022-04"}
        listed = text(client.get(behind, asked))
        assert listed.count("/desk/cases/") >= rows, code
        assert f"共 {rows} 件" in listed, code
        assert enter(client, people.stranger).get(behind, asked).status_code == 404
        enter(client, people.provincial_officer)
    for code in ("cases.on_time", "service.good", "service.unanswered", "warnings.new", "warnings.open",
                 "warnings.late", "money:assistance.dibao"):  # fmt: skip
        assert "没有这样的记录" in text(client.get(behind, {"code": code, "under": "22/"})), code
    assert client.get(behind, {"code": "nothing", "under": "22/"}).status_code == 404
    assert enter(client, people.resident).get(behind, {"code": "risk.red"}).status_code == 403
    # Numbers are for everybody with a post here; whom they are about is read in the domain alone.
    other = staff_at("eldercare.home_keeper", HERE, Level.TOWNSHIP, name="院长")
    listed = text(enter(client, other).get(behind, {"code": "cases.open", "under": NONGAN.township}))
    assert "没有这样的记录" in listed
    assert "只列出养老服务领域的" in listed
    own = text(enter(client, people.county_approver).get(URL))
    assert "德惠市" not in own
    # Of last month: what was open then and is closed by now, beside what was counted then.
    closed = a_task(NONGAN.village, date(2022, 3, 20), opened=date(2022, 3, 1))
    march, now = clock.at_office_time(datetime(2022, 3, 10, 4, tzinfo=UTC)), clock.now()
    Task.objects.filter(pk=closed.pk).update(opened_at=march, done_at=now, state="done")
    Case.objects.filter(pk=closed.case_id).update(submitted_at=march, closed_at=now, state="granted")
    for code in ("cases.open", "risk.red", "risk.yellow"):
        BoardFigure.objects.create(
            path=NONGAN.county, month=APRIL.previous.first, code=code, numerator=1, counted_at=clock.now()
        )
    own = text(client.get(URL))
    for code in ("cases.open", "risk.red"):
        [url] = re.findall(rf'href="([^"]*code={code}&amp;[^"]*month=2022-03)">上月 1件?个?</a>', own)
        listed = text(client.get(unescape(url)))
        assert f"/desk/cases/{closed.case_id}/" in listed
        assert "当时统计 1），共 1 件" in listed
    assert "code=risk.yellow&amp;under=22%2F2201%2F220122%2F&amp;month=2022-03" not in own
    asked = {"code": "risk.yellow", "under": NONGAN.county, "month": "2022-03"}
    assert client.get(behind, asked).status_code == 404
    wall = text(client.get(f"{URL}screen/"))
    assert "desk/screen.js" in wall
    assert "农安县民政看板" in wall
    assert cells(text(client.get(URL)), "伏龙泉镇")[:2] == ["4", "2"]


def test_the_board_asks_no_more_for_many_counties_than_for_one(client, people, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    put("dibao_households", NONGAN.county, 3)
    enter(client, people.provincial_officer)
    rebuilt()
    client.get(URL)
    with CaptureQueriesContext(connection) as one:
        client.get(URL)
    for code in ("220102", "220103", "220104", "220183", "220581", "22CBS"):
        put("dibao_households", place(code), 4)
        a_task(place(code), date(2022, 4, 1))
    rebuilt()
    with django_assert_num_queries(len(one)):
        client.get(URL)
