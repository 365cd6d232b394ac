"""Tekun from the application to the payment, beside dibao, through review to its end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from minzheng.desk.cases import case_deeds
from minzheng.domains.assistance.actions import end_for_the_dead, tekun_review_payload
from minzheng.domains.assistance.models import Standing
from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit.actor import system
from minzheng.kernel.casework import appealing, drafting, posting, sampling
from minzheng.kernel.casework.deciding import determine
from minzheng.kernel.casework.models import Case, Decision
from minzheng.kernel.documents.models import Document
from minzheng.kernel.documents.queries import open_file
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.exchange.models import Consent, Query
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Covered, Entitlement
from minzheng.kernel.notices.models import Posting
from minzheng.kernel.people.models import Person
from tests.factories.cast import cast, resident_of
from tests.factories.departments import Departments
from tests.factories.money import a_card
from tests.factories.other_walks import ABLE, TekunWalk
from tests.factories.pdf_text import pdf_text
from tests.factories.people import household, person
from tests.factories.walk import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar", "working_tuesday")]
DAY = date(2026, 3, 3)
# 8926 / 12 + 300, as T-SA-07; the county has set the care standards of the platform.
PARTIAL, FULL, TOTAL = 1_043_83, 843_83, 1_643_83
SHARE = 600_60  # of dibao: the standard, and a tenth of it for the old and for minors


@pytest.fixture
def walk(departments: Departments) -> TekunWalk:
    who = cast()
    old = person(path=who.seat.village, name="测立夏", birth=date(1950, 5, 12))
    family = household(old, path=who.seat.village, class_ur="urban")
    return TekunWalk(who, departments, old, family, acts={"can_walk": "no", "can_bathe": "no"})


def _standing(who: Person) -> Standing:
    return Standing.objects.get(applicant=who, low_income_class="L1")


def test_a_confirmed_person_is_paid_basic_and_care_from_the_month_after(walk: TekunWalk) -> None:
    granted = walk.until_confirmed()
    assert granted.state == Case.State.GRANTED
    row = Entitlement.objects.get(person=walk.applicant)
    assert (row.scheme, row.amount, row.from_month, row.until_month) == (
        "assistance.tekun", PARTIAL, date(2026, 4, 1), None,
    )  # fmt: skip
    assert row.household is None
    kept = _standing(walk.applicant)
    assert (kept.amount, kept.care_level, kept.support_form, kept.class_ur) == (
        PARTIAL, "partial", "dispersed", "urban",
    )  # fmt: skip
    assert kept.review_due == date(2027, 3, 11)
    assert list(Covered.objects.values_list("person", "exclusive_group")) == [
        (walk.applicant.pk, "livelihood")
    ]


def test_the_opinion_may_not_contradict_the_law_and_wants_somebody_who_cares(walk: TekunWalk) -> None:
    walk.until_verified()
    with pytest.raises(Refused, match="照料服务协议"):
        walk.assess(agreement="")
    with pytest.raises(Refused, match="落实供养安排"):
        walk.assess(arrangement="none")
    with pytest.raises(Refused, match="并非不符合"):
        walk.assess("oppose")


def test_an_able_child_elsewhere_stands_in_the_way(walk: TekunWalk) -> None:
    refused = _refused(walk)
    assert refused.decisions.get().determination["reasons"] == ["able_supporter"]
    assert not Standing.objects.exists()
    assert not Entitlement.objects.exists()


def letter_text(refused: Case) -> str:
    letter = Document.objects.get(pk=refused.decisions.get().document_id)
    with open_file(letter) as file:
        return pdf_text(file.read())


def _refused(walk: TekunWalk) -> Case:
    """Somebody able to support stands in the way."""
    child = {
        "name": "测大暑", "kind": "child", "birth": "1980-03-01", "own_income": "24000", "modest": "yes",
        "state": "none",
    }  # fmt: skip
    walk.form = {"supporters": [child]}
    walk.until_verified()
    with pytest.raises(Refused, match="不符合条件"):
        walk.assess("propose")
    walk.assess("oppose")
    return walk.confirm("refuse", reason="有具备履行义务能力的法定义务人")


def test_a_refusal_goes_on_as_dibao_with_what_is_already_known(walk: TekunWalk) -> None:
    refused = _refused(walk)
    asked = Consent.objects.count(), Query.objects.count()
    dibao = Walk(walk.who, walk.departments, walk.applicant, walk.family)
    dibao.case = refused.follow_ons.get()
    assert dibao.case.service == "assistance.dibao"
    steps = dict(dibao.case.tasks.values_list("step", "state"))
    assert steps == {"accept": "carried", "investigate": "carried", "verify": "carried", "assess": "open"}
    assert "最低生活保障（已自动转入评估）" in letter_text(refused)
    dibao.assess()
    dibao.panel()
    last = dibao.post()
    with clock.frozen(last + timedelta(days=1)):
        dibao.take_down()
        assert dibao.confirm().state == Case.State.GRANTED
    assert Entitlement.objects.get().scheme == "assistance.dibao"
    assert (Consent.objects.count(), Query.objects.count()) == asked


def test_a_refusal_leads_nowhere_for_whoever_is_on_dibao(walk: TekunWalk) -> None:
    _on_dibao(walk)
    refused = _refused(walk)
    assert not refused.follow_ons.exists()
    assert "已自动转入评估" not in letter_text(refused)


def test_whoever_investigated_may_not_confirm(walk: TekunWalk) -> None:
    last = walk.until_posted()
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        with pytest.raises(NotAllowed):
            walk.do("confirm", "grant", walk.who.investigator)


def test_nothing_is_granted_before_seven_days_in_the_village_are_over(walk: TekunWalk) -> None:
    last = walk.until_posted()
    assert last == date(2026, 3, 10)
    with clock.frozen(last), pytest.raises(Refused, match="公示期"):
        walk.take_down()


def _on_dibao(walk: TekunWalk) -> None:
    dibao = Walk(walk.who, walk.departments, walk.applicant, walk.family, form={"class_ur": "urban"})
    with clock.frozen(date(2026, 1, 6)):
        dibao.until_confirmed()


def test_the_dibao_of_a_person_alone_ends_where_tekun_begins(walk: TekunWalk) -> None:
    _on_dibao(walk)
    walk.until_confirmed()
    dibao = Entitlement.objects.get(scheme="assistance.dibao")
    assert (dibao.until_month, dibao.state) == (date(2026, 4, 1), "ended")
    classes = dict(Standing.objects.filter(household=walk.family).values_list("low_income_class", "state"))
    assert classes == {"L1": "current", "L2": "ended"}
    # In no month are both open.
    covered = Covered.objects.filter(person=walk.applicant).order_by("from_month")
    assert list(covered.values_list("from_month", "until_month")) == [
        (date(2026, 2, 1), date(2026, 4, 1)),
        (date(2026, 4, 1), None),
    ]


@pytest.fixture
def couple(departments: Departments) -> TekunWalk:
    """An old man and the grandson who lives with him."""
    who = cast()
    old = person(path=who.seat.village, name="测立夏", birth=date(1950, 5, 12))
    grandson = person(path=who.seat.village, name="测小暑", birth=date(2012, 6, 1))
    family = household(old, grandson, path=who.seat.village, class_ur="urban", relations=("02", "40"))
    return TekunWalk(who, departments, old, family)


def test_the_others_keep_their_share_of_the_dibao(couple: TekunWalk) -> None:
    _on_dibao(couple)
    before = Entitlement.objects.get(scheme="assistance.dibao")
    assert before.amount == 2 * SHARE
    couple.until_confirmed()
    now = Entitlement.objects.get(scheme="assistance.dibao", state="current")
    assert (now.amount, now.from_month) == (SHARE, date(2026, 4, 1))
    grandson = couple.family.memberships.get(relation="40").person_id
    assert list(now.covered.values_list("person_id", flat=True)) == [grandson]
    kept = Standing.objects.get(household=couple.family, low_income_class="L2")
    assert (kept.state, kept.amount, kept.members) == ("current", SHARE, 1)
    assert _standing(couple.applicant).amount == FULL


def test_where_the_rest_cannot_be_reckoned_dibao_is_reviewed_first(couple: TekunWalk) -> None:
    """The old books say what is paid, not why."""
    people = [one.person for one in couple.family.memberships.select_related("person")]
    ledger.entitle(
        scheme="assistance.dibao", path=couple.family.path, class_ur="urban", amount=100_00, household=couple.family,
        from_month=clock.Month(2025, 1), members=people, exclusive_group="livelihood", by=system("old books"),
        payee=ledger.Payee(person=people[0], account=a_card(), owner=people[0].name),
        basis=ledger.Basis(decision_number="原系统结转1号", rule_set="SA-2014", trace_sha=""),
    )  # fmt: skip
    with pytest.raises(Refused, match="请先办理低保复核，把测立夏移出保障人口（自2026-04起）"):
        couple.until_confirmed()
    assert Entitlement.objects.get().amount == 100_00


def test_a_tekun_person_has_no_share_in_a_dibao_granted_later(couple: TekunWalk) -> None:
    couple.until_confirmed()
    dibao = Walk(couple.who, couple.departments, couple.applicant, couple.family, form={"class_ur": "urban"})
    with clock.frozen(date(2026, 4, 7)):
        dibao.until_confirmed()
    row = Entitlement.objects.get(scheme="assistance.dibao")
    assert row.amount == SHARE
    assert not row.covered.filter(person=couple.applicant).exists()


def test_nobody_is_confirmed_twice(walk: TekunWalk) -> None:
    walk.until_confirmed()
    again = TekunWalk(walk.who, walk.departments, walk.applicant, walk.family)
    with clock.frozen(date(2026, 4, 7)), pytest.raises(Refused, match="已是特困人员"):
        again.until_confirmed()


def test_an_old_couple_has_two_files(departments: Departments) -> None:
    who = cast()
    man = person(path=who.seat.village, name="测立夏", birth=date(1950, 5, 12))
    wife = person(path=who.seat.village, name="测立冬", birth=date(1952, 5, 12), sex="2")
    family = household(man, wife, path=who.seat.village, class_ur="urban")
    for one in (man, wife):
        TekunWalk(who, departments, one, family).until_confirmed()
    assert Standing.objects.filter(household=family, low_income_class="L1", state="current").count() == 2
    assert set(Entitlement.objects.values_list("person", "amount")) == {(man.pk, FULL), (wife.pk, FULL)}


def _revoked(walk: TekunWalk) -> None:
    """Reconsideration sets the decision aside; the county decides anew."""
    walk.serve()
    decision = walk.case.decisions.get()
    appeal = appealing.file_appeal(decision.pk, reasons="算错了", by=resident_of(walk.applicant))
    appealing.accept_appeal(appeal.pk, accepted=True, by=walk.who.reviewer)
    appealing.decide_appeal(appeal.pk, result="revoked", opinion="计算有误", by=walk.who.reviewer)
    walk.fresh()


def test_decided_anew_the_person_has_one_file_and_one_payment(walk: TekunWalk) -> None:
    walk.until_confirmed()
    with clock.frozen(date(2026, 3, 20)):
        _revoked(walk)
        walk.confirm()
    row = Entitlement.objects.get(person=walk.applicant)
    assert (row.amount, row.until_month) == (PARTIAL, None)
    assert _standing(walk.applicant).state == "current"


def test_what_is_set_aside_and_refused_ends_with_the_month(walk: TekunWalk) -> None:
    walk.until_confirmed()
    with clock.frozen(date(2026, 5, 20)):
        _revoked(walk)
        Person.objects.filter(pk=walk.applicant.pk).update(birth=date(1990, 5, 12))
        walk.confirm("refuse", reason="有劳动能力")
    assert Entitlement.objects.get(person=walk.applicant).until_month == date(2026, 6, 1)
    assert (_standing(walk.applicant).state, _standing(walk.applicant).ended_on) == (
        "ended",
        date(2026, 6, 1),
    )


# --- Review and ending ---------------------------------------------------------------------------------


def _review(walk: TekunWalk, why: str, *, acts: dict[str, Any] | None = None, **form: Any) -> TekunWalk:
    """The township looks again: what has changed, the six acts, and what the person says."""
    who = walk.who
    origin = Case.objects.get(pk=walk.case.pk)
    review = drafting.start_draft(
        "assistance.tekun_review", applicant=walk.applicant, household=walk.family, path=walk.family.path,
        channel="window", by=who.clerk, origin=origin,
    )  # fmt: skip
    drafting.save_draft(review.pk, {"why": why, "change": "情况变化", **form}, by=who.clerk)
    drafting.submit(review.pk, by=who.clerk)
    again = TekunWalk(who, walk.departments, walk.applicant, walk.family, service="assistance.tekun_review")
    again.case = review
    again.do("accept", "done", who.clerk)
    seen = {
        "visited_on": clock.today().isoformat(),
        "found": "属实",
        "assessor": "评估员",
        **ABLE,
        **(acts or {}),
    }
    again.do(
        "investigate",
        "done",
        who.investigator,
        evidence=seen,
        partners=[who.second_investigator.user_id or 0],
    )
    heard = {"heard_on": clock.today().isoformat(), "views": "无异议", "signed": "yes"}
    again.do("hear", "done", who.clerk, evidence=heard)
    return again


def _opinion(walk: TekunWalk, outcome: str) -> None:
    walk.do("assess", outcome, walk.who.investigator, evidence={"opinion": "如上"})


def test_who_can_do_less_is_paid_more_from_the_next_month(walk: TekunWalk) -> None:
    walk.until_confirmed()
    with clock.frozen(date(2026, 6, 2)):
        less = dict.fromkeys(("can_rise", "can_toilet", "can_walk", "can_bathe"), "no")
        review = _review(walk, "ability", acts=less)
        _opinion(review, "keep")
        review.confirm("grant")
    row = Entitlement.objects.get(person=walk.applicant, state="current")
    assert (row.amount, row.from_month) == (TOTAL, date(2026, 7, 1))
    assert (_standing(walk.applicant).care_level, _standing(walk.applicant).amount) == ("total", TOTAL)


RICH = {"deposits": "900000"}


def test_an_ending_is_posted_before_it_is_decided_and_stops_the_month_after(walk: TekunWalk) -> None:
    walk.until_confirmed()
    with clock.frozen(date(2026, 6, 2)):
        review = _review(walk, "means", **RICH)
        with pytest.raises(Refused, match="不再符合条件"):
            _opinion(review, "keep")
        _opinion(review, "stop")
        last = review.post()
        notice = Posting.objects.get(case_id=review.case.pk)
        assert (notice.content["ending"], notice.content["amount"]) == (True, 0)
    with clock.frozen(last + timedelta(days=1)):
        review.take_down()
        ended = review.confirm("refuse", reason="存款超过规定")
    assert Decision.objects.get(case=ended).payload["ends"] == "2026-07-01"
    row = Entitlement.objects.get(person=walk.applicant)
    assert (row.until_month, row.state) == (date(2026, 7, 1), "ended")
    kept = _standing(walk.applicant)
    assert (kept.state, kept.ended_on) == ("ended", date(2026, 7, 1))
    assert "超过特困人员存款限额" in kept.end_reason


def test_an_ending_that_was_not_posted_is_refused(walk: TekunWalk) -> None:
    walk.until_confirmed()
    with clock.frozen(date(2026, 6, 2)):
        review = _review(walk, "periodic")
        _opinion(review, "keep")
        Person.objects.filter(pk=walk.applicant.pk).update(birth=date(1990, 5, 12))
        with pytest.raises(Refused, match="须先公示期满"):
            review.confirm("refuse", reason="恢复劳动能力")
    assert _standing(walk.applicant).state == "current"


def test_whoever_asks_to_leave_leaves_although_the_conditions_are_met(walk: TekunWalk) -> None:
    walk.until_confirmed()
    with clock.frozen(date(2026, 6, 2)):
        review = _review(walk, "voluntary")
        with pytest.raises(Refused, match="不再符合条件"):
            _opinion(review, "keep")
        _opinion(review, "stop")
        last = review.post()
    with clock.frozen(last + timedelta(days=1)):
        review.take_down()
        review.confirm("refuse", reason="本人自愿")
    decision = Decision.objects.get(case=review.case)
    assert decision.determination["reasons"][0] == "voluntary"
    assert decision.determination["eligible"]["because"] == "本人自愿书面申请终止救助供养"
    assert Entitlement.objects.get(person=walk.applicant).until_month == date(2026, 7, 1)


def test_only_the_office_begins_a_review(walk: TekunWalk) -> None:
    walk.until_confirmed()
    with clock.frozen(date(2026, 8, 4)), pytest.raises(NotAllowed):
        drafting.start_draft(
            "assistance.tekun_review", applicant=walk.applicant, household=walk.family, path=walk.family.path,
            channel="online", by=resident_of(walk.applicant),
        )  # fmt: skip


def test_a_review_needs_a_file(walk: TekunWalk) -> None:
    review = drafting.start_draft(
        "assistance.tekun_review", applicant=walk.applicant, household=walk.family, path=walk.family.path,
        channel="window", by=walk.who.clerk,
    )  # fmt: skip
    with pytest.raises(Refused, match="现在不是特困人员"):
        tekun_review_payload(review, determine(review, on=DAY), on=DAY, granted=False)


def test_the_dead_are_paid_for_the_month_of_death(walk: TekunWalk) -> None:
    walk.until_confirmed()
    Person.objects.filter(pk=walk.applicant.pk).update(died_on=date(2026, 5, 20))
    with clock.frozen(date(2026, 6, 2)):
        with pytest.raises(NotAllowed):
            end_for_the_dead(on=clock.today(), by=walk.who.county_approver)
        assert end_for_the_dead(on=clock.today(), by=system("nightly")) == 1
        assert end_for_the_dead(on=clock.today(), by=system("nightly")) == 0
    assert Entitlement.objects.get(person=walk.applicant).until_month == date(2026, 6, 1)
    assert (_standing(walk.applicant).state, _standing(walk.applicant).ended_on) == (
        "ended",
        date(2026, 6, 1),
    )


def test_the_notice_says_that_support_is_to_end(walk: TekunWalk) -> None:
    walk.until_confirmed()
    with clock.frozen(date(2026, 6, 2)):
        review = _review(walk, "means", **RICH)
        _opinion(review, "stop")
        notice = posting.post_notice(review.task("post").pk, place="村委会公示栏", by=walk.who.clerk)
    assert notice.content["scheme"] == "特困人员复核"


# --- Looked at by others -------------------------------------------------------------------------------


def test_the_county_draws_at_least_three_in_ten(walk: TekunWalk) -> None:
    for _ in range(4):
        old = person(path=walk.family.path, birth=date(1950, 5, 12))
        Case.objects.create(
            service="assistance.tekun", service_version="1", form_version="1", state="refused", channel="window",
            applicant=old, path=walk.family.path, created_at=clock.now(), created_by="user:0", accepted_on=DAY,
        )  # fmt: skip
    county, by = walk.who.seat.county, walk.who.county_approver
    with pytest.raises(Refused, match="不少于 30%，4 件中至少抽取 2 件"):
        sampling.draw("assistance.tekun_files", path=county, size=1, by=by)
    assert sampling.draw("assistance.tekun_files", path=county, size=2, by=by).size == 2


def test_of_a_tekun_case_only_its_own_review_is_offered(walk: TekunWalk) -> None:
    case = walk.until_confirmed()
    declared = catalogue.current().service_of(case)
    offered = [sheet.code for sheet in case_deeds.review(case, declared, walk.who.clerk)]
    assert offered == ["review-assistance.tekun_review"]
