"""The order and the time of a dibao case: what is held before what, what waits, and how long the law lets it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework import accepting, drafting, extending, pausing, posting
from minzheng.kernel.casework.models import Case, Objection
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.exchange.models import Verification
from minzheng.kernel.notices.models import Message, Posting
from tests.factories.afterwards import KEPT, earns
from tests.factories.walk import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar", "working_tuesday")]
DAY = date(2026, 3, 3)


# --- Steps and publicity -----------------------------------------------------------------------------


def test_panel_and_publicity_are_held_when_a_case_first_opposed_is_then_proposed(walk: Walk) -> None:
    walk.until_verified()
    earns(walk, 90_000)
    walk.assess("oppose")
    walk.confirm("return", reason="收入请再核实")
    walk.investigate()
    walk.case.members.filter(person=walk.applicant).update(answers=KEPT)
    walk.assess("propose")
    assert {task.step for task in walk.case.tasks.filter(state="open")} == {"panel"}
    walk.panel()
    last = walk.post()
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        assert walk.confirm().state == Case.State.GRANTED


def test_a_notice_against_which_an_objection_was_upheld_does_not_pass(walk: Walk) -> None:
    last = walk.until_posted()
    notice = Posting.objects.get(case_id=walk.case.pk)
    objection = posting.object_to(notice.pk, name="邻居", text="他家有车", by=walk.who.resident)
    posting.answer_objection(objection.pk, upheld=True, answer="属实", by=walk.who.clerk)
    with clock.frozen(last + timedelta(days=1)):
        with pytest.raises(Refused, match="成立"):
            walk.take_down()
        walk.do("post", "return", walk.who.clerk, reason="异议成立", evidence={})
        walk.assess()
        walk.panel()
        second = walk.post()
    with clock.frozen(second + timedelta(days=1)):
        walk.take_down()


def test_what_no_longer_qualifies_is_not_posted(walk: Walk) -> None:
    walk.until_verified()
    walk.assess()
    walk.panel()
    earns(walk, 90_000)
    with pytest.raises(Refused, match="不能公示"):
        walk.post()


def test_a_case_that_stands_still_is_neither_posted_nor_checked(walk: Walk) -> None:
    walk.apply()
    walk.accept()
    pausing.pause(walk.case.pk, why="3", reason="等待法院", by=walk.who.county_approver)
    with pytest.raises(Refused, match="中止"):
        walk.verify()
    drafting.withdraw(walk.case.pk, reason="不办了", by=walk.who.coordinator)
    assert walk.case.pauses.get().until_on == DAY


def test_the_county_visits_where_kin_are_registered_or_somebody_objected(walk: Walk) -> None:
    """最低生活保障审核确认办法 art. 20."""
    last = walk.until_posted()
    notice = Posting.objects.get(case_id=walk.case.pk)
    objection = posting.object_to(notice.pk, name="邻居", text="他家有车", by=walk.who.resident)
    posting.answer_objection(objection.pk, upheld=False, answer="车是邻居的", by=walk.who.clerk)
    assert Objection.objects.get().state == "dismissed"
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        with pytest.raises(Refused, match="入户核查"):
            walk.confirm()
        with pytest.raises(Refused, match="早于受理"):
            walk.confirm(evidence={"county_visited_on": "2026-03-01", "county_found": "属实"})
        seen = {"county_visited_on": clock.today().isoformat(), "county_found": "两人入户，属实"}
        assert walk.confirm(evidence=seen).state == Case.State.GRANTED


def test_village_cadres_without_an_account_are_registered_by_name(walk: Walk) -> None:
    walk.apply()
    evidence = {"complete": "on", "kin": "yes"}
    with pytest.raises(Refused, match="账号"):
        walk.do("accept", "accept", walk.who.clerk, evidence=evidence)
    case = walk.do("accept", "accept", walk.who.clerk, evidence={**evidence, "kin_name": "某某，村委会主任"})
    assert case.kin_of


def test_a_member_of_the_family_goes_along_on_no_visit(walk: Walk) -> None:
    from minzheng.kernel.access.models import User

    walk.apply()
    walk.accept()
    partner = walk.who.second_investigator.user_id
    User.objects.filter(pk=partner).update(person_id=walk.family.memberships.last().person_id)
    with pytest.raises(NotAllowed, match="利害关系"):
        walk.investigate()


# --- Time --------------------------------------------------------------------------------------------


def test_what_was_not_supplied_in_time_is_treated_as_withdrawn(walk: Walk) -> None:
    walk.apply()
    accepting.ask_correction(walk.task("accept").pk, items=["医疗票据"], by=walk.who.clerk)
    last = walk.case.correction.answer_by
    with clock.frozen(last):
        assert accepting.lapse_corrections(on=clock.today(), by=system("nightly")) == 0
    with clock.frozen(last + timedelta(days=1)):
        with pytest.raises(Refused, match="视为撤回"):
            walk.answer_correction()
        assert accepting.lapse_corrections(on=clock.today(), by=system("nightly")) == 1
        assert accepting.lapse_corrections(on=clock.today(), by=system("nightly")) == 0
        assert walk.fresh().state == Case.State.WITHDRAWN
        assert Message.objects.filter(case_id=walk.case.pk, title="申请视为撤回").count() == 1
        assert Entry.objects.filter(case_id=walk.case.pk, verb="casework.lapse_correction").count() == 1
        walk.apply()


def test_a_correction_is_answered_and_not_handed_in_a_second_time(walk: Walk) -> None:
    walk.apply()
    accepting.ask_correction(walk.task("accept").pk, items=["医疗票据"], by=walk.who.clerk)
    with pytest.raises(Refused, match="提交补正"):
        drafting.submit(walk.case.pk, by=walk.who.coordinator)


def test_after_five_working_days_of_silence_nothing_more_may_be_asked_for(walk: Walk) -> None:
    """行政许可法 art. 32: the application counts as accepted from its receipt."""
    with clock.frozen(date(2026, 2, 2)):
        walk.apply()
    with clock.frozen(date(2026, 2, 10)), pytest.raises(Refused, match="视为"):
        accepting.ask_correction(walk.task("accept").pk, items=["再补"], by=walk.who.clerk)


def test_the_window_cannot_sit_on_what_was_supplied(walk: Walk) -> None:
    with clock.frozen(date(2026, 3, 2)):
        walk.apply()
        accepting.ask_correction(walk.task("accept").pk, items=["医疗票据"], by=walk.who.clerk)
    with clock.frozen(date(2026, 3, 4)):
        walk.answer_correction()
    with clock.frozen(date(2026, 3, 20)):
        assert walk.accept().accepted_on == date(2026, 3, 4)


def test_the_approver_gives_a_hard_case_its_longer_limit_once_and_in_time(walk: Walk) -> None:
    """T-SA-09: accepted 2022-01-20, ordinarily by 03-08, as a special case by 03-29."""
    with clock.frozen(date(2022, 1, 20)):
        walk.apply()
        case = walk.accept()
        assert case.due_on == date(2022, 3, 8)
        with pytest.raises(NotAllowed):
            extending.extend(case.pk, why="away", reason="在外省", by=walk.who.clerk)
        with pytest.raises(NotFound):
            extending.extend(case.pk, why="away", reason="在外省", by=walk.who.stranger)
        for why, reason in (("no", "在外省"), ("away", " "), ("away", "字" * 500)):
            with pytest.raises(Refused):
                extending.extend(case.pk, why=why, reason=reason, by=walk.who.county_approver)
    with clock.frozen(date(2022, 3, 9)), pytest.raises(Refused, match="已过"):
        extending.extend(case.pk, why="away", reason="在外省", by=walk.who.county_approver)
    with clock.frozen(date(2022, 2, 8)):
        extending.extend(case.pk, why="away", reason="常年在外省务工", by=walk.who.county_approver)
        with pytest.raises(Refused, match="再延长"):
            extending.extend(case.pk, why="hard", reason="再延", by=walk.who.county_approver)
    assert walk.fresh().due_on == date(2022, 3, 29)
    assert "赵审批批准" in walk.case.special_reason
    assert Message.objects.filter(case_id=case.pk, title="办理期限延长").exists()


def test_a_report_past_its_validity_carries_no_decision(walk: Walk) -> None:
    last = walk.until_posted()
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        Verification.objects.filter(case_id=walk.case.pk).update(valid_until=clock.today())
        with pytest.raises(Refused, match="有效期"):
            walk.confirm()
        walk.confirm("reverify", reason="核对报告过期")
        assert walk.task("verify").round == 2
