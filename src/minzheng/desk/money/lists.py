"""The batches within scope, and a new one for a scheme, a month and a place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import capped, latest_first
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import clock
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Form
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.ledger import actions, queries
from minzheng.kernel.ledger.models import Batch, Fund
from minzheng.kernel.ledger.monthclosing import closed_months
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .reach import payable, reader, scheme_label

__all__ = ["ROOM", "index", "new", "state_badge"]

ROOM = ("资金发放", "/desk/money/")
_COLUMNS = (
    Head("月份"), Head("项目"), Head("地区"), Head("资金来源", secondary=True), Head("笔数", "number"),
    Head("金额（元）", "money"), Head("状态"), Head("批次序号", "number", secondary=True),
)  # fmt: skip
_KINDS = {
    "draft": "neutral", "first_reviewed": "info", "approved": "info", "sent": "warn", "reconciled": "good",
    "closed": "good",
}  # fmt: skip
_MONTHS_BACK = 3
_BUTTONS: tuple[dict[str, str], ...] = (
    {"url": "/desk/money/runs/", "label": "月度发放", "icon": "calendar"},
    {"url": "/desk/money/doubts/", "label": "疑点", "icon": "help-circle"},
    {"url": "/desk/money/budgets/", "label": "预算", "icon": "coin-yuan"},
    {"url": "/desk/money/payers/", "label": "发放专户", "icon": "building-bank"},
    {"url": "/desk/money/months/", "label": "月度关账", "icon": "lock"},
    {"url": "/desk/money/makeups/", "label": "补发", "icon": "coin-yuan"},
    {"url": "/desk/money/claims/", "label": "追缴", "icon": "receipt"},
    {"url": "/desk/funds/", "label": "备用金", "icon": "wallet"},
    {"url": "/desk/money/statement/", "label": "账簿", "icon": "report"},
    {"url": "/desk/money/proof/", "label": "核验", "icon": "shield-check"},
)


def state_badge(batch: Batch) -> str:
    """The state of a batch as shape, word and colour."""
    return badge(batch.get_state_display(), _KINDS[batch.state])


def _state(batch: Batch, frozen: Mapping[tuple[str, str, date], Any]) -> str:
    """The state of a batch, and that its month is closed if so."""
    if (batch.scheme, batch.path, batch.month) in frozen:
        return format_html("{} {}", state_badge(batch), badge("本月已冻结", "neutral"))
    return state_badge(batch)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The batches of my place, the latest first."""
    by = staff(request)
    rows = queries.batches(reader(by))
    state, month = request.GET.get("state", ""), request.GET.get("month", "")
    if state in Batch.State.values:
        rows = rows.filter(state=state)
    if month:
        rows = rows.filter(month=clock.Month.parse(month).first)
    page = latest_first(rows, request)
    buttons = list(_BUTTONS)
    if payable(by):
        buttons.insert(0, {"url": "/desk/money/new/", "label": "编制批次", "icon": "plus", "kind": "primary"})
    return render(request, "desk/money/index.html", {
        **header("资金发放", lead="编制、初核、复核由三个不同的人办理，复核通过的内容不能再改。", actions=buttons),
        "columns": _COLUMNS, "rows": _shown(list(page.rows)), "page": page,
        "count": capped(rows).replace("件", "个批次"),
        "filtered": bool(state or month),
        "filters": [
            {"name": "month", "label": "月份", "kind": "month", "value": month},
            {"name": "state", "label": "状态", "kind": "choice", "value": state, "options": Batch.State.choices},
        ],
    })  # fmt: skip


def _shown(found: list[Batch]) -> list[Row]:
    frozen = closed_months([(one.scheme, one.path, one.month) for one in found])
    places = names({one.path for one in found})
    return [
        Row(
            [
                str(clock.Month.of(one.month)), scheme_label(one.scheme), places[one.path], one.get_fund_display(),
                one.count, one.total, _state(one, frozen), one.run,
            ],
            url=f"/desk/money/{one.pk}/",
        )
        for one in found
    ]  # fmt: skip


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Draft a batch, or renew the open draft of that month."""
    by = staff(request)
    offered = payable(by)
    if not offered:
        raise NotAllowed("payment_role", "编制批次由资金经办岗位办理。您没有这一岗位。")
    made: list[Batch] = []
    sheet = Sheet("draft", _form(offered), lambda sent: _draft(by, sent, made), submit="编制批次")
    if not request.POST:
        sheet.values = _usual(sheet.form)
    status = 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path=by.scope[0])
        if done:
            return redirect(f"/desk/money/{made[0].pk}/" if made else "/desk/money/new/")
    context = header(
        "编制批次", crumbs=[ROOM], lead="按当月有效的待遇生成发放明细；已编入其他批次的不会重复编入。"
    )
    return render(request, "desk/money/new.html", context | {"sheet": sheet}, status=status)


def _form(offered: list[tuple[Any, list[str]]]) -> Form:
    places = names({path for _, paths in offered for path in paths})
    current = clock.Month.of(clock.today())
    months = [current - back for back in range(_MONTHS_BACK)]
    return Form(
        "batch", "编制批次",
        (
            Choice("scheme", "项目", options={one.code: one.item.label for one, _ in offered}),
            Choice("path", "发放地区", options=places),
            Choice("month", "发放月份", options={str(m): f"{m.year}年{m.month}月" for m in months}),
            Choice("fund", "资金来源", options=dict(Fund.choices)),
        ),
    )  # fmt: skip


def _usual(form: Form) -> dict[str, str]:
    """What is most often meant: the only scheme, the only place, this month, the county's own fund."""
    usual = {f.code: next(iter(f.options)) for f in form.fields if isinstance(f, Choice)}
    return usual | {"fund": Fund.COUNTY.value}


def _draft(by: Actor, sent: Sent, made: list[Batch]) -> str:
    offered = payable(by)
    answers = _form(offered).clean(sent.answers).plain
    declared, places = next((one, paths) for one, paths in offered if one.code == answers["scheme"])
    if answers["path"] not in places:
        raise Refused("place_unknown", "您在该地区没有这个项目的资金经办岗位。请重新选择。", field="path")
    batch = actions.draft_batch(
        scheme=declared.code, path=answers["path"], month=clock.Month.parse(answers["month"]),
        prepared_by=declared.role(declared.item.prepared_by),
        reviewed_by=declared.role(declared.item.reviewed_by), fund=Fund(answers["fund"]), by=by, key=sent.key,
    )  # fmt: skip
    made.append(batch)
    if not batch.count:
        return "应发的都因疑点缓发，批次暂为 0 笔。请资金复核人员核实疑点后，再重新编制。"
    return f"已编制批次：{batch.count} 笔，从{Fund(batch.fund).label}支出。请核对后交复核人员。"
