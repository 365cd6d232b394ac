"""Money for tests: made-up bank cards, entitled households, and a run carried to where a test begins."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.funds import actions as funds
from minzheng.kernel.funds.models import ReserveFund
from minzheng.kernel.ledger import actions, bank
from minzheng.kernel.ledger.models import Batch, Budget, Entitlement, Fund, PayingAccount
from minzheng.kernel.people.identity import luhn_passes
from minzheng.kernel.people.models import Household, Person

from .cast import Cast
from .people import household, person

SCHEME = "assistance.dibao"
RESERVE = "assistance.reserve"
GROUP = "assistance.living"
PAYER, REVIEWER = "assistance.payer", "assistance.payment_reviewer"
APRIL = Month(2022, 4)
BASIS = actions.Basis(decision_number="演示〔2022〕1号", rule_set="test-1", trace_sha="0" * 64, case_id=7)
_cards = itertools.count(1)
_documents = itertools.count(1)


def a_card() -> str:
    """A card number that passes its check and belongs to no bank; each call another one."""
    body = f"999900{next(_cards):09d}"
    return next(body + digit for digit in "0123456789" if luhn_passes(body + digit))


def payee_of(who: Person, *, account: str | None = None) -> actions.Payee:
    """A person who receives into a card of their own."""
    return actions.Payee(person=who, account=account or a_card(), owner=who.name)


def entitled(
    by: Actor,
    *,
    amount: int = 38400,
    from_month: Month = APRIL,
    home: Household | None = None,
    members: tuple[Person, ...] = (),
    account: str | None = None,
    path: str | None = None,
    scheme: str = SCHEME,
) -> Entitlement:
    """A household entitled from a month on; its first member receives."""
    members = members or (person(path=path),)
    home = home or household(*members, path=path)
    return actions.entitle(
        scheme=scheme,
        path=home.path,
        class_ur="rural",
        amount=amount,
        from_month=from_month,
        household=home,
        members=members,
        exclusive_group=GROUP,
        payee=payee_of(members[0], account=account),
        basis=BASIS,
        by=by,
    )


def drafted(people: Cast, *, month: Month = APRIL, scheme: str = SCHEME) -> Batch:
    """The county's batch of a month as its payer drafts it."""
    return actions.draft_batch(
        scheme=scheme,
        path=people.seat.county,
        month=month,
        prepared_by=PAYER,
        reviewed_by=REVIEWER,
        by=people.payer,
    )


def allotted(
    people: Cast, *, amount: int = 10**11, scheme: str = SCHEME, year: int = 2022, path: str = ""
) -> Budget:
    """The county has money for the scheme in the year."""
    return actions.allot(
        scheme=scheme, path=path or people.seat.county, fund=Fund.COUNTY, year=year, amount=amount,
        document=f"财社〔{year}〕{next(_documents)}号", by=people.payment_reviewer,
    )  # fmt: skip


def paid_from(people: Cast, *, scheme: str = SCHEME, number: str = "2200001900000001") -> PayingAccount:
    """The office's account out of which the county pays, typed by one reviewer and confirmed by another."""
    account = actions.register_account(
        scheme=scheme, path=people.seat.county, fund=Fund.COUNTY, from_on=clock.today(), by=people.payment_reviewer,
        payer=actions.Payer(bank="测试银行", owner="某县民政局", number=number),
    )  # fmt: skip
    return actions.confirm_account(account=account, by=people.second_payment_reviewer)


def approved(people: Cast, *, month: Month = APRIL, scheme: str = SCHEME) -> Batch:
    """A batch drafted and reviewed by two others."""
    batch = drafted(people, month=month, scheme=scheme)
    allotted(people, amount=batch.total + batch.withheld, scheme=scheme, year=month.year)
    actions.review(batch=batch, seen=batch.content_sha, by=people.payment_reviewer)
    return actions.review(batch=batch, seen=batch.content_sha, by=people.second_payment_reviewer)


def answered(batch: Batch, sent: actions.Outgoing, people: Cast, *closed: str) -> actions.Received:
    """What the stand-in bank answers to a file, read in; accounts named are closed."""
    answer = bank.run_local_bank(sent.content, closed=frozenset(closed))
    return actions.read_returns(batch=batch, rows=bank.read_answer(answer), by=people.payer)


def reserved(
    people: Cast,
    *,
    quota: int = 50_000_00,
    advance: int | None = None,
    path: str = "",
    year: int | None = None,
) -> ReserveFund:
    """The township's fund of the year, with the county's money behind it and an advance in it."""
    year = year or clock.today().year
    put_in = quota if advance is None else advance
    fund = funds.set_quota(
        reserve=RESERVE, path=path or people.seat.township, year=year, amount=quota,
        document=f"民备〔{year}〕{next(_documents)}号", by=people.payment_reviewer,
    )  # fmt: skip
    if put_in:
        allotted(people, amount=put_in, scheme=fund.scheme, year=year)
        fund = funds.advance(fund=fund, amount=put_in, document=f"拨款{next(_documents)}", by=people.payer)
    return fund


def payout(case_id: int, amount: int, **more: Any) -> funds.Payout:
    """A payment in cash before a witness, for a case of the seat's township."""
    facts: dict[str, Any] = {
        "case_number": f"演示{case_id:08d}", "payee": "领取人", "method": "cash", "purpose": "先行救助",
        "witness": "村主任",
    }  # fmt: skip
    return funds.Payout(case_id=case_id, amount=amount, **(facts | more))


def terms(number: str, yuan: int, **more: Any) -> funds.Terms:
    """A contract for half a year of visits, beginning today."""
    today = clock.today()
    facts: dict[str, Any] = {
        "provider": "某社会工作服务中心", "provider_code": "52220000500000015K", "service": "visits", "people": 100,
        "unit_price": 50_00, "acceptance": "每月每户走访一次，记录完整", "from_on": today,
        "until_on": today + timedelta(days=180),
    }  # fmt: skip
    return funds.Terms(number=number, amount=yuan * 100, **(facts | more))
