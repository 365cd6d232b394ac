"""What may be read of the ledger: always within the reader's scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotFound
from minzheng.kernel.people.models import Household, Membership

from .accounts import Balance, balances
from .comparing import LISTED, Change, Comparison, compare_with_last_month
from .models import Batch, Entitlement, Instruction, Payment, ReturnRow

__all__ = [
    "LISTED",
    "Balance",
    "Change",
    "Comparison",
    "Progress",
    "SharedAccount",
    "active_entitlements",
    "batch_progress",
    "batches",
    "compare_with_last_month",
    "instructions",
    "paid_of",
    "rejected_returns",
    "shared_accounts",
    "statement",
]


@dataclass(frozen=True)
class Progress:
    """Where the payments of a batch stand, in numbers and in fen."""

    count: int
    total: int
    paid: int
    failed: int
    sent: int
    pending: int
    paid_total: int


@dataclass(frozen=True)
class SharedAccount:
    """One account into which several households or persons are paid (handbook 01 §17 W1)."""

    entitlement_ids: tuple[int, ...]
    beneficiaries: int


def batches(by: Actor) -> QuerySet[Batch]:
    """The batches of the reader's place, newest month first."""
    return in_scope(Batch.objects.order_by("-month", "-id"), by)


def active_entitlements(*, path: str, month: Month, by: Actor) -> QuerySet[Entitlement]:
    """Who is entitled in that month, in that place."""
    return in_scope(Entitlement.objects.filter(_covering(month), path__startswith=path), by)


def instructions(batch: Batch, *, by: Actor, state: str = "") -> QuerySet[Instruction]:
    """The instructions of a batch, of one state if asked: the failed ones are the work list of repair."""
    rows = in_scope(Instruction.objects.filter(batch=batch), by).select_related("payment")
    rows = rows.filter(state=state) if state else rows
    if state == Instruction.State.FAILED:
        later = Instruction.objects.filter(payment=OuterRef("payment"), attempt__gt=OuterRef("attempt"))
        rows = rows.filter(~Exists(later))
    return rows.order_by("payment_id", "attempt")


def rejected_returns(batch: Batch, *, by: Actor) -> QuerySet[ReturnRow]:
    """Rows of the bank's answers that a human must look at."""
    settled = (ReturnRow.Outcome.APPLIED, ReturnRow.Outcome.DUPLICATE)
    return in_scope(ReturnRow.objects.filter(batch=batch), by).exclude(outcome__in=settled).order_by("id")


def batch_progress(batch: Batch, *, by: Actor) -> Progress:
    """How far a batch has come; a failed payment counts as failed until it is repaired."""
    _require_visible(batch, by)
    rows = Payment.objects.filter(batch=batch)
    latest = Instruction.objects.filter(batch=batch)
    numbers = dict(latest.values_list("state").annotate(Count("id")))
    paid_total = latest.filter(state="paid").aggregate(s=Sum("amount"))["s"] or 0
    found = rows.aggregate(count=Count("id"), total=Sum("amount"))
    tried = Instruction.objects.filter(payment=OuterRef("pk"))
    failed = rows.filter(Exists(tried), ~Exists(tried.exclude(state=Instruction.State.FAILED)))
    return Progress(
        count=found["count"], total=found["total"] or 0, paid=numbers.get("paid", 0),
        failed=failed.count(), sent=numbers.get("sent", 0), pending=numbers.get("pending", 0),
        paid_total=paid_total,
    )  # fmt: skip


def paid_of(household: Household, *, by: Actor) -> QuerySet[Payment]:
    """What a household was paid, month by month: for staff of its place, and for those who live in it."""
    rows = Payment.objects.filter(household=household)
    lives_there = (
        by.kind is Kind.RESIDENT
        and by.person_id is not None
        and Membership.objects.filter(household=household, person_id=by.person_id, until_on=None).exists()
    )
    mine = rows if lives_there else in_scope(rows, by)
    arrived = Instruction.objects.filter(payment=OuterRef("pk"), state=Instruction.State.PAID)
    return mine.annotate(arrived=Exists(arrived)).select_related("batch").order_by("-month", "scheme")


def statement(*, path: str, month: Month, by: Actor, scheme: str = "") -> list[Balance]:
    """The accounts of a place for a month, with opening and closing balance."""
    return balances(path=path, since=month.first, until=month.next.first, by=by, scheme=scheme)


def shared_accounts(batch: Batch, *, by: Actor) -> list[SharedAccount]:
    """W1: accounts into which more than one household of the place is paid; a warning, not a refusal."""
    _require_visible(batch, by)
    holders: dict[str, set[tuple[int | None, int | None]]] = defaultdict(set)
    where: dict[str, list[int]] = defaultdict(list)
    for pk, account, household, person in _accounts(batch):
        holders[account].add((household, person))
        where[account].append(pk)
    return [
        SharedAccount(entitlement_ids=tuple(sorted(where[account])), beneficiaries=len(kept))
        for account, kept in holders.items()
        if len(kept) > 1
    ]


def _accounts(batch: Batch) -> Iterator[tuple[int, str, int | None, int | None]]:
    rows = Entitlement.objects.filter(_covering(Month.of(batch.month)), path__startswith=batch.path)
    columns = rows.order_by("id").values_list("id", "account", "household_id", "person_id")
    return columns.iterator(chunk_size=5000)


def _covering(month: Month) -> Q:
    return (
        Q(from_month__lte=month.first)
        & (Q(until_month=None) | Q(until_month__gt=month.first))
        & ~Q(until_month=F("from_month"))
    )


def _require_visible(batch: Batch, by: Actor) -> None:
    if not by.covers(batch.path):
        raise NotFound("batch_unknown", "没有这个发放批次。请返回批次列表重新选择。")
