"""One system: its keys, a new one, a change of keys, an end of one; a key is shown once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header
from minzheng.desk.sheets import NOTHING, Sent, Sheet, fresh_key, receive
from minzheng.kernel import catalogue, clock
from minzheng.kernel.access.models import Posting, ServiceAccount, ServiceKey
from minzheng.kernel.areas.queries import children, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Form, Text
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.signin import administering, keys
from minzheng.kernel.signin.duties import ADMINISTRATOR, KEEPERS, SECURITY, charges, stands_over
from minzheng.kernel.signin.rules import number
from minzheng.ui.shown import badge, cn_datetime
from minzheng.ui.tables import Head, Row

from .reach import SYSTEMS, administrator, once, shown_once

__all__ = ["new_key", "system"]

_KEYS = (
    Head("编号"), Head("接口"), Head("限定地区", secondary=True), Head("到期"), Head("最近使用", secondary=True),
    Head("状态"),
)  # fmt: skip
_REASON = Form("reason", "原因", (Text("reason", "原因", longest=200),))


def _found(by: Actor, pk: int) -> ServiceAccount:
    found = ServiceAccount.objects.select_related("user").filter(pk=pk).first()
    if found is None or not any(found.path.startswith(place) for place in charges(by, *KEEPERS)):
        raise NotFound("account_unknown", "没有这个系统账号，或不在您的管辖范围内。")
    return found


@never_cache
@require_http_methods(["GET", "POST"])
def system(request: HttpRequest, system_id: int) -> HttpResponse:
    """The page of a system and every deed on it."""
    by = administrator(request, *KEEPERS)
    account = _found(by, system_id)
    every = list(ServiceKey.objects.filter(account=account).order_by("-id")[:50])
    told: list[str] = []
    sheets = _sheets(request, account, every, by, told)
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=account.path)
        if done and told:
            return _shown(request, account, told[0])
        if done:
            return redirect(f"/desk/accounts/systems/{account.pk}/")
    state = badge("正常", "good") if account.user.is_active else badge("已停用", "neutral")
    url = f"/desk/accounts/systems/{account.pk}/key/"
    actions = [{"url": url, "label": "签发接口密钥", "icon": "key", "kind": "primary"}]
    return render(request, "desk/accounts/system.html", {
        **header(account.user.name, crumbs=[SYSTEMS], lead=f"账号 {account.user.username}", badge=state,
                 actions=actions if account.user.is_active and charges(by, SECURITY) else ()),
        "facts": _facts(account), "columns": _KEYS, "rows": _rows(every), "sheets": sheets,
    }, status=status)  # fmt: skip


def _facts(account: ServiceAccount) -> list[tuple[str, Any]]:
    book = catalogue.current()
    held = Posting.objects.filter(user=account.user, until_on=None).select_related("office")
    posts = "、".join(f"{book.role_label(one.role)}（{one.office.name}）" for one in held)
    return [
        ("岗位", posts), ("地区", names([account.path]).get(account.path, "")), ("用途", account.purpose),
        ("负责单位和电话", account.contact),
    ]  # fmt: skip


def _rows(every: list[ServiceKey]) -> list[Row]:
    places, words = names({one.path for one in every}), keys.operations()
    return [
        Row(
            [
                one.number, "、".join(words.get(code, code) for code in one.operations), places.get(one.path, ""),
                cn_datetime(one.until_at), f"{cn_datetime(one.used_at)} {one.used_from}" if one.used_at else "没有用过",
                _state(one),
            ]
        )
        for one in every
    ]  # fmt: skip


def _state(key: ServiceKey) -> Any:
    if key.revoked_at is not None:
        return badge("已吊销", "bad")
    return badge("有效", "good") if key.until_at > clock.now() else badge("已到期", "neutral")


def _sheets(
    request: HttpRequest, account: ServiceAccount, every: list[ServiceKey], by: Actor, told: list[str]
) -> list[Sheet]:
    """For each living key its change and its end, by whoever gives rights; its closing by whoever opens accounts."""
    found = []
    for one in every if charges(by, SECURITY) else ():
        if one.revoked_at is None and one.until_at > clock.now():
            overlap = number("key.overlap", path=account.path)
            found.append(
                Sheet(
                    f"rotate{one.pk}", NOTHING, _rotate(request, one, by, told), submit="更换密钥",
                    title=f"更换密钥 {one.number}", quiet=True, confirm=f"旧密钥再用 {overlap} 天后作废。",
                )
            )  # fmt: skip
            found.append(Sheet(f"revoke{one.pk}", _REASON, _revoke(one, by), submit="吊销密钥", danger=True,
                               title=f"吊销密钥 {one.number}"))  # fmt: skip
    if not charges(by, ADMINISTRATOR):
        return found
    verb = administering.close_account if account.user.is_active else administering.reopen_account
    label = "停用系统账号" if account.user.is_active else "启用系统账号"
    found.append(Sheet("switch", _REASON, _switch(account, verb, by), submit=label, title=label, quiet=True))
    return found


def _rotate(request: HttpRequest, key: ServiceKey, by: Actor, told: list[str]) -> Callable[[Sent], str]:
    def do(sent: Sent) -> str:
        with once(request, sent.key):
            told.append(keys.rotate_key(old=key, days=number("key.days", path=key.account.path), by=by)[1])
        return ""

    return do


def _revoke(key: ServiceKey, by: Actor) -> Callable[[Sent], str]:
    def do(sent: Sent) -> str:
        keys.revoke_key(old=key, reason=_REASON.clean(sent.answers).plain["reason"], by=by, key=sent.key)
        return "密钥已吊销。"

    return do


def _switch(account: ServiceAccount, verb: Callable[..., Any], by: Actor) -> Callable[[Sent], str]:
    def do(sent: Sent) -> str:
        verb(user=account.user, reason=_REASON.clean(sent.answers).plain["reason"], by=by, key=sent.key)
        return "已办理。"

    return do


@never_cache
@require_http_methods(["GET", "POST"])
def new_key(request: HttpRequest, system_id: int) -> HttpResponse:
    """A new key: which operations, which place, how long."""
    by = administrator(request, *KEEPERS)
    account = _found(by, system_id)
    stands_over(by, account.path, SECURITY)
    longest, sent, problem = number("key.days", path=account.path), request.POST, ""
    places = names([account.path, *(one.path for one in children(account.path))])
    key = fresh_key(request)
    if request.method == "POST":
        days = sent.get("days", "")
        try:
            with once(request, key):
                _, token = keys.make_key(
                    account=account, wanted=sent.getlist("operations"), by=by,
                    path=sent.get("path", "") if sent.get("path", "") in places else account.path,
                    days=int(days) if days.isdigit() and len(days) < 6 else 0,
                )  # fmt: skip
            return _shown(request, account, token)
        except Refused as error:
            problem = error.message
    here = (account.user.name, f"/desk/accounts/systems/{account.pk}/")
    return render(request, "desk/accounts/key.html", {
        **header("签发接口密钥", crumbs=[SYSTEMS, here], lead="只勾选对方系统确实要用的接口。密钥只显示一次。"),
        "groups": _groups(sent.getlist("operations")), "places": places.items(), "problem": problem, "key": key,
        "days": sent.get("days", str(longest)), "longest": longest, "place": sent.get("path", account.path),
    }, status=400 if problem else 200)  # fmt: skip


def _groups(chosen: list[str]) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """The operations by the part of the door they belong to."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for code, words in keys.operations().items():
        found.setdefault(code.split(".")[0], []).append((code, words, code in chosen))
    return sorted(found.items())


def _shown(request: HttpRequest, account: ServiceAccount, token: str) -> HttpResponse:
    return shown_once(
        request, title="接口密钥已签发", back=(account.user.name, f"/desk/accounts/systems/{account.pk}/"),
        label="接口密钥", secret=token, facts=[("系统", account.user.name), ("用法", "Authorization: Bearer 接口密钥")],
        advice="请用安全的方式交给对方系统的负责人，不要用微信、短信或普通邮件发送。丢失的，请更换密钥。",
    )  # fmt: skip
