"""Temporary assistance for an expense: decided by the township, paid by stages, never twice for one cause."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from minzheng.domains.assistance.models import AidGrant
from minzheng.domains.assistance.queries import Claimed, granted_before, same_cause
from minzheng.domains.assistance.warnings import of_aid
from minzheng.kernel import clock
from minzheng.kernel.audit.actor import system
from minzheng.kernel.casework import appealing
from minzheng.kernel.casework.models import Case, Decision, Task
from minzheng.kernel.documents import store
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Entitlement
from minzheng.kernel.people.models import Household, Person
from tests.factories.cast import cast, resident_of
from tests.factories.departments import Departments
from tests.factories.money import a_card
from tests.factories.other_walks import AidWalk, one_sum
from tests.factories.pdf_text import pdf_text
from tests.factories.people import household, person
from tests.factories.places import NEXT_COUNTY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar", "working_tuesday")]
DAY = date(2026, 3, 3)
SUM = "4914.00"  # three persons, three months of 546 (T-SA-11)
STAGES: list[dict[str, Any]] = [
    {"form": "money", "after": "0", "amount": "2000"},
    {"form": "money", "after": "1", "amount": "2000"},
    {"form": "goods", "after": "1", "amount": "914", "note": "米面油和棉被"},
    {"form": "referral", "after": "2", "note": "市慈善总会大病项目"},
]


@pytest.fixture
def walk(departments: Departments) -> AidWalk:
    who = cast()
    village = who.seat.village
    earner = person(path=village, name="测立夏", birth=date(1980, 5, 12))
    wife = person(path=village, name="测立冬", birth=date(1982, 8, 3), sex="2")
    child = person(path=village, name="测小寒", birth=date(2012, 11, 9))
    family = household(earner, wife, child, path=village, class_ur="urban")
    answers = {earner.pk: {"work_capacity": "full", "wage": "36000"}, wife.pk: {"illness": "serious"}}
    return AidWalk(who, departments, earner, family, form={"class_ur": "urban"}, answers=answers)


def _paid(family: Household) -> list[tuple[int, date, date | None]]:
    rows = Entitlement.objects.filter(household=family, scheme="assistance.temporary").order_by("from_month")
    return list(rows.values_list("amount", "from_month", "until_month"))


def test_the_township_decides_and_one_sum_is_paid_in_one_month(walk: AidWalk) -> None:
    granted = walk.until_confirmed(stages=one_sum(SUM))
    assert granted.state == Case.State.GRANTED
    assert Task.objects.get(case=granted, step="confirm").role == "assistance.township_approver"
    assert _paid(walk.family) == [(491400, date(2026, 3, 1), date(2026, 4, 1))]
    grant = AidGrant.objects.get()
    assert (grant.kind, grant.cause, grant.amount, grant.granted_on) == (
        "expenditure", "medical", 491400, date(2026, 3, 7),
    )  # fmt: skip
    assert len(grant.person_ids) == 3


def test_stages_are_paid_month_by_month_and_goods_are_not_sent_to_the_bank(walk: AidWalk) -> None:
    granted = walk.until_confirmed(stages=STAGES)
    assert _paid(walk.family) == [
        (200000, date(2026, 3, 1), date(2026, 4, 1)),
        (200000, date(2026, 4, 1), date(2026, 5, 1)),
    ]
    payload = Decision.objects.get(case=granted).payload
    assert payload["plan"] == [
        "2026年3月发放资金 2,000.00 元", "2026年4月发放资金 2,000.00 元", "2026年4月发放实物 914.00 元（米面油和棉被）",
        "2026年5月转介（市慈善总会大病项目）",
    ]  # fmt: skip
    assert AidGrant.objects.get().amount == 491400
    letter = Document.objects.get(pk=Decision.objects.get(case=granted).document_id)
    with store.open_file(letter) as file:
        said = pdf_text(file.read())
    assert "一次性4,914.00元" in said
    assert "2026年4月发放实物914.00元（米面油和棉被）" in said
    assert "定期复核" not in said


def test_the_stages_make_up_the_amount_and_no_other(walk: AidWalk) -> None:
    walk.apply()
    walk.accept()
    walk.verify()
    walk.see_expense()
    with pytest.raises(Refused, match=r"合计 4,900\.00 元，按规定应为 4,914\.00 元"):
        walk.plan(one_sum("4900"))
    with pytest.raises(Refused, match="请填写发放安排"):
        walk.plan([])
    twice = [{"form": "money", "after": "0", "amount": "2457"}] * 2
    with pytest.raises(Refused, match="同一个月只能安排一期"):
        walk.plan(twice)
    with pytest.raises(Refused, match="转介不计金额"):
        walk.plan([{"form": "referral", "after": "0", "amount": "1", "note": "慈善"}])
    walk.plan(one_sum(SUM))


def test_a_decision_in_a_later_month_moves_the_stages_with_it(walk: AidWalk) -> None:
    walk.until_planned(STAGES)
    last = walk.post()
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
    with clock.frozen(date(2026, 4, 1)):
        walk.confirm()
    assert [row[1] for row in _paid(walk.family)] == [date(2026, 4, 1), date(2026, 5, 1)]


def test_nothing_is_granted_before_three_days_in_the_village_are_over(walk: AidWalk) -> None:
    walk.until_planned(one_sum(SUM))
    last = walk.post()
    assert last == date(2026, 3, 6)
    with clock.frozen(last), pytest.raises(Refused, match="公示期"):
        walk.take_down()


def test_whoever_saw_the_expense_may_not_decide(walk: AidWalk) -> None:
    walk.until_planned(one_sum(SUM))
    last = walk.post()
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        for who in (walk.who.investigator, walk.who.clerk, walk.who.county_approver):
            with pytest.raises(NotAllowed):
                walk.do("confirm", "grant", who)


# --- Whose means are known ------------------------------------------------------------------------------


def _on_dibao(walk: AidWalk) -> None:
    people = [one.person for one in walk.family.memberships.select_related("person")]
    ledger.entitle(
        scheme="assistance.dibao", path=walk.family.path, class_ur="urban", amount=300_00, household=walk.family,
        from_month=clock.Month(2025, 1), members=people, exclusive_group="livelihood", by=system("old books"),
        payee=ledger.Payee(person=people[0], account=a_card(), owner=people[0].name),
        basis=ledger.Basis(decision_number="原系统结转1号", rule_set="SA-2014", trace_sha=""),
    )  # fmt: skip


def test_of_a_dibao_household_only_the_expense_is_looked_at(walk: AidWalk) -> None:
    _on_dibao(walk)
    walk.answers = {}
    walk.apply()
    with pytest.raises(Refused, match="只核实支出"):
        walk.accept()
    walk.accept("accept_known")
    assert Task.objects.get(case=walk.case, step="verify").state == Task.State.SKIPPED
    walk.see_expense()
    walk.plan(one_sum(SUM))
    last = walk.post()
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        walk.confirm()
    assert _paid(walk.family) == [(491400, date(2026, 3, 1), date(2026, 4, 1))]


def test_the_means_of_any_other_household_are_checked(walk: AidWalk) -> None:
    walk.apply()
    with pytest.raises(Refused, match="还要核对收入和财产"):
        walk.accept("accept_known")


# --- Once for a cause -----------------------------------------------------------------------------------


def _granted(
    family: Household | None,
    *people: Person,
    cause: str = "medical",
    on: date = date(2025, 6, 1),
    **more: Any,
) -> AidGrant:
    return AidGrant.objects.create(
        kind="expenditure", household=family, person=people[0] if people else None, cause=cause, granted_on=on,
        person_ids=[one.pk for one in people], amount=more.pop("amount", 1_000_00), event_path=NEXT_COUNTY.township,
        path=more.pop("path", NEXT_COUNTY.township), name=more.pop("name", people[0].name if people else "某人"),
        decision_number="外县决定9号", **more,
    )  # fmt: skip


def test_the_same_cause_is_not_helped_twice_whichever_township_helped(walk: AidWalk) -> None:
    _granted(None, walk.applicant)
    walk.apply()
    (said,) = of_aid(walk.case)
    assert said == "其他乡镇（街道）已于2025年06月01日因同一事由给予临时救助，在限定期限内不能重复救助。"
    walk.accept()
    walk.verify()
    walk.see_expense()
    with pytest.raises(Refused, match="其他乡镇（街道）已于2025年06月01日") as refused:
        walk.plan(one_sum(SUM))
    assert "外县" not in refused.value.message
    walk.plan([], "oppose")
    case = walk.confirm("refuse", reason="同一事由已获救助")
    assert case.decisions.get().determination["reasons"] == ["same_cause_helped"]
    assert not _paid(walk.family)


def test_another_township_may_be_quicker_while_the_case_is_open(walk: AidWalk) -> None:
    walk.until_planned(one_sum(SUM))
    last = walk.post()
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        _granted(None, walk.applicant, on=last)
        with pytest.raises(Refused, match="同一事由"):
            walk.confirm()
    assert not _paid(walk.family)
    assert AidGrant.objects.count() == 1


def test_the_day_of_the_same_number_still_bars_and_the_next_is_free(walk: AidWalk) -> None:
    _granted(walk.family, on=date(2025, 3, 3))
    asked: dict[str, Any] = {"cause": "medical", "path": walk.family.path, "household": walk.family}
    assert same_cause(on=date(2026, 3, 3), **asked) is not None
    assert same_cause(on=date(2026, 3, 4), **asked) is None
    assert same_cause(on=date(2026, 3, 3), **{**asked, "cause": "education"}) is None


def test_a_grant_set_aside_no_longer_bars(walk: AidWalk) -> None:
    _granted(walk.family, withdrawn_on=date(2025, 7, 1))
    asked: dict[str, Any] = {"cause": "medical", "path": walk.family.path, "household": walk.family}
    assert same_cause(on=DAY, **asked) is None
    assert granted_before(on=DAY, path=walk.family.path, household=walk.family) == 0


@pytest.mark.parametrize(
    ("claimed", "bars"),
    [
        (Claimed(name="测立夏", birth=date(1980, 5, 12)), True),
        (Claimed(name="测立夏", phone="13800000000"), True),
        (Claimed(name="测他人", birth=date(1980, 5, 12), phone="13800000000"), True),
        (Claimed(name="测立夏"), False),
        (Claimed(name="测立夏", birth=date(1981, 5, 12)), False),
        (Claimed(name="", phone="13800000000"), False),
    ],
)
def test_without_papers_two_of_name_birth_and_phone_must_agree(
    walk: AidWalk, claimed: Claimed, bars: bool
) -> None:
    _granted(None, name="测立夏", birth=date(1980, 5, 12), phone="13800000000")
    found = same_cause(cause="medical", on=DAY, path=walk.family.path, claimed=claimed)
    assert (found is not None) is bars


def test_somebody_with_papers_is_found_under_what_they_once_claimed(walk: AidWalk) -> None:
    _granted(None, name=walk.applicant.name, birth=walk.applicant.birth)
    asked: dict[str, Any] = {"cause": "medical", "on": DAY, "path": walk.family.path}
    assert same_cause(persons=[walk.applicant], **asked) is not None
    other = person(path=walk.family.path, name="测立夏", birth=date(1980, 5, 12))
    grant = AidGrant.objects.get()
    grant.person, grant.person_ids = other, [other.pk]
    grant.save()
    # Of two people with papers only the same person is the same.
    assert same_cause(persons=[walk.applicant], **asked) is None


def test_whether_it_was_this_township_is_all_that_is_said(walk: AidWalk) -> None:
    _granted(walk.family, path=walk.who.seat.township)
    asked: dict[str, Any] = {"cause": "medical", "on": DAY, "household": walk.family}
    here, there = (same_cause(path=path, **asked) for path in (walk.family.path, NEXT_COUNTY.village))
    assert here is not None
    assert there is not None
    assert (here.elsewhere, there.elsewhere) == (False, True)
    assert "本乡镇" in here.says


# --- How much -------------------------------------------------------------------------------------------


def test_the_limit_counts_every_grant_of_the_year(walk: AidWalk) -> None:
    """Members × 12 months × 546 = 19,656.00; what is left of it is the most."""
    _granted(walk.family, cause="fire", amount=10_000_00)
    _granted(None, walk.applicant, cause="traffic", amount=8_000_00, on=date(2025, 12, 1))
    _granted(walk.family, cause="jobless", amount=5_000_00, on=date(2025, 2, 1))  # more than a year ago
    walk.until_confirmed(stages=one_sum("1656"))
    assert _paid(walk.family)[0][0] == 1_656_00


def test_what_goes_beyond_is_agreed_by_a_meeting_with_its_minutes(walk: AidWalk) -> None:
    walk.apply()
    walk.accept()
    walk.verify()
    walk.see_expense("extraordinary")
    minutes = {
        "met_on": "2026-03-03", "present": "2", "minutes": "镇纪要〔2026〕3号", "agreed": "30000",
        "reasons": "双亲重病",
    }  # fmt: skip
    with pytest.raises(Refused, match="不少于 3 人"):
        walk.do("meet", "agree", walk.who.panel_secretary, evidence=minutes)
    walk.do("meet", "agree", walk.who.panel_secretary, evidence=minutes | {"present": "5"})
    walk.plan(one_sum("30000"))
    last = walk.post()
    with clock.frozen(last + timedelta(days=1)):
        walk.take_down()
        granted = walk.confirm()
    assert Decision.objects.get(case=granted).payload["minutes"] == "镇纪要〔2026〕3号"
    assert _paid(walk.family)[0][0] == 30_000_00


def test_two_causes_in_one_month_are_paid_in_two(walk: AidWalk) -> None:
    """A household has one payment of a scheme in a month: the second grant says so and is planned anew."""
    walk.until_confirmed(stages=one_sum(SUM))
    other = AidWalk(
        walk.who, walk.departments, walk.applicant, walk.family, answers=walk.answers,
        form={"class_ur": "urban", "cause": "education"}, tier="general",
    )  # fmt: skip
    with clock.frozen(date(2026, 3, 10)):
        other.until_planned(one_sum("1638"))
        last = other.post()
    with clock.frozen(last + timedelta(days=1)):
        other.take_down()
        with pytest.raises(Refused, match="2026-03 已安排一笔"):
            other.confirm()
        other.confirm("replan", reason="改到下月")
        other.plan([{"form": "money", "after": "1", "amount": "1638"}])
        last = other.post()
    with clock.frozen(last + timedelta(days=1)):
        other.take_down()
        other.confirm()
    assert [row[:2] for row in _paid(walk.family)] == [(491400, date(2026, 3, 1)), (163800, date(2026, 4, 1))]


# --- Decided anew ---------------------------------------------------------------------------------------


def _revoked(walk: AidWalk) -> None:
    """Reconsideration sets the decision aside; the township decides anew."""
    walk.serve()
    decision = walk.case.decisions.get()
    appeal = appealing.file_appeal(decision.pk, reasons="算错了", by=resident_of(walk.applicant))
    appealing.accept_appeal(appeal.pk, accepted=True, by=walk.who.reviewer)
    appealing.decide_appeal(appeal.pk, result="revoked", opinion="计算有误", by=walk.who.reviewer)
    walk.fresh()


def test_what_is_set_aside_and_refused_is_not_paid_any_further(walk: AidWalk) -> None:
    walk.until_confirmed(stages=STAGES)
    with clock.frozen(date(2026, 3, 20)):
        _revoked(walk)
        _granted(None, walk.applicant, on=date(2026, 2, 1))
        walk.confirm("refuse", reason="同一事由已获救助")
    assert [row[1:] for row in _paid(walk.family)] == [
        (date(2026, 3, 1), date(2026, 3, 1)),
        (date(2026, 4, 1), date(2026, 4, 1)),
    ]
    assert AidGrant.objects.get(case_id=walk.case.pk).withdrawn_on == date(2026, 3, 20)


def test_decided_anew_it_is_one_grant_and_each_stage_once(walk: AidWalk) -> None:
    walk.until_confirmed(stages=STAGES)
    with clock.frozen(date(2026, 3, 20)):
        _revoked(walk)
        walk.confirm()
    due = [row for row in _paid(walk.family) if row[1] != row[2]]
    assert due == [
        (200000, date(2026, 3, 1), date(2026, 4, 1)),
        (200000, date(2026, 4, 1), date(2026, 5, 1)),
    ]
    assert AidGrant.objects.filter(withdrawn_on=None).count() == 1
