"""The books as they are read: balances of a period, the entries of an account, one voucher; always within scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum

from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound

from .models import Account, Budget, Journal, Line

__all__ = ["Balance", "account", "balances", "budgets", "entries", "entries_of", "journal", "journals"]


@dataclass(frozen=True)
class Balance:
    """One account over a period: what stood at its start, what moved, what stands at its end (in fen)."""

    account: str
    kind: str
    fund: str
    scheme: str
    path: str
    opening: int
    debit: int
    credit: int
    pk: int = 0

    @property
    def closing(self) -> int:
        return self.opening + self.debit - self.credit


def balances(
    *,
    path: str,
    since: date,
    until: date,
    by: Actor,
    scheme: str = "",
    fund: str = "",
    kind: str = "",
) -> list[Balance]:
    """The accounts of a place over the days from ``since`` to before ``until``."""
    accounts = in_scope(Account.objects.filter(path__startswith=path), by)
    accounts = accounts.filter(scheme=scheme) if scheme else accounts
    accounts = accounts.filter(fund=fund) if fund else accounts
    accounts = accounts.filter(kind=kind) if kind else accounts
    before, within = Q(journal__on__lt=since), Q(journal__on__gte=since)
    rows = Line.objects.filter(account__in=accounts, journal__on__lt=until).values("account_id")
    sums = rows.annotate(
        opening_debit=Sum("debit", filter=before, default=0), opening_credit=Sum("credit", filter=before, default=0),
        debits=Sum("debit", filter=within, default=0), credits=Sum("credit", filter=within, default=0),
    )  # fmt: skip
    found = {row["account_id"]: row for row in sums}
    return [
        Balance(
            account=one.code, kind=one.kind, fund=one.fund, scheme=one.scheme, path=one.path, pk=one.pk,
            opening=row["opening_debit"] - row["opening_credit"], debit=row["debits"], credit=row["credits"],
        )
        for one in accounts.order_by("path", "scheme", "fund", "kind")
        if (row := found.get(one.pk))
    ]  # fmt: skip


def account(account_id: int, by: Actor) -> Account:
    """One account within scope."""
    found = in_scope(Account.objects.filter(pk=account_id), by).first()
    if found is None:
        raise NotFound("account_unknown", "没有这个账户，或不在您的管辖范围内。请返回账簿重新选择。")
    return found


def entries(of: Account, *, since: date, until: date) -> QuerySet[Line]:
    """What moved on an account over a period, the latest first."""
    rows = Line.objects.filter(account=of, journal__on__gte=since, journal__on__lt=until)
    return rows.select_related("journal").order_by("-id")


def journals(by: Actor) -> QuerySet[Journal]:
    """The vouchers of the reader's place, the latest first."""
    return in_scope(Journal.objects.order_by("-id"), by)


def journal(journal_id: int, by: Actor) -> Journal:
    """One voucher within scope, with what it reverses and what reverses it."""
    rows = journals(by).select_related("batch", "reverses", "reversed_by")
    found = rows.filter(pk=journal_id).first()
    if found is None:
        raise NotFound("journal_unknown", "没有这张凭证，或不在您的管辖范围内。请返回账簿重新选择。")
    return found


def entries_of(of: Journal) -> list[Line]:
    """Both sides of a voucher, debits first."""
    return list(of.lines.select_related("account").order_by("-debit", "id"))


def budgets(by: Actor) -> QuerySet[Budget]:
    """The budgets of the reader's place, the latest year first."""
    return in_scope(Budget.objects.order_by("-year", "path", "scheme", "fund"), by)
