"""Other systems of my place: their accounts, a new one, and the page on which their keys are looked after."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header
from minzheng.desk.paging import latest_first
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import clock
from minzheng.kernel.access.models import ServiceAccount, ServiceKey
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Form, Text
from minzheng.kernel.signin import administering
from minzheng.kernel.signin.duties import ADMINISTRATOR, KEEPERS, charges
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .reach import SYSTEMS, administrator, office_named, roles

__all__ = ["index", "new"]

_COLUMNS = (
    Head("系统"), Head("账号"), Head("地区"), Head("用途", secondary=True), Head("有效密钥", "number"), Head("状态"),
)  # fmt: skip
_NEW = {"url": "/desk/accounts/systems/new/", "label": "开立系统账号", "icon": "plus", "kind": "primary"}
_LEAD = "其他系统用接口密钥调用平台接口，只能做其岗位允许的事；每次调用都有记录。"


def _form() -> Form:
    return Form(
        "system", "开立系统账号",
        (
            Text("name", "系统名称", longest=60),
            Text("username", "账号名", longest=40, help="用字母和数字。"),
            Text("office", "所属机构", longest=80, help="机构全称或编码；系统只能查办这个机构管辖的事。"),
            Choice("role", "岗位", options=roles(systems=True)),
            Text("purpose", "用途", longest=200, lines=3),
            Text("contact", "负责单位和电话", longest=120),
        ),
    )  # fmt: skip


@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All systems of my place."""
    by = administrator(request, *KEEPERS)
    opens = bool(charges(by, ADMINISTRATOR))
    reach = Q(pk__in=[])
    for place in charges(by, *KEEPERS):
        reach |= Q(path__startswith=place)
    page = latest_first(ServiceAccount.objects.filter(reach).select_related("user"), request)
    return render(request, "desk/accounts/systems.html", {
        **header("系统账号", lead=_LEAD, actions=[_NEW] if opens else []), "opens": opens,
        "columns": _COLUMNS, "rows": _rows(page.rows), "page": page,
    })  # fmt: skip


def _rows(page: list[ServiceAccount]) -> list[Row]:
    places, now = names({one.path for one in page}), clock.now()
    live: dict[int, int] = {}
    good = ServiceKey.objects.filter(account__in=page, revoked_at=None, until_at__gt=now)
    for account_id in good.values_list("account_id", flat=True):
        live[account_id] = live.get(account_id, 0) + 1
    return [
        Row(
            [
                one.user.name, one.user.username, places.get(one.path, ""), one.purpose, live.get(one.pk, 0),
                badge("正常", "good") if one.user.is_active else badge("已停用", "neutral"),
            ],
            url=f"/desk/accounts/systems/{one.pk}/",
        )
        for one in page
    ]  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open an account for another system."""
    by = administrator(request)
    made: list[ServiceAccount] = []
    sheet = Sheet("system", _form(), lambda sent: _open(by, sent, made), submit="开立")
    status = 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path="")
        if done:
            return redirect(f"/desk/accounts/systems/{made[0].pk}/" if made else SYSTEMS[1])
    head = header("开立系统账号", crumbs=[SYSTEMS], lead="一个系统一个账号。开立后由安全管理员签发接口密钥。")
    return render(request, "desk/accounts/new.html", head | {"sheet": sheet}, status=status)


def _open(by: Actor, sent: Sent, made: list[ServiceAccount]) -> str:
    given: dict[str, Any] = _form().clean(sent.answers).plain
    office = office_named(given.pop("office"), by)
    made.append(administering.open_service(**given, office=office, by=by, key=sent.key))
    return "系统账号已开立。接口密钥由安全管理员签发。"
