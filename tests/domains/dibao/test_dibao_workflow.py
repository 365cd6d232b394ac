"""Dibao through the whole workflow: what each actor may do, in which order, and what comes of it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from minzheng.domains.assistance.models import Standing
from minzheng.kernel import clock
from minzheng.kernel.access.models import Posting as Posting_
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework import (
    accepting,
    deciding,
    drafting,
    pausing,
    posting,
    queries,
    verifying,
)  # fmt: skip
from minzheng.kernel.casework.models import Case, Decision, Task
from minzheng.kernel.casework.taking import take
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.exchange import actions as exchange
from minzheng.kernel.exchange.models import Discrepancy
from minzheng.kernel.ledger.models import Entitlement
from minzheng.kernel.notices.models import Posting
from minzheng.kernel.standards.models import ParameterRow
from tests.factories.afterwards import KEPT
from tests.factories.cast import actor, user_of
from tests.factories.cast import office as office_at
from tests.factories.people import household, person
from tests.factories.walk import HOME_VISIT, PURPOSE, Walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar", "working_tuesday")]
DAY = date(2026, 3, 3)


def delegate(county: str) -> None:
    """The county hands confirmation to its townships."""
    ParameterRow.objects.create(
        key="dibao.decided_by", path=county, from_on=date(2021, 7, 1), value="township", unit="code",
        source="县民政局委托书", confidence="assumption",
    )  # fmt: skip


def test_a_household_without_income_is_confirmed_and_paid_from_the_next_month(walk: Walk) -> None:
    case = walk.until_confirmed()
    assert case.state == Case.State.GRANTED
    decision = Decision.objects.get(case=case)
    assert decision.payload["amount"] == 72867
    entitlement = Entitlement.objects.get(case_id=case.pk)
    assert entitlement.amount == decision.payload["amount"]
    assert entitlement.from_month == date(2026, 4, 1)
    standing = Standing.objects.get(household=walk.family)
    assert (standing.low_income_class, standing.members) == ("L2", 2)


def test_the_clock_of_the_case_is_that_of_the_handbook(walk: Walk) -> None:
    """T-SA-09: accepted 2022-01-20, survey by 01-25, decision by 03-08; an objection makes it 03-29."""
    with clock.frozen(date(2022, 1, 20)):
        walk.apply()
        case = walk.accept()
        assert walk.task("investigate").due_on == date(2022, 1, 25)
        assert case.due_on == date(2022, 3, 8)
        walk.investigate()
        walk.verify()
        walk.assess()
        walk.panel()
        walk.post()
        notice = Posting.objects.get(case_id=case.pk)
        posting.object_to(notice.pk, name="邻居", text="他家另有收入", by=walk.who.resident)
        assert walk.fresh().due_on == date(2022, 3, 29)


def test_a_township_to_which_the_county_has_delegated_confirms_within_twenty_days(walk: Walk) -> None:
    delegate(walk.who.seat.county)
    with clock.frozen(date(2022, 1, 20)):
        walk.apply()
        case = walk.accept()
    assert case.due_on == date(2022, 2, 22)
    assert case.bound["decided_at"] == 4
    # The delegation of a later day does not move a case already accepted.
    ParameterRow.objects.all().delete()
    assert walk.fresh().bound["decided_at"] == 4


def test_the_county_may_not_confirm_what_it_has_delegated(walk: Walk) -> None:
    delegate(walk.who.seat.county)
    case = _at_confirmation(walk)
    with pytest.raises(NotAllowed, match="乡镇级"):
        walk.do("confirm", "grant", walk.who.county_approver)
    walk.do("confirm", "grant", walk.who.township_approver)
    assert case.decisions.get().level == 4


def _at_confirmation(walk: Walk) -> Case:
    last = walk.until_posted()
    with clock.frozen(last + timedelta(days=1)):
        return walk.take_down()


def test_publicity_cannot_be_cut_short(walk: Walk) -> None:
    last = walk.until_posted()
    assert last == date(2026, 3, 10)
    with clock.frozen(last), pytest.raises(Refused, match="次日起"):
        walk.take_down()
    assert walk.task("post").state == "open"


def test_the_approver_may_not_decide_a_case_they_investigated(walk: Walk) -> None:
    delegate(walk.who.seat.county)
    user = user_of(walk.who.investigator)
    office = walk.who.seat.township
    Posting_.objects.create(
        user=user, office=office_at(office), role="assistance.township_approver", from_on=date(2020, 1, 1)
    )
    _at_confirmation(walk)
    with pytest.raises(NotAllowed, match="不同的人"):
        walk.do("confirm", "grant", actor(user))


def test_a_visit_needs_two(walk: Walk) -> None:
    walk.apply()
    walk.accept()
    evidence = {"visited_on": DAY.isoformat(), **HOME_VISIT}
    for partners in ([], [walk.who.investigator.user_id or 0], [10**9]):
        with pytest.raises(Refused, match=r"同行人员|共同办理"):
            walk.do("investigate", "done", walk.who.investigator, evidence=evidence, partners=partners)
    with pytest.raises(NotAllowed, match="岗位"):
        walk.do(
            "investigate",
            "done",
            walk.who.investigator,
            evidence=evidence,
            partners=[walk.who.clerk.user_id or 0],
        )


def test_no_authorisation_no_verification(walk: Walk) -> None:
    walk.draft()
    walk.consent(walk.applicant)
    drafting.submit(walk.case.pk, by=walk.who.coordinator)
    walk.accept()
    with pytest.raises(Refused, match="测寒露"):
        verifying.begin(walk.task("verify").pk, by=walk.who.verifier)
    refused = Entry.objects.filter(case_id=walk.case.pk, outcome="refused").get()
    assert refused.verb == "casework.begin_verification"


def test_a_hidden_vehicle_is_found_explained_and_does_not_count(walk: Walk) -> None:
    case = _with_hidden_vehicle(walk)
    [difference] = Discrepancy.objects.filter(verification__case_id=case.pk)
    assert (difference.declared, difference.found) == (0, 1)
    with pytest.raises(Refused, match="没有认定"):
        walk.do("verify", "done", walk.who.verifier)
    exchange.explain(discrepancy=difference, text="车已卖给邻村，未过户，有转让协议", by=walk.who.coordinator)
    verifying.decide_difference(
        walk.task("verify").pk, difference.pk, accept=True, reason="经核实转让属实", by=walk.who.verifier
    )
    walk.do("verify", "done", walk.who.verifier)
    assert deciding.determine(walk.fresh(), on=DAY).eligible.outcome == "met"


def test_a_vehicle_that_stands_leads_to_a_reasoned_refusal(walk: Walk) -> None:
    case = _with_hidden_vehicle(walk)
    [difference] = Discrepancy.objects.filter(verification__case_id=case.pk)
    exchange.explain(discrepancy=difference, text="车是家里自用的", by=walk.who.coordinator)
    verifying.decide_difference(
        walk.task("verify").pk, difference.pk, accept=False, reason="车辆属实", by=walk.who.verifier
    )
    walk.do("verify", "done", walk.who.verifier)
    with pytest.raises(Refused, match="不符合条件"):
        walk.assess("propose")
    walk.assess("oppose")
    with pytest.raises(Refused, match="不符合条件"):
        walk.confirm("grant")
    with pytest.raises(Refused, match="理由"):
        walk.confirm("refuse")
    case = walk.confirm("refuse", reason="家庭财产不符合规定")
    decision = case.decisions.get()
    assert case.state == Case.State.REFUSED
    assert "vehicle" in decision.determination["reasons"]
    assert decision.document_id is not None
    case = walk.serve()
    assert case.closed_at is not None


def _with_hidden_vehicle(walk: Walk) -> Case:
    walk.apply()
    walk.accept()
    walk.investigate()
    car = {"type": "小型普通客车", "first_registered": "2019-05-01", "plate": "吉A****1", "use": "private"}
    walk.put_on_file({walk.applicant.pk: {"vehicles": [car]}})
    task = walk.task("verify")
    verifying.begin(task.pk, by=walk.who.verifier)
    verifying.ask(task.pk, by=walk.who.verifier)
    verifying.report(task.pk, by=walk.who.verifier)
    return walk.fresh()


def test_what_is_missing_is_told_once(walk: Walk) -> None:
    walk.apply()
    task = walk.task("accept")
    accepting.ask_correction(task.pk, items=["医疗票据不清楚"], by=walk.who.clerk)
    assert walk.fresh().state == Case.State.CORRECTING
    drafting.save_draft(walk.case.pk, {"rigid_spending": "1200.50"}, by=walk.who.coordinator)
    walk.answer_correction()
    with pytest.raises(Refused, match="只能一次性告知"):
        accepting.ask_correction(walk.task("accept").pk, items=["再补一份"], by=walk.who.clerk)
    assert walk.accept().state == Case.State.OPEN


def test_silence_beyond_the_limit_counts_as_acceptance_from_the_day_of_receipt(walk: Walk) -> None:
    """Handbook 13 §17, example 1."""
    with clock.frozen(date(2026, 2, 10)):
        walk.apply()
    with clock.frozen(date(2026, 2, 25)):
        assert walk.accept().accepted_on == date(2026, 2, 10)


def test_a_suspension_lengthens_the_case_by_its_working_days(walk: Walk) -> None:
    """Handbook 13 §17, example 3, on the thirty days of dibao."""
    with clock.frozen(date(2026, 3, 2)):
        walk.apply()
        walk.accept()
        before = walk.fresh().due_on
    with clock.frozen(date(2026, 3, 10)):
        pausing.pause(walk.case.pk, why="1", reason="等待鉴定", by=walk.who.county_approver)
        with pytest.raises(Refused, match="中止"):
            walk.investigate()
    with clock.frozen(date(2026, 3, 17)):
        pausing.resume(walk.case.pk, by=walk.who.county_approver)
    assert before == date(2026, 4, 14)
    assert walk.fresh().due_on == date(2026, 4, 21)
    with pytest.raises(NotAllowed, match="审批人"):
        pausing.pause(walk.case.pk, why="1", reason="再等", by=walk.who.clerk)


def test_a_second_click_and_an_old_page_change_nothing(walk: Walk) -> None:
    walk.draft()
    walk.consent()
    drafting.submit(walk.case.pk, by=walk.who.coordinator, key="one-click")
    again = drafting.submit(walk.case.pk, by=walk.who.coordinator, key="one-click")
    assert again.pk == walk.case.pk
    assert Task.objects.filter(case=walk.case).count() == 1
    seen = walk.fresh().version
    task = walk.task("accept")
    walk.accept()
    with pytest.raises(Stale, match="刷新"):
        take(
            task.pk,
            outcome="accept",
            by=walk.who.clerk,
            evidence={"complete": "on", "kin": "no"},
            version=seen,
        )


def test_one_household_has_one_running_application(walk: Walk) -> None:
    walk.apply()
    walk.draft()
    with pytest.raises(Refused, match="正在办理"):
        drafting.submit(walk.case.pk, by=walk.who.coordinator)


def test_nobody_is_in_two_households_of_the_province(walk: Walk) -> None:
    walk.until_confirmed()
    other = household(person(path=walk.who.seat.village), path=walk.who.seat.village)
    second = Walk(walk.who, walk.departments, other.memberships.get().person, other)
    second.apply()
    drafting_member = second.case.members.create(person=walk.applicant, relation="97", answers=KEPT)
    assert drafting_member.pk
    exchange.sign_consent(
        person=walk.applicant,
        case_id=second.case.pk,
        purpose=PURPOSE,
        channel="paper",
        by=walk.who.coordinator,
    )
    second.accept()
    second.investigate()
    second.verify()
    second.assess()
    second.panel()
    last = second.post()
    with clock.frozen(last + timedelta(days=1)):
        second.take_down()
        with pytest.raises(Refused, match="同类救助"):
            second.confirm()
    assert second.fresh().state == Case.State.OPEN


def test_a_relative_of_the_officer_is_handled_by_others(walk: Walk) -> None:
    walk.apply()
    account = user_of(walk.who.investigator).username
    walk.do("accept", "accept", walk.who.clerk, evidence={"complete": "on", "kin": "yes", "kin_of": account})
    with pytest.raises(NotAllowed, match="近亲属"):
        walk.investigate()


def test_the_panel_must_say_what_its_votes_say(walk: Walk) -> None:
    walk.until_verified()
    walk.assess()
    with pytest.raises(Refused, match="不少于 3 人"):
        walk.panel(votes=("agree", "agree"))
    with pytest.raises(Refused, match="不一致"):
        walk.panel(votes=("agree", "against", "against"))
    walk.panel(votes=("agree", "against", "agree", "abstain", "agree"))


def test_a_stranger_sees_nothing_and_an_officer_without_the_post_may_not(walk: Walk) -> None:
    walk.apply()
    for step_by in (walk.who.stranger, walk.who.resident):
        with pytest.raises(NotFound):
            walk.do("accept", "accept", step_by, evidence={"complete": "on", "kin": "no"})
        with pytest.raises(NotFound):
            queries.case_for(walk.case.pk, step_by)
    with pytest.raises(NotAllowed, match="受理员"):
        walk.do("accept", "accept", walk.who.investigator, evidence={"complete": "on", "kin": "no"})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"deposits": "12.345"}, "两位小数"),
        ({"deposits": "-1"}, "负数"),
        ({"houses": "two"}, "整数"),
        ({"phone": "12345"}, "电话"),
        ({"payee_account": "6217000000000000013"}, "账号|卡号"),
        ({"need": "字" * 5000}, "500"),
        ({"need": "行\x00"}, "控制字符"),
        ({"class_ur": "moon"}, "列表"),
        ({"unasked": "x"}, "没有“unasked”"),
    ],
)
def test_a_wrong_answer_is_told_in_words_and_nothing_is_kept(
    walk: Walk, given: dict[str, str], message: str
) -> None:
    walk.draft()
    before = dict(walk.case.form)
    with pytest.raises(Refused) as caught:
        drafting.save_draft(walk.case.pk, given, by=walk.who.coordinator)
    assert re.search(message, "".join(caught.value.errors.values()))
    assert walk.fresh().form == before


def test_nothing_happens_without_an_actor(walk: Walk) -> None:
    walk.apply()
    with pytest.raises(NotAllowed, match="没有办理人"):
        take(walk.task("accept").pk, outcome="accept", by=None, evidence={})  # type: ignore[arg-type]


def test_numbers_are_in_no_plain_column_and_in_no_audit_row(walk: Walk) -> None:
    walk.until_confirmed()
    number, account = str(walk.applicant.id_number), walk.case.sealed["payee_account"]
    kept = str(list(Entry.objects.values())) + str(list(Case.objects.values("form", "bound")))
    kept += str(list(Task.objects.values("evidence"))) + str(
        list(Decision.objects.values("payload", "determination"))
    )
    assert number not in kept
    assert account not in kept
