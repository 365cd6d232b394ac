"""What is printed of a batch: the roster (发放花名册) for the files, the public extract (公示名单) for the village.

Accounts stand masked on both, names too for whoever neither pays nor reviews.  The village reads masked names,
how many persons and the month's amount, and of schemes for children nothing at all (社会救助暂行办法 art. 61).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from minzheng.kernel import catalogue
from minzheng.kernel.access.models import Office, User
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.clock import Month
from minzheng.kernel.documents import actions as documents
from minzheng.kernel.documents.letters import Letter
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.people.masks import mask_bank_account, mask_name
from minzheng.kernel.reveals.leaving import left

from .models import Batch, Covered, Payment
from .roster_shapes import PUBLICITY, ROSTER

__all__ = ["Line", "lines", "print_publicity", "print_roster", "publishable", "villages"]

# One file is set in a few seconds; a larger place is printed township by township.
MOST_LINES = 5000
_UNAPPROVED = (Batch.State.DRAFT, Batch.State.FIRST_REVIEWED)


@dataclass(frozen=True, slots=True)
class Line:
    """One payment as it may be shown: amounts in fen, the account masked."""

    path: str
    name: str
    household: str
    members: int
    regular: int
    makeup: int
    withheld: int
    amount: int
    account: str
    owner: str


def lines(batch: Batch, *, by: Actor, under: str = "") -> Iterator[Line]:
    """The payments by place, read as they are written out; names masked for whoever only supervises."""
    clear = any(by.post_for(role, path=batch.path) for role in (batch.payer_role, batch.reviewer_role))
    rows = _payments(batch, by, under).values_list(
        "path", "payee_name", "household__number", _persons(), "regular", "makeup", "withheld", "amount", "account",
        "account_owner",
    )  # fmt: skip
    for path, name, household, persons, regular, makeup, withheld, amount, account, owner in rows.iterator(
        chunk_size=2000
    ):
        yield Line(
            path=path, name=name if clear else mask_name(name), household=household or "", members=persons,
            regular=regular, makeup=makeup, withheld=withheld, amount=amount, account=mask_bank_account(account),
            owner=owner if clear else mask_name(owner),
        )  # fmt: skip


def villages(batch: Batch, *, by: Actor, under: str = "") -> Iterator[tuple[str, list[tuple[str, int, int]]]]:
    """For each village its masked names, persons and month's amounts; what is made up or withheld is private."""
    if why := publishable(batch):
        raise Refused("not_published", why)
    rows = _payments(batch, by, under).filter(regular__gt=0)
    read = rows.values_list("path", "payee_name", _persons(), "regular").iterator(chunk_size=2000)
    for path, found in groupby(read, key=lambda row: row[0]):
        yield str(path), [(mask_name(name), members, amount) for _, name, members, amount in found]


def publishable(batch: Batch) -> str:
    """Why a batch does not hang in the village, in a sentence; nothing if it may."""
    declared = catalogue.current().schemes.get(batch.scheme)
    if declared is None or not declared.item.published:
        return "这个项目的发放情况不公示，以保护未成年人和个人隐私。"
    return "批次复核批准以后才能公示。请先完成复核。" if batch.state in _UNAPPROVED else ""


@verb("ledger.print_roster", label="出具发放花名册")
def print_roster(*, batch: Batch, under: str = "", by: Actor) -> Document:
    """The roster as a letter that can be verified; the same content is set once."""
    rows = list(lines(batch, by=by, under=under))
    _refuse_size(len(rows))
    known = names({one.path for one in rows} | {under or batch.path})
    data: dict[str, Any] = {
        **_heading(batch, known[under or batch.path]), "batch": batch.number, "fund": batch.get_fund_display(),
        "count": len(rows), "total": sum(one.amount for one in rows), "sha": batch.content_sha,
        "draft": batch.state in _UNAPPROVED, **_signatures(batch),
        "lines": [
            {
                "name": one.name, "place": _beneath(known[one.path], known[batch.path]), "members": one.members,
                "regular": one.regular, "makeup": one.makeup, "withheld": one.withheld, "amount": one.amount,
                "account": one.account,
            }
            for one in rows
        ],
    }  # fmt: skip
    left(f"发放花名册 {batch.number}", rows=len(rows), path=batch.path, by=by)
    return _written(ROSTER, batch, data, under, by)


@verb("ledger.print_publicity", label="出具发放公示名单")
def print_publicity(*, batch: Batch, hotline: str, under: str = "", by: Actor) -> Document:
    """The public extract, a sheet for each village."""
    found = list(villages(batch, by=by, under=under))
    _refuse_size(sum(len(rows) for _, rows in found))
    known = names({path for path, _ in found} | {under or batch.path})
    office = _office(batch)
    data = {
        **_heading(batch, known[under or batch.path]), "phone": (office.phone if office else "") or hotline,
        "villages": [
            {"place": known[path], "lines": [{"name": n, "members": m, "amount": a} for n, m, a in rows]}
            for path, rows in found
        ],
    }  # fmt: skip
    return _written(PUBLICITY, batch, data, under, by)


def _payments(batch: Batch, by: Actor, under: str) -> QuerySet[Payment]:
    if not by.covers(batch.path) and not any(one.startswith(batch.path) for one in by.scope):
        raise NotFound("batch_unknown", "没有这个发放批次。请返回批次列表重新选择。")
    rows = in_scope(Payment.objects.filter(batch=batch, path__startswith=under), by)
    return rows.order_by("path", "pk")


def _persons() -> Coalesce:
    """How many persons a payment is for."""
    covered = Covered.objects.filter(entitlement=OuterRef("entitlement")).order_by().values("entitlement")
    return Coalesce(Subquery(covered.annotate(c=Count("id")).values("c")), 1)


def _refuse_size(count: int) -> None:
    if not count:
        raise Refused("roster_empty", "这个地区在本批次中没有发放。请重新选择地区。", field="under")
    if count > MOST_LINES:
        raise Refused(
            "roster_too_long", f"共 {count:,} 笔，一份 PDF 最多 {MOST_LINES:,} 笔。请按乡镇分别出具，或导出 Excel。",
            field="under",
        )  # fmt: skip


def _heading(batch: Batch, place: str) -> dict[str, Any]:
    month, declared = Month.of(batch.month), catalogue.current().schemes.get(batch.scheme)
    office = _office(batch)
    return {
        "office": office.name if office else place, "place": place, "month": f"{month.year}年{month.month}月",
        "scheme": declared.item.label if declared else batch.scheme,
    }  # fmt: skip


def _office(batch: Batch) -> Office | None:
    return Office.objects.filter(path=batch.path).order_by("pk").first()


def _signatures(batch: Batch) -> dict[str, str]:
    """Who prepared and reviewed, by name, with the day."""
    signed = {
        "prepared": (batch.prepared_by, batch.prepared_at), "first": (batch.first_by, batch.first_at),
        "second": (batch.second_by, batch.second_at),
    }  # fmt: skip
    users = [int(who.removeprefix("user:")) for who, _ in signed.values() if who and who.startswith("user:")]
    known = dict(User.objects.filter(pk__in=users).values_list("pk", "name"))
    return {
        key: f"{known.get(int(who.removeprefix('user:')), who) if who.startswith('user:') else who} {at:%Y-%m-%d}"
        if who and at
        else ""
        for key, (who, at) in signed.items()
    }


def _beneath(place: str, above: str) -> str:
    return place.removeprefix(above) or place


def _written(letter: Letter, batch: Batch, data: dict[str, Any], under: str, by: Actor) -> Document:
    """The letter of this content, set anew only where batch or reader see another one."""
    clear = (
        ""
        if any(by.post_for(r, path=batch.path) for r in (batch.payer_role, batch.reviewer_role))
        else "/masked"
    )
    subject = f"{batch.number}/{batch.version}/{under}{clear}"[-200:]
    kept = Document.objects.filter(letter=letter.code, subject=subject, superseded_by=None, withdrawn_at=None)
    if (found := in_scope(kept, by).order_by("-pk").first()) is not None:
        return found
    made = documents.write_letter(
        letter=letter, data=data, path=batch.path, case_id=None, subject=subject, by=by
    )
    note(about=made, path=batch.path, after={"batch": batch.number, "number": made.number})
    return made
