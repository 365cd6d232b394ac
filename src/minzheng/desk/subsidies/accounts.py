"""Accounts to be confirmed with those whom the data found (免申即享), and the month's list drawn up by hand."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import audit, clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.declare.forms import Account, Choice, Form, Text
from minzheng.kernel.errors import NotAllowed, NotFound
from minzheng.kernel.people.masks import mask_name
from minzheng.kernel.subsidies import actions, queries
from minzheng.kernel.subsidies.duties import declared, holds
from minzheng.kernel.subsidies.models import LeftOut
from minzheng.ui.shown import cn_date
from minzheng.ui.tables import Head, Row

from .pausing import pausing_sheets
from .reach import ROOM, Subsidy, group_label, holding, reads, subsidies

__all__ = ["by_month_sheets", "confirm", "index"]

_AT = ("待确认账户", "/desk/subsidies/accounts/")
_COLUMNS = (Head("姓名"), Head("补贴"), Head("类别"), Head("地区"))
_CONFIRM = Form("confirm", "确认收款账户", (
    Account("account", "银行账号"), Text("owner", "户名", longest=60),
    Text("agreement", "代领协议编号", required=False, longest=60, help="本人账户不填"),
))  # fmt: skip
_MOST = 200


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Whom the latest lists found and could not pay, place by place; and who is not paid while they are sought."""
    by = staff(request)
    sheets, status = pausing_sheets(by), 200
    if request.method == "POST" and by.scope:
        done, status = receive(request, sheets, by=by, path=by.scope[0])
        if done:
            return redirect(_AT[1])
    rows: list[Row] = []
    for one in subsidies("month"):
        looker = _confirmer(by, one)
        if looker is None:
            continue
        mine = tuple(holding(by, one, one.item.confirmed_by))
        found = list(queries.unconfirmed(looker, one.code)[:_MOST])
        places = names({row.path for row in found} | {row.person.path for row in found})
        rows += [_row(one, row, places, mine) for row in found]
    return render(request, "desk/subsidies/accounts.html", {
        **header(_AT[0], crumbs=[ROOM] if reads(by) else [],
                 lead="数据比对发现的对象，不用申请。与本人确认账户后，从下一份名单起发放。"),
        "columns": _COLUMNS, "rows": rows, "most": _MOST, "sheets": sheets,
    }, status=status)  # fmt: skip


def _row(one: Subsidy, row: LeftOut, places: Mapping[str, str], mine: tuple[str, ...]) -> Row:
    """Whoever has moved since is confirmed where they live now; whoever only oversees opens nobody."""
    moved = row.person.path != row.path
    where = (
        f"{places[row.path]}（已迁往{places[row.person.path]}，由迁入地确认）" if moved else places[row.path]
    )
    cells = [mask_name(row.person.name), one.item.label, group_label(one.code, row.group), where]
    return Row(cells, url=f"{_AT[1]}{row.pk}/" if mine and row.person.path.startswith(mine) else "")


def _confirmer(by: Actor, one: Subsidy) -> Actor | None:
    """The actor with those posts alone that confirm accounts of this subsidy."""
    places = holding(by, one, one.item.confirmed_by)
    roles = {one.role(role) for role in one.item.confirmed_by}
    held = tuple(
        post for post in by.posts if post.level <= Level.CITY or (post.path in places and post.role in roles)
    )
    return by.narrowed(held) if held else None


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, left_out_id: int) -> HttpResponse:
    """One person: who they are, why they are meant, and the account."""
    by = staff(request)
    row = LeftOut.objects.select_related("person", "list").filter(pk=left_out_id).first()
    if row is None or not by.covers(row.path):
        raise NotFound("left_out_unknown", "没有这名对象，或不在您的管辖范围内。")
    found = declared(row.list.subsidy)
    if found.item.started_by != "month" or not holds(
        found, found.item.confirmed_by, path=row.person.path, by=by
    ):
        raise NotAllowed("subsidy_duty", "账户由乡镇或县级经办岗位与本人确认，您没有这一岗位。")

    sheets, status = [_confirm_sheet(found, row, by)], 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=row.path)
        if done:
            return redirect(_AT[1])
    else:
        audit.read("people.read_person", by=by, about=row.person, path=row.path, reason="确认收款账户")
    facts = [
        ("补贴", found.item.label), ("类别", group_label(found.code, row.group)),
        ("出生日期", cn_date(row.person.birth)), ("地区", name_of(row.path)),
    ]  # fmt: skip
    return render(request, "desk/subsidies/account.html", {
        **header(f"确认账户：{row.person.name}", crumbs=[ROOM, _AT] if reads(by) else [_AT]),
        "facts": facts, "sheets": sheets,
    }, status=status)  # fmt: skip


def _confirm_sheet(found: Subsidy, row: LeftOut, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        given = _CONFIRM.clean(sent.answers)
        actions.confirm_account(
            subsidy=found.code, person=row.person, account=given.sealed["account"], owner=given.plain["owner"],
            agreement=given.plain.get("agreement", ""), by=by, key=sent.key,
        )  # fmt: skip
        return "账户已确认，从下一份名单起发放。"

    return Sheet("confirm", _CONFIRM, do, submit="确认", values={"owner": row.person.name})


def by_month_sheets(by: Actor) -> list[Sheet]:
    """The month's list of what goes by itself, for the county's payer."""
    found = []
    for one in subsidies("month"):
        places = holding(by, one, (one.item.scheme.prepared_by,))
        if places:
            found.append(_draft_sheet(one, places, by))
    return found


def _draft_sheet(one: Subsidy, places: list[str], by: Actor) -> Sheet:
    form = Form(f"draft-{one.item.code}", f"生成{one.item.label}名单", (
        Choice("path", "地区", options=names(places)), Text("month", "月份", longest=7, example="2026-03"),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        row = actions.draft(
            subsidy=one.code, path=given["path"], month=Month.parse(given["month"]), by=by, key=sent.key
        )
        return f"{one.item.label}名单已生成：{row.persons} 人，未列入 {row.left_out} 人。"

    values = {"path": places[0], "month": str(Month.of(clock.today()))}
    return Sheet(
        f"draft-{one.item.code.replace('_', '-')}", form, do, submit="生成名单", quiet=True, values=values
    )
