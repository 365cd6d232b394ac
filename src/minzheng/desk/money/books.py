"""The books of a place over a period, and the proof that nothing in them contradicts anything else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minzheng.desk.frame import header, staff
from minzheng.desk.registers.picking import offered
from minzheng.desk.releases.workbook import Sheet, workbook
from minzheng.kernel import catalogue, clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor, viewing
from minzheng.kernel.audit.deed import Deed
from minzheng.kernel.audit.outcomes import Outcome
from minzheng.kernel.ledger import queries
from minzheng.kernel.ledger.accounts import Balance, balances
from minzheng.kernel.ledger.models import Account, Fund, Journal, Payment
from minzheng.kernel.ledger.proof import Examined, Problem, examine, problems
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .lists import ROOM
from .periods import Period, asked_period
from .reach import reader, scheme_label

__all__ = ["proof", "statement", "statement_workbook"]

_COLUMNS = (
    Head("科目"), Head("地区"), Head("项目", secondary=True), Head("资金来源", secondary=True),
    Head("期初（元）", "money"), Head("借方（元）", "money"), Head("贷方（元）", "money"), Head("期末（元）", "money"),
)  # fmt: skip
_PROBLEMS = (Head("问题"), Head("对象"))
_CHECKS = (Head("检查"), Head("结果"))
_SUMMED, _OF_ONE = "合计（借贷应相等）", "合计（该科目）"
_NAMED = 20
_ASKED = ("under", "scheme", "fund", "kind")


@require_GET
def statement(request: HttpRequest) -> HttpResponse:
    """The accounts of a place over a period, by scheme and fund; each leads to its entries."""
    by = reader(staff(request))
    asked, period = {name: request.GET.get(name, "") for name in _ASKED}, asked_period(request)
    lines = _lines(asked, period, by)
    rows = [
        Row(cells, url=f"/desk/money/accounts/{one.pk}/?{period.query}")
        for one, cells in zip(lines, _cells(lines), strict=True)
    ]
    if rows:
        rows.append(Row([_OF_ONE if asked["kind"] else _SUMMED, "", "", "", *_sums(lines)], mark="total"))
    kept = urlencode({name: value for name, value in asked.items() if value})
    return render(request, "desk/money/statement.html", {
        **header(f"{period.words}账簿", crumbs=[ROOM], lead="借方为正，贷方为负；期末 = 期初 + 借方 − 贷方。"),
        "columns": _COLUMNS, "rows": rows, "filters": _bar(asked, period, by), "query": f"{period.query}&{kept}",
    })  # fmt: skip


@require_POST
def statement_workbook(request: HttpRequest) -> FileResponse:
    """The same as a workbook."""
    by = reader(staff(request))
    asked, period = {name: request.GET.get(name, "") for name in _ASKED}, asked_period(request)
    lines = _lines(asked, period, by)
    rows = [*_cells(lines), [_OF_ONE if asked["kind"] else _SUMMED, "", "", "", *_sums(lines)]]
    return workbook(f"{period.words}账簿", [Sheet("账簿", _COLUMNS, rows)], by=by, path=by.scope[0])


def _lines(asked: dict[str, str], period: Period, by: Actor) -> list[Balance]:
    return balances(
        path=asked["under"], since=period.since, until=period.until, by=by, scheme=asked["scheme"],
        fund=asked["fund"], kind=asked["kind"],
    )  # fmt: skip


def _cells(lines: list[Balance]) -> list[list[Any]]:
    places, kinds, funds = names({one.path for one in lines}), dict(Account.Kind.choices), dict(Fund.choices)
    return [
        [
            kinds[one.kind], places[one.path], scheme_label(one.scheme), funds[one.fund], one.opening, one.debit,
            one.credit, one.closing,
        ]
        for one in lines
    ]  # fmt: skip


def _sums(lines: list[Balance]) -> list[int]:
    columns = [(x.opening, x.debit, x.credit, x.closing) for x in lines]
    return [sum(column) for column in zip(*columns, strict=True)] if columns else [0, 0, 0, 0]


def _bar(asked: dict[str, str], period: Period, by: Actor) -> list[dict[str, Any]]:
    schemes = [(code, one.item.label) for code, one in catalogue.current().schemes.items()]
    return [
        *period.fields(),
        {"name": "under", "label": "地区", "kind": "choice", "value": asked["under"],
         "options": offered(by.scope, asked["under"])},
        {"name": "scheme", "label": "项目", "kind": "choice", "value": asked["scheme"], "options": schemes},
        {"name": "fund", "label": "资金来源", "kind": "choice", "value": asked["fund"], "options": Fund.choices},
        {"name": "kind", "label": "科目", "kind": "choice", "value": asked["kind"], "options": Account.Kind.choices},
    ]  # fmt: skip


@require_http_methods(["GET", "POST"])
def proof(request: HttpRequest) -> HttpResponse:
    """Run every check over the ledger; a reader is told of the problems of the own place by name."""
    by = reader(staff(request))
    shown: dict[str, Any] = {"ran": request.method == "POST", "columns": _PROBLEMS, "check_columns": _CHECKS}
    if shown["ran"]:
        with viewing.door("whole_books"):
            found = list(examine())
        shown |= _examined(found, by)
        after = {"problems": shown["wrong"]}
        Deed(verb="ledger.verify", label="账簿核验", by=by, path=by.scope[0], after=after).append(
            Outcome.DONE
        )
        if not shown["wrong"]:
            messages.success(request, "核验通过：账簿、批次、付款指令与银行回单之间没有任何不一致。")
    context = header(
        "账簿核验",
        crumbs=[ROOM],
        lead="逐项核对账簿、批次、付款指令、银行文件和回单，任何一处被改动都会在这里出现。",
    )
    return render(request, "desk/money/proof.html", context | shown | {"at": clock.now()})


def _examined(checks: list[Examined], by: Actor) -> dict[str, Any]:
    """Each check with its result; by name only what lies in the reader's place."""
    found = problems(checks)
    mine = _mine(found, by)
    listed: dict[str, list[Problem]] = {}
    for one in mine:
        listed.setdefault(one.code, []).append(one)
    return {
        "wrong": len(found), "elsewhere": len(found) - len(mine),
        "rows": [Row([x.message, x.subject]) for rows in listed.values() for x in rows[:_NAMED]],
        "capped": any(len(rows) > _NAMED for rows in listed.values()),
        "checks": [
            Row([one.proves, badge(f"{len(one.subjects)} 处不一致", "bad") if one.subjects else badge("一致", "good")])
            for one in checks
        ],
    }  # fmt: skip


def _mine(found: tuple[Problem, ...], by: Actor) -> list[Problem]:
    """Those about a batch, an order, a payment, a voucher or a place within the reader's scope."""
    batches = list(queries.batches(by).values_list("number", "pk"))
    starts = (*by.scope, *(number for number, _ in batches), *(f"MZ{pk}-" for _, pk in batches))
    subjects = {one.subject for one in found}
    payments = in_scope(
        Payment.objects.filter(pk__in=[int(one) for one in subjects if one.isdigit() and len(one) < 19]), by
    )
    known = {str(pk) for pk in payments.values_list("pk", flat=True)}
    vouchers = in_scope(Journal.objects.filter(reference__in=subjects), by)
    known |= set(vouchers.values_list("reference", flat=True))
    return [
        one
        for one in found
        if one.subject in known or (not one.subject.isdigit() and one.subject.startswith(starts))
    ]
