"""One account: how it stands, its posts and sessions, and what each administrator may do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header
from minzheng.desk.sheets import receive
from minzheng.kernel import catalogue
from minzheng.kernel.access.models import Kind, Posting, User
from minzheng.kernel.access.queries import CHARGES
from minzheng.kernel.areas.queries import names
from minzheng.kernel.signin import administering, codes, queries, sessions
from minzheng.kernel.signin.duties import KEEPERS
from minzheng.ui.shown import badge, cn_datetime, device
from minzheng.ui.tables import Head, Row

from . import account_deeds
from .reach import ACCOUNTS, administrator, shown_once

__all__ = ["account"]

_POSTS = (Head("岗位"), Head("机构"), Head("任职日期", "day"), Head("离任日期", "day"), Head("授予人"))
_SESSIONS = (Head("登录时间"), Head("方式"), Head("地址"), Head("设备", secondary=True))


@never_cache
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, user_id: int) -> HttpResponse:
    """The page of an account and every deed on it."""
    by = administrator(request, *KEEPERS)
    user = administering.account_in_charge(by, user_id, kind=Kind.PERSON)
    told: list[str] = []
    sheets = account_deeds.sheets(request, user, by, told) if by.user_id != user.pk else []
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=user.path)
        if done and told:
            return shown_once(
                request, title="密码已重置", back=(user.name, f"/desk/accounts/{user.pk}/"), label="新的初始密码",
                secret=told[0], facts=[("姓名", user.name), ("账号名", user.username)],
                advice="请核实是本人后当面或电话告知，首次登录时须改成自己的密码。",
            )  # fmt: skip
        if done:
            return redirect(f"/desk/accounts/{user.pk}/")
    locked = queries.locked_until([user]).get(user.pk)
    return render(request, "desk/accounts/account.html", {
        **header(user.name, crumbs=[ACCOUNTS], lead=f"账号 {user.username}", badge=_state(user, locked)),
        "facts": _facts(user, locked), "post_columns": _POSTS, "posts": _posts(user), "sheets": sheets,
        "session_columns": _SESSIONS, "sessions": _sessions(user), "own": by.user_id == user.pk,
    }, status=status)  # fmt: skip


def _state(user: User, locked: Any) -> Any:
    if not user.is_active:
        return badge("已停用", "neutral")
    return badge("已锁定", "bad") if locked else badge("正常", "good")


def _facts(user: User, locked: Any) -> list[tuple[str, Any]]:
    factor = f"已绑定，余 {codes.spare_left(user)} 个备用码" if codes.enrolled(user) else "没有绑定"
    return [
        ("开立地", names([user.path]).get(user.path, "") if user.path else ""),
        ("工号", user.staff_number or ""),
        ("密码", "未改初始密码" if user.must_change_password else cn_datetime(user.password_set_at)),
        ("动态口令", factor),
        ("最近登录", cn_datetime(user.last_login)),
        ("锁定至", cn_datetime(locked) if locked else ""),
    ]


def _posts(user: User) -> list[Row]:
    held = Posting.objects.filter(user=user).select_related("office").order_by("-from_on", "id")
    book = catalogue.current()
    return [
        Row([
            CHARGES.get(one.role) or book.role_label(one.role), one.office.name, one.from_on, one.until_on,
            one.given_by,
        ])
        for one in held
    ]  # fmt: skip


def _sessions(user: User) -> list[Row]:
    return [
        Row([cn_datetime(one.begun_at), one.get_how_display(), one.address, device(one.device)])
        for one in sessions.live(user)[:20]
    ]
