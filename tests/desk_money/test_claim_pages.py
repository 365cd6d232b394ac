"""Claims at the desk: opened from what was paid, repaid, withheld, given up; candidates after a death."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import Refused
from minzheng.kernel.ledger import actions, claims
from minzheng.kernel.ledger.models import Entitlement, Recovery
from minzheng.kernel.ledger.proof import verify
from tests.factories import Cast, cast, staff, user_of
from tests.factories.money import BASIS, GROUP, allotted, approved, drafted, entitled, payee_of
from tests.factories.people import household, person
from tests.factories.places import NEXT_COUNTY

pytestmark = pytest.mark.django_db
AT = "/desk/money/claims/"
MAY = Month(2022, 5)


@pytest.fixture
def who() -> Iterator[Cast]:
    with clock.frozen(date(2022, 5, 20)):
        yield cast()


def door(by: Actor) -> Client:
    client = Client()
    client.force_login(user_of(by))
    return client


def post(client: Client, url: str, deed: str, key: str = "", **fields: Any) -> Any:
    typed = {f"{deed}-{name}": value for name, value in fields.items()}
    return client.post(url, {"deed": deed, "key": key or uuid4().hex, **typed})


def paid(who: Cast) -> Entitlement:
    """Two people, paid for April and May."""
    people = (person(name="测户主"), person(name="测亡者"))
    one = entitled(who.payer, home=household(*people), members=people)
    approved(who)
    approved(who, month=MAY)
    return one


def claimed(who: Cast, one: Entitlement, client: Client, amount: str = "384.00") -> Recovery:
    assert one.household is not None
    url = f"{AT}new/?household={one.household.number}"
    page = client.get(url).content.decode()
    assert "2022-05" in page
    answer = post(
        client, url, "claim", entitlement=one.pk, first="2022-05", last="2022-05", amount=amount,
        decision="追〔2022〕1号", reason="去世后多发",
    )  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    return Recovery.objects.latest("id")


def test_a_claim_is_opened_repaid_and_settled(who: Cast) -> None:
    client, one = door(who.payer), paid(who)
    row = claimed(who, one, client)
    url = f"{AT}{row.pk}/"
    assert post(client, url, "repay", amount="500.00", receipt="JK1").status_code == 400
    key = uuid4().hex
    for _ in range(2):
        assert post(client, url, "repay", key, amount="84.00", receipt="JK1").status_code == 302
    assert claims.claim_of(row.pk, who.payer).left == 30000
    assert "JK1" in client.get(url).content.decode()
    assert post(client, url, "repay", amount="300.00", receipt="JK2").status_code == 302
    row.refresh_from_db()
    assert row.state == "settled"
    assert "sheet-repay" not in client.get(url).content.decode()
    assert not verify()


def test_instalments_stay_within_the_share_and_a_reviewer_gives_up_the_rest(who: Cast) -> None:
    client, one = door(who.payer), paid(who)
    row = claimed(who, one, client)
    url = f"{AT}{row.pk}/"
    too_much = post(client, url, "plan", monthly="76.81", from_month="2022-06")
    assert (too_much.status_code, "76.80" in too_much.content.decode()) == (400, True)
    assert post(client, url, "plan", monthly="76.80", from_month="2022-06").status_code == 302
    assert row.instalments.count() == 5
    with clock.frozen(date(2022, 6, 20)):
        allotted(who)
        approved(who, month=Month(2022, 6))
        assert claims.claim_of(row.pk, who.payer).left == 38400 - 7680
        assert "已随 2022-06 批次扣回" in client.get(url).content.decode()
        assert "sheet-waive" not in client.get(url).content.decode()
        reviewer = door(who.payment_reviewer)
        assert post(reviewer, url, "waive", reason=" ").status_code == 400
        assert post(reviewer, url, "waive", reason="生活困难，县政函〔2022〕3号").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.waived) == ("waived", 30720)
    assert not verify()


def test_a_claim_in_a_draft_comes_back_or_is_given_up_whole(who: Cast) -> None:
    """Drafted only, nothing is withheld yet: reviewers who sign are waited for, and a waiver leaves no fen behind."""
    client, one = door(who.payer), paid(who)
    row = claimed(who, one, client)
    url, june = f"{AT}{row.pk}/", Month(2022, 6)
    assert post(client, url, "plan", monthly="76.80", from_month="2022-06").status_code == 302
    with clock.frozen(date(2022, 6, 20)):
        batch = drafted(who, month=june)
        assert (batch.withheld, claims.claim_of(row.pk, who.payer).left) == (7680, 38400)
        allotted(who)
        actions.review(batch=batch, seen=batch.content_sha, by=who.payment_reviewer)
        reviewer = door(who.second_payment_reviewer)
        waits = post(reviewer, url, "waive", reason="生活困难，县政函〔2022〕3号")
        assert (waits.status_code, "76.80" in waits.content.decode()) == (400, True)
        actions.send_back(batch=batch, reason="有误", by=who.second_payment_reviewer)
        assert post(reviewer, url, "waive", reason="生活困难，县政函〔2022〕3号").status_code == 302
        row.refresh_from_db()
        assert (row.state, row.waived) == ("waived", 38400)
        assert not row.instalments.filter(cancelled_at=None).exists()
        with pytest.raises(Refused, match="重新编制"):
            actions.review(batch=batch, seen=batch.content_sha, by=who.payment_reviewer)
        again = approved(who, month=june)
        assert (again.pk, again.withheld, again.total) == (batch.pk, 0, 38400)
    assert not verify()


def test_what_is_paid_to_a_person_is_claimed_by_the_number_of_the_person(who: Cast) -> None:
    client, kept = door(who.payer), person(name="测受助")
    one = actions.entitle(
        scheme="assistance.tekun", path=kept.path, class_ur="rural", amount=100_000, from_month=MAY, person=kept,
        payee=payee_of(kept), basis=BASIS, exclusive_group=GROUP, by=who.payer,
    )  # fmt: skip
    approved(who, month=MAY, scheme="assistance.tekun")
    number = str(kept.id_number)
    answer = post(client, f"{AT}new/", "find", number=number)
    assert (answer.status_code, number in answer.url) == (302, False)
    assert "测受助" in client.get(answer.url).content.decode()
    made = post(
        client, answer.url, "claim", entitlement=one.pk, first="2022-05", last="2022-05", amount="300.00",
        decision="追〔2022〕9号", reason="去世后多发",
    )  # fmt: skip
    assert made.status_code == 302, made.content.decode()
    assert Recovery.objects.get().person == kept
    unknown = post(client, f"{AT}new/", "find", number="222190197003050019")
    assert "没有找到已批准的发放" in client.get(unknown.url).content.decode()
    stranger = door(staff("payer", at=NEXT_COUNTY.county))
    assert "测受助" not in stranger.get(answer.url).content.decode()
    assert not verify()


def test_whoever_was_paid_after_a_death_is_listed_for_a_human(who: Cast) -> None:
    client, one = door(who.payer), paid(who)
    dead = one.covered.get(person__name="测亡者").person
    dead.died_on = date(2022, 4, 12)
    dead.save()
    (found,) = claims.after_death(who.payer)
    assert (found.person, found.first, found.last, found.months, found.paid) == (
        "测亡者", date(2022, 5, 1), date(2022, 5, 1), 1, 38400,
    )  # fmt: skip
    assert "测亡者" in client.get(AT).content.decode()
    assert not Recovery.objects.exists()
    claimed(who, one, client, "192.00")
    assert claims.after_death(who.payer) == []
    assert claims.after_death(staff("payer", at=NEXT_COUNTY.county)) == []


def test_the_month_of_death_is_not_claimed(who: Cast) -> None:
    one = paid(who)
    dead = one.covered.get(person__name="测亡者").person
    dead.died_on = date(2022, 5, 1)
    dead.save()
    assert [found.first for found in claims.after_death(who.payer)] == []


def test_others_are_told_nothing(who: Cast) -> None:
    one = paid(who)
    row = claimed(who, one, door(who.payer))
    stranger = door(staff("payer", at=NEXT_COUNTY.county))
    assert stranger.get(f"{AT}{row.pk}/").status_code == 404
    assert door(who.clerk).get(AT).status_code == 403
    assert door(who.payment_reviewer).get(f"{AT}new/").status_code == 403
    assert one.household is not None
    assert "没有找到" in stranger.get(f"{AT}new/?household={one.household.number}").content.decode()
