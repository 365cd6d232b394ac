"""The sum for the funeral of a tekun person: due once by the death, arranged, decided, paid with a month, undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from minzheng.domains.assistance import actions
from minzheng.domains.assistance.models import FuneralSum
from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.events import actions as events
from minzheng.kernel.events.models import FollowUp
from minzheng.kernel.ledger.doubting import answer_doubt
from minzheng.kernel.ledger.models import Doubt, Entitlement, Payment, Recovery
from minzheng.kernel.ledger.proof import verify
from minzheng.kernel.people.models import Person
from tests.factories import cast, person
from tests.factories.events import carried_out, log, on_dibao, on_tekun, pay, tell
from tests.factories.money import a_card, drafted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
JANUARY, APRIL = Month(2026, 1), Month(2026, 4)
SCHEME, RURAL_YEAR = "assistance.tekun_funeral", 6000_00
HOUSE = "某县（第一）敬老院"


@pytest.fixture
def people() -> Iterator[Any]:
    """The tenth of April."""
    with clock.frozen(date(2026, 4, 10)):
        yield cast()


def died(people: Any, day: date = date(2026, 4, 3)) -> tuple[FuneralSum, Any]:
    """Somebody kept in the countryside has died, and the worker has carried the event out."""
    row = on_tekun(people, from_month=JANUARY)
    event = carried_out(tell(row.person, "death", day))
    return FuneralSum.objects.get(person=row.person), event


def arranged(people: Any, row: FuneralSum, **changes: Any) -> FuneralSum:
    """The institution buries, its manager answers for the money."""
    manager = person(path=people.seat.village, name="测院长")
    given = {
        "arranger": "institution", "unit": HOUSE, "name": manager.name, "id_number": manager.id_number,
        "account": "0771201900000123456", "owner": HOUSE, "proof": "火化证2026-17", "buried_on": date(2026, 4, 5),
    } | changes  # fmt: skip
    return actions.arrange_funeral(funeral=row, given=actions.Arranged(**given), by=people.clerk)


def test_a_death_makes_one_sum_of_a_year_s_standard_and_asks_the_township(people: Any) -> None:
    row, event = died(people)
    assert (row.amount, row.state, row.class_ur) == (RURAL_YEAR, "waiting", "rural")
    used = {one["key"]: one for one in row.trace["parameters"]}
    assert (used["tekun.funeral_months"]["value"], used["tekun.basic.rural"]["value"]) == ("12", "600000")
    assert all(one["source"] for one in used.values())
    ask = FollowUp.objects.get(label="登记丧葬办理人")
    assert (ask.due_on, "6,000.00 元" in ask.text) == (date(2026, 4, 24), True)
    carried_out(event)
    carried_out(tell(row.person, "death", date(2026, 4, 3), source="funeral"))
    assert FuneralSum.objects.count() == 1
    with pytest.raises(IntegrityError, match="funeral_sum_once"), transaction.atomic():
        FuneralSum.objects.create(person=row.person, path=row.path, died_on=row.died_on, amount=1, trace={})


def test_whoever_was_not_tekun_on_the_day_of_death_has_none(people: Any) -> None:
    dibao = on_dibao(people, from_month=JANUARY)
    event = carried_out(tell(dibao.payee, "death", date(2026, 4, 3)))
    assert log(event)["assistance.funeral_sum"] == "nothing"
    row = on_tekun(people, from_month=JANUARY)
    carried_out(tell(row.person, "prison", date(2026, 1, 10), source="justice"))
    event = carried_out(tell(row.person, "death", date(2026, 4, 3)))
    assert log(event)["assistance.funeral_sum"] == "nothing"
    assert not FuneralSum.objects.exists()


def test_a_death_without_an_event_makes_it_as_well(people: Any) -> None:
    row = on_tekun(people, from_month=JANUARY)
    Person.objects.filter(pk=row.person_id).update(died_on=date(2026, 3, 3))
    assert actions.end_for_the_dead(on=clock.today(), by=system("nightly")) == 1
    assert FuneralSum.objects.get().died_on == date(2026, 3, 3)
    with pytest.raises(NotAllowed):
        actions.open_funeral(person=row.person, died_on=date(2026, 3, 3), by=people.county_approver)


def test_arranged_decided_and_paid_once_to_the_institution(people: Any) -> None:
    row = arranged(people, died(people)[0])
    actions.decide_funeral(funeral=row, outcome="back", reason="证明编号不全", by=people.county_approver)
    row = arranged(people, row)
    row = actions.decide_funeral(funeral=row, outcome="grant", by=people.county_approver)
    right = Entitlement.objects.get(scheme=SCHEME)
    assert (right.amount, right.from_month, right.until_month) == (RURAL_YEAR, APRIL.first, APRIL.next.first)
    assert (right.person, right.payee.name, right.account_owner) == (row.person, "测院长", HOUSE)
    assert (right.decision_number, right.trace_sha) == (row.decision_number, row.trace_sha)
    assert drafted(people, scheme=SCHEME, month=APRIL).count == 0
    doubt = Doubt.objects.get(scheme=SCHEME, weight="hold")
    assert doubt.code == "owner_stranger"
    answer_doubt(doubt=doubt, answer="pay", words="已核对开户许可", by=people.payment_reviewer)
    pay(people, SCHEME, APRIL)
    paid = Payment.objects.get(scheme=SCHEME)
    assert (paid.amount, paid.payee_name, paid.account_owner, paid.account) == (
        RURAL_YEAR, "测院长", HOUSE, row.account,
    )  # fmt: skip
    for deed in (
        lambda: arranged(people, row),
        lambda: actions.decide_funeral(funeral=row, outcome="grant", by=people.county_approver),
    ):
        with pytest.raises(Stale):
            deed()
    with clock.frozen(date(2026, 5, 20)), pytest.raises(Refused, match="没有需要发放的待遇"):
        pay(people, SCHEME, APRIL.next)
    assert verify() == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"account": "1234"}, "6 至 34 位"), ({"owner": "测院长"}, "校验不对"), ({"owner": "别家养老院"}, "户名"),
        ({"proof": " "}, "户名|协议"), ({"buried_on": date(2026, 4, 2)}, "去世当日至今天"),
        ({"buried_on": date(2026, 4, 11)}, "去世当日至今天"), ({"arranger": "kin"}, "户名"),
    ],
)  # fmt: skip
def test_what_cannot_be_paid_is_refused_in_words(people: Any, changes: dict[str, Any], words: str) -> None:
    row = died(people)[0]
    with pytest.raises(Refused, match=words):
        arranged(people, row, **changes)
    row.refresh_from_db()
    assert (row.state, row.payee) == ("waiting", None)


def test_the_dead_person_s_own_account_is_not_paid(people: Any) -> None:
    row = died(people)[0]
    with pytest.raises(Refused, match="不能用去世人员的账户"):
        arranged(people, row, owner=row.person.name, account=a_card())
    row.refresh_from_db()
    with pytest.raises(Refused, match="已去世"):
        arranged(people, row, name=row.person.name, id_number=row.person.id_number)


def test_each_does_their_own_part_and_strangers_find_nothing(people: Any) -> None:
    row = died(people)[0]
    with pytest.raises(NotFound):
        actions.arrange_funeral(funeral=row, given=None, by=people.stranger)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        actions.decide_funeral(funeral=row, outcome="grant", by=people.clerk)
    with pytest.raises(Stale):
        actions.decide_funeral(funeral=row, outcome="grant", by=people.county_approver)
    row = arranged(people, row)
    with pytest.raises(Refused, match="理由"):
        actions.decide_funeral(funeral=row, outcome="decline", by=people.county_approver)
    row = actions.decide_funeral(
        funeral=row, outcome="decline", reason="已由单位支付", by=people.county_approver
    )
    assert (row.state, Entitlement.objects.filter(scheme=SCHEME).exists()) == ("declined", False)


@pytest.mark.parametrize("paid", [False, True])
def test_a_withdrawn_death_takes_it_back_and_claims_what_was_paid(people: Any, paid: bool) -> None:
    row, event = died(people)
    row = arranged(people, row, arranger="kin", owner="测院长", account=a_card())
    row = actions.decide_funeral(funeral=row, outcome="grant", by=people.county_approver)
    if paid:
        pay(people, SCHEME, APRIL)
    events.withdraw(event=event, reason="同名他人，误报", by=people.county_approver)
    carried_out(event)
    row.refresh_from_db()
    assert (row.state, log(event)["assistance.funeral_sum"]) == ("void", "undone")
    claimed = list(Recovery.objects.filter(scheme=SCHEME).values_list("amount", flat=True))
    assert claimed == ([RURAL_YEAR] if paid else [])
    if not paid:
        with pytest.raises(Refused, match="没有需要发放的待遇"):
            pay(people, SCHEME, APRIL)
    assert actions.open_funeral(person=row.person, died_on=date(2026, 4, 9), by=system("events")) is not None
    assert verify() == ()
