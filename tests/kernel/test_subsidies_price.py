"""Price linkage: figures under four eyes, the trigger by the law of the month, a frozen list, the ordinary batch."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from minzheng.kernel import clock
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Entitlement, Payment
from minzheng.kernel.ledger.opening import TakenOver, take_over
from minzheng.kernel.ledger.proof import verify
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.subsidies import actions, queries, tasks
from minzheng.kernel.subsidies.models import IndexRow, LeftOut, Listed, SubsidyList
from tests.factories import staff
from tests.factories.listed import JANUARY, PRICE, Ground, ground
from tests.factories.money import a_card, payee_of
from tests.factories.people import household, person
from tests.factories.places import NEXT_COUNTY

pytestmark = pytest.mark.django_db
FEBRUARY = Month(2022, 2)


@pytest.fixture
def here() -> Iterator[Ground]:
    """The tenth of February 2022: the indices of January have been published."""
    with clock.frozen(date(2022, 2, 10)):
        yield ground()


def names(one: SubsidyList) -> list[str]:
    return sorted(row.person.name for row in one.rows.select_related("person"))


def test_four_persons_are_paid_to_the_fen_each_and_then_added_up(here: Ground) -> None:
    """T-SA-13: 546.00 × 3.4 % = 18.56 for one, 74.24 for four."""
    here.family("四口", 4)
    one = here.drafted(here.index())
    assert (one.persons, one.beneficiaries, one.total) == (4, 1, 7424)
    assert set(one.rows.values_list("amount", flat=True)) == {1856}
    here.approved(one)
    paid = here.batch("assistance.price", JANUARY)
    assert (paid.count, paid.total) == (1, 7424)
    assert Payment.objects.get(batch=paid).household == here.homes["四口"]
    assert not verify()


def test_nobody_is_paid_less_than_the_minimum_of_the_place(here: Ground) -> None:
    """T-SA-13 with a minimum of 20.00: 80.00."""
    here.family("四口", 4)
    here.parameter("price.min", "2000", "fen_per_month")
    assert here.drafted(here.index()).total == 8000


def test_rural_people_are_paid_by_their_own_standard_or_by_the_urban_one(here: Ground) -> None:
    here.family("乡下", 1, class_ur="rural")
    own = here.drafted(here.index())
    assert own.total == 1239  # 4372.00 a year / 12 × 3.4 %
    here.parameter("price.base", "urban", "code")
    again = actions.draft(
        subsidy=PRICE, path=here.county, month=JANUARY, started_by=own.index, by=here.who.payer
    )
    assert (again.pk, again.total) == (own.pk, 1856)


@pytest.mark.parametrize(
    ("month", "cpi", "food", "crosses"),
    [
        (Month(2022, 1), 310, 620, True),
        (Month(2021, 12), 340, 590, False),
        (Month(2022, 10), 340, 590, True),
        (Month(2023, 2), 300, 0, True),
        (Month(2023, 3), 340, 590, False),
        (Month(2023, 3), 350, -120, True),
    ],
)
def test_the_trigger_is_that_of_the_index_month(month: Month, cpi: int, food: int, crosses: bool) -> None:
    """T-SA-12, with the easing of August 2022 to February 2023."""
    with clock.frozen(month.next.first):
        here = ground()
        here.family("一口", since=Month(2021, 1))
        row = here.index(month, cpi=cpi, food=food, scpi=None)
        assert row.triggered is crosses
        tasks.draft_lists.func(row.pk)
        assert SubsidyList.objects.count() == int(crosses)
        if not crosses:
            with pytest.raises(Refused) as no:
                actions.draft(subsidy=PRICE, path=here.county, month=month, started_by=row, by=here.who.payer)
            assert no.value.code == "not_triggered"


def test_edge_families_are_meant_only_while_the_law_is_widened() -> None:
    """From the index of August 2022 to that of February 2023; whoever has no account is left out by name."""
    for month, meant in ((Month(2022, 7), 0), (Month(2022, 8), 2)):
        with clock.frozen(month.next.first), transaction.atomic():
            here = ground()
            here.family("低保", since=Month(2021, 1))
            here.edge("边缘", 2, since=date(2021, 1, 1))
            one = here.drafted(here.index(month, cpi=360))
            assert (one.persons, one.left_out) == (1, meant)
            assert set(LeftOut.objects.filter(list=one).values_list("reason", flat=True)) <= {"no_account"}
            transaction.set_rollback(True)


def test_who_counts_is_who_was_protected_on_the_last_day_of_the_month(here: Ground) -> None:
    here.family("一直")
    here.family("新来", since=FEBRUARY)
    gone = here.family("已停")
    ledger.end(entitlement=gone, last_month=Month(2021, 12), reason="超过标准", by=here.who.payer)
    late = here.family("后停")
    ledger.end(entitlement=late, last_month=JANUARY, reason="超过标准", by=here.who.payer)
    died = here.family("两口", 2)
    dead = here.people["两口"][1]
    dead.died_on = date(2022, 1, 31)
    dead.save()
    one = here.drafted(here.index())
    assert names(one) == ["测一直", "测两口", "测后停"]
    assert list(one.omissions.values_list("person_id", "reason")) == [(dead.pk, "died")]
    assert one.rows.get(household=died.household).account == died.account


def test_one_person_is_on_one_list_whatever_the_statuses(here: Ground) -> None:
    """On dibao here; the same people are still on the edge register; and next door as well."""
    here.family("低保", 2)
    home, people = here.homes["低保"], here.people["低保"]
    from minzheng.domains.assistance.models import Standing

    Standing.objects.create(
        household=home, applicant=people[0], path=home.path, low_income_class="L3", class_ur="urban", members=2,
        decision_number="边", valid_from=date(2021, 1, 1), review_due=date(2030, 1, 1),
    )  # fmt: skip
    one = here.drafted(here.index())
    assert sorted(one.rows.values_list("person_id", "group")) == sorted((p.pk, "dibao") for p in people)
    with pytest.raises(IntegrityError), transaction.atomic():
        Listed.objects.create(
            list=one, scheme=one.scheme, month=one.month, path=one.path, person=people[0], household=home,
            group="edge", class_ur="urban", amount=1, payee=people[0], account="1", account_owner="x",
        )  # fmt: skip


def test_a_person_with_a_benefit_of_the_own_is_paid_into_the_own_account(here: Ground) -> None:
    """Tekun is a person's: its list entry and its payment are the person's too."""
    where = here.who.seat.village
    alone = person(path=where, name="测特困")
    household(alone, path=where)
    own = ledger.entitle(
        scheme="assistance.tekun", path=where, class_ur="urban", amount=90000, from_month=Month(2021, 9), person=alone,
        exclusive_group="livelihood", payee=payee_of(alone), by=here.who.payer,
        basis=ledger.Basis(decision_number="特1", rule_set="SA-2014", trace_sha="0" * 64),
    )  # fmt: skip
    one = here.approved(here.drafted(here.index()))
    row = one.rows.get()
    assert (row.household, row.person, row.group, row.account) == (None, alone, "tekun", own.account)
    assert here.batch("assistance.price", JANUARY).payments.get().person == alone
    assert not verify()


def test_drawing_up_twice_is_one_list(here: Ground) -> None:
    here.family("一口")
    row = here.index()
    first = here.drafted(row)
    tasks.draft_lists.func(row.pk)
    tasks.resume.func(0)
    again = actions.draft(subsidy=PRICE, path=here.county, month=JANUARY, started_by=row, by=here.who.payer)
    assert (SubsidyList.objects.filter(path=here.county).count(), again.pk) == (1, first.pk)


def test_checking_a_row_that_crosses_asks_for_the_lists_the_same_day(here: Ground) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    row = here.index()
    jobs = ProcrastinateJob.objects.filter(task_name="minzheng.kernel.subsidies.tasks.draft_lists")
    assert [job.args for job in jobs] == [{"index_id": row.pk}]
    here.index(Month(2021, 12), cpi=100, food=100)
    assert jobs.count() == 1


def test_the_list_is_signed_by_two_others_for_exactly_what_they_saw(here: Ground) -> None:
    here.family("一口")
    row = here.index()
    one = here.drafted(row)
    both = (here.who.payment_reviewer, here.who.second_payment_reviewer)
    for nobody in (here.who.payer, here.enters, here.who.county_approver):
        with pytest.raises(NotAllowed):
            actions.sign(listing=one, seen=one.content_sha, by=nobody)
    with pytest.raises(NotFound):
        actions.sign(listing=one, seen=one.content_sha, by=staff("payment_reviewer", at=NEXT_COUNTY.county))
    with pytest.raises(Stale):
        actions.sign(listing=one, seen="0" * 64, by=both[0])
    one = actions.sign(listing=one, seen=one.content_sha, by=both[0])
    with pytest.raises(NotAllowed):
        actions.sign(listing=one, seen=one.content_sha, by=both[0])
    assert not Entitlement.objects.filter(scheme=one.scheme).exists()
    one = actions.sign(listing=one, seen=one.content_sha, by=both[1])
    got = Entitlement.objects.get(scheme=one.scheme)
    assert (got.from_month, got.until_month, got.amount, got.decision_number) == (
        JANUARY.first, FEBRUARY.first, 1856, one.number,
    )  # fmt: skip
    with pytest.raises(Refused):
        actions.sign(listing=one, seen=one.content_sha, by=both[1])
    with pytest.raises(Refused):
        actions.withdraw(listing=one, reason="不发了", by=here.who.payer)


def test_what_is_under_signature_cannot_be_changed_even_by_hand(here: Ground) -> None:
    here.family("一口")
    one = here.drafted(here.index())
    one = actions.sign(listing=one, seen=one.content_sha, by=here.who.payment_reviewer)
    for words in (
        "DELETE FROM subsidies_listed", "UPDATE subsidies_listed SET amount = 1",
        "UPDATE subsidies_subsidylist SET total = 1", "DELETE FROM subsidies_subsidylist",
        "UPDATE subsidies_indexrow SET cpi = 900",
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(words)
    with pytest.raises(Refused):
        actions.draft(subsidy=PRICE, path=here.county, month=JANUARY, started_by=one.index, by=here.who.payer)


def test_a_list_sent_back_is_drawn_up_anew(here: Ground) -> None:
    here.family("一口")
    row = here.index()
    one = here.drafted(row)
    one = actions.sign(listing=one, seen=one.content_sha, by=here.who.payment_reviewer)
    with pytest.raises(Refused):
        actions.send_back(listing=one, reason=" ", by=here.who.second_payment_reviewer)
    actions.send_back(listing=one, reason="漏了一户", by=here.who.second_payment_reviewer)
    here.family("漏掉的")
    again = actions.draft(subsidy=PRICE, path=here.county, month=JANUARY, started_by=row, by=here.who.payer)
    assert (again.pk, again.persons, again.first_by) == (one.pk, 2, "")
    assert here.approved(again).state == "approved"


def test_a_correction_is_a_row_of_its_own_and_drops_what_was_drawn_up(here: Ground) -> None:
    here.family("一口")
    row = here.index()
    old = here.drafted(row)
    with pytest.raises(Refused) as no:
        here.entered(cpi=320)
    assert no.value.code == "reason_missing"
    new = here.entered(cpi=360, scpi=400, reason="公报更正")
    assert IndexRow.objects.get(pk=row.pk).state == "checked"
    new = actions.check_index(row=new, by=here.checks)
    assert (new.supersedes_id, IndexRow.objects.get(pk=row.pk).state) == (row.pk, "superseded")
    old.refresh_from_db()
    assert old.state == "withdrawn"
    assert here.drafted(new).total == 2184


def test_figures_are_checked_by_another_officer_of_the_province(here: Ground) -> None:
    row = here.entered()
    for nobody in (here.enters, here.who.payer, here.who.sampler):
        with pytest.raises(NotAllowed):
            actions.check_index(row=row, by=nobody) if nobody is not here.who.payer else actions.check_index(
                row=row, by=staff("payer", at=here.city)
            )
    with pytest.raises(NotFound):
        actions.check_index(row=row, by=here.who.payer)
    for nobody in (here.checks, here.who.payer, here.who.sampler):
        with pytest.raises(NotAllowed):
            actions.enter_index(
                subsidy=PRICE, path=here.city, month=FEBRUARY, figures=actions.Figures(1, 1), by=nobody,
                published_on=date(2022, 2, 10), source="公报",
            )  # fmt: skip
    with pytest.raises(Refused):
        here.entered()
    actions.refuse_index(row=row, reason="与公报不符", by=here.checks)
    assert here.index(cpi=311).triggered


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"published_on": date(2022, 2, 11)}, "published_on"),
        ({"published_on": date(2021, 12, 31)}, "published_on"),
        ({"cpi": 10000}, "cpi"),
        ({"source": " "}, "source"),
        ({"month": Month(2022, 3)}, "month"),
        ({"path": "22/"}, "path"),
    ],
)
def test_a_slip_of_the_pen_is_told_beside_its_field(
    here: Ground, wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as no:
        here.entered(**wrong)  # type: ignore[arg-type]
    assert field in no.value.errors


def test_the_first_month_without_trigger_is_not_paid(here: Ground) -> None:
    here.family("一口")
    here.approved(here.drafted(here.index()))
    with clock.frozen(date(2022, 3, 10)):
        row = here.index(FEBRUARY, cpi=100, food=100)
        tasks.resume.func(0)
        assert not SubsidyList.objects.filter(month=FEBRUARY.first).exists()
        assert row.triggered is False
        with pytest.raises(Refused) as nothing:
            ledger.draft_batch(
                scheme="assistance.price", path=here.county, month=FEBRUARY, by=here.who.payer,
                prepared_by="assistance.payer", reviewed_by="assistance.payment_reviewer",
            )  # fmt: skip
        assert nothing.value.code == "nothing_to_pay"


def test_it_is_due_in_the_month_of_publication(here: Ground) -> None:
    here.family("一口")
    assert here.drafted(here.index()).due_on == date(2022, 2, 28)


def test_a_county_sees_its_own_list_and_the_figures_above_it(here: Ground) -> None:
    here.family("一口")
    row = here.index()
    one = here.drafted(row)
    stranger = staff("payer", at=NEXT_COUNTY.county)
    assert queries.listing(one.pk, here.who.payer).pk == one.pk
    with pytest.raises(NotFound):
        queries.listing(one.pk, stranger)
    assert list(queries.indices(here.who.payer)) == [row]
    assert queries.lists(here.who.resident).count() == 0
    assert [(g.group, g.persons, g.total) for g in queries.grouped(one, here.who.payer)] == [
        ("dibao", 1, 1856)
    ]
    assert [r.pk for r in queries.sample(one, here.who.payer)] == [one.rows.get().pk]


def test_a_list_of_three_thousand_two_hundred_persons_takes_seconds(here: Ground) -> None:
    """Set-based from the register to the entitlements: 800 families of four."""
    where = here.who.seat.village
    homes = Household.objects.bulk_create(
        Household(path=where, hukou_path=where, number=f"M{n:06d}", class_ur="urban") for n in range(800)
    )
    people = Person.objects.bulk_create(
        Person(path=where, hukou_path=where, name="测多", initials="cd", internal_number=f"M{n:06d}")
        for n in range(3200)
    )
    rows = [
        TakenOver(
            where, home.pk, [one.pk for one in people[4 * n : 4 * n + 4]], 30000, "urban", people[4 * n].pk, a_card(),
            "测多", f"结转{n}",
        )
        for n, home in enumerate(homes)
    ]  # fmt: skip
    with connection.cursor() as cursor:
        take_over(
            cursor,
            rows,
            scheme="assistance.dibao",
            group="livelihood",
            from_month=date(2021, 9, 1),
            rule_set="SA-2014",
        )
    one = here.approved(here.drafted(here.index()))
    assert (one.persons, one.beneficiaries, one.total) == (3200, 800, 3200 * 1856)
    assert Entitlement.objects.filter(scheme=one.scheme).count() == 800
