"""What every door shares: the actor of the request, mistakes told as pages, large-font mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject

from minzheng.desk import frame
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import MinzhengError, NotAllowed
from minzheng.kernel.standards.queries import one_reading
from minzheng.ui import elder

__all__ = ["Doors", "context"]

TITLES = {400: "还差一点", 403: "您不能办理", 404: "没有找到", 409: "内容已更新", 500: "系统出错"}


class Doors:
    """Gives each request its actor, and turns a refusal into a page or, at the API, into JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        wish = elder.asked(request)
        with one_reading():
            response = self.get_response(request)
        if wish is not None:
            elder.remember(response, on=wish)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal no view has caught; anything else is ours and goes on to the log."""
        if not isinstance(error, MinzhengError):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse(error.as_json(), status=error.status)
        if error.code == "not_signed_in":
            return redirect(f"/login/?next={quote(request.get_full_path())}")
        context = {
            "title": TITLES.get(error.status, "出错了"), "message": error.message, "code": error.code,
            "door": "ui/desk.html" if request.path.startswith("/desk/") else "ui/portal.html",
            "back_url": request.path if error.status == 409 else "", "back_label": "查看最新内容",
        }  # fmt: skip
        return render(request, "ui/problem.html", context, status=error.status)


def _actor(request: HttpRequest) -> Actor:
    """Whoever has signed in; no user means no."""
    if isinstance(request.user, AnonymousUser) or not request.user.is_authenticated:
        raise NotAllowed("not_signed_in", "请先登录。")
    return actor_of(request.user)


def context(request: HttpRequest) -> dict[str, Any]:
    """What every page shows: who is signed in, and where to sign in or out."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"signin_url": f"/login/?next={quote(request.get_full_path())}", "me": None}
    shown = {"me": request.actor, "signout_url": "/logout/"}  # type: ignore[attr-defined]
    return shown | frame.context(request) if request.path.startswith(frame.HOME) else shown
