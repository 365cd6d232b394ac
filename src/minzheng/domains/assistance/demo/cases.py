"""A demonstration: one township's cases at every stage of the procedure, told by the verbs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Count, F, Q

from minzheng.kernel import clock
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case
from minzheng.kernel.indicators.actions import count_month, never_counted
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger import bank
from minzheng.kernel.ledger.models import Fund
from minzheng.kernel.ledger.queries import active_entitlements
from minzheng.kernel.people.models import Household
from minzheng.kernel.visits import actions as visits

from ..queries import standing_of
from .doubles import doubles
from .emergencies import emergencies
from .hotlines import hotlines
from .lives import lives
from .others import others
from .residents import residents
from .rural import listed
from .standards import raises
from .story import Story, homes_of
from .subsidies import lists

__all__ = ["populate"]


def populate(*, actors: Mapping[str, Actor], family: Household | None, by: Actor) -> None:
    """Cases at every stage in one township, a lead to follow, and last month paid; done once."""
    if Case.objects.exists():
        return
    if family is not None:
        visits.raise_lead(
            family, domain="assistance", source="match", by=by,
            text="医保数据比对：家庭成员一年内自付医疗费用较高，家庭收入低于平均水平。",
        )  # fmt: skip
    for stage, home in zip(STAGES, _elderly(actors), strict=False):
        Story(actors, home).until(stage)
    others(actors)
    residents(actors)
    for at, scheme in enumerate(("dibao", "tekun", "temporary"), 1):
        _pay_last_month(actors, f"assistance.{scheme}", budget=at)
    raises(actors)
    emergencies(actors)
    lists(actors)
    lives(actors)
    doubles(actors, by)
    listed(actors)
    hotlines(actors)
    month = clock.Month.of(clock.today())
    for one in dict.fromkeys((*never_counted(), month.previous, month)):
        count_month(one, by=by)


STAGES = (
    "accept", "accept", "correct", "investigate", "verify", "assess", "panel", "post", "post", "confirm", "serve",
    "done", "done",
)  # fmt: skip


def _elderly(actors: Mapping[str, Actor]) -> list[Household]:
    """Households of one or two old persons in the clerk's township, not on dibao, the same each time."""
    place, old = actors["clerk"].posts[0].path, Q(memberships__person__birth__lt=date(1965, 1, 1))
    homes = Household.objects.filter(path__startswith=place, memberships__until_on=None)
    counted = homes.annotate(n=Count("memberships"), aged=Count("memberships", filter=old))
    few = counted.filter(n__lte=2, aged=F("n")).order_by("id")
    few = few.exclude(pk__in=[home.pk for home in homes_of(actors).values()])
    return [home for home in few if not _on_dibao(home)][: len(STAGES)]


def _on_dibao(home: Household) -> bool:
    return standing_of(home.pk) is not None


def _pay_last_month(actors: Mapping[str, Actor], scheme: str, *, budget: int) -> None:
    """The county's batch of last month: drafted, reviewed by two, sent, answered, reconciled and closed."""
    payer, month = actors["payer"], clock.Month.of(clock.today()).previous
    due = active_entitlements(path=payer.posts[0].path, month=month, by=payer)
    if not due.filter(scheme=scheme).exists():
        return
    batch = ledger.draft_batch(
        scheme=scheme, path=payer.posts[0].path, month=month, prepared_by="assistance.payer",
        reviewed_by="assistance.payment_reviewer", by=payer,
    )  # fmt: skip
    ledger.allot(
        scheme=scheme, path=batch.path, fund=Fund(batch.fund), year=month.year, amount=batch.total * 14,
        document=f"演示财社〔{month.year}〕{budget}号", by=actors["payreview"],
    )  # fmt: skip
    _paying_account(actors, scheme, batch.path)
    for who in ("payreview", "payreview2"):
        batch = ledger.review(batch=batch, seen=batch.content_sha, by=actors[who])
    sent = ledger.send(batch=batch, by=payer)
    answer = bank.read_answer(bank.run_local_bank(sent.content))
    ledger.read_returns(batch=batch, rows=answer, by=payer)
    ledger.reconcile(batch=batch, by=payer)
    ledger.close(batch=batch, by=payer)


def _paying_account(actors: Mapping[str, Actor], scheme: str, path: str) -> None:
    """The office's account at the bank, typed by one reviewer and confirmed by the other."""
    payer = ledger.Payer(
        bank="演示农村商业银行营业部", owner=f"{name_of(path)}民政局（演示）", number="0700000000000001"
    )
    account = ledger.register_account(
        scheme=scheme, path=path, fund=Fund.COUNTY, payer=payer, from_on=clock.today(), by=actors["payreview"]
    )
    ledger.confirm_account(account=account, by=actors["payreview2"])
