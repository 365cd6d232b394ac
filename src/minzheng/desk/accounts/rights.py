"""Who may do what in my place (权限一览): every post, who holds it since when, and which closed matters it opens."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header
from minzheng.desk.paging import capped, latest_first
from minzheng.kernel import catalogue, clock
from minzheng.kernel.access.models import Kind, Posting
from minzheng.kernel.access.queries import CHARGES
from minzheng.kernel.audit.viewing import COMPARTMENTS
from minzheng.kernel.signin.duties import SECURITY, rights_in
from minzheng.ui.shown import badge, cn_datetime
from minzheng.ui.tables import Head, Row

from .reach import ACCOUNTS, administrator, roles

__all__ = ["index"]

_COLUMNS = (
    Head("姓名"), Head("账号", secondary=True), Head("岗位"), Head("机构"), Head("任职日期", "day"),
    Head("离任日期", "day", secondary=True), Head("可看的封闭信息"), Head("最近登录", secondary=True), Head("状态"),
)  # fmt: skip
_LEAD = "本地区每个账号现有的岗位，以及岗位能打开的封闭信息。任职和离任在账号页面登记。"


@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The list, the latest given first; those that have ended only when asked for."""
    by = administrator(request, SECURITY)
    text, role, state = (request.GET.get(name, "").strip()[:80] for name in ("q", "role", "state"))
    rows = rights_in(by)
    if text:
        rows = rows.filter(Q(user__name__contains=text) | Q(user__username__icontains=text))
    rows = rows.filter(role=role) if role else rows
    ended = Q(until_on__lte=clock.today())
    rows = rows.filter(ended) if state == "ended" else rows.exclude(ended)
    page = latest_first(rows, request)
    return render(request, "desk/accounts/rights.html", {
        **header("权限一览", crumbs=[ACCOUNTS], lead=_LEAD),
        "columns": _COLUMNS, "rows": [_row(one) for one in page.rows], "page": page,
        "count": capped(rows).replace("件", "项任职"),
        "filters": [
            {"name": "q", "label": "姓名或账号", "kind": "text", "value": text},
            {"name": "role", "label": "岗位", "kind": "choice", "value": role, "options": list(roles().items())},
            {"name": "state", "label": "范围", "kind": "pick", "value": state,
             "options": [("", "现任"), ("ended", "已离任")]},
        ],
    })  # fmt: skip


def _row(one: Posting) -> Row:
    book, user = catalogue.current(), one.user
    opened: Any = "、".join(COMPARTMENTS[room] for room in book.opening.get(one.role, ()))
    keys = "系统账号" if user.kind == Kind.SERVICE else ""
    state = badge("账号已停用", "neutral") if not user.is_active else badge(keys or "在岗", "good")
    return Row(
        [
            user.name, user.username, CHARGES.get(one.role) or book.role_label(one.role), one.office.name, one.from_on,
            one.until_on, opened, cn_datetime(user.last_login), state,
        ],
        url=f"/desk/accounts/{user.pk}/" if user.kind == Kind.PERSON else "",
    )  # fmt: skip
