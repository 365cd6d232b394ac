"""The year's money: what was allotted to each scheme out of each fund, what is approved and what is left."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import latest_first
from minzheng.desk.registers.picking import offered
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.deed import name_of as row_name
from minzheng.kernel.declare.forms import Choice, Form, Money, Number, Text
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.ledger import accounts, actions
from minzheng.kernel.ledger.models import Batch, Budget, Fund
from minzheng.ui.shown import badge, yuan
from minzheng.ui.tables import Head, Row

from .journals import journal_rows
from .lists import ROOM
from .reach import reader, reviewable, reviews, scheme_label

__all__ = ["budget", "index", "of_batch"]

BUDGETS = ("预算", "/desk/money/budgets/")
_COLUMNS = (
    Head("年度"), Head("地区"), Head("项目"), Head("资金来源"), Head("下达（元）", "money"),
    Head("已批准（元）", "money"), Head("余额（元）", "money"), Head("已用"),
)  # fmt: skip
_MOST = 300
_CUT = Form(
    "cut", "收回拨款",
    (
        Money("amount", "收回金额", help="单位为元，不能超过余额。", example="1200000"),
        Text("document", "文号", longest=60, example="财社〔2026〕18号"),
    ),
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The budgets of my place; whoever reviews payments registers what was allotted."""
    by = staff(request)
    looker = reader(by)
    sheets = [_allot_sheet(by)] if reviewable(by) else []
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=by.scope[0])
        if done:
            return redirect(BUDGETS[1])
    asked = {name: request.GET.get(name, "") for name in ("year", "under", "scheme", "fund")}
    rows = _rows(asked, looker)
    return render(request, "desk/money/budgets.html", {
        **header("预算", crumbs=[ROOM], lead="批准发放时从余额中扣减，余额不足不能批准。拨款由资金复核岗位登记。"),
        "columns": _COLUMNS, "rows": rows, "sheets": sheets, "filters": _bar(asked, looker),
        "filtered": any(asked.values()), "capped": len(rows) >= _MOST, "opened": bool(sheets and sheets[0].typed),
    }, status=status)  # fmt: skip


def _rows(asked: dict[str, str], by: Actor) -> list[Row]:
    found = accounts.budgets(by).filter(path__startswith=asked["under"])
    year = asked["year"]
    if year.isdigit() and len(year) == 4:
        found = found.filter(year=int(year))
    for name in ("scheme", "fund"):
        found = found.filter(**{name: asked[name]}) if asked[name] else found
    listed = list(found[:_MOST])
    places = names({one.path for one in listed})
    return [
        Row(
            [
                str(one.year), places[one.path], scheme_label(one.scheme), one.get_fund_display(), one.allotted,
                one.committed, one.left, _used(one),
            ],
            url=f"{BUDGETS[1]}{one.pk}/",
        )
        for one in listed
    ]  # fmt: skip


def _used(one: Budget) -> str:
    """How much of it is committed, as a share and a shape."""
    percent = 100 * one.committed // one.allotted if one.allotted else 0
    kind = "bad" if one.left == 0 else "warn" if percent >= 90 else "good"
    return badge(f"{percent}%", kind)


def _bar(asked: dict[str, str], by: Actor) -> list[dict[str, Any]]:
    year = clock.today().year
    schemes = [(code, one.item.label) for code, one in catalogue.current().schemes.items()]
    return [
        {"name": "year", "label": "年度", "kind": "choice", "value": asked["year"],
         "options": [(str(y), f"{y} 年") for y in range(year + 1, year - 4, -1)]},
        {"name": "under", "label": "地区", "kind": "choice", "value": asked["under"],
         "options": offered(by.scope, asked["under"])},
        {"name": "scheme", "label": "项目", "kind": "choice", "value": asked["scheme"], "options": schemes},
        {"name": "fund", "label": "资金来源", "kind": "choice", "value": asked["fund"], "options": Fund.choices},
    ]  # fmt: skip


def _allot_sheet(by: Actor) -> Sheet:
    mine = reviewable(by)
    form = _allot_form(mine)
    sheet = Sheet("allot", form, lambda sent: _allot(by, sent), submit="登记拨款")
    usual = {f.code: next(iter(f.options)) for f in form.fields if isinstance(f, Choice)}
    sheet.values = usual | {"fund": Fund.COUNTY.value, "year": str(clock.today().year)}
    return sheet


def _allot_form(mine: list[tuple[Any, list[str]]]) -> Form:
    year = clock.today().year
    return Form(
        "allot", "登记下达的拨款",
        (
            Choice("scheme", "项目", options={one.code: one.item.label for one, _ in mine}),
            Choice("path", "地区", options=names({path for _, paths in mine for path in paths})),
            Choice("fund", "资金来源", options=dict(Fund.choices)),
            Number("year", "年度", least=year - 1, most=year + 1),
            Money("amount", "下达金额", help="单位为元，按文件填写。", example="1200000"),
            Text("document", "文号", longest=60, help="同一文号只能登记一次。", example="财社〔2026〕12号"),
        ),
    )  # fmt: skip


def _allot(by: Actor, sent: Sent) -> str:
    mine = reviewable(by)
    answers = _allot_form(mine).clean(sent.answers).plain
    places = next(paths for one, paths in mine if one.code == answers["scheme"])
    if answers["path"] not in places:
        raise Refused("place_unknown", "您在该地区没有这个项目的资金复核岗位。请重新选择。", field="path")
    row = actions.allot(
        scheme=answers["scheme"], path=answers["path"], fund=Fund(answers["fund"]), year=answers["year"],
        amount=answers["amount"], document=answers["document"], by=by, key=sent.key,
    )  # fmt: skip
    return f"已登记拨款 {yuan(answers['amount'])} 元，现有余额 {yuan(row.left)} 元。"


@require_http_methods(["GET", "POST"])
def budget(request: HttpRequest, budget_id: int) -> HttpResponse:
    """One budget: where it stands, and every entry that made it so."""
    by = staff(request)
    looker = reader(by)
    found = accounts.budgets(looker).filter(pk=budget_id).first()
    if found is None:
        raise NotFound("budget_unknown", "没有这项预算，或不在您的管辖范围内。请返回预算列表重新选择。")
    sheets = _sheets(found, by)
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=found.path)
        if done:
            return redirect(f"{BUDGETS[1]}{found.pk}/")
    page = latest_first(accounts.journals(looker).filter(subject=row_name(found)), request)
    approved = Batch.objects.filter(
        path=found.path, scheme=found.scheme, fund=found.fund, month__year=found.year
    ).exclude(state__in=("draft", "first_reviewed"))
    title = f"{found.year} 年{scheme_label(found.scheme)}"
    return render(request, "desk/money/budget.html", {
        **header(title, crumbs=[ROOM, BUDGETS], badge=_used(found),
                 lead=f"{name_of(found.path)}，{found.get_fund_display()}"),
        "stats": _stats(found), "sheets": sheets, "page": page, **journal_rows(page.rows),
        "batch_columns": _BATCHES, "batches": _batches(list(approved.order_by("-month", "-pk")[:_MOST])),
    }, status=status)  # fmt: skip


def _sheets(found: Budget, by: Actor) -> list[Sheet]:
    """Part of it is taken back by whoever registers what is allotted."""
    if not reviews(found.scheme, found.path, by):
        return []
    words = {"submit": "收回拨款", "title": "收回拨款", "danger": True}
    return [Sheet("cut", _CUT, lambda sent: _cut(found, by, sent), **words)]


_BATCHES = (
    Head("月份"),
    Head("批次序号", "number"),
    Head("笔数", "number"),
    Head("金额（元）", "money"),
    Head("扣回（元）", "money"),
)


def _batches(found: list[Batch]) -> list[Row]:
    return [
        Row(
            [str(clock.Month.of(one.month)), one.run, one.count, one.total, one.withheld],
            url=f"/desk/money/{one.pk}/",
        )
        for one in found
    ]


def _stats(found: Budget) -> list[dict[str, Any]]:
    percent = 100 * found.committed // found.allotted if found.allotted else 0
    return [
        {"label": "下达", "value": yuan(found.allotted), "unit": "元"},
        {"label": "已批准支出", "value": yuan(found.committed), "unit": "元", "note": f"占 {percent}%"},
        {"label": "余额", "value": yuan(found.left), "unit": "元"},
    ]


def _cut(found: Budget, by: Actor, sent: Sent) -> str:
    answers = _CUT.clean(sent.answers).plain
    row = actions.cut_back(
        budget=found, amount=answers["amount"], document=answers["document"], by=by, key=sent.key
    )
    return f"已收回拨款 {yuan(answers['amount'])} 元，现有余额 {yuan(row.left)} 元。"


def of_batch(batch: Batch) -> dict[str, Any]:
    """What a batch will take from which budget, what is left of it, and whether that is enough."""
    found = Budget.objects.filter(
        path=batch.path, fund=batch.fund, scheme=batch.scheme, year=batch.month.year
    ).first()
    needed, left = batch.total + batch.withheld, found.left if found else 0
    return {
        "items": [
            ("预算", f"{batch.month.year} 年{batch.get_fund_display()}"), ("余额", f"{yuan(left)} 元"),
            ("本批需要", f"{yuan(needed)} 元"), ("批准后余额", f"{yuan(left - needed)} 元"),
        ],
        "short": needed > left, "missing": found is None,
        "url": f"{BUDGETS[1]}{found.pk}/" if found else BUDGETS[1],
    }  # fmt: skip
