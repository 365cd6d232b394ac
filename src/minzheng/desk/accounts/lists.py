"""The accounts of my place, found by name; a new one."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header
from minzheng.desk.paging import capped, latest_first
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel.access.models import Kind, User
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Form, Text
from minzheng.kernel.signin import administering, queries
from minzheng.kernel.signin.duties import ADMINISTRATOR, KEEPERS, charges
from minzheng.ui.shown import badge, cn_datetime
from minzheng.ui.tables import Head, Row

from .reach import ACCOUNTS, SYSTEMS, administrator, office_named, once, shown_once

__all__ = ["index", "new"]

_COLUMNS = (
    Head("姓名"), Head("账号"), Head("开立地", secondary=True), Head("最近登录", secondary=True), Head("动态口令"),
    Head("状态"),
)  # fmt: skip
_LEAD = {
    True: "开立、停用、解锁账号，重置密码和动态口令。每一步都有记录；自己的账号由其他管理员管理。",
    False: "为账号登记任职和离任。账号由系统管理员开立；每一步都有记录。",
}
_NEW = {"url": "/desk/accounts/new/", "label": "开立账号", "icon": "user-plus", "kind": "primary"}
_SYSTEMS = {"url": SYSTEMS[1], "label": SYSTEMS[0], "icon": "key"}
_RIGHTS = {"url": "/desk/accounts/rights/", "label": "权限一览", "icon": "list-details"}
NEW = Form(
    "new", "开立账号",
    (
        Text("name", "姓名", longest=60),
        Text("username", "账号名", longest=40, help="登录时输入的名字，用字母和数字，例如姓名拼音。"),
        Text("office", "所在机构", longest=80, help="机构全称或编码。"),
        Text("staff_number", "工号", longest=40, required=False, help="统一身份认证中的工号；不用统一身份认证的不填。"),
    ),
)  # fmt: skip


@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The list, the latest first."""
    by = administrator(request, *KEEPERS)
    opens = bool(charges(by, ADMINISTRATOR))
    text, state = request.GET.get("q", "").strip()[:40], request.GET.get("state", "")
    rows = _chosen(administering.accounts_in_charge(by).filter(kind=Kind.PERSON), text, state)
    page = latest_first(rows, request)
    return render(request, "desk/accounts/index.html", {
        **header("账号", lead=_LEAD[opens], actions=[_NEW, _SYSTEMS] if opens else [_RIGHTS, _SYSTEMS]), "opens": opens,
        "columns": _COLUMNS, "rows": _rows(page.rows), "page": page, "count": capped(rows).replace("件", "个账号"),
        "filters": [
            {"name": "q", "label": "姓名、账号或工号", "kind": "text", "value": text},
            {"name": "state", "label": "状态", "kind": "choice", "value": state,
             "options": [("", "全部"), ("locked", "已锁定"), ("closed", "已停用"), ("first", "未改初始密码")]},
        ],
    })  # fmt: skip


def _chosen(rows: QuerySet[User], text: str, state: str) -> QuerySet[User]:
    if text:
        rows = rows.filter(Q(name__contains=text) | Q(username__icontains=text) | Q(staff_number=text))
    if state == "locked":
        rows = rows.filter(pk__in=queries.locked_among(rows))
    elif state == "closed":
        rows = rows.filter(is_active=False)
    elif state == "first":
        rows = rows.filter(must_change_password=True)
    return rows


def _rows(page: list[User]) -> list[Row]:
    """One line for each: a constant number of queries."""
    places, factors = names({one.path for one in page if one.path}), queries.with_factor(page)
    locked = queries.locked_until(page)
    return [
        Row(
            [
                one.name, one.username, places.get(one.path, ""), cn_datetime(one.last_login),
                "已绑定" if one.pk in factors else "", _state(one, locked=one.pk in locked),
            ],
            url=f"/desk/accounts/{one.pk}/",
        )
        for one in page
    ]  # fmt: skip


def _state(user: User, *, locked: bool) -> Any:
    if not user.is_active:
        return badge("已停用", "neutral")
    if locked:
        return badge("已锁定", "bad")
    return badge("未改初始密码", "warn") if user.must_change_password else badge("正常", "good")


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open an account; its first password is shown once."""
    by = administrator(request)
    made: list[tuple[User, str]] = []
    sheet = Sheet("new", NEW, lambda sent: _open(request, by, sent, made), submit="开立")
    status = 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path="")
        if done and made:
            user, first = made[0]
            return shown_once(
                request, title="账号已开立", back=(user.name, f"/desk/accounts/{user.pk}/"), label="初始密码",
                secret=first, facts=[("姓名", user.name), ("账号名", user.username)],
                advice="请当面或电话告诉本人，首次登录时须改成自己的密码。任职由安全管理员登记。",
            )  # fmt: skip
        if done:
            return redirect(ACCOUNTS[1])
    head = header("开立账号", crumbs=[ACCOUNTS], lead="一人一号，不得共用。开立后由安全管理员登记任职。")
    return render(request, "desk/accounts/new.html", head | {"sheet": sheet}, status=status)


def _open(request: HttpRequest, by: Actor, sent: Sent, made: list[tuple[User, str]]) -> str:
    given = NEW.clean(sent.answers).plain
    office = office_named(given["office"], by)
    with once(request, sent.key):
        made.append(
            administering.open_account(
                username=given["username"], name=given["name"], office=office,
                staff_number=given.get("staff_number") or "", by=by,
            )
        )  # fmt: skip
    return ""
