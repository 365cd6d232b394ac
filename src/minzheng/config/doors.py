"""What every door shares: the actor of the request, mistakes told as pages, large-font mode."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.contrib.auth.models import AnonymousUser
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from minzheng.config.refusing import problem
from minzheng.config.signin import brakes
from minzheng.config.signin.keeping import GATES, confirmed, for_pages, gate_of
from minzheng.desk import frame
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.areas.queries import remembered
from minzheng.kernel.audit import Actor, viewing
from minzheng.kernel.errors import MinzhengError, NotAllowed, Refused
from minzheng.kernel.standards.queries import one_reading
from minzheng.ui import elder

__all__ = ["Doors", "context"]

WAYS = {"not_signed_in": "/login/", "confirm_again": "/login/again/", "gate": ""}
PERMISSIONS = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"


class Doors:
    """Gives each request its actor, and turns a refusal into a page or, at the API, into JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        request.confirmed = functools.partial(confirmed, request)  # type: ignore[attr-defined]
        wish = elder.asked(request)
        with viewing.closed(), one_reading(), remembered():
            response = brakes.held(request) or _strange(request) or self.get_response(request)
            if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
                response.streaming_content = viewing.carrying(response.streaming_content)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if wish is not None:
            elder.remember(response, on=wish)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal no view has caught; anything else is ours and goes on to the log."""
        if not isinstance(error, MinzhengError):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse(error.as_json(), status=error.status)
        if error.code in WAYS:
            return redirect(_way(request, error.code))
        return problem(request, error)


def _strange(request: HttpRequest) -> HttpResponse | None:
    """What no keyboard types, and no database keeps: a letter of number nought in the address or in a form."""
    asked = [request.GET.urlencode(), *([request.POST.urlencode()] if _is_plain_form(request) else [])]
    if "\x00" not in request.path and not any("%00" in one for one in asked):
        return None
    error = Refused("characters", "内容里有无法识别的字符，没有受理。请返回上一页，重新输入。")
    if request.path.startswith("/api/"):
        return JsonResponse(error.as_json(), status=error.status)
    return problem(request, error)


def _is_plain_form(request: HttpRequest) -> bool:
    """A form with files is read by its own page."""
    return request.method == "POST" and request.content_type == "application/x-www-form-urlencoded"


def _way(request: HttpRequest, code: str) -> str:
    """Where a refusal leads that is answered by signing in, by giving the password again, by changing it."""
    if code == "gate":
        return GATES[gate_of(request)][0]
    over = getattr(request, "session_over", "")
    wanted = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
    more = f"&over={over.value}" if over else ""
    return f"{WAYS[code]}?next={quote(wanted)}{more}"


def _actor(request: HttpRequest) -> Actor:
    """Whoever has signed in; no user means no."""
    if isinstance(request.user, AnonymousUser) or not request.user.is_authenticated:
        raise NotAllowed("not_signed_in", "请先登录。")
    if gate := gate_of(request):
        raise NotAllowed("gate", GATES[gate][1])
    by = actor_of(request.user, held=request.user.posts_held)
    viewing.show(by)
    return by


def context(request: HttpRequest) -> dict[str, Any]:
    """What every page shows: who is signed in, and where to sign in or out."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"signin_url": f"/login/?next={quote(request.get_full_path())}", "me": None}
    shown = {"signout_url": "/logout/"} | for_pages(request)
    if gate_of(request):
        return shown | {"me": {"name": user.name}}
    shown |= {"me": request.actor, "account_url": "/account/"}  # type: ignore[attr-defined]
    return shown | frame.context(request) if request.path.startswith((frame.HOME, "/account/")) else shown
