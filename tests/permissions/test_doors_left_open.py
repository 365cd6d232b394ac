"""Ways in that were once open: each is tried again, so that it stays shut."""

from __future__ import annotations

from datetime import date

import pytest

from minzheng.kernel.access.models import Posting
from minzheng.kernel.casework import accepting, appealing, drafting, pausing
from minzheng.kernel.casework.models import Appeal, Case, Task
from minzheng.kernel.declare import Money, Text
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.visits import actions as visits
from tests.factories.cast import actor, office, resident_of, staff, user_of
from tests.factories.departments import Departments
from tests.factories.people import household, person
from tests.factories.walk import Walk, walk_of_one

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar", "working_tuesday")]


@pytest.fixture
def walk(departments: Departments) -> Walk:
    return walk_of_one(departments)


def test_the_window_may_not_close_other_steps_by_asking_for_papers(walk: Walk) -> None:
    """The one-time notice belongs to acceptance; on a later step it would have marked that step done."""
    walk.apply()
    walk.accept()
    for step in ("investigate", "verify"):
        task = walk.task(step)
        with pytest.raises(NotAllowed):
            accepting.ask_correction(task.pk, items=["户口簿"], by=walk.who.clerk)
        task.refresh_from_db()
        assert task.state == Task.State.OPEN
    walk.investigate()
    walk.verify()
    walk.assess()
    walk.panel()
    with pytest.raises(Refused, match="受理前"):
        accepting.ask_correction(walk.task("post").pk, items=["户口簿"], by=walk.who.clerk)
    assert walk.fresh().state == Case.State.OPEN


def test_a_wrong_version_does_not_tell_a_stranger_that_the_case_exists(walk: Walk) -> None:
    case = walk.apply()
    other = walk.who.resident
    for deed in (
        lambda: drafting.save_draft(case.pk, {}, by=other, version=99),
        lambda: drafting.submit(case.pk, by=other, version=99),
        lambda: drafting.withdraw(case.pk, reason="", by=other, version=99),
        lambda: accepting.answer_correction(case.pk, by=other, version=99),
        lambda: pausing.pause(case.pk, why="1", reason="等", by=walk.who.stranger, version=99),
        lambda: pausing.resume(case.pk, by=walk.who.stranger, version=99),
        lambda: accepting.ask_correction(
            walk.task("accept").pk, items=["户口簿"], by=walk.who.stranger, version=99
        ),
    ):
        with pytest.raises(NotFound):
            deed()


def test_only_the_level_that_decides_this_case_stops_its_clock(walk: Walk) -> None:
    walk.apply()
    case = walk.accept()
    with pytest.raises(NotAllowed, match="县级"):
        pausing.pause(case.pk, why="1", reason="等待鉴定", by=walk.who.township_approver)
    pausing.pause(case.pk, why="1", reason="等待鉴定", by=walk.who.county_approver)
    with pytest.raises(NotAllowed, match="县级"):
        pausing.resume(case.pk, by=walk.who.township_approver)


def test_a_draft_cannot_reach_into_another_family_or_place(walk: Walk) -> None:
    """Members are copied from the register into a draft: a stranger's household would have been laid open."""
    others = person(path=walk.who.seat.village, name="测处暑")
    home = household(others, path=walk.who.seat.village)
    me = resident_of(walk.applicant)
    with pytest.raises(Refused, match="不是这户家庭的成员"):
        drafting.start_draft(
            "assistance.dibao",
            applicant=walk.applicant,
            household=home,
            path=home.path,
            channel="online",
            by=me,
        )
    with pytest.raises(Refused, match="户籍地、居住地"):
        drafting.start_draft(
            "assistance.dibao", applicant=walk.applicant, household=walk.family, path="22/2201/220183/",
            channel="online", by=me,
        )  # fmt: skip
    far = person(path=walk.who.stranger.posts[0].path, name="测小寒")
    with pytest.raises(Refused, match="户籍地、居住地"):
        drafting.start_draft(
            "assistance.dibao", applicant=far, household=None, path=walk.who.seat.village, channel="agent",
            by=walk.who.coordinator,
        )  # fmt: skip


def test_nobody_reviews_a_decision_in_whose_investigation_they_took_part(walk: Walk) -> None:
    case = walk.until_confirmed()
    decision = case.decisions.get()
    appeal = appealing.file_appeal(decision.pk, reasons="金额偏低", by=resident_of(walk.applicant))
    user = user_of(walk.who.second_investigator)
    Posting.objects.create(
        user=user, office=office(walk.who.seat.county), role="assistance.reviewer", from_on=date(2020, 1, 1)
    )
    with pytest.raises(NotAllowed, match="办理过"):
        appealing.accept_appeal(appeal.pk, accepted=True, by=actor(user))
    assert Appeal.objects.get().state == Appeal.State.FILED


def test_a_visit_is_recorded_at_the_level_of_its_role(walk: Walk) -> None:
    seen = {"need": "none", "seen": "一切正常", "urgent": "no"}
    upstairs = staff("coordinator", at=walk.who.seat.township)
    with pytest.raises(NotAllowed, match="协理员"):
        visits.record("assistance.patrol", household=walk.family, answers=seen, by=upstairs)
    assert visits.record("assistance.patrol", household=walk.family, answers=seen, by=walk.who.coordinator).pk


def test_a_panel_that_says_no_has_met_and_voted_too(walk: Walk) -> None:
    """Sending back asks for little evidence, but a vote without members was a fault of the program."""
    walk.until_verified()
    walk.assess()
    for evidence in ({}, {"met_on": "2026-03-03"}, {"members": []}):
        with pytest.raises(Refused, match=r"开会日期|表决"):
            walk.do("panel", "disagree", walk.who.panel_secretary, evidence=evidence, reason="再查")
    assert walk.task("panel").state == "open"


@pytest.mark.parametrize(
    "value", ["1e30", "1e999999", "-1e30", "9" * 40, "1e9999999", "1e-9999999", "NaN", "Infinity", "sNaN"]
)
def test_an_amount_out_of_all_measure_is_refused_in_words(value: str) -> None:
    with pytest.raises(Refused, match="金额"):
        Money("m", "金额").clean(value)


def test_half_a_character_is_no_text() -> None:
    with pytest.raises(Refused, match="控制字符"):
        Text("t", "说明").clean("好\ud800")
