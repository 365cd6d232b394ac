"""The deeds of subsidies by list: figures, lists, emergencies; their doors are pages, tried with the other pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.subsidies import actions
from tests.factories.company import HERE
from tests.factories.ground import DAY, Ground
from tests.factories.money import a_card

from .deed import Deed, Ids

__all__ = ["subsidising"]

MONTH = clock.Month.of(DAY)
Verb = Callable[[Ground, Ids, Actor], Any]


def subsidising(code: str, subsidy: catalogue.Declared[declare.Subsidy]) -> Iterator[Deed]:
    """One block for each verb."""
    declaring = _roles(subsidy, subsidy.item.declared_by)
    yield from _lists(code, subsidy)
    if subsidy.item.started_by == "index":
        yield from _figures(code, subsidy, declaring)
    elif subsidy.item.started_by == "emergency":
        yield from _emergencies(code, subsidy, declaring)
    else:
        yield from _by_itself(code, subsidy)


def _roles(subsidy: catalogue.Declared[declare.Subsidy], roles: tuple[declare.Role, ...]) -> frozenset[str]:
    return frozenset(subsidy.role(role) for role in roles)


def _lists(code: str, subsidy: catalogue.Declared[declare.Subsidy]) -> Iterator[Deed]:
    scheme = subsidy.item.scheme
    payer, reviewer = _roles(subsidy, (scheme.prepared_by,)), _roles(subsidy, (scheme.reviewed_by,))
    verbs: tuple[tuple[str, frozenset[str], Verb], ...] = (
        (
            "draft",
            payer,
            lambda g, ids, by: actions.draft(
                subsidy=code, path=HERE.county, month=MONTH, by=by,
                started_by=ids["list"].index or ids["list"].measure,
            ),
        ),
        ("sign", reviewer, lambda g, ids, by: actions.sign(listing=ids["list"], seen="", by=by)),
        ("send_back", reviewer, lambda g, ids, by: actions.send_back(listing=ids["list"], reason="重编", by=by)),
        ("withdraw", payer, lambda g, ids, by: actions.withdraw(listing=ids["list"], reason="不发", by=by)),
    )  # fmt: skip
    for name, roles, verb in verbs:
        yield Deed(f"{code} lists: {name}", lambda g: {"list": g.listing(code)}, verb, roles, told=True)


def _by_itself(code: str, subsidy: catalogue.Declared[declare.Subsidy]) -> Iterator[Deed]:
    confirming = _roles(subsidy, subsidy.item.confirmed_by)
    verbs: tuple[tuple[str, Verb], ...] = (
        ("confirm_account", lambda g, ids, by: actions.confirm_account(
            subsidy=code, person=g.applicant, account=a_card(), owner=g.applicant.name, by=by)),
        ("suspend", lambda g, ids, by: actions.suspend(
            subsidy=code, person=g.applicant, reason="未联系上", by=by)),
        ("resume", lambda g, ids, by: actions.resume(
            subsidy=code, person=g.applicant, words="见到本人", by=by)),
    )  # fmt: skip
    for name, verb in verbs:
        yield Deed(f"{code} accounts: {name}", lambda g: {}, verb, confirming, told=True)


def _figures(
    code: str, subsidy: catalogue.Declared[declare.Subsidy], declaring: frozenset[str]
) -> Iterator[Deed]:
    yield Deed(
        f"{code} index: enter_index", lambda g: {},
        lambda g, ids, by: actions.enter_index(
            subsidy=code, path=HERE.city, month=MONTH, figures=actions.Figures(1, 1), published_on=DAY, source="公报",
            by=by,
        ),
        declaring, told=True,
    )  # fmt: skip
    checking = _roles(subsidy, subsidy.item.checked_by)
    verbs: tuple[tuple[str, Verb], ...] = (
        ("check_index", lambda g, ids, by: actions.check_index(row=ids["row"], by=by)),
        ("refuse_index", lambda g, ids, by: actions.refuse_index(row=ids["row"], reason="不符", by=by)),
    )
    for name, verb in verbs:
        yield Deed(f"{code} index: {name}", lambda g: {"row": g.index(code)}, verb, checking, told=True)


def _emergencies(
    code: str, subsidy: catalogue.Declared[declare.Subsidy], declaring: frozenset[str]
) -> Iterator[Deed]:
    domain = subsidy.domain.code
    yield Deed(
        f"{code} emergency: declare_emergency", lambda g: {},
        lambda g, ids, by: actions.declare_emergency(
            domain=domain, path=HERE.city, grade=2, title="暴雪", order_number="令9号", from_on=DAY,
            measures={"price_check": 0}, by=by,
        ),
        declaring, told=True,
    )  # fmt: skip
    yield Deed(
        f"{code} emergency: lift_emergency", lambda g: {"emergency": g.emergency(domain)},
        lambda g, ids, by: actions.lift_emergency(
            emergency=ids["emergency"], until_on=clock.add_months(DAY, 1), order_number="令10号", by=by
        ),
        declaring, told=True,
    )  # fmt: skip
    yield Deed(
        f"{code} emergency: do_measure", lambda g: {"task": g.emergency(domain).measures.get().tasks.get()},
        lambda g, ids, by: actions.do_measure(task=ids["task"], words="已办", by=by),
        _roles(subsidy, subsidy.item.carried_out_by), told=True,
    )  # fmt: skip
