"""The session while somebody is in: it ends when nobody is at the desk, and after a working day at the latest.

Seconds are those of the machine, not of the office's clock: a session knows no legal day.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from minzheng.kernel.access.models import SignedIn, User
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.signin import sessions
from minzheng.kernel.signin.rules import home_of, number
from minzheng.kernel.signin.telling import address_of

__all__ = [
    "Keeping", "confirmed", "device_of", "for_pages", "gate_of", "keep_on", "onward", "open_gate",
    "renew", "seconds", "start", "stop",
]  # fmt: skip

GATES = {
    "first": ("/account/password/", "这是别人为您设的初始密码，请先改成自己的密码。"),
    "old": ("/account/password/", "密码已到期，请先更换密码。"),
    "factor": ("/account/codes/", "您的岗位登录须用动态口令，请先绑定手机。"),
}


def seconds() -> int:
    """The machine's clock."""
    return int(time.time())


def device_of(request: HttpRequest) -> str:
    """What the browser says it is."""
    return request.headers.get("User-Agent", "")[:120]


def start(request: HttpRequest, user: User, *, how: SignedIn.How, gate: str) -> None:
    """The account is in, under a new session number."""
    sessions.begin(request, user, how=how, address=address_of(request), device=device_of(request))
    idle, longest = sessions.limits(user)
    now = seconds()
    request.session.update({"begun": now, "seen": now, "confirmed": now, "idle": idle, "longest": longest})
    if gate:
        request.session["gate"] = gate


def stop(request: HttpRequest, why: SignedIn.Ended) -> None:
    """Whoever is in is out; what the session held is gone from the server."""
    if isinstance(request.user, User):
        sessions.end(request.user, request.session.session_key or "", why, address=address_of(request))
    logout(request)


def renew(request: HttpRequest) -> None:
    """A new session number before a weighty deed, and the password counts as just given."""
    old = request.session.session_key or ""
    request.session.cycle_key()
    request.session["confirmed"] = seconds()
    sessions.turned(old, request.session.session_key or "")


def confirmed(request: HttpRequest) -> None:
    """Whoever manages accounts has given the password within the last minutes, else gives it again."""
    user = request.user
    assert isinstance(user, User)
    fresh = number("session.confirmed", path=home_of(user)) * 60
    if seconds() - request.session.get("confirmed", 0) > fresh:
        raise NotAllowed("confirm_again", "管理账号前，请再输入一次您的密码。")


def gate_of(request: HttpRequest) -> str:
    """What has to be done before anything else, if anything."""
    return str(request.session.get("gate", ""))


def open_gate(request: HttpRequest, gate: str) -> None:
    """It is done."""
    if gate_of(request) == gate:
        del request.session["gate"]


def onward(request: HttpRequest, wanted: str, home: str) -> str:
    """Where to go on to; never to another site."""
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if wanted and safe else home


def for_pages(request: HttpRequest) -> dict[str, Any]:
    """What a page needs to warn in time, and to keep what was typed for the same person only."""
    left = request.session.get("idle")
    return {"idle_seconds": left, "typed_by": f"u{request.user.pk}"} if left else {}


class Keeping:
    """Looks at the clock of the session at each request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User) and (over := _over(request)) is not None:
            stop(request, over)
            request.session_over = over  # type: ignore[attr-defined]
        return self.get_response(request)


def _over(request: HttpRequest) -> SignedIn.Ended | None:
    """Why the session is over, if it is; else it has been used just now."""
    session, now = request.session, seconds()
    if "idle" not in session:
        session["idle"], session["longest"] = sessions.limits(request.user)  # type: ignore[arg-type]
        session["begun"] = session["seen"] = now
    if now - session["begun"] > session["longest"]:
        return SignedIn.Ended.EXPIRED
    if now - session["seen"] > session["idle"]:
        return SignedIn.Ended.IDLE
    if now - session["seen"] >= 60:
        session["seen"] = now
    return None


@require_POST
def keep_on(request: HttpRequest) -> HttpResponse:
    """The person at the page is still there."""
    if not isinstance(request.user, User):
        return JsonResponse({"code": "not_signed_in", "message": "已退出登录。请重新登录。"}, status=403)
    request.session["seen"] = seconds()
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"idle": request.session["idle"]})
    return redirect("/")
