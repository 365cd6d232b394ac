"""Registers: scope, search, filters, paging both ways, past states, workbooks."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import pytest
import python_calamine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from minzheng.domains.assistance.models import Standing
from minzheng.kernel import clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.registers import actions, history, queries
from tests.factories import NEXT_COUNTY, NONGAN, cast, resident_of, staff
from tests.factories.people import person
from tests.factories.standings import standing

pytestmark = pytest.mark.django_db
CODE = "assistance.standings"


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def thirty(people):
    return [standing(path=NONGAN.village, amount=10000 + n) for n in range(30)]


def ids(page):
    return [line.id for line in page.lines]


def test_a_reader_sees_the_entries_of_the_posts_that_read_the_register(people):
    mine = standing(path=NONGAN.village)
    theirs = standing(path=NEXT_COUNTY.village)
    assert ids(queries.listing(CODE, by=people.clerk)) == [mine.pk]
    assert set(ids(queries.listing(CODE, by=people.provincial_officer))) == {mine.pk, theirs.pk}
    with pytest.raises(NotFound):
        queries.entry(CODE, mine.pk, by=people.stranger)
    with pytest.raises(NotFound):
        history.history(CODE, mine.pk, by=people.stranger)


def test_a_post_that_does_not_read_the_register_widens_no_scope(people):
    mine = standing(path=NONGAN.village)
    standing(path=NEXT_COUNTY.village)
    both = staff("clerk", "verifier", at=(NONGAN.township, NEXT_COUNTY.county))
    assert ids(queries.listing(CODE, by=both)) == [mine.pk]


def test_who_has_no_post_for_it_may_not_read_it(people):
    assert CODE not in [one.code for one in queries.readable(people.verifier)]
    assert queries.readable(people.resident) == []
    for by in (people.verifier, people.resident, resident_of(person())):
        with pytest.raises(NotAllowed):
            queries.listing(CODE, by=by)
    with pytest.raises(NotFound):
        queries.listing("assistance.nothing", by=people.clerk)


def test_pages_turn_both_ways_and_meet_every_entry_once(people, thirty):
    first = queries.listing(CODE, by=people.clerk, size=12)
    second = queries.listing(CODE, by=people.clerk, size=12, after=first.next)
    third = queries.listing(CODE, by=people.clerk, size=12, after=second.next)
    assert (first.previous, third.next) == ("", "")
    assert ids(first) + ids(second) + ids(third) == sorted((one.pk for one in thirty), reverse=True)
    back = queries.listing(CODE, by=people.clerk, size=12, before=third.previous)
    assert ids(back) == ids(second)
    again = queries.listing(CODE, by=people.clerk, size=12, before=back.previous)
    assert ids(again) == ids(first)
    assert again.previous == ""
    assert again.next


def test_a_register_ordered_by_a_day_pages_over_equal_days(people, monkeypatch):
    for n in range(9):
        standing(path=NONGAN.village, review_due=date(2022, 9, 1 + n // 4))
    declared = queries.find(CODE, by=people.clerk)
    monkeypatch.setattr(queries, "order_of", lambda register: ("review_due", False))
    seen, key = [], ""
    for _ in range(3):
        page = queries.listing(CODE, by=people.clerk, size=3, after=key)
        seen += ids(page)
        key = page.next
    assert declared.item.order == "-id"
    assert key == ""
    assert seen == [one.pk for one in Standing.objects.order_by("review_due", "id")]


def test_a_torn_page_key_is_refused_in_words(people):
    for key in ("x", "WzFd", "!!", "WyJhIiwiYiJd"):
        with pytest.raises(Refused, match="翻页"):
            queries.listing(CODE, by=people.clerk, after=key)


def test_search_finds_by_name_spelling_number_and_identity_number(people):
    wanted = standing(path=NONGAN.village, name="单小满")
    other = standing(path=NONGAN.village, name="林白露")

    def found(text, by=people.clerk):
        return ids(queries.listing(CODE, by=by, search=text))

    assert found("单小") == found("SXM") == found("sx") == [wanted.pk]
    assert found(wanted.household.number) == [wanted.pk]
    assert found(wanted.applicant.id_number) == [wanted.pk]
    # A part of a name is looked for within counties; the whole province is searched by beginnings.
    assert found("白露") == [other.pk]
    assert found("白露", people.provincial_officer) == []
    assert found("%") == found("_") == found("' or 1=1") == []


def test_filters_narrow_by_choice_and_place_and_refuse_what_is_not_offered(people):
    mine = standing(path=NONGAN.village)
    ended = standing(path=NEXT_COUNTY.village, state="ended", ended_on=date(2022, 5, 1))
    by = people.provincial_officer
    assert ids(queries.listing(CODE, by=by, filters={"state": "ended"})) == [ended.pk]
    assert ids(queries.listing(CODE, by=by, filters={"state": "!ended"})) == [mine.pk]
    assert ids(queries.listing(CODE, by=by, filters={"path": "22/2201/220122/"})) == [mine.pk]
    assert ids(queries.listing(CODE, by=people.clerk, filters={"path": "22/2201/220183/"})) == []
    assert len(ids(queries.listing(CODE, by=by, filters={"amount": "1"}))) == 2
    with pytest.raises(Refused):
        queries.listing(CODE, by=by, filters={"state": "nowhere"})
    with pytest.raises(Refused):
        queries.listing(CODE, by=by, filters={"path": "22%"})


def test_cells_come_in_the_words_of_the_reader(people):
    one = standing(path=NONGAN.village, name="林小满")
    line = queries.listing(CODE, by=people.clerk).lines[0]
    assert line.cells[:4] == (one.household.number, "林小满", "低保", "农村")
    assert line.cells[4].endswith("农安县伏龙泉镇泉子沟村民委员会") or "农安县" in line.cells[4]
    assert line.cells[6] == 38400


def test_a_list_takes_as_many_queries_for_thirty_rows_as_for_one(people, thirty):
    def taken():
        with CaptureQueriesContext(
            connection,
        ) as queried:
            page = queries.listing(CODE, by=people.clerk)
        return len(page.lines), len(queried)

    many = taken()
    Standing.objects.exclude(pk=thirty[0].pk).delete()
    one = taken()
    assert (many[0], one[0]) == (30, 1)
    assert many[1] == one[1] == 2


def test_the_count_stops_at_its_cap(people, thirty, monkeypatch):
    assert queries.listing(CODE, by=people.clerk).count_words == "30"
    monkeypatch.setattr(queries, "CAP", 20)
    assert queries.listing(CODE, by=people.clerk).count_words == "20+"


def test_an_entry_shows_all_that_is_kept_and_looking_leaves_a_mark(people):
    one = standing(path=NONGAN.village, case_id=5, score="62.5")
    found = queries.entry(CODE, one.pk, by=people.clerk)
    facts = dict(found.facts)
    assert facts["月保障金"] == "384.00 元"
    assert facts["评估得分"] == "62.5"
    assert facts["状态"] == "保障中"
    assert found.case_id == 5
    mark = Entry.objects.get(verb="registers.entry")
    assert (mark.outcome, mark.actor) == ("read", people.clerk.id)


def test_every_past_state_is_kept_and_told_with_what_changed(people):
    one = standing(path=NONGAN.village)
    Standing.objects.filter(pk=one.pk).update(amount=40000)
    Standing.objects.filter(pk=one.pk).update(state="leaving", amount=41000)
    present, middle, first = history.history(CODE, one.pk, by=people.clerk)
    assert [(c.label, c.before, c.after) for c in middle.changes] == [("月保障金", "384.00 元", "400.00 元")]
    assert {c.label: c.after for c in present.changes} == {"月保障金": "410.00 元", "状态": "渐退"}
    assert dict(first.facts)["月保障金"] == "384.00 元"
    assert (present.until, first.since) == (None, None)
    assert first.until == middle.since


def test_the_one_who_changed_it_is_named_where_the_audit_knows(people):
    from minzheng.kernel.audit import note, verb

    one = standing(path=NONGAN.village)

    @verb("test.raise", label="提高保障金")
    def raise_amount(*, by):
        Standing.objects.filter(pk=one.pk).update(amount=40000)
        note(about=one, path=one.path)

    raise_amount(by=people.county_approver)
    present = history.history(CODE, one.pk, by=people.clerk)[0]
    assert (present.by, present.deed) == ("赵审批", "提高保障金")


def test_the_entry_is_told_as_it_stood_on_a_day(people):
    one = standing(path=NONGAN.village)
    Standing.objects.filter(pk=one.pk).update(amount=40000)
    today = clock.today()
    before = history.as_known_on(CODE, one.pk, today - timedelta(days=1), by=people.clerk)
    now = history.as_known_on(CODE, one.pk, today, by=people.clerk)
    assert dict(before.facts)["月保障金"] == "384.00 元"
    assert dict(now.facts)["月保障金"] == "400.00 元"


def opened(stream):
    with stream:
        content = stream.read()
    rows = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    return content, rows


def test_a_workbook_names_who_took_it_out_and_keeps_formulas_as_text(people):
    one = standing(path=NONGAN.village, name="=1+1")
    standing(path=NEXT_COUNTY.village)
    content, rows = opened(actions.export(CODE, by=people.clerk, filters={"state": "current"}))
    assert "王受理" in rows[0][0]
    assert f"{clock.today():%Y-%m-%d}" in rows[0][0]
    assert "状态：保障中" in rows[1][0]
    assert rows[2][:2] == ["家庭编号", "申请人"]
    assert len(rows) == 4
    assert rows[3][:2] == [one.household.number, "=1**"]
    assert rows[3][6] == 384
    assert rows[3][8] == date(2022, 3, 1)
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert 'quotePrefix="1"' in zipfile.ZipFile(io.BytesIO(content)).read("xl/styles.xml").decode()


def test_an_export_leaves_an_audit_row_that_says_how_much_but_not_whom(people):
    one = standing(path=NONGAN.village)
    actions.export(CODE, by=people.clerk, search=one.applicant.id_number).close()
    done = Entry.objects.get(verb="registers.export")
    assert done.after == {"register": CODE, "rows": 1, "filters": {}, "searched": True}
    assert done.path == NONGAN.township
    with pytest.raises(NotAllowed):
        actions.export(CODE, by=people.verifier)
    with pytest.raises(Refused):
        actions.export(CODE, by=people.clerk, filters={"state": "nowhere"})


def test_an_export_asks_no_more_for_many_rows_than_for_few(people, thirty):
    with CaptureQueriesContext(connection) as queried:
        actions.export(CODE, by=people.clerk).close()
    many = len(queried)
    Standing.objects.exclude(pk=thirty[0].pk).delete()
    with CaptureQueriesContext(connection) as queried:
        actions.export(CODE, by=people.clerk).close()
    assert many == len(queried)
