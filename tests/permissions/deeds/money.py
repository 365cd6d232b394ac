"""The deeds of the monthly payment and of the books around it; their doors are pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Budget, Doubt, Fund, Instruction, Journal, PayingAccount
from minzheng.kernel.monthly import actions as monthly
from tests.factories.company import HERE, staff_at
from tests.factories.ground import DAY, Ground
from tests.factories.money import a_card

from .deed import Deed, Ids

__all__ = ["paying"]


def paying(code: str, scheme: catalogue.Declared[declare.Scheme]) -> Iterator[Deed]:
    """The monthly run; its doors are pages, tried with the other pages."""
    payer, reviewer = scheme.role(scheme.item.prepared_by), scheme.role(scheme.item.reviewed_by)
    ready = lambda g: {"batch": g.batch(code)}  # noqa: E731

    def draft(g: Ground, ids: Ids, by: Actor) -> Any:
        return ledger.draft_batch(
            scheme=code,
            path=HERE.county,
            month=clock.Month.of(DAY),
            prepared_by=payer,
            reviewed_by=reviewer,
            by=by,
        )

    verbs: tuple[tuple[str, str, Callable[..., Any]], ...] = (
        ("draft_batch", payer, draft),
        ("review", reviewer, lambda g, ids, by: ledger.review(batch=ids["batch"], seen="", by=by)),
        (
            "send_back",
            reviewer,
            lambda g, ids, by: ledger.send_back(batch=ids["batch"], reason="重编", by=by),
        ),
        ("send", payer, lambda g, ids, by: ledger.send(batch=ids["batch"], by=by)),
        ("repair", payer, _repair),
        ("resend", reviewer, lambda g, ids, by: ledger.resend(batch=ids["batch"], by=by)),
        ("close", payer, lambda g, ids, by: ledger.close(batch=ids["batch"], by=by)),
        ("reconcile", payer, lambda g, ids, by: ledger.reconcile(batch=ids["batch"], by=by)),
        ("claim", payer, _claim),
        ("register_make_up", payer, _make_up),
        (
            "call_off",
            payer,
            lambda g, ids, by: ledger.call_off(adjustment=ids["owed"], reason="登记有误", by=by),
        ),
        (
            "waive",
            reviewer,
            lambda g, ids, by: ledger.waive(recovery=ids["recovery"], reason="困难", by=by),
        ),
        (
            "repay",
            payer,
            lambda g, ids, by: ledger.repay(recovery=ids["recovery"], amount=1, receipt="R", by=by),
        ),
        (
            "instalments",
            payer,
            lambda g, ids, by: ledger.instalments(
                recovery=ids["recovery"], monthly=1, from_month=clock.Month.of(DAY), by=by
            ),
        ),
    )
    claimed = lambda g: {"recovery": g.claim(g.batch(code))}  # noqa: E731
    owed = lambda g: {"owed": g.owed(g.batch(code))}  # noqa: E731
    before = dict.fromkeys(("waive", "repay", "instalments"), claimed) | {"call_off": owed}
    for name, role, verb in verbs:
        yield Deed(f"{code}: {name}", before.get(name, ready), verb, frozenset({role}), told=True)
    yield from _books(code, payer, reviewer)


def _books(code: str, payer: str, reviewer: str) -> Iterator[Deed]:
    """What is done around the batches: the year's money, doubts, the whole month begun and closed."""
    month = clock.Month.of(DAY)

    def booked(g: Ground) -> Ids:
        budget = _allot(g, code, g.someone(reviewer))
        doubt = Doubt.objects.create(
            path=HERE.county, scheme=code, month=month.first, code="all_dead", weight="hold",
            entitlement=g.batch(code).payments.get().entitlement, found_at=clock.now(),
        )  # fmt: skip
        return {
            "budget": budget, "journal": Journal.objects.latest("id"), "doubt": doubt,
            "payer": _typed_account(code, reviewer),
        }  # fmt: skip

    verbs: tuple[tuple[str, str, Callable[..., Any]], ...] = (
        ("allot", reviewer, lambda g, ids, by: _allot(g, code, by, document="2号")),
        ("cut_back", reviewer, lambda g, ids, by: ledger.cut_back(budget=ids["budget"], amount=1, document="3", by=by)),
        ("reverse", reviewer, lambda g, ids, by: ledger.reverse(journal=ids["journal"], reason="录错", by=by)),
        ("register_account", reviewer, lambda g, ids, by: _paid_from(code, by, Fund.CITY)),
        ("confirm_account", reviewer, lambda g, ids, by: ledger.confirm_account(account=ids["payer"], by=by)),
        (
            "withdraw_account", reviewer,
            lambda g, ids, by: ledger.withdraw_account(account=ids["payer"], reason="录错", by=by),
        ),
        (
            "answer_doubt", reviewer,
            lambda g, ids, by: ledger.answer_doubt(doubt=ids["doubt"], answer=Doubt.Answer.PAY, words="健在", by=by),
        ),
        (
            "close_month", reviewer,
            lambda g, ids, by: ledger.close_month(scheme=code, path=HERE.county, month=month, by=by),
        ),
    )  # fmt: skip
    for name, role, verb in verbs:
        yield Deed(f"{code}: {name}", booked, verb, frozenset({role}), told=True)
    # A run is of all schemes of the place: whoever pays any of them begins it.
    payers = frozenset(one.role(one.item.prepared_by) for one in catalogue.current().schemes.values())
    yield Deed(
        f"{code}: start_run", booked,
        lambda g, ids, by: monthly.start_run(path=HERE.county, month=month, by=by), payers, told=True,
    )  # fmt: skip


def _allot(g: Ground, code: str, by: Actor, document: str = "1号") -> Budget:
    return ledger.allot(
        scheme=code, path=HERE.county, fund=Fund.COUNTY, year=DAY.year, amount=100, document=document, by=by
    )


def _typed_account(code: str, reviewer: str) -> PayingAccount:
    """An account that another reviewer of the place has typed."""
    return _paid_from(code, staff_at(reviewer, HERE, Level.COUNTY, name="登记人"), Fund.COUNTY)


def _paid_from(code: str, by: Actor, fund: Fund) -> PayingAccount:
    payer = ledger.Payer(bank="某银行", owner="某局", number="12345678")
    return ledger.register_account(scheme=code, path=HERE.county, fund=fund, payer=payer, from_on=DAY, by=by)


def _make_up(g: Ground, ids: Ids, by: Actor) -> Any:
    month = clock.Month.of(DAY)
    owed = ledger.Owed(ids["batch"].payments.first().entitlement_id, month, month.next, 1)
    basis = ledger.Basis(decision_number="D", rule_set="t", trace_sha="")
    return ledger.register_make_up(owed=owed, from_month=month.next, basis=basis, reason="少发", by=by)


def _claim(g: Ground, ids: Ids, by: Actor) -> Any:
    month = clock.Month.of(DAY)
    owed = ledger.Owed(ids["batch"].payments.first().entitlement_id, month, month.next, 1)
    basis = ledger.Basis(decision_number="D", rule_set="t", trace_sha="")
    return ledger.claim(owed=owed, basis=basis, reason="多发", by=by)


def _repair(g: Ground, ids: Ids, by: Actor) -> Any:
    payment = ids["batch"].payments.first()
    failed = Instruction(payment=payment, path=payment.path)
    return ledger.repair(instruction=failed, account=a_card(), owner="某", reason="销户", by=by)
