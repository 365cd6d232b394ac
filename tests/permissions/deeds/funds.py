"""The deeds of township funds and of services bought; their doors are pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.funds import actions as funds
from minzheng.kernel.funds.models import Settlement, TopUp
from minzheng.kernel.ledger.models import Fund
from tests.factories.company import HERE
from tests.factories.ground import DAY, Ground
from tests.factories.money import payout, terms

from .deed import Deed, Ids

__all__ = ["purchasing", "reserving"]


def reserving(code: str, one: catalogue.Declared[declare.Reserve]) -> Iterator[Deed]:
    """A township's fund; its doors are pages, tried with the other pages."""
    overseer, payer = one.role(one.item.overseer), one.role(one.item.payer)
    officer = one.role(one.item.officer)
    ready = lambda g: {"fund": g.fund(code)}  # noqa: E731

    def pay(g: Ground, ids: Ids, by: Actor) -> Any:
        facts = payout(1, 1_00, path=HERE.village, person=g.applicant)
        return funds.pay(reserve=code, payout=facts, signed_by=g.someone(one.role(one.item.approver)), by=by)

    def set_quota(g: Ground, ids: Ids, by: Actor) -> Any:
        return funds.set_quota(
            reserve=code, path=HERE.township, year=DAY.year, amount=1_00, document="1号", by=by
        )

    verbs: tuple[tuple[str, str, Callable[..., Any]], ...] = (
        ("set_quota", overseer, set_quota),
        ("advance", payer, lambda g, ids, by: funds.advance(fund=ids["fund"], amount=1, document="a", by=by)),
        ("pay", officer, pay),
        (
            "request_top_up", officer,
            lambda g, ids, by: funds.request_top_up(fund=ids["fund"], amount=1, reason="火灾", by=by),
        ),
        ("settle", officer, lambda g, ids, by: funds.settle(fund=ids["fund"], until=DAY, by=by)),
        ("clear", payer, lambda g, ids, by: funds.clear(fund=ids["fund"], by=by)),
    )  # fmt: skip
    for name, role, verb in verbs:
        yield Deed(f"{code}: {name}", ready, verb, frozenset({role}))

    def asked(g: Ground) -> Ids:
        fund = g.fund(code)
        return {"row": TopUp.objects.create(
            fund=fund, path=fund.path, amount=1, balance=0, automatic=False, due_on=DAY, requested_by="user:0",
            requested_at=clock.now(),
        )}  # fmt: skip

    def handed_in(g: Ground) -> Ids:
        fund = g.fund(code)
        return {"row": Settlement.objects.create(
            fund=fund, path=fund.path, until=DAY, count=1, total=1, submitted_by="user:0", submitted_by_name="某",
            submitted_at=clock.now(),
        )}  # fmt: skip

    yield Deed(
        f"{code}: decide_top_up", asked,
        lambda g, ids, by: funds.decide_top_up(top_up=ids["row"], amount=1, by=by), frozenset({overseer}),
    )  # fmt: skip
    yield Deed(
        f"{code}: decide_settlement", handed_in,
        lambda g, ids, by: funds.decide_settlement(settlement=ids["row"], approved=True, by=by), frozenset({overseer}),
    )  # fmt: skip


def purchasing(code: str, one: catalogue.Declared[declare.Purchasing]) -> Iterator[Deed]:
    """Contracts of a county; their doors are pages, tried with the other pages."""
    item = one.item

    def sign(g: Ground, ids: Ids, by: Actor) -> Any:
        return funds.sign(
            purchasing=code, path=HERE.county, terms=terms("2", 1, service=next(iter(item.services))), by=by
        )

    def deliver(g: Ground, ids: Ids, by: Actor) -> Any:
        return funds.deliver(
            contract=ids["row"].contract, period="2", served=1, claimed=1, record="记录", by=by
        )

    verbs: tuple[tuple[str, declare.Role, Callable[..., Any]], ...] = (
        ("sign", item.signer, sign),
        ("deliver", item.registrar, deliver),
        (
            "accept", item.acceptor,
            lambda g, ids, by: funds.accept(handover=ids["row"], accepted=1, opinion="合格", by=by),
        ),
        (
            "pay_for", item.payer,
            lambda g, ids, by: funds.pay_for(handover=ids["row"], scheme="", fund=Fund.COUNTY, by=by),
        ),
    )  # fmt: skip
    for name, role, verb in verbs:
        yield Deed(f"{code}: {name}", lambda g: {"row": g.handover(code)}, verb, frozenset({one.role(role)}))
