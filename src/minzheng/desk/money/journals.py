"""Vouchers as they stand in the books: by account and period, one by one, and undone by a counter-entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import latest_first
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.declare.forms import Form, Text
from minzheng.kernel.ledger import accounts, actions
from minzheng.kernel.ledger.models import Fund, Journal, Line
from minzheng.kernel.ledger.reversing import reversible
from minzheng.ui.shown import badge, cn_datetime, yuan
from minzheng.ui.tables import Head, Row

from .lists import ROOM
from .periods import Period, asked_period
from .reach import names_of, reader, reviews, scheme_label

__all__ = ["account", "journal", "journal_rows"]

_JOURNALS = (
    Head("记账日期", "day"), Head("类别"), Head("摘要"), Head("金额（元）", "money"),
    Head("记账人", secondary=True), Head("冲销"),
)  # fmt: skip
_ENTRIES = (
    Head("记账日期", "day"), Head("类别"), Head("摘要"), Head("借方（元）", "money"), Head("贷方（元）", "money"),
)  # fmt: skip
_SIDES = (
    Head("科目"),
    Head("地区"),
    Head("资金来源", secondary=True),
    Head("借方（元）", "money"),
    Head("贷方（元）", "money"),
)
_REVERSE = Form(
    "reverse", "冲销",
    (Text("reason", "冲销理由", lines=2, longest=120, example="金额录入错误，重新登记"),),
)  # fmt: skip
_BOOKS = ("账簿", "/desk/money/statement/")


def journal_rows(found: Sequence[Journal]) -> dict[str, Any]:
    """Vouchers as a table: two queries, whatever their number."""
    people = names_of({one.by for one in found})
    undone = set(
        Journal.objects.filter(reverses__in=[one.pk for one in found]).values_list("reverses_id", flat=True)
    )
    rows = [
        Row(
            [
                one.on, one.get_kind_display(), one.memo, one.total, people.get(one.by, "平台"),
                badge("已冲销", "neutral") if one.pk in undone else "",
            ],
            url=f"/desk/money/journals/{one.pk}/",
        )
        for one in found
    ]  # fmt: skip
    return {"journal_columns": _JOURNALS, "journals": rows}


@require_GET
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """What moved on one account over a period, each entry leading to its voucher."""
    by = reader(staff(request))
    of, period = accounts.account(account_id, by), asked_period(request)
    page = latest_first(accounts.entries(of, since=period.since, until=period.until), request, size=30)
    balance = accounts.balances(
        path=of.path, since=period.since, until=period.until, by=by, scheme=of.scheme, fund=of.fund
    )
    here = next((one for one in balance if one.pk == of.pk), None)
    rows = [
        Row(
            [
                one.journal.on,
                one.journal.get_kind_display(),
                one.journal.memo,
                one.debit or None,
                one.credit or None,
            ],
            url=f"/desk/money/journals/{one.journal_id}/",
        )
        for one in page.rows
    ]
    title = f"{of.get_kind_display()}　{scheme_label(of.scheme)}"
    lead = f"{name_of(of.path)}，{of.get_fund_display()}，{period.words}"
    return render(request, "desk/money/account.html", {
        **header(title, crumbs=[ROOM, (_BOOKS[0], f"{_BOOKS[1]}?{period.query}")], lead=lead),
        "columns": _ENTRIES, "rows": rows, "page": page, "stats": _stats(here), "filters": period.fields(),
        "reset_url": f"/desk/money/accounts/{of.pk}/",
    })  # fmt: skip


def _stats(here: accounts.Balance | None) -> list[dict[str, Any]]:
    sums = (here.opening, here.debit, here.credit, here.closing) if here else (0, 0, 0, 0)
    labels = ("期初", "借方", "贷方", "期末")
    return [
        {"label": label, "value": yuan(fen), "unit": "元"} for label, fen in zip(labels, sums, strict=True)
    ]


@require_http_methods(["GET", "POST"])
def journal(request: HttpRequest, journal_id: int) -> HttpResponse:
    """One voucher: both sides, what it is about, who entered it, and its counter-entry."""
    by = staff(request)
    found = accounts.journal(journal_id, reader(by))
    lines = accounts.entries_of(found)
    scheme, why = lines[0].account.scheme, reversible(found)
    sheets = [_sheet(found, by)] if not why and reviews(scheme, found.path, by) else []
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=found.path)
        if done:
            return redirect(f"/desk/money/journals/{found.pk}/")
    undone = hasattr(found, "reversed_by")
    return render(request, "desk/money/journal.html", {
        **header(f"凭证 {found.pk}", crumbs=[ROOM, _BOOKS], lead=found.memo,
                 badge=badge("已冲销", "neutral") if undone else ""),
        "facts": _facts(found, scheme), "links": _links(found), "columns": _SIDES,
        "rows": _sides(found, lines), "sheets": sheets, "why": "" if undone else why,
    }, status=status)  # fmt: skip


def _sheet(found: Journal, by: Actor) -> Sheet:
    return Sheet(
        "reverse", _REVERSE, lambda sent: _reverse(found, by, sent), submit="冲销", title="冲销", danger=True,
        confirm="冲销后不能恢复，原凭证保留在账上。",
    )  # fmt: skip


def _sides(found: Journal, lines: list[Line]) -> list[Row]:
    """Both sides, and that they are equal."""
    places, funds = names({one.account.path for one in lines}), dict(Fund.choices)
    rows = [
        Row(
            [
                one.account.get_kind_display(), places[one.account.path], funds[one.account.fund],
                one.debit or None, one.credit or None,
            ],
            url=f"/desk/money/accounts/{one.account_id}/?{Period.around(found.on).query}",
        )
        for one in lines
    ]  # fmt: skip
    return [*rows, Row(["合计", "", "", found.total, found.total], mark="total")]


def _facts(found: Journal, scheme: str) -> list[tuple[str, Any]]:
    who = names_of([found.by]).get(found.by, "平台")
    return [
        ("凭证号", found.reference), ("类别", found.get_kind_display()), ("地区", name_of(found.path)),
        ("项目", scheme_label(scheme)), ("金额", f"{yuan(found.total)} 元"),
        ("记账人", who), ("记账时间", cn_datetime(found.at)),
    ]  # fmt: skip


def _links(found: Journal) -> list[tuple[str, str]]:
    """Where the voucher leads: its batch, case, and the one it reverses or is reversed by."""
    links = []
    if found.batch is not None:
        words = f"{Month.of(found.batch.month)} {scheme_label(found.batch.scheme)}第 {found.batch.run} 批"
        links.append((f"/desk/money/{found.batch_id}/", words))
    if found.case_id is not None:
        links.append((f"/desk/cases/{found.case_id}/", f"办件 {found.case_id}"))
    if found.subject.startswith("ledger.budget:"):
        links.append((f"/desk/money/budgets/{found.subject.rpartition(':')[2]}/", "所属预算"))
    if found.reverses is not None:
        links.append((f"/desk/money/journals/{found.reverses_id}/", f"冲销的凭证：{found.reverses.memo}"))
    if hasattr(found, "reversed_by"):
        links.append((f"/desk/money/journals/{found.reversed_by.pk}/", f"被冲销：{found.reversed_by.memo}"))
    return links


def _reverse(found: Journal, by: Actor, sent: Sent) -> str:
    answers = _REVERSE.clean(sent.answers).plain
    made = actions.reverse(journal=found, reason=answers["reason"], by=by, key=sent.key)
    return f"已冲销 {yuan(made.total)} 元。"
