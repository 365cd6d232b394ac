"""Allowances nobody applies for: found by the data, an account confirmed, signed by two, paid with the month."""

from __future__ import annotations

from datetime import date

import pytest

from minzheng.domains.eldercare.actions import providing
from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.events import actions as events
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Entitlement, Recovery
from minzheng.kernel.people.models import Person
from minzheng.kernel.subsidies import actions, queries, tasks
from minzheng.kernel.subsidies.duties import declared
from minzheng.kernel.subsidies.models import LeftOut, Listed, SubsidyList
from minzheng.kernel.visits import assessing, certifying
from tests.domains.eldercare import test_ability_assessments as sheets
from tests.factories.cast import staff
from tests.factories.events import carried_out, log, tell
from tests.factories.money import a_card
from tests.factories.people import household, person
from tests.factories.places import NEXT_COUNTY, NONGAN, place

pytestmark = pytest.mark.django_db
HIGHAGE, NURSING = "eldercare.highage", "eldercare.elder_nursing"


@pytest.fixture
def offices() -> dict[str, Actor]:
    place(NONGAN.village.split("/")[-2])
    place(NEXT_COUNTY.village.split("/")[-2])
    own = {"domain": "eldercare"}
    return {
        "payer": staff("payer", at=NONGAN.county, name="钱经办", **own),
        "first": staff("payment_reviewer", at=NONGAN.county, name="周复核", **own),
        "second": staff("payment_reviewer", at=NONGAN.county, name="韩复核", **own),
        "clerk": staff("clerk", at=NONGAN.township, name="江经办", **own),
        "stranger": staff("clerk", "payer", at=(NEXT_COUNTY.township, NEXT_COUNTY.county), name="邻县人", **own),
    }  # fmt: skip


def confirm(code: str, who: Person, by: Actor) -> None:
    """An account confirmed with its owner."""
    actions.confirm_account(subsidy=code, person=who, account=a_card(), owner=who.name, by=by)


def draft(code: str, month: Month, by: Actor) -> SubsidyList:
    """The month's list of the county."""
    return actions.draft(subsidy=code, path=NONGAN.county, month=month, by=by)


def test_the_high_age_allowance_begins_and_ends_as_the_worked_case_says(offices: dict[str, Actor]) -> None:
    """T-EC-12: born on 15 March 1942, first paid for April 2022; dead on 3 November, last paid for November."""
    elder = person(birth=date(1942, 3, 15), name="林高龄")
    first_day, leap = person(birth=date(1942, 4, 1)), person(birth=date(1932, 2, 29))
    other = person(birth=date(1920, 1, 1), path=NEXT_COUNTY.village)
    for one in (elder, first_day, leap, other):
        household(one)
    with clock.frozen(date(2022, 3, 20)):
        with pytest.raises(NotFound):
            confirm(HIGHAGE, elder, offices["stranger"])
        with pytest.raises(NotAllowed):
            confirm(HIGHAGE, elder, offices["payer"])
        with pytest.raises(Refused):
            actions.confirm_account(
                subsidy=HIGHAGE, person=elder, account="1", owner=elder.name, by=offices["clerk"]
            )
        for one in (elder, leap):
            confirm(HIGHAGE, one, offices["clerk"])
        march = draft(HIGHAGE, Month(2022, 3), offices["payer"])
        assert {row.person_id: (row.group, row.amount) for row in march.rows.all()} == {
            leap.pk: ("90", 100_00)
        }
    with clock.frozen(date(2022, 4, 6)):
        # Two counties have somebody of eighty; until somebody signs, each night renews the lists.
        for _ in range(2):
            assert tasks.draft_month(declared(HIGHAGE), Month(2022, 4)) == 2
        april = SubsidyList.objects.get(month=date(2022, 4, 1), path=NONGAN.county)
        assert {row.person_id: row.amount for row in april.rows.all()} == {elder.pk: 50_00, leap.pk: 100_00}
        (left,) = queries.unconfirmed(offices["clerk"], HIGHAGE)
        assert (left.person_id, left.reason) == (first_day.pk, LeftOut.Reason.NO_ACCOUNT)
        seen = april.content_sha
        actions.sign(listing=april, seen=seen, by=offices["first"])
        with pytest.raises(NotAllowed):
            actions.sign(listing=april, seen=seen, by=offices["first"])
        with pytest.raises(NotAllowed):
            actions.sign(listing=april, seen=seen, by=offices["payer"])
        actions.sign(listing=april, seen=seen, by=offices["second"])
        assert tasks.draft_month(declared(HIGHAGE), Month(2022, 4)) == 1
        paid = Entitlement.objects.get(scheme=HIGHAGE, person=elder)
        assert (paid.amount, paid.from_month, paid.until_month) == (50_00, date(2022, 4, 1), date(2022, 5, 1))
        batch = ledger.draft_batch(
            scheme=HIGHAGE, path=NONGAN.county, month=Month(2022, 4), prepared_by="eldercare.payer",
            reviewed_by="eldercare.payment_reviewer", by=offices["payer"],
        )  # fmt: skip
        assert batch.payments.count() == 2
    Person.objects.filter(pk=elder.pk).update(died_on=date(2022, 11, 3))
    with clock.frozen(date(2022, 12, 1)):
        assert elder.pk in _listed(draft(HIGHAGE, Month(2022, 11), offices["payer"]))
        assert elder.pk not in _listed(draft(HIGHAGE, Month(2022, 12), offices["payer"]))
        actions.suspend(subsidy=HIGHAGE, person=leap, reason="两次未联系上", by=offices["clerk"])
        empty = draft(HIGHAGE, Month(2022, 12), offices["payer"])
        assert (empty.persons, set(empty.omissions.values_list("reason", flat=True))) == (
            0, {LeftOut.Reason.SUSPENDED, LeftOut.Reason.NO_ACCOUNT},
        )  # fmt: skip
        with pytest.raises(Refused) as nobody:
            actions.sign(listing=empty, seen=empty.content_sha, by=offices["first"])
        assert nobody.value.code == "nobody_listed"
        with pytest.raises(Refused):
            draft("assistance.price", Month(2022, 12), staff("payer", at=NONGAN.county))


@pytest.mark.usefixtures("office_calendar")
def test_an_allowance_paid_after_the_death_is_claimed_back_and_no_more_when_there_was_none(
    offices: dict[str, Actor],
) -> None:
    elder = person(birth=date(1942, 3, 15), name="林高龄")
    household(elder)
    with clock.frozen(date(2022, 4, 6)):
        confirm(HIGHAGE, elder, offices["clerk"])
        april = draft(HIGHAGE, Month(2022, 4), offices["payer"])
        for by in (offices["first"], offices["second"]):
            actions.sign(listing=april, seen=april.content_sha, by=by)
        batch = ledger.draft_batch(
            scheme=HIGHAGE, path=NONGAN.county, month=Month(2022, 4), prepared_by="eldercare.payer",
            reviewed_by="eldercare.payment_reviewer", by=offices["payer"],
        )  # fmt: skip
        ledger.allot(scheme=HIGHAGE, path=NONGAN.county, fund=batch.fund, year=2022, amount=batch.total,
                     document="财社1号", by=offices["first"])  # fmt: skip
        for by in (offices["first"], offices["second"]):
            batch = ledger.review(batch=batch, seen=batch.content_sha, by=by)
    with clock.frozen(date(2022, 5, 10)):
        event = carried_out(tell(elder, "death", date(2022, 3, 25)))
        claim = Recovery.objects.get(scheme=HIGHAGE)
        assert (claim.amount, claim.for_from, claim.for_until) == (50_00, date(2022, 4, 1), date(2022, 5, 1))
        assert log(event)["eldercare.allowances"] == "done"
        events.withdraw(event=event, reason="误报", by=staff("county_approver", at=NONGAN.county))
        carried_out(event)
        claim.refresh_from_db()
        assert (claim.state, claim.waived, log(event)["eldercare.allowances"]) == ("waived", 50_00, "undone")


def _listed(row: SubsidyList) -> set[int]:
    return set(Listed.objects.filter(list=row).values_list("person_id", flat=True))


def test_of_two_nursing_subsidies_the_higher_is_paid_once(offices: dict[str, Actor]) -> None:
    """T-EC-11: 150 yuan by the level of ability against what a severely disabled person draws; tekun is left out."""
    assessors = [staff("assessor", at=NONGAN.county, name=f"评估员{n}", domain="eldercare") for n in "甲乙"]
    county = staff("county_officer", at=NONGAN.county, domain="eldercare", name="顾县科")
    poor, severe, rich, kept = (person(birth=date(1950, 1, n), name=f"老人{n}") for n in (1, 2, 3, 4))
    Person.objects.filter(pk=severe.pk).update(disability_category=4, disability_grade=2)
    homes = {one.pk: household(one) for one in (poor, severe, rich, kept)}
    with clock.frozen(date(2026, 2, 10)):
        for n, one in enumerate(assessors):
            for kind in ("assessor", "medical"):
                certifying.certify(
                    instrument=sheets.CODE, path=NONGAN.county, holder=one.id, kind=kind, number=f"{kind}{n}",
                    from_on=date(2025, 1, 1), by=county,
                )  # fmt: skip
        points = sheets.ability.spread(40, *sheets.ability.DIMENSIONS)
        for one in (poor, severe, rich, kept):
            first = assessing.sign_first(
                instrument=sheets.CODE,
                person=one,
                sheet=sheets.sheet_of(points),
                on=clock.today(),
                by=assessors[0],
            )
            assert assessing.sign_second(assessment=first, by=assessors[1]).level == 3
            confirm(NURSING, one, offices["clerk"])
        approver = staff("county_approver", at=NONGAN.county)
        for one, scheme, whole in (
            (poor, "assistance.dibao", True), (severe, "assistance.dibao", True), (kept, "assistance.tekun", False),
        ):  # fmt: skip
            ledger.entitle(
                scheme=scheme, path=one.path, class_ur="rural", amount=300_00, from_month=Month(2026, 1), by=approver,
                members=[one], exclusive_group="livelihood", household=homes[one.pk] if whole else None,
                person=None if whole else one, payee=ledger.Payee(person=one, account=a_card(), owner=one.name),
                basis=ledger.Basis(decision_number=f"D{one.pk}", rule_set="t", trace_sha="0" * 64),
            )  # fmt: skip
    with clock.frozen(date(2026, 3, 2)):
        march = draft(NURSING, Month(2026, 3), offices["payer"])
        assert {row.person_id: (row.group, row.amount) for row in march.rows.all()} == {
            poor.pk: ("3", 150_00), severe.pk: ("3_second", 150_00),
        }  # fmt: skip


def test_each_certificate_of_a_subsidised_course_is_paid_once(offices: dict[str, Actor]) -> None:
    training, officer = (
        "eldercare.training",
        staff("county_officer", at=NONGAN.county, domain="eldercare", name="章科长"),
    )
    carer, family = person(birth=date(1985, 3, 1), name="林护理"), person(birth=date(1990, 3, 1))

    def passed(who: Person, course: str, kind: str, on: date) -> None:
        facts = {"kind": kind, "hours": 40, "score": 88, "number": f"{who.pk}{course}", "passed_on": on}
        providing.pass_course(person=who, path=NONGAN.county, course=course, by=officer, **facts)

    def signed(month: Month) -> dict[str, int]:
        made = draft(training, month, offices["payer"])
        for one in ("first", "second"):
            actions.sign(listing=made, seen=made.content_sha, by=offices[one])
        return {row.group: row.amount for row in made.rows.all()}

    with clock.frozen(date(2024, 5, 20)):
        passed(carer, "HL-01", "caregiver", date(2024, 5, 6))
        passed(carer, "HL-03", "caregiver", date(2024, 5, 8))
        passed(family, "JT-01", "family", date(2024, 5, 8))
        with pytest.raises(NotAllowed):
            confirm(training, carer, offices["clerk"])
        made = draft(training, Month(2024, 5), offices["payer"])
        assert [row.reason for row in made.omissions.all()] == [LeftOut.Reason.NO_ACCOUNT], (
            "what is free is not listed"
        )
        confirm(training, carer, officer)
        assert signed(Month(2024, 5)) == {"HL-01": 600_00}
    with clock.frozen(date(2024, 6, 20)):
        assert signed(Month(2024, 6)) == {"HL-03": 300_00}, (
            "one payment a month; the other certificate waits for it"
        )
    with clock.frozen(date(2024, 7, 20)):
        with pytest.raises(Refused) as nobody:
            signed(Month(2024, 7))
        assert nobody.value.code == "nobody_listed"
    paid = Entitlement.objects.filter(scheme=training, person=carer).order_by("from_month")
    assert [(one.amount, one.from_month, one.until_month) for one in paid] == [
        (600_00, date(2024, 5, 1), date(2024, 6, 1)), (300_00, date(2024, 6, 1), date(2024, 7, 1)),
    ]  # fmt: skip
