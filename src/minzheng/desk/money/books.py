"""The books of a place for a month, and the proof that nothing in them contradicts anything else."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.registers.picking import offered
from minzheng.kernel import catalogue, clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.deed import Deed
from minzheng.kernel.audit.outcomes import Outcome
from minzheng.kernel.ledger import queries
from minzheng.kernel.ledger.models import Account, Fund, Payment
from minzheng.kernel.ledger.proof import Problem, verify
from minzheng.ui.tables import Head, Row

from .lists import ROOM
from .reach import reader, scheme_label

__all__ = ["proof", "statement"]

_COLUMNS = (
    Head("科目"), Head("地区"), Head("项目", secondary=True), Head("资金来源", secondary=True),
    Head("期初（元）", "money"), Head("借方（元）", "money"), Head("贷方（元）", "money"), Head("期末（元）", "money"),
)  # fmt: skip
_PROBLEMS = (Head("问题"), Head("对象"))
_SUMMED = "合计（借贷应相等）"


@require_GET
def statement(request: HttpRequest) -> HttpResponse:
    """The accounts of a place for a month, by scheme and fund."""
    by = reader(staff(request))
    asked = {name: request.GET.get(name, "") for name in ("under", "month", "scheme", "fund")}
    month = clock.Month.parse(asked["month"]) if asked["month"] else clock.Month.of(clock.today())
    lines = queries.statement(path=asked["under"], month=month, by=by, scheme=asked["scheme"])
    lines = [one for one in lines if not asked["fund"] or one.fund == asked["fund"]]
    places = names({one.path for one in lines})
    kinds, funds = dict(Account.Kind.choices), dict(Fund.choices)
    rows = [
        Row(
            [
                kinds[one.kind], places[one.path], scheme_label(one.scheme), funds[one.fund], one.opening,
                one.debit, one.credit, one.closing,
            ]
        )
        for one in lines
    ]  # fmt: skip
    if rows:
        sums = [
            sum(column)
            for column in zip(*((x.opening, x.debit, x.credit, x.closing) for x in lines), strict=True)
        ]
        rows.append(Row([_SUMMED, "", "", "", *sums], mark="total"))
    return render(request, "desk/money/statement.html", {
        **header(f"{month} 账簿", crumbs=[ROOM], lead="借方为正，贷方为负；期末 = 期初 + 借方 − 贷方。"),
        "columns": _COLUMNS, "rows": rows, "filters": _bar(asked, month, by),
    })  # fmt: skip


def _bar(asked: dict[str, str], month: clock.Month, by: Actor) -> list[dict[str, Any]]:
    schemes = [(code, one.item.label) for code, one in catalogue.current().schemes.items()]
    return [
        {"name": "month", "label": "月份", "kind": "month", "value": str(month)},
        {"name": "under", "label": "地区", "kind": "choice", "value": asked["under"],
         "options": offered(by.scope, asked["under"])},
        {"name": "scheme", "label": "项目", "kind": "choice", "value": asked["scheme"], "options": schemes},
        {"name": "fund", "label": "资金来源", "kind": "choice", "value": asked["fund"], "options": Fund.choices},
    ]  # fmt: skip


@require_http_methods(["GET", "POST"])
def proof(request: HttpRequest) -> HttpResponse:
    """Run every check over the ledger; a reader is told of the problems of the own place by name."""
    by = reader(staff(request))
    rows: list[Row] = []
    elsewhere, ran = 0, request.method == "POST"
    if ran:
        found = verify()
        mine = _mine(found, by)
        elsewhere = len(found) - len(mine)
        rows = [Row([one.message, one.subject]) for one in mine]
        after = {"problems": len(found)}
        Deed(verb="ledger.verify", label="账簿核验", by=by, path=by.scope[0], after=after).append(
            Outcome.DONE
        )
        if not found:
            messages.success(request, "核验通过：账簿、批次、付款指令与银行回单之间没有任何不一致。")
    context = header(
        "账簿核验",
        crumbs=[ROOM],
        lead="逐项核对账簿、批次、付款指令、银行文件和回单，任何一处被改动都会在这里出现。",
    )
    return render(request, "desk/money/proof.html", context | {
        "ran": ran, "columns": _PROBLEMS, "rows": rows, "elsewhere": elsewhere, "at": clock.now(),
    })  # fmt: skip


def _mine(found: tuple[Problem, ...], by: Actor) -> list[Problem]:
    """Those about a batch, an order or a payment within the reader's scope."""
    batches = list(queries.batches(by).values_list("number", "pk"))
    starts = tuple(number for number, _ in batches) + tuple(f"MZ{pk}-" for _, pk in batches)
    ids = {int(one.subject) for one in found if one.subject.isdigit()}
    payments = set(in_scope(Payment.objects.filter(pk__in=ids), by).values_list("pk", flat=True))
    return [
        one
        for one in found
        if one.subject.startswith(by.scope)
        or (one.subject.startswith(starts) if not one.subject.isdigit() else int(one.subject) in payments)
    ]
