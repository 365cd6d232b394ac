"""What an auditor found on reading the procedure: states reached wrongly, time not kept, money wrongly paid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from minzheng.domains.assistance.actions import end_exits
from minzheng.domains.assistance.models import Standing
from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework import accepting, appealing, drafting, extending, pausing, posting
from minzheng.kernel.casework.models import Appeal, Case, Decision, Objection
from minzheng.kernel.casework.queries import warnings
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.exchange.models import Verification
from minzheng.kernel.indicators.actions import count_month
from minzheng.kernel.indicators.models import Snapshot
from minzheng.kernel.ledger.models import Covered, Entitlement
from minzheng.kernel.notices.models import Message, Posting
from minzheng.kernel.visits import actions as visits
from tests.factories.cast import cast, resident_of
from tests.factories.departments import Departments
from tests.factories.people import household, person
from tests.factories.walk import MEMBER, Walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
DAY = date(2026, 3, 3)
KEPT = {"lives_together": True, "work_capacity": "none"}


@pytest.fixture(autouse=True)
def _a_working_tuesday() -> Iterator[None]:
    with clock.frozen(DAY):
        yield


@pytest.fixture
def walk(departments: Departments) -> Walk:
    who = cast()
    applicant = person(path=who.seat.village, name="测清明", birth=date(1968, 4, 4))
    wife = person(path=who.seat.village, name="测寒露", birth=date(1970, 10, 8), sex="2")
    family = household(applicant, wife, path=who.seat.village, class_ur="rural")
    return Walk(who, departments, applicant, family, form={"class_ur": "rural"})


def _earns(walk: Walk, yuan: int) -> None:
    """The applicant's income as the file now has it."""
    answers = {**KEPT, "work_capacity": "full", "business": yuan * 100}
    walk.case.members.filter(person=walk.applicant).update(answers=answers)


def _until_posted(walk: Walk) -> date:
    walk.apply()
    walk.accept()
    walk.investigate()
    walk.verify()
    walk.assess()
    walk.panel()
    return walk.post()


def _refused(walk: Walk) -> Decision:
    walk.apply()
    walk.accept()
    walk.investigate()
    walk.verify()
    _earns(walk, 90_000)
    walk.assess("oppose")
    walk.confirm("refuse", reason="收入超过标准")
    walk.serve()
    return walk.case.decisions.get()


def _reconsidered(walk: Walk, decision: Decision, result: str = "revoked") -> None:
    appeal = appealing.file_appeal(decision.pk, reasons="算错了", by=resident_of(walk.applicant))
    appealing.accept_appeal(appeal.pk, accepted=True, by=walk.who.reviewer)
    appealing.decide_appeal(appeal.pk, result=result, opinion="计算有误", by=walk.who.reviewer)


def _review(walk: Walk, origin: Case, *, why: str = "job", wage: str = "36000", houses: str = "1") -> Walk:
    """A review of a granted case up to its decision."""
    review = Walk(walk.who, walk.departments, walk.applicant, walk.family, service="assistance.dibao_review")
    review.case = drafting.start_draft(
        "assistance.dibao_review", applicant=walk.applicant, household=walk.family, path=walk.family.path,
        channel="window", by=walk.who.clerk, origin=origin,
    )  # fmt: skip
    drafting.save_draft(
        review.case.pk, {"why": why, "change": "外出务工", "houses": houses}, by=walk.who.clerk
    )
    drafting.put_member(
        review.case.pk, person=walk.applicant, relation="01", by=walk.who.clerk,
        answers={**MEMBER, "work_capacity": "full", "wage": wage},
    )  # fmt: skip
    drafting.submit(review.case.pk, by=walk.who.clerk)
    review.do("accept", "done", walk.who.clerk)
    partner = walk.who.second_investigator.user_id or 0
    today = clock.today().isoformat()
    review.do(
        "investigate", "done", walk.who.investigator, partners=[partner],
        evidence={"visited_on": today, "found": "已签合同"},
    )  # fmt: skip
    review.do("hear", "done", walk.who.clerk, evidence={"heard_on": today, "views": "同意", "signed": "on"})
    return review


# --- Steps and publicity -----------------------------------------------------------------------------


def test_panel_and_publicity_are_held_when_a_case_first_opposed_is_then_proposed(walk: Walk) -> None:
    walk.apply()
    walk.accept()
    walk.investigate()
    walk.verify()
    _earns(walk, 90_000)
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
    last = _until_posted(walk)
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
    walk.apply()
    walk.accept()
    walk.investigate()
    walk.verify()
    walk.assess()
    walk.panel()
    _earns(walk, 90_000)
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
    last = _until_posted(walk)
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
    last = _until_posted(walk)
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        Verification.objects.filter(case_id=walk.case.pk).update(valid_until=clock.today())
        with pytest.raises(Refused, match="有效期"):
            walk.confirm()
        walk.confirm("reverify", reason="核对报告过期")
        assert walk.task("verify").round == 2


# --- Who applies -------------------------------------------------------------------------------------


def test_husband_and_wife_do_not_apply_for_the_same_household_twice(walk: Walk) -> None:
    walk.apply()
    wife = walk.family.memberships.last().person
    second = Walk(walk.who, walk.departments, wife, walk.family, form={"class_ur": "rural"})
    second.draft()
    with pytest.raises(Refused, match="另一件正在办理"):
        drafting.submit(second.case.pk, by=walk.who.coordinator)


def test_a_review_is_the_offices_and_not_the_familys_to_write_or_take_back(walk: Walk) -> None:
    origin = walk.until_confirmed()
    resident = resident_of(walk.applicant)
    begin = {
        "applicant": walk.applicant, "household": walk.family, "path": walk.family.path, "channel": "online",
        "origin": origin,
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        drafting.start_draft("assistance.dibao_review", by=resident, **begin)
    case = drafting.start_draft("assistance.dibao_review", by=walk.who.clerk, **begin)
    with pytest.raises(NotFound):
        drafting.withdraw(case.pk, reason="不想复核", by=resident)
    with pytest.raises(NotFound):
        drafting.save_draft(case.pk, {"change": "没有变化"}, by=resident)


def test_nobody_begins_on_another_familys_answers_or_lead_or_for_the_dead(walk: Walk) -> None:
    walk.apply()
    other = person(path=walk.who.seat.village)
    home = household(other, path=walk.who.seat.village)
    begin = {"applicant": other, "path": other.path, "channel": "agent", "by": walk.who.coordinator}
    with pytest.raises(Refused, match="不是这位申请人"):
        drafting.start_draft("assistance.dibao", household=home, origin=walk.case, **begin)
    lead = visits.raise_lead(
        walk.family, domain="assistance", source="report", text="困难", by=walk.who.coordinator
    )
    with pytest.raises(Refused, match="不是这户"):
        drafting.start_draft("assistance.dibao", household=home, lead_id=lead.pk, **begin)
    other.died_on = DAY
    other.save()
    with pytest.raises(Refused, match="去世"):
        drafting.start_draft("assistance.dibao", household=home, **begin)


def test_a_lead_closed_meanwhile_does_not_hold_up_the_application(walk: Walk) -> None:
    lead = visits.raise_lead(
        walk.family, domain="assistance", source="report", text="困难", by=walk.who.coordinator
    )
    walk.draft()
    Case.objects.filter(pk=walk.case.pk).update(lead_id=lead.pk)
    visits.close_lead(lead.pk, reason="已另行帮扶", by=walk.who.coordinator)
    drafting.submit(walk.case.pk, by=resident_of(walk.applicant))
    lead.refresh_from_db()
    assert (lead.state, lead.case_id) == ("closed", None)


def test_an_applicant_already_under_way_for_the_edge_is_refused_dibao_all_the_same(walk: Walk) -> None:
    edge = Walk(
        walk.who, walk.departments, walk.applicant, walk.family, form={"class_ur": "rural"},
        service="assistance.edge",
    )  # fmt: skip
    edge.apply()
    _refused(walk)
    assert not walk.case.follow_ons.exists()
    assert edge.fresh().state == Case.State.SUBMITTED


# --- Who is counted ----------------------------------------------------------------------------------


def test_only_those_the_law_counts_are_posted_paid_and_covered(walk: Walk) -> None:
    son = person(path=walk.who.seat.village, name="测小雪", birth=date(1995, 1, 1))
    walk.family.memberships.create(person=son, relation="20", from_on=date(2020, 1, 1))
    walk.answers = {son.pk: {"lives_together": "no", "work_capacity": "full"}}
    walk.until_confirmed()
    notice = Posting.objects.get(case_id=walk.case.pk)
    decision = walk.case.decisions.get()
    assert (notice.content["members"], decision.payload["members"]) == (2, 2)
    assert son.pk not in decision.payload["persons"]
    assert not Covered.objects.filter(person=son).exists()


def test_whoever_dies_while_the_case_runs_is_counted_no_more(walk: Walk) -> None:
    last = _until_posted(walk)
    wife = walk.family.memberships.last().person
    wife.died_on = DAY
    wife.save()
    assert any("测寒露" in text and "去世" in text for text in warnings(walk.case))
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        walk.confirm()
    assert walk.case.decisions.get().payload["persons"] == [walk.applicant.pk]


def test_nothing_is_granted_to_the_dead(walk: Walk) -> None:
    last = _until_posted(walk)
    walk.applicant.died_on = DAY
    walk.applicant.save()
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        with pytest.raises(Refused, match="去世"):
            walk.confirm()


# --- What a decision brings about --------------------------------------------------------------------


def test_a_grant_reconsidered_changes_the_one_allowance_and_opens_no_second(walk: Walk) -> None:
    with clock.frozen(date(2026, 1, 5)):
        walk.until_confirmed()
    with clock.frozen(date(2026, 1, 16)):
        walk.serve()
    with clock.frozen(date(2026, 2, 3)):
        _reconsidered(walk, walk.case.decisions.get(), "changed")
        _earns(walk, 1_200)
        walk.confirm("grant")
    assert Standing.objects.filter(household=walk.family).count() == 1
    amounts = Entitlement.objects.filter(household=walk.family).order_by("from_month")
    assert [(row.state, row.from_month) for row in amounts] == [
        ("superseded", date(2026, 2, 1)), ("current", date(2026, 3, 1)),
    ]  # fmt: skip
    assert amounts[1].amount < amounts[0].amount


def test_a_grant_reconsidered_and_then_refused_is_paid_no_longer(walk: Walk) -> None:
    with clock.frozen(date(2026, 1, 5)):
        walk.until_confirmed()
    with clock.frozen(date(2026, 2, 3)):
        _reconsidered(walk, walk.case.decisions.get(), "revoked")
        _earns(walk, 90_000)
        walk.confirm("refuse", reason="收入超过标准")
    assert Entitlement.objects.get(household=walk.family).until_month == date(2026, 3, 1)
    standing = Standing.objects.filter(household=walk.family, low_income_class="L2").get()
    assert (standing.state, standing.ended_on) == ("ended", date(2026, 3, 1))


@pytest.mark.parametrize(("why", "resumes"), [("job", date(2026, 4, 1)), ("income", date(2026, 4, 1))])
def test_a_stop_reconsidered_is_taken_up_again_without_a_month_paid_twice(
    walk: Walk, why: str, resumes: date
) -> None:
    with clock.frozen(date(2026, 1, 5)):
        origin = walk.until_confirmed()
    with clock.frozen(date(2026, 3, 20)):
        review = _review(walk, origin, why=why)
        review.confirm("refuse", reason="收入超过标准")
        _reconsidered(review, review.case.decisions.get())
        review.case.members.filter(person=walk.applicant).update(answers=KEPT)
        review.confirm("grant")
    standing = Standing.objects.get(household=walk.family)
    assert (standing.state, standing.ended_on) == ("current", None)
    rows = list(Entitlement.objects.filter(household=walk.family).order_by("id"))
    assert [(row.from_month, row.until_month) for row in rows] == [
        (date(2026, 2, 1), resumes), (resumes, None),
    ]  # fmt: skip


def test_only_income_from_a_job_fades_out_and_property_ends_at_once(walk: Walk) -> None:
    with clock.frozen(date(2026, 1, 5)):
        origin = walk.until_confirmed()
    with clock.frozen(date(2026, 3, 20)):
        review = _review(walk, origin, houses="9")
        review.confirm("refuse", reason="房产超标")
    assert Entitlement.objects.get(household=walk.family).until_month == date(2026, 4, 1)
    assert Standing.objects.get(household=walk.family).state == "ended"


def test_a_household_that_has_faded_out_leaves_the_register_and_may_come_back(walk: Walk) -> None:
    with clock.frozen(date(2026, 1, 5)):
        origin = walk.until_confirmed()
    with clock.frozen(date(2026, 3, 20)):
        review = _review(walk, origin)
        review.confirm("refuse", reason="就业")
        review.serve()
    with clock.frozen(date(2026, 9, 30)):
        assert end_exits(on=clock.today(), by=system("nightly")) == 0
    with clock.frozen(date(2026, 10, 1)):
        assert end_exits(on=clock.today(), by=system("nightly")) == 1
        assert end_exits(on=clock.today(), by=system("nightly")) == 0
    assert Standing.objects.get(household=walk.family).state == "ended"


def test_a_household_that_loses_the_job_while_fading_out_is_granted_anew(walk: Walk) -> None:
    with clock.frozen(date(2026, 1, 5)):
        origin = walk.until_confirmed()
    with clock.frozen(date(2026, 3, 20)):
        _review(walk, origin).confirm("refuse", reason="就业")
    again = Walk(walk.who, walk.departments, walk.applicant, walk.family, form={"class_ur": "rural"})
    with clock.frozen(date(2026, 6, 2)):
        again.until_confirmed()
    rows = Entitlement.objects.filter(household=walk.family).order_by("id")
    assert [(row.from_month, row.until_month) for row in rows] == [
        (date(2026, 2, 1), date(2026, 7, 1)), (date(2026, 7, 1), None),
    ]  # fmt: skip


# --- Figures -----------------------------------------------------------------------------------------


def test_a_county_in_which_nothing_is_left_is_counted_as_nothing(walk: Walk) -> None:
    month = clock.Month(2026, 3)
    last = _until_posted(walk)
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        walk.confirm()
        count_month(month, by=system("nightly"))
        Standing.objects.update(state="ended", ended_on=clock.today(), end_reason="迁出")
        count_month(month, by=system("nightly"))
    counted = Snapshot.objects.get(indicator="assistance.dibao_households", month=month.first)
    assert counted.numerator == 0


def test_a_decision_taken_anew_is_not_counted_as_a_second_application(walk: Walk) -> None:
    decision = _refused(walk)
    _reconsidered(walk, decision)
    walk.confirm("refuse", reason="仍超过标准")
    count_month(clock.Month(2026, 3), by=system("nightly"))
    counted = Snapshot.objects.get(indicator="assistance.dibao_on_time", month=date(2026, 3, 1))
    assert counted.denominator == 1


def test_an_appeal_is_decided_once(walk: Walk) -> None:
    _reconsidered(walk, _refused(walk))
    appeal = Appeal.objects.get()
    with pytest.raises(Refused, match="先受理"):
        appealing.decide_appeal(appeal.pk, result="revoked", opinion="再决定", by=walk.who.reviewer)
    assert walk.case.tasks.filter(step="confirm", state="open").count() == 1
