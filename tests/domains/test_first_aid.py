"""Help first, papers later: opened where it happens, decided within a day, paid under two signatures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from minzheng.domains.assistance.models import AidGrant
from minzheng.domains.assistance.warnings import of_first
from minzheng.kernel import clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework import reporting
from minzheng.kernel.casework.models import Case, Decision, Task
from minzheng.kernel.casework.queries import next_steps
from minzheng.kernel.casework.reporting import Claims
from minzheng.kernel.casework.taking import take
from minzheng.kernel.casework.urging import answer, urge
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.funds.models import ReserveFund, ReservePayment
from minzheng.kernel.ledger.proof import verify
from minzheng.kernel.people.models import Person
from minzheng.kernel.visits.models import Lead
from tests.factories.cast import Cast, cast, staff
from tests.factories.money import reserved
from tests.factories.people import a_number, household, person
from tests.factories.places import NEXT_COUNTY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
DAY = date(2022, 9, 28)
REPORT = {
    "source": "hotline", "order_number": "12345-1", "cause": "fire", "event_place": "国道旁出租屋",
    "situation": "房屋烧毁", "phone": "14000000001",
}  # fmt: skip
SCENE = {"found": "衣物全部烧毁", "identity": "claimed", "need": "1500", "witness": "村主任"}
PAID = {"payee": "本人", "method": "cash", "witness": "村主任"}
PAPERS = {
    "helped": "测过客", "identity": "confirmed", "cause": "fire", "amount": "1500", "signed": "on", "sealed": "on",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _the_day() -> Iterator[None]:
    with clock.frozen(DAY):
        yield


@pytest.fixture
def who() -> Cast:
    people = cast()
    reserved(people, quota=50_000_00)
    return people


def reported(who: Cast, claims: Claims | None = None, *, by: Any = None, **more: Any) -> Case:
    claims = claims or Claims(name="测过客", birth=date(1988, 2, 3), phone="14000000001")
    path, channel = more.pop("path", who.seat.village), more.pop("channel", "hotline")
    return reporting.report(
        "assistance.first_aid",
        who=claims,
        path=path,
        answers={**REPORT, **more},
        channel=channel,
        by=by or who.clerk,
    )


def do(
    case: Case, step: str, outcome: str, by: Any, evidence: dict[str, Any] | None = None, **more: Any
) -> Case:
    task = Task.objects.get(case=case, step=step, state="open")
    take(task.pk, outcome=outcome, by=by, evidence=evidence or {}, **more)
    case.refresh_from_db()
    return case


def until_decided(who: Cast, case: Case, **scene: Any) -> Case:
    do(case, "accept", "accept", who.clerk)
    do(case, "assess", "done", who.investigator, {**SCENE, **scene})
    return do(case, "decide", "grant", who.township_approver)


def until_paid(who: Cast, case: Case, **scene: Any) -> Case:
    until_decided(who, case, **scene)
    return do(case, "pay", "done", who.clerk, PAID)


def test_a_passer_by_registered_nowhere_is_helped_the_same_day_without_verification_or_publicity(
    who: Cast,
) -> None:
    case = until_paid(who, reported(who))
    assert not {"verify", "post", "panel"} & set(
        Task.objects.filter(case=case).values_list("step", flat=True)
    )
    assert (case.channel, case.state, case.applicant.id_number) == ("hotline", "granted", None)
    assert (case.applicant.internal_number or "").startswith("UID")
    payment = ReservePayment.objects.get()
    assert (payment.case_id, payment.amount, payment.on) == (case.pk, 1500_00, DAY)
    assert (payment.officer, payment.approver) == (who.clerk.id, who.township_approver.id)
    assert ReserveFund.objects.get().balance == 48_500_00
    grant = AidGrant.objects.get()
    assert (grant.kind, grant.name, grant.person, grant.amount) == ("emergency", "测过客", None, 1500_00)
    assert verify() == ()


def test_t_sa_10_the_papers_are_complete_by_17_october(who: Cast) -> None:
    case = until_paid(who, reported(who))
    task = Task.objects.get(case=case, step="papers")
    assert task.due_on == date(2022, 10, 17)
    with clock.frozen(date(2022, 10, 17)):
        do(case, "serve", "done", who.clerk, {"way": "in_person"})
        assert case.closed_at is None
        do(case, "papers", "done", who.clerk, PAPERS)
    assert case.closed_at is not None


def test_everything_until_the_payment_is_due_within_a_day_holiday_or_not(who: Cast) -> None:
    with clock.frozen(date(2022, 10, 1)):  # the national holiday begins
        case = until_decided(who, reported(who))
        due = dict(Task.objects.filter(case=case).values_list("step", "due_on"))
    assert {due[step] for step in ("accept", "assess", "decide", "pay")} == {date(2022, 10, 2)}


def test_one_who_lives_in_another_county_is_helped_where_it_happened(who: Cast) -> None:
    number = a_number(birth=date(1970, 3, 5))
    elsewhere = person(path=NEXT_COUNTY.village, name="测外乡", birth=date(1970, 3, 5), id_number=number)
    case = until_paid(who, reported(who, Claims(name="测外乡", id_number=number)))
    assert case.applicant == elsewhere
    assert (case.path, case.household) == (who.seat.village, None)
    assert AidGrant.objects.get().person == elsewhere
    with pytest.raises(Refused, match="登记在另一个姓名下"):
        reported(who, Claims(name="测别人", id_number=number))


def test_the_coordinator_reports_for_somebody_of_the_village(who: Cast) -> None:
    case = reported(who, by=who.coordinator, channel="agent", source="village")
    assert Task.objects.get(case=case, step="accept").role == "assistance.clerk"


def test_nobody_reports_for_a_place_that_is_not_theirs(who: Cast) -> None:
    with pytest.raises((NotAllowed, NotFound)):
        reported(who, path=NEXT_COUNTY.village)
    with pytest.raises(NotAllowed):
        reported(who, by=who.investigator)
    with pytest.raises(Refused, match="乡镇"):
        reported(who, path=who.seat.county, by=staff("clerk", at=who.seat.county))
    assert not Case.objects.exists()
    with pytest.raises(Refused, match="须由本人申请"):
        reporting.report(
            "assistance.dibao", who=Claims(name="测过客"), path=who.seat.village, answers={}, channel="hotline",
            by=who.clerk,
        )  # fmt: skip


def test_a_call_about_a_family_on_file_is_a_lead_that_has_become_a_case(who: Cast) -> None:
    number = a_number(birth=date(1971, 3, 5))
    one = person(path=who.seat.village, name="测在册", birth=date(1971, 3, 5), id_number=number)
    home = household(one, path=who.seat.village)
    case = reported(who, Claims(name="测在册", id_number=number))
    lead = Lead.objects.get(household=home)
    assert (lead.state, lead.case_id, case.lead_id) == ("applied", case.pk, lead.pk)
    assert lead.signs.get().source == "hotline"
    assert Entry.objects.filter(verb="casework.report", outcome="done").count() == 1


def test_the_limit_of_first_aid_is_what_is_paid_and_the_rest_goes_on(who: Cast) -> None:
    case = until_paid(who, reported(who), need="5000")
    assert ReservePayment.objects.get().amount == 2000_00
    with pytest.raises(Refused, match=r"实际支付 2,000\.00 元"):
        do(case, "papers", "follow_up", who.clerk, PAPERS)
    do(case, "papers", "follow_up", who.clerk, {**PAPERS, "amount": "2000"})
    further = Case.objects.get(service="assistance.temporary")
    assert (further.origin, further.applicant, further.form["cause"]) == (case, case.applicant, "fire")
    assert further.path == case.path


def test_going_on_with_the_same_event_is_no_second_help_for_it(who: Cast) -> None:
    from minzheng.domains.assistance.queries import earlier_aid, facts_of_aid

    case = until_paid(who, reported(who), need="5000")
    do(case, "papers", "follow_up", who.clerk, {**PAPERS, "amount": "2000"})
    further = Case.objects.get(service="assistance.temporary")
    assert earlier_aid(further) is None
    further.origin = None
    assert earlier_aid(further) is not None
    assert facts_of_aid(further).household["temp_granted"] == 2000_00


def test_the_papers_agree_with_what_was_reported_and_paid(who: Cast) -> None:
    case = until_paid(who, reported(who))
    for wrong, why in (
        ({"amount": "1400"}, "实际支付"),
        ({"cause": "traffic"}, "致困原因"),
        ({"signed": ""}, "签字"),
    ):
        with pytest.raises(Refused) as refused:
            do(case, "papers", "done", who.clerk, {**PAPERS, **wrong})
        assert why in str(refused.value.errors) + refused.value.message


# --- Two signatures, and what stops a payment ------------------------------------------------------------


def test_whoever_approved_does_not_pay_and_whoever_assessed_does_not_approve(who: Cast) -> None:
    both = staff("clerk", "township_approver", at=who.seat.township)
    case = reported(who)
    do(case, "accept", "accept", who.clerk)
    do(case, "assess", "done", who.investigator, SCENE)
    for by in (who.clerk, who.investigator, who.county_approver):
        with pytest.raises(NotAllowed):
            do(case, "decide", "grant", by)
    do(case, "decide", "grant", both)
    with pytest.raises(NotAllowed, match="不同的人"):
        do(case, "pay", "done", both, PAID)
    do(case, "pay", "done", who.clerk, PAID)


def test_a_fund_that_is_short_stops_the_payment_and_leaves_the_step_open(who: Cast) -> None:
    fund = ReserveFund.objects.get()
    for serial in range(25):
        until_paid(
            who,
            reported(
                who,
                Claims(name=f"测过客{'甲乙丙丁戊己庚辛壬癸'[serial % 10]}", birth=date(1980, 1, 1 + serial)),
                phone="",
            ),
            need="2000",
        )
    fund.refresh_from_db()
    assert fund.balance == 0
    case = until_decided(who, reported(who, Claims(name="测末位"), phone=""))
    with pytest.raises(Refused, match="申请补充"):
        do(case, "pay", "done", who.clerk, PAID)
    assert Task.objects.get(case=case, step="pay").state == "open"
    assert ReservePayment.objects.filter(case_id=case.pk).count() == 0
    assert verify() == ()


def test_what_is_refused_is_not_paid(who: Cast) -> None:
    AidGrant.objects.create(
        kind="emergency", name="测过客", birth=date(1988, 2, 3), phone="14000000001", cause="fire",
        granted_on=date(2022, 3, 1), amount=1, path=NEXT_COUNTY.township, event_path=NEXT_COUNTY.township,
    )  # fmt: skip
    case = reported(who)
    do(case, "accept", "accept", who.clerk)
    do(case, "assess", "done", who.investigator, SCENE)
    do(case, "decide", "refuse", who.township_approver, reason="同一事由已获救助")
    assert set(Task.objects.filter(case=case, state="open").values_list("step", flat=True)) == {"serve"}
    do(case, "serve", "done", who.clerk, {"way": "in_person"})
    assert case.closed_at is not None


@pytest.mark.parametrize(
    ("scene", "why"),
    [
        ({"need": "0"}, "没有需要先行救助"),
        ({"witness": ""}, "见证人"),
        ({"identity": "unknown"}, "救助管理站"),
    ],
)
def test_the_scene_is_proven_and_whoever_nobody_knows_is_referred(
    who: Cast, scene: dict[str, Any], why: str
) -> None:
    case = reported(who)
    do(case, "accept", "accept", who.clerk)
    with pytest.raises(Refused, match=why):
        do(case, "assess", "done", who.investigator, {**SCENE, **scene})
    do(
        case,
        "assess",
        "done",
        who.investigator,
        {**SCENE, "identity": "unknown", "referral": "9月28日电告县救助管理站"},
    )


# --- Once for a cause, anywhere in the province -----------------------------------------------------------


def _helped(**more: Any) -> AidGrant:
    facts = {
        "kind": "emergency", "name": "测过客", "birth": date(1988, 2, 3), "phone": "14000000001", "cause": "fire",
        "granted_on": date(2022, 3, 1), "amount": 1000_00, "path": NEXT_COUNTY.township,
        "event_path": NEXT_COUNTY.township,
    }  # fmt: skip
    return AidGrant.objects.create(**(facts | more))


@pytest.mark.parametrize(
    ("before", "bars"),
    [
        ({}, True),
        ({"phone": ""}, True),  # name and birthday
        ({"birth": None}, True),  # name and telephone
        ({"name": "测路人"}, True),  # birthday and telephone
        ({"name": "测路人", "phone": ""}, False),  # the birthday alone
        ({"cause": "traffic"}, False),
        ({"granted_on": date(2021, 9, 28)}, True),  # the same day a year ago is still inside
        ({"granted_on": date(2021, 9, 27)}, False),
    ],
)
def test_help_for_the_same_cause_anywhere_in_the_province_is_shown_before_paying(
    who: Cast, before: dict[str, Any], bars: bool
) -> None:
    _helped(**before)
    case = reported(who)
    assert bool(of_first(case)) is bars
    do(case, "accept", "accept", who.clerk)
    do(case, "assess", "done", who.investigator, SCENE)
    if bars:
        assert "其他乡镇（街道）" in of_first(case)[0]
        with pytest.raises(Refused, match="不符合条件"):
            do(case, "decide", "grant", who.township_approver)
        assert not ReservePayment.objects.exists()
    else:
        do(case, "decide", "grant", who.township_approver)


def test_one_with_papers_is_known_by_file_also_through_the_household(who: Cast) -> None:
    number = a_number(birth=date(1972, 3, 5))
    one = person(path=NEXT_COUNTY.village, name="测外乡", birth=date(1972, 3, 5), id_number=number)
    home = household(one, path=NEXT_COUNTY.village)
    _helped(name="测家人", birth=None, phone="", household=home)
    assert of_first(reported(who, Claims(name="测外乡", id_number=number), phone=""))


def test_the_same_stranger_reported_twice_has_one_file(who: Cast) -> None:
    reported(who)
    with pytest.raises(Refused, match=r"已有一件同类申请|另一件正在办理"):
        reported(who)
    assert Person.objects.filter(name="测过客").count() == 1


def test_the_letter_claims_no_publicity(who: Cast) -> None:
    from minzheng.kernel.documents import store
    from minzheng.kernel.documents.models import Document
    from tests.factories.pdf_text import pdf_text

    case = until_paid(who, reported(who))
    letter = Document.objects.get(pk=Decision.objects.get(case=case).document_id)
    with store.open_file(letter) as file:
        said = pdf_text(file.read())
    assert "公示" not in said
    assert "1,500.00" in said


# --- Papers that are late ---------------------------------------------------------------------------------


def test_papers_overdue_are_red_and_pressed_for_by_the_county_once_a_day(who: Cast) -> None:
    case = until_paid(who, reported(who))
    task = Task.objects.get(case=case, step="papers")
    with clock.frozen(date(2022, 10, 17)), pytest.raises(Refused, match="没有超期"):
        urge(task.pk, text="请尽快补齐", by=who.county_approver)
    with clock.frozen(date(2022, 10, 18)):
        light = {one.task.step: one.light for one in next_steps(case, who.clerk)}["papers"]
        assert light is clock.Light.RED
        for by in (who.clerk, who.township_approver, who.coordinator):
            with pytest.raises(NotAllowed):
                urge(task.pk, text="请尽快补齐", by=by)
        with pytest.raises(NotFound):
            urge(task.pk, text="请尽快补齐", by=who.stranger)
        urge(task.pk, text="请尽快补齐", by=who.county_approver)
        with pytest.raises(Refused, match="今天已由"):
            urge(task.pk, text="请尽快补齐", by=who.sampler)
        for by in (who.county_approver, who.coordinator):
            with pytest.raises(NotAllowed):
                answer(task.pk, text="明天补齐", by=by)
        with pytest.raises(NotFound):
            answer(task.pk, text="明天补齐", by=who.stranger)
        assert answer(task.pk, text="明天补齐", by=who.clerk).urge_answer == "明天补齐"
    with clock.frozen(date(2022, 10, 19)):
        assert urge(task.pk, text="再次催办", by=who.sampler).urged_times == 2
        do(case, "papers", "done", who.clerk, PAPERS)
        with pytest.raises(Refused, match="没有超期或已经办理"):
            urge(task.pk, text="请尽快补齐", by=who.county_approver)
