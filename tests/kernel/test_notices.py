"""Notices: postings show five things for their full days, deliveries are proved, messages reach their person."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from minzheng.kernel import clock
from minzheng.kernel.audit import system, verb
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.clock import seed
from minzheng.kernel.documents import actions as documents
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.notices import actions, queries
from minzheng.kernel.notices.models import Delivery, Message, Posting
from minzheng.kernel.notices.shown import Shown
from minzheng.kernel.standards.models import CalendarDay
from tests.factories import NEXT_COUNTY, NONGAN, person, resident_of, staff
from tests.factories.letters import SAMPLES
from tests.factories.papers import upload

pytestmark = pytest.mark.django_db
HERE = NONGAN.village
CLERK = system("公示测试")
SHOWN = Shown(
    applicant="林溪", members=4, amount=38400, scheme="城市最低生活保障", objection_phone="0431-85550001"
)


@pytest.fixture(autouse=True)
def _holidays_of_2022() -> None:
    CalendarDay.objects.all().delete()
    days = [row for row in seed.rows() if row["year"] in {2022, 2023}]
    CalendarDay.objects.bulk_create(
        CalendarDay(on=row["day"], kind=row["kind"], year=row["year"], source=row["source"]) for row in days
    )


def hang(on: date = date(2022, 4, 27), days: int = 7, **more: Any) -> Posting:
    more = {
        "case_id": 17, "path": HERE, "place": "泉子沟村村务公开栏", "title": "城市最低生活保障初审公示",
        "shown": SHOWN, "by": CLERK, **more,
    }  # fmt: skip
    with clock.frozen(on):
        return actions.post(term=clock.Days(days), on=more.pop("posted_on", None), **more)


def letter(**more: Any) -> Document:
    with clock.frozen(date(2022, 3, 8)):
        return documents.write_letter(
            letter="decision_grant", data=SAMPLES["decision_grant"], path=HERE, case_id=17, by=CLERK, **more
        )


# Postings


@pytest.mark.parametrize(
    ("posted", "last"),
    [
        (date(2022, 4, 27), date(2022, 5, 5)),  # T-C-05: 4 May is a holiday
        (date(2022, 9, 27), date(2022, 10, 8)),  # T-C-06: over National Day to a make-up Saturday
        (date(2022, 3, 1), date(2022, 3, 8)),
        (date(2022, 3, 5), date(2022, 3, 14)),  # the 12th is a Saturday
    ],
)
def test_a_posting_runs_for_natural_days_and_rolls_over_closed_ones(posted: date, last: date) -> None:
    hung = hang(posted)
    assert (hung.posted_on, hung.last_day, hung.days, hung.provisional) == (posted, last, 7, False)


def test_a_posting_that_runs_into_a_year_without_a_notice_is_provisional() -> None:
    assert hang(date(2023, 12, 28)).provisional


def test_the_number_of_days_is_the_callers() -> None:
    assert hang(date(2022, 3, 1), days=3).last_day == date(2022, 3, 4)


def test_a_posting_cannot_be_taken_down_before_its_last_day_has_passed() -> None:
    hung = hang()
    for day in (date(2022, 4, 27), date(2022, 5, 4), date(2022, 5, 5)):
        with clock.frozen(day), pytest.raises(Refused, match="公示期至 2022年5月5日 届满，尚不能结束"):
            actions.take_down(posting=hung, by=CLERK)
    with clock.frozen(date(2022, 5, 5)), pytest.raises(Refused, match="还没有到"):
        actions.take_down(posting=hung, on=date(2022, 5, 6), by=CLERK)
    with clock.frozen(date(2022, 5, 6)):
        assert actions.take_down(posting=hung, by=CLERK).closed_on == date(2022, 5, 6)
        with pytest.raises(Refused, match="已于 2022年5月6日 结束"):
            actions.take_down(posting=hung, by=CLERK)


def test_the_database_itself_refuses_a_publicity_cut_short_or_rewritten() -> None:
    hung = hang()
    for change in (
        {"closed_on": date(2022, 5, 5)}, {"last_day": date(2022, 4, 28)}, {"content": {}},
        {"posted_on": date(2022, 1, 1)}, {"retracted_on": date(2022, 4, 28)},
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            Posting.objects.filter(pk=hung.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        hung.delete()


def test_a_posting_shows_exactly_the_five_permitted_things() -> None:
    # Besides the five only words about the amount: a month or at once, and whether a benefit is to end.
    assert {one.name for one in dataclasses.fields(Shown)} == {
        "applicant", "members", "amount", "scheme", "objection_phone", "per", "ending",
    }  # fmt: skip
    assert hang().content == {
        "applicant": "林溪", "members": 4, "amount": 38400, "scheme": "城市最低生活保障",
        "objection_phone": "0431-85550001",
    }  # fmt: skip


@pytest.mark.parametrize("extra", ["id_number", "address", "diagnosis", "bank_account", "children"])
def test_a_posting_has_no_room_for_anything_else(extra: str) -> None:
    with pytest.raises(TypeError):
        Shown(**dataclasses.asdict(SHOWN), **{extra: "x"})
    with pytest.raises(Refused, match="只能包含"):
        hang(shown=dataclasses.asdict(SHOWN) | {extra: "x"})
    assert not Posting.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"applicant": "林溪222190197003050011"}, "有号码"),
        ({"applicant": "林溪 13812345678"}, "有号码"),
        ({"scheme": "低保（三组12号）"}, "住址"),
        ({"applicant": "林溪（2号楼3单元）"}, "住址"),
        ({"applicant": ""}, "一行不超过 30 字"),
        ({"applicant": "林" * 5000}, "一行不超过 30 字"),
        ({"applicant": "林溪\n患病"}, "一行不超过 30 字"),
        ({"members": 0}, "不小于1"),
        ({"members": True}, "不小于1"),
        ({"amount": -1}, "不小于0"),
        ({"amount": 384.0}, "不小于0"),
        ({"objection_phone": "222190197003050011"}, "异议电话"),
        ({"objection_phone": "请来村部"}, "异议电话"),
    ],
)
def test_what_may_not_be_shown_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        Shown(**(dataclasses.asdict(SHOWN) | change))


@pytest.mark.parametrize("where", ["title", "place"])
def test_neither_title_nor_place_may_carry_a_number_or_an_address(where: str) -> None:
    for text in ("林溪 222190197003050011", "泉子沟村三组12号门前", ""):
        with pytest.raises(Refused):
            hang(**{where: text})


def test_one_case_hangs_once_at_a_time() -> None:
    hung = hang()
    with pytest.raises(Refused, match="正在公示"):
        hang()
    with clock.frozen(date(2022, 5, 6)):
        actions.take_down(posting=hung, by=CLERK)
    assert hang(date(2022, 5, 9)).pk != hung.pk


def test_a_posting_is_not_dated_in_the_future_nor_for_no_days() -> None:
    with pytest.raises(Refused, match="还没有到"):
        hang(on=date(2022, 4, 27), posted_on=date(2022, 4, 28))
    with pytest.raises(Refused, match="至少为1日"):
        hang(days=0)


def test_a_posting_taken_off_for_cause_never_counts_as_completed() -> None:
    hung = hang()
    with clock.frozen(date(2022, 4, 29)):
        with pytest.raises(Refused, match="写明撤下公示的原因"):
            actions.retract(posting=hung, reason=" ", by=CLERK)
        actions.retract(posting=hung, reason="申请人撤回申请", by=CLERK)
        assert queries.board(HERE) == []
    with clock.frozen(date(2022, 5, 6)), pytest.raises(Refused, match="已于 2022年4月29日 结束"):
        actions.take_down(posting=hung, by=CLERK)
    hung.refresh_from_db()
    assert hung.closed_on is None


def test_the_board_shows_one_village_and_only_while_the_period_runs() -> None:
    hung = hang()
    assert queries.board(HERE, on=date(2022, 4, 26)) == []
    assert queries.board(HERE, on=date(2022, 4, 27)) == [hung]
    assert queries.board(HERE, on=date(2022, 5, 5)) == [hung]
    assert queries.board(HERE, on=date(2022, 5, 6)) == [], "not taken down yet, and no longer shown"
    for elsewhere in (NEXT_COUNTY.village, NONGAN.township, "22/", ""):
        assert queries.board(elsewhere, on=date(2022, 4, 28)) == []


# Delivery


def test_a_delivery_says_how_and_when_and_is_never_changed() -> None:
    who, paper = person(), letter()
    with clock.frozen(date(2022, 3, 10)):
        served = actions.serve(document=paper, person_id=who.pk, way="in_person", by=CLERK)
    assert (served.case_id, served.path, served.served_by) == (17, HERE, CLERK.id)
    assert clock.at_office_time(served.served_at).date() == date(2022, 3, 10)
    for change in ({"way": "electronic"}, {"served_at": clock.now()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Delivery.objects.filter(pk=served.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        served.delete()
    with clock.frozen(date(2022, 3, 11)), pytest.raises(Refused, match="已经登记过送达"):
        actions.serve(document=paper, person_id=who.pk, way="in_person", by=CLERK)


def test_a_letter_left_behind_or_posted_needs_a_proof() -> None:
    who, paper = person(), letter()
    with clock.frozen(date(2022, 3, 10)):
        for way in ("left", "post"):
            with pytest.raises(Refused, match="请先上传凭证"):
                actions.serve(document=paper, person_id=who.pk, way=way, by=CLERK)
        photo = documents.store_upload(
            file=upload(name="现场.png"), label="留置送达照片", path=HERE, by=CLERK
        )
        assert (
            actions.serve(document=paper, person_id=who.pk, way="left", proof=photo, by=CLERK).proof == photo
        )


def test_a_delivery_before_the_letter_or_in_the_future_is_refused() -> None:
    who, paper = person(), letter()
    with clock.frozen(date(2022, 3, 10)):
        for at, words in (
            (datetime(2022, 3, 7, 9, tzinfo=clock.SHANGHAI), "不能早于文书形成的时间"),
            (clock.now() + timedelta(minutes=1), "不能晚于现在"),
        ):
            with pytest.raises(Refused, match=words):
                actions.serve(document=paper, person_id=who.pk, way="in_person", served_at=at, by=CLERK)
        with pytest.raises(Refused, match="送达方式不认识"):
            actions.serve(document=paper, person_id=who.pk, way="pigeon", by=CLERK)


def test_only_a_letter_that_stands_is_served() -> None:
    who, paper = person(), letter()
    letter(replaces=paper)
    with clock.frozen(date(2022, 3, 10)):
        scan = documents.store_upload(file=upload(), label="户口簿", path=HERE, by=CLERK)
        for wrong in (paper, scan):
            with pytest.raises(Refused, match="仍然有效的文书"):
                actions.serve(document=wrong, person_id=who.pk, way="in_person", by=CLERK)


# Messages


def test_a_message_reaches_its_person_and_nobody_else() -> None:
    who, neighbour = person(), person()
    mine, theirs = resident_of(who), resident_of(neighbour)
    sent = actions.tell(
        person_id=who.pk, title="已受理", text="<b>您的申请</b>已受理。", path=HERE, case_id=17, by=CLERK
    )
    assert list(queries.inbox(mine)) == [sent]
    assert queries.unread(mine) == 1
    assert list(queries.inbox(theirs)) == []
    assert list(queries.inbox(staff("clerk", at=NONGAN.township))) == []
    with pytest.raises(NotFound):
        actions.mark_read(message_id=sent.pk, by=theirs)
    first = actions.mark_read(message_id=sent.pk, by=mine).read_at
    assert actions.mark_read(message_id=sent.pk, by=mine).read_at == first
    assert queries.unread(mine) == 0


def test_what_was_said_stays_said() -> None:
    sent = actions.tell(person_id=person().pk, title="已受理", text="…", path=HERE, by=CLERK)
    with pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.filter(pk=sent.pk).update(text="没有受理")
    with pytest.raises(DatabaseError), transaction.atomic():
        sent.delete()


@pytest.mark.parametrize(("title", "text"), [("", "x"), ("x", " "), ("长" * 81, "x"), ("x", "长" * 5000)])
def test_an_empty_or_endless_message_is_refused(title: str, text: str) -> None:
    who = person()
    with pytest.raises(Refused):
        actions.tell(person_id=who.pk, title=title, text=text, path=HERE, by=CLERK)
    assert not Message.objects.exists()


def test_telling_within_a_larger_verb_joins_its_audit_row() -> None:
    who = person()

    @verb("test.accept")
    def accept(*, by: Any) -> Message:
        return actions.tell(person_id=who.pk, title="已受理", text="…", path=HERE, case_id=17, by=by)

    sent = accept(by=CLERK)
    row = Entry.objects.get()
    assert row.verb == "test.accept"
    assert {"verb": "notices.message", "message": sent.pk, "title": "已受理"} in row.parts


def test_no_user_means_no() -> None:
    with pytest.raises(NotAllowed):
        hang(by=None)


# A case's notices


def test_the_notices_of_a_case_are_seen_within_scope_and_by_their_person() -> None:
    who, neighbour = person(), person()
    paper, hung = letter(person_id=who.pk), hang()
    sent = actions.tell(person_id=who.pk, title="已受理", text="…", path=HERE, case_id=17, by=CLERK)
    served = actions.serve(document=paper, person_id=who.pk, way="electronic", by=CLERK)
    inside, outside = staff("clerk", at=NONGAN.township), staff("clerk", at=NEXT_COUNTY.township)
    everything = queries.CaseNotices(messages=(sent,), deliveries=(served,), postings=(hung,))
    nothing = queries.CaseNotices(messages=(), deliveries=(), postings=())
    assert queries.of_case(17, inside) == everything
    assert queries.of_case(17, resident_of(who)) == dataclasses.replace(everything, postings=())
    assert queries.of_case(17, outside) == queries.of_case(17, resident_of(neighbour)) == nothing
    assert queries.of_case(18, inside) == nothing
