"""From which account of the office each scheme is paid: typed by one reviewer, confirmed by another."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import clock
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Form, Text
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.ledger import actions, paying
from minzheng.kernel.ledger.models import Fund, PayingAccount
from minzheng.ui.shown import badge, cn_date, cn_datetime
from minzheng.ui.tables import Head, Row

from .lists import ROOM
from .reach import names_of, reader, reviewable, reviews, scheme_label

__all__ = ["account", "index"]

PAYERS = ("发放专户", "/desk/money/payers/")
_COLUMNS = (
    Head("地区"), Head("项目"), Head("资金来源"), Head("开户银行"), Head("户名", secondary=True), Head("账号"),
    Head("启用日期"), Head("状态"),
)  # fmt: skip
_KINDS = {"waiting": "warn", "confirmed": "good", "withdrawn": "neutral"}
_MOST = 300
_WITHDRAW = Form("withdraw", "作废", (Text("reason", "作废原因", longest=200, example="账号录入有误"),))
_CONFIRM = Form("confirm", "确认", ())


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The paying accounts of my place; whoever reviews payments registers one."""
    by = staff(request)
    looker = reader(by)
    sheets = [_register_sheet(by)] if reviewable(by) else []
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=by.scope[0])
        if done:
            return redirect(PAYERS[1])
    rows = _rows(looker)
    return render(request, "desk/money/payers.html", {
        **header("发放专户", crumbs=[ROOM],
                 lead="银行付款文件上写明的付款账户。由一位资金复核人员登记，另一位确认后启用；更换时另行登记，旧的留存备查。"),
        "columns": _COLUMNS, "rows": rows, "sheets": sheets, "capped": len(rows) >= _MOST,
        "opened": bool(sheets and sheets[0].typed),
    }, status=status)  # fmt: skip


def _rows(by: Actor) -> list[Row]:
    listed = list(paying.paying_accounts(by)[:_MOST])
    places = names({one.path for one in listed})
    return [
        Row(
            [
                places[one.path], scheme_label(one.scheme), one.get_fund_display(), one.bank, one.owner, one.number,
                one.from_on, badge(one.get_state_display(), _KINDS[one.state]),
            ],
            url=f"{PAYERS[1]}{one.pk}/",
        )
        for one in listed
    ]  # fmt: skip


def _register_sheet(by: Actor) -> Sheet:
    form = _register_form(by)
    sheet = Sheet("register", form, lambda sent: _register(by, sent), submit="登记，等待确认")
    usual = {f.code: next(iter(f.options)) for f in form.fields if isinstance(f, Choice)}
    sheet.values = usual | {"fund": Fund.COUNTY.value, "from_on": clock.today().isoformat()}
    return sheet


def _register_form(by: Actor) -> Form:
    mine = reviewable(by)
    return Form(
        "register", "登记发放专户",
        (
            Choice("scheme", "项目", options={one.code: one.item.label for one, _ in mine}),
            Choice("path", "地区", options=names({path for _, paths in mine for path in paths})),
            Choice("fund", "资金来源", options=dict(Fund.choices)),
            Text("bank", "开户银行", longest=100, example="中国农业银行长春南关支行"),
            Text("owner", "户名", longest=100, help="按开户许可填写。", example="长春市南关区民政局"),
            Text("number", "账号", longest=50, help="6 至 34 位数字，可以带空格。"),
            Day("from_on", "启用日期", future=True, help="从这一天起送银行的文件使用这个账户。"),
        ),
    )  # fmt: skip


def _register(by: Actor, sent: Sent) -> str:
    answers = _register_form(by).clean(sent.answers).plain
    places = next(paths for one, paths in reviewable(by) if one.code == answers["scheme"])
    if answers["path"] not in places:
        raise Refused("place_unknown", "您在该地区没有这个项目的资金复核岗位。请重新选择。", field="path")
    actions.register_account(
        scheme=answers["scheme"], path=answers["path"], fund=Fund(answers["fund"]),
        payer=actions.Payer(bank=answers["bank"], owner=answers["owner"], number=answers["number"]),
        from_on=date.fromisoformat(str(answers["from_on"])), by=by, key=sent.key,
    )  # fmt: skip
    return "已登记。请另一位资金复核人员对照银行协议确认，确认前不会使用。"


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, payer_id: int) -> HttpResponse:
    """One account: what was typed, by whom, and what is to be done with it."""
    by = staff(request)
    found = paying.paying_accounts(reader(by)).filter(pk=payer_id).first()
    if found is None:
        raise NotFound("account_unknown", "没有这个发放专户，或不在您的管辖范围内。请返回列表重新选择。")
    sheets, status = _sheets(found, by), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=found.path)
        if done:
            return redirect(f"{PAYERS[1]}{found.pk}/")
    return render(request, "desk/money/payer.html", {
        **header(f"{scheme_label(found.scheme)}发放专户", crumbs=[ROOM, PAYERS],
                 badge=badge(found.get_state_display(), _KINDS[found.state]), lead=name_of(found.path)),
        "facts": _facts(found), "sheets": sheets,
        "own": found.state == "waiting" and found.registered_by == by.id,
    }, status=status)  # fmt: skip


def _sheets(found: PayingAccount, by: Actor) -> list[Sheet]:
    """What waits is confirmed by another reviewer, or put aside by either."""
    if found.state != PayingAccount.State.WAITING or not reviews(found.scheme, found.path, by):
        return []
    confirm = Sheet(
        "confirm", _CONFIRM, lambda sent: _confirm(found, by, sent), submit="与协议一致，确认启用"
    )
    put_aside = Sheet(
        "withdraw", _WITHDRAW, lambda sent: _withdraw(found, by, sent), submit="作废", danger=True
    )
    return [put_aside] if found.registered_by == by.id else [confirm, put_aside]


def _facts(found: PayingAccount) -> list[tuple[str, Any]]:
    people = names_of([found.registered_by, found.decided_by])
    facts: list[tuple[str, Any]] = [
        ("资金来源", found.get_fund_display()), ("开户银行", found.bank), ("户名", found.owner), ("账号", found.number),
        ("启用日期", cn_date(found.from_on)), ("登记", f"{people.get(found.registered_by, found.registered_by)}，"
                                            f"{cn_datetime(found.registered_at)}"),
    ]  # fmt: skip
    if found.decided_by and found.decided_at:
        who = people.get(found.decided_by, found.decided_by)
        facts.append(
            (found.get_state_display().removeprefix("已"), f"{who}，{cn_datetime(found.decided_at)}")
        )
    return facts


def _confirm(found: PayingAccount, by: Actor, sent: Sent) -> str:
    actions.confirm_account(account=found, by=by, key=sent.key)
    return "已确认。从启用日期起，送银行的付款文件使用这个账户。"


def _withdraw(found: PayingAccount, by: Actor, sent: Sent) -> str:
    answers = _WITHDRAW.clean(sent.answers).plain
    actions.withdraw_account(account=found, reason=answers["reason"], by=by, key=sent.key)
    return "已作废，这一条留存备查。"
