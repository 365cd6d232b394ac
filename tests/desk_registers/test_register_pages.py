"""The register pages of the desk, through HTTP."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
import python_calamine

from minzheng.domains.assistance.models import Standing
from minzheng.kernel import clock
from minzheng.kernel.audit.models import Entry
from tests.factories import NEXT_COUNTY, NONGAN, cast, user_of
from tests.factories.standings import standing

pytestmark = pytest.mark.django_db
URL = "/desk/registers/assistance.standings/"


@pytest.fixture
def people():
    return cast()


def enter(client, who):
    client.force_login(user_of(who))
    return client


def text(response):
    return response.content.decode()


def test_the_table_shows_what_lies_in_scope_and_leads_to_each_entry(client, people):
    mine, theirs = (
        standing(path=NONGAN.village, name="林小满"),
        standing(path=NEXT_COUNTY.village, name="何外县"),
    )
    page = text(enter(client, people.clerk).get(URL))
    assert "林小满" in page
    assert f"{URL}{mine.pk}/" in page
    assert "何外县" not in page
    assert client.get(f"{URL}{theirs.pk}/").status_code == 404
    assert client.get(f"{URL}999999/").status_code == 404


def test_a_stranger_a_wrong_role_and_a_resident_are_kept_out(client, people):
    mine = standing(path=NONGAN.village)
    assert text(enter(client, people.stranger).get(URL)).count("<tr>") == 0
    assert client.get(f"{URL}{mine.pk}/").status_code == 404
    for who in (people.verifier, people.resident):
        enter(client, who)
        assert client.get(URL).status_code == 403
        assert client.get(f"{URL}{mine.pk}/").status_code == 403
        assert client.post(f"{URL}export/").status_code == 403
    client.logout()
    assert client.get(URL).headers["Location"].startswith("/login/")


def test_the_index_lists_only_what_my_posts_read(client, people):
    assert "低收入人口台账" in text(enter(client, people.payer).get("/desk/registers/"))
    empty = text(enter(client, people.panel_secretary).get("/desk/registers/"))
    assert "没有可以查阅的台账" in empty


def test_search_and_filters_stay_in_the_page_and_in_the_pages_after_it(client, people):
    for n in range(33):
        standing(path=NONGAN.village, name=f"林{'一二三四五六七八九十'[n % 10]}")
    standing(path=NONGAN.village, name="王小满")
    enter(client, people.clerk)
    page = text(client.get(URL, {"q": "林", "state": "current", "path": NONGAN.village}))
    assert "王小满" not in page
    assert "共 33 条" in page
    assert re.search(r'<option value="current" selected>', page)
    onward = re.search(r'rel="next" href="([^"]+)"', page)
    assert onward is not None
    second = text(client.get(URL + onward[1].replace("&amp;", "&")))
    assert second.count("<tr>") == 1 + 3
    back = re.search(r'rel="prev" href="([^"]+)"', second)
    assert back is not None
    assert text(client.get(URL + back[1].replace("&amp;", "&"))).count("<tr>") == 1 + 30


def test_a_wrong_filter_is_told_and_hostile_text_stays_text(client, people):
    standing(path=NONGAN.village, name="<script>alert(1)</script>")
    enter(client, people.clerk)
    assert client.get(URL, {"state": "nowhere"}).status_code == 400
    assert client.get(URL, {"after": "torn"}).status_code == 400
    page = text(client.get(URL, {"q": '"><script>x'}))
    assert "<script>x" not in page
    assert "<script>alert(1)" not in text(client.get(URL))


def test_an_entry_tells_its_past_and_its_state_on_a_day(client, people):
    one = standing(path=NONGAN.village, case_id=12)
    Standing.objects.filter(pk=one.pk).update(amount=40000)
    enter(client, people.clerk)
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    page = text(client.get(f"{URL}{one.pk}/", {"on": yesterday}))
    assert "384.00 元 → 400.00 元" in page
    assert f"{yesterday} 的记录" in page
    assert 'href="/desk/cases/12/"' in page
    assert one.applicant.id_number not in page
    wrong = text(client.get(f"{URL}{one.pk}/", {"on": "2099-01-01"}))
    assert "不能查看今天以后的记录" in wrong
    assert "日期的写法不对" in text(client.get(f"{URL}{one.pk}/", {"on": "<b>"}))
    assert Entry.objects.filter(verb="registers.entry", actor=people.clerk.id).count() == 3


def test_the_workbook_holds_what_the_filtered_table_holds(client, people):
    standing(path=NONGAN.village, name="林小满")
    standing(path=NONGAN.village, name="王白露")
    enter(client, people.clerk)
    assert client.get(f"{URL}export/").status_code == 405
    response = client.post(f"{URL}export/", {"q": "林"})
    assert response.headers["Content-Disposition"].startswith("attachment")
    content = b"".join(response.streaming_content)
    rows = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[3:]] == ["林*满"]
    assert Entry.objects.filter(verb="registers.export").count() == 1


def test_the_table_asks_no_more_for_thirty_rows_than_for_one(client, people, django_assert_num_queries):
    standing(path=NONGAN.village)
    enter(client, people.county_approver)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(URL)  # the first page after signing in also looks at the session
    with CaptureQueriesContext(connection) as one:
        client.get(URL)
    for _ in range(29):
        standing(path=NONGAN.village)
    with django_assert_num_queries(len(one)):
        client.get(URL)


def test_the_place_is_chosen_step_by_step_within_scope(client, people):
    from minzheng.desk.registers.picking import offered

    by = enter(client, people.provincial_officer)
    paths = [path for path, _ in offered(("22/",), "22/2201/")]
    assert paths == ["22/", "22/2201/", "22/2201/220183/", "22/2201/220122/"]
    assert [path for path, _ in offered((NONGAN.township,), "")] == [NONGAN.township, NONGAN.village]
    assert [path for path, _ in offered((NONGAN.township,), "22/")] == [NONGAN.township, NONGAN.village]
    assert by.get(URL, {"path": "22/2201/"}).status_code == 200
