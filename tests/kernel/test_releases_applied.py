"""A published standard in what is paid: raised from the first open month, owed for the paid ones, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from minzheng.domains.assistance.models import Standing
from minzheng.domains.assistance.rules import determine_dibao
from minzheng.kernel import catalogue, clock, law
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import Refused
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Adjustment, Batch, Covered, Entitlement, Payment
from minzheng.kernel.ledger.proof import verify
from minzheng.kernel.profiles.queries import facts_kept
from minzheng.kernel.releases import actions, applying, queries, tasks
from minzheng.kernel.releases.models import AmountChange, Arrears, Attention, Release
from minzheng.kernel.standards.models import ParameterRow
from tests.factories import NEXT_COUNTY, staff
from tests.factories.money import BASIS, drafted
from tests.factories.raised import JULY, STANDARD, Raised, again, county, keep_facts, poor

pytestmark = pytest.mark.django_db
AUGUST, SEPTEMBER, OCTOBER = Month(2022, 8), Month(2022, 9), Month(2022, 10)


@pytest.fixture
def raised() -> Iterator[Raised]:
    """October: three urban households, paid for July to September at the old standard."""
    with clock.frozen(date(2022, 10, 10)):
        ground = county()
        poor(ground, "甲", members=1, yearly=0, amount=54600)
        poor(ground, "乙", members=4, yearly=2160000, amount=38400)
        poor(ground, "丙", members=3, yearly=1260000, amount=58800, since=AUGUST)
        ground.pay(JULY, AUGUST, SEPTEMBER)
        yield ground


def kept(release: Release) -> dict[str, list[tuple[str, int]]]:
    """The months owed, by household number."""
    found: dict[str, list[tuple[str, int]]] = {}
    for one in release.arrears.filter(cancelled_at=None).order_by("household_id", "month"):
        found.setdefault(one.household.number, []).append((str(Month.of(one.month)), one.difference))
    return found


def test_paid_months_are_owed_and_open_months_are_raised(raised: Raised) -> None:
    before = list(Payment.objects.order_by("id").values())
    release = raised.published(raised.draft())
    numbers = {name: home.number for name, home in raised.homes.items()}
    assert kept(release) == {
        numbers["甲"]: [("2022-07", 3400), ("2022-08", 3400), ("2022-09", 3400)],
        numbers["乙"]: [("2022-07", 13600), ("2022-08", 13600), ("2022-09", 13600)],
        numbers["丙"]: [("2022-08", 10200), ("2022-09", 10200)],
    }
    total = queries.owed(release, raised.drafter)
    assert (total.households, total.months, total.to_pay, total.to_recover) == (3, 8, 71400, 0)
    now = {name: (raised.paid(name).amount, raised.paid(name).from_month) for name in raised.homes}
    assert now == {
        "甲": (58000, OCTOBER.first), "乙": (52000, OCTOBER.first), "丙": (69000, OCTOBER.first),
    }  # fmt: skip
    assert list(Payment.objects.order_by("id").values()) == before
    assert Attention.objects.count() == 0


def test_what_is_owed_is_paid_with_the_next_month_in_one_payment(raised: Raised) -> None:
    """Raised in October from July on: October carries the new amount and three months' difference."""
    release = raised.published(raised.draft())
    assert release.arrears.filter(adjustment=None).count() == 0
    applying.carry_out(release.pk)
    assert Adjustment.objects.count() == 8
    raised.pay(OCTOBER)
    paid = {
        name: Payment.objects.filter(household=home, month=OCTOBER.first)
        .values_list("regular", "makeup", "amount")
        .get()
        for name, home in raised.homes.items()
    }
    assert paid == {
        "甲": (58000, 10200, 68200), "乙": (52000, 40800, 92800), "丙": (69000, 20400, 89400),
    }  # fmt: skip
    assert not verify()
    with clock.frozen(date(2022, 11, 10)):
        raised.pay(Month(2022, 11))
    assert not Payment.objects.filter(month=date(2022, 11, 1), makeup__gt=0).exists()


def test_a_make_up_of_an_ended_allowance_is_paid_by_itself(raised: Raised) -> None:
    ledger.end(
        entitlement=raised.entitlements["甲"], last_month=SEPTEMBER, reason="去世", by=raised.who.payer
    )
    raised.published(raised.draft())
    raised.pay(OCTOBER)
    own = Payment.objects.get(household=raised.homes["甲"], month=OCTOBER.first)
    assert (own.regular, own.makeup, own.amount) == (0, 10200, 10200)
    assert not verify()


def test_make_ups_not_approved_yet_are_called_off_with_the_release(raised: Raised) -> None:
    release = raised.published(raised.draft())
    drafted(raised.who, month=OCTOBER)
    actions.back_out(release=release, reason="文件撤回", by=raised.first)
    applying.carry_out(release.pk)
    assert not Adjustment.objects.filter(cancelled_at=None).exists()
    raised.pay(OCTOBER)
    own = Payment.objects.get(household=raised.homes["甲"], month=OCTOBER.first)
    assert (own.regular, own.makeup) == (54600, 0)
    assert not verify()


def test_a_second_raise_is_reckoned_on_what_was_regular_not_on_what_was_made_up(raised: Raised) -> None:
    raised.published(raised.draft("57000"))
    raised.pay(OCTOBER)
    second = raised.published(raised.draft("58000", month=OCTOBER))
    assert not second.attentions.exists()
    assert kept(second)[raised.homes["甲"].number] == [("2022-10", 1000)]


def test_the_new_amount_keeps_its_case_its_payee_and_whom_it_covers(raised: Raised) -> None:
    release = raised.published(raised.draft())
    old, new = raised.entitlements["乙"], raised.paid("乙")
    old.refresh_from_db()
    assert (old.state, old.until_month, old.end_reason) == (
        "superseded", OCTOBER.first, f"{release.number}：{release.title}",
    )  # fmt: skip
    for name in ("case_id", "payee_id", "account", "account_owner", "class_ur", "path", "household_id"):
        assert getattr(new, name) == getattr(old, name)
    assert (new.supersedes, new.decision_number, new.rule_set) == (old, release.number, "SA-2014")
    covered = {
        row: set(Covered.objects.filter(entitlement=row).values_list("person_id", flat=True))
        for row in (old, new)
    }
    assert covered[old] == covered[new]
    assert len(covered[new]) == 4
    assert set(Covered.objects.filter(entitlement=new).values_list("from_month", "until_month")) == {
        (OCTOBER.first, None)
    }
    raised.pay(OCTOBER)
    assert Payment.objects.get(household=raised.homes["乙"], month=OCTOBER.first).regular == 52000


def test_the_register_follows(raised: Raised) -> None:
    home = raised.homes["甲"]
    Standing.objects.create(
        household=home, applicant=home.memberships.first().person, path=home.path, low_income_class="L2",
        class_ur="urban", decision_number="D", members=1, amount=54600, valid_from=date(2022, 4, 1),
        review_due=date(2023, 4, 1),
    )  # fmt: skip
    release = raised.published(raised.draft())
    assert Standing.objects.get(household=home).amount == 58000
    actions.back_out(release=release, reason="文件撤回", by=raised.first)
    applying.carry_out(release.pk)
    assert Standing.objects.get(household=home).amount == 54600


def test_a_decision_of_the_month_uses_the_new_standard_and_an_old_one_replays(raised: Raised) -> None:
    home, declared = raised.homes["乙"], catalogue.current()
    facts = facts_kept(declared.profiles["assistance"], home.pk)
    assert facts is not None

    def decided(on: date) -> tuple[int | None, str]:
        found = determine_dibao(facts, catalogue.current().parameters(), path=home.path, on=on)
        return found.amount, law.digest(found.parameters)

    june, july = date(2022, 6, 30), date(2022, 7, 1)
    before = decided(june)
    assert before[0] == decided(july)[0] == 38400
    raised.published(raised.draft())
    assert decided(july)[0] == 52000
    assert decided(june)[0] == 38400
    assert before == decided(june)


def test_who_cannot_be_reckoned_is_listed_and_left_alone(raised: Raised) -> None:
    poor(raised, "无档", members=1, yearly=0, amount=54600, facts=False)
    poor(raised, "不全", members=1, yearly=0, amount=54600)
    keep_facts(raised.homes["不全"], members=1, yearly=None)
    poor(raised, "渐退", members=1, yearly=1200000, amount=54600)  # 1,000.00 a month: over the standard
    poor(raised, "改过", members=1, yearly=0, amount=54600)
    ledger.change_amount(
        entitlement=raised.entitlements["改过"], from_month=SEPTEMBER, amount=20000, reason="复核",
        basis=ledger.Basis(decision_number="D2", rule_set="SA-2014", trace_sha="0" * 64, case_id=8),
        by=raised.who.county_approver,
    )  # fmt: skip
    release = raised.published(raised.draft())
    found = {
        (one.household.number, one.reason, one.paid, one.before, one.after)
        for one in release.attentions.all()
    }
    number = {name: home.number for name, home in raised.homes.items()}
    assert found == {
        (number["无档"], "no_facts", 54600, None, None),
        (number["不全"], "unknown", 54600, None, None),
        (number["渐退"], "mismatch", 54600, 0, 0),
        (number["改过"], "other_case", 54600, None, None),
        (number["改过"], "mismatch", 20000, 54600, 58000),
    }
    for name in ("无档", "不全", "渐退", "改过"):
        assert not AmountChange.objects.filter(household=raised.homes[name]).exists()
        assert not Arrears.objects.filter(household=raised.homes[name]).exists()
    assert queries.current_simulation(release).without_facts == 1
    one = release.attentions.get(reason="no_facts")
    actions.attend(attention=one, words="已入户核实，按 580 元补发", by=raised.drafter)
    with pytest.raises(Refused):
        actions.attend(attention=one, words="再来一次", by=raised.first)
    assert queries.attentions(release, raised.drafter, open_only=True).count() == 4


def test_nobody_is_cut_without_being_heard(raised: Raised) -> None:
    release = raised.published(raised.draft("50000"))
    assert {one.reason for one in release.attentions.all()} == {"reduction"}
    assert release.attentions.count() == 3
    assert not AmountChange.objects.exists()
    assert not Arrears.objects.exists()


def test_an_allowance_that_has_ended_is_owed_its_paid_months_only(raised: Raised) -> None:
    ledger.end(
        entitlement=raised.entitlements["甲"], last_month=SEPTEMBER, reason="去世", by=raised.who.payer
    )
    release = raised.published(raised.draft())
    assert len(kept(release)[raised.homes["甲"].number]) == 3
    assert not AmountChange.objects.filter(household=raised.homes["甲"]).exists()


def test_what_another_release_still_owes_is_not_owed_twice(raised: Raised) -> None:
    first = raised.published(raised.draft("57000"))
    second = raised.published(raised.draft("58000", month=SEPTEMBER))
    assert not second.attentions.exists()
    number = raised.homes["甲"].number
    assert kept(first)[number] == [("2022-07", 2400), ("2022-08", 2400), ("2022-09", 2400)]
    assert kept(second)[number] == [("2022-09", 1000)]
    assert raised.paid("甲").amount == 58000


def test_an_interval_that_ends_by_a_later_decision_is_owed_to_its_end(raised: Raised) -> None:
    """A review has already set another amount from December; until then the old interval runs on."""
    december = Month(2022, 12)
    ledger.change_amount(
        entitlement=raised.entitlements["甲"], from_month=december, amount=54600, reason="换证", basis=BASIS,
        by=raised.who.county_approver,
    )  # fmt: skip
    release = raised.published(raised.draft())
    owed = [(str(month), 3400) for month in JULY.until(december)]
    assert kept(release)[raised.homes["甲"].number] == owed
    assert (raised.paid("甲").amount, raised.paid("甲").from_month) == (58000, december.first)


def test_only_the_place_of_the_release_is_touched(raised: Raised) -> None:
    payer = staff("payer", at=NEXT_COUNTY.county)
    poor(raised, "邻县", members=1, yearly=0, amount=54600, path=NEXT_COUNTY.village, by=payer)
    release = raised.published(raised.draft())
    assert raised.paid("邻县").amount == 54600
    assert set(release.changes.values_list("household", flat=True)) == {
        raised.homes[name].pk for name in ("甲", "乙", "丙")
    }
    assert queries.current_simulation(release).total == 3


def test_a_release_for_a_month_to_come_waits_for_it(raised: Raised) -> None:
    release = raised.published(raised.draft(month=Month(2023, 1)))
    assert (release.applied_at, raised.paid("甲").amount) == (None, 54600)
    assert (
        catalogue.current().parameters().get(STANDARD, path=raised.path, on=date(2022, 12, 31)).value == 54600
    )
    with clock.frozen(date(2023, 1, 1)):
        tasks.resume.func(0)
        assert (raised.paid("甲").amount, raised.paid("甲").from_month) == (58000, date(2023, 1, 1))
        assert again(release).applied_at is not None
        assert not release.arrears.exists()


def test_carrying_out_twice_is_once(raised: Raised) -> None:
    release = raised.published(raised.draft())
    count = Entitlement.objects.count()
    for _ in range(2):
        applying.carry_out(release.pk)
        applying.apply(release=release, by=applying.OF_PLATFORM)
    assert (Entitlement.objects.count(), release.changes.count()) == (count, 3)


def test_backing_out_restores_values_and_amounts_in_one_action(raised: Raised) -> None:
    before = [
        (one.value, one.from_, one.until) for one in catalogue.current().parameters() if one.key == STANDARD
    ]
    release = raised.published(raised.draft())
    with pytest.raises(Refused):
        actions.back_out(release=release, reason=" ", by=raised.first)
    actions.back_out(release=release, reason="文件撤回", by=raised.first)
    applying.carry_out(release.pk)
    release = again(release)
    assert (release.state, release.ended_by, release.restored_at is not None) == (
        "backed_out",
        raised.first.id,
        True,
    )
    after = [
        (one.value, one.from_, one.until) for one in catalogue.current().parameters() if one.key == STANDARD
    ]
    assert after == before
    assert {name: raised.paid(name).amount for name in raised.homes} == {
        "甲": 54600,
        "乙": 38400,
        "丙": 58800,
    }
    assert kept(release) == {}
    with pytest.raises(Refused):
        actions.back_out(release=release, reason="再来一次", by=raised.first)
    raised.pay(OCTOBER)
    assert Payment.objects.get(household=raised.homes["甲"], month=OCTOBER.first).amount == 54600


def test_backing_out_reopens_the_value_that_the_release_closed(raised: Raised) -> None:
    first = raised.published(raised.draft("57000"))
    second = raised.published(raised.draft("58000", month=SEPTEMBER))
    rows = ParameterRow.objects.filter(key=STANDARD).order_by("from_on")
    assert [(row.value, row.until_on) for row in rows] == [("57000", SEPTEMBER.first), ("58000", None)]
    actions.back_out(release=second, reason="r", by=raised.first)
    assert [(row.value, row.until_on) for row in rows.all()] == [("57000", None)]
    applying.carry_out(second.pk)
    assert raised.paid("甲").amount == 57000
    assert again(first).state == "published"


def test_months_paid_at_the_new_amount_are_recovered_not_rewritten(raised: Raised) -> None:
    release = raised.published(raised.draft())
    raised.pay(OCTOBER)
    paid = list(Payment.objects.order_by("id").values())
    actions.back_out(release=release, reason="文件撤回", by=raised.first)
    applying.carry_out(release.pk)
    assert list(Payment.objects.order_by("id").values()) == paid
    back = {"甲": ("07", "08", "09", "10"), "乙": ("07", "08", "09", "10"), "丙": ("08", "09", "10")}
    assert kept(release) == {
        raised.homes[name].number: [(f"2022-{month}", -gain) for month in back[name]]
        for name, gain in (("甲", 3400), ("乙", 13600), ("丙", 10200))
    }
    assert queries.owed(release, raised.drafter).to_recover == 98600
    assert (raised.paid("甲").amount, raised.paid("甲").from_month) == (54600, date(2022, 11, 1))


def test_a_closed_month_is_not_backed_out(raised: Raised) -> None:
    release = raised.published(raised.draft())
    raised.pay(OCTOBER)
    for state in ("sent", "reconciled", "closed"):
        Batch.objects.filter(month=OCTOBER.first).update(state=state)
    with pytest.raises(Refused) as error:
        actions.back_out(release=release, reason="r", by=raised.first)
    assert error.value.code == "month_closed"


def test_what_was_decided_after_the_release_is_not_undone_with_it(raised: Raised) -> None:
    release = raised.published(raised.draft())
    ledger.change_amount(
        entitlement=raised.paid("甲"), from_month=OCTOBER, amount=10000, reason="复核", basis=BASIS,
        by=raised.who.county_approver,
    )  # fmt: skip
    actions.back_out(release=release, reason="r", by=raised.first)
    applying.carry_out(release.pk)
    assert raised.paid("甲").amount == 10000
    assert release.attentions.get().reason == "changed_since"
    assert release.changes.filter(restored_at=None).get().household == raised.homes["甲"]
