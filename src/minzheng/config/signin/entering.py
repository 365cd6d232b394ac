"""Signing in and out; the page says the same for a wrong name and a wrong password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from minzheng.desk.field.handing import TAKEN_ALONG
from minzheng.desk.frame import home_of
from minzheng.kernel.access.models import SignedIn, User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.errors import Hurried, MinzhengError
from minzheng.kernel.signin import codes, counting
from minzheng.kernel.signin.entering import known_by_password
from minzheng.kernel.signin.passwords import must_change
from minzheng.kernel.signin.rules import second_factor_due
from minzheng.kernel.signin.telling import address_of

from .keeping import onward, renew, seconds, start, stop
from .unified import leave_too, offered

__all__ = ["confirm_again", "go_in", "second", "sign_in", "sign_out"]

# How long a right password waits for the code of the telephone.
PATIENCE = 300
_OVER = {
    "idle": "您较长时间没有操作，为保护信息已自动退出。登录后可以接着填写。",
    "expired": "本次登录已到最长时限，请重新登录。登录后可以接着填写。",
}


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Residents go on to the portal, staff to the desk, or both to the page they came for."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    context: dict[str, Any] = {
        "next": wanted, "unified": offered(), "over": _OVER.get(request.GET.get("over", ""), ""),
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "config/sign_in.html", context)
    name, password = request.POST.get("username", "").strip()[:40], request.POST.get("password", "")[:200]
    try:
        user = known_by_password(request, name=name, password=password, address=address_of(request))
    except MinzhengError as error:
        return _told(request, "config/sign_in.html", context | {"username": name}, error)
    return _after_password(request, user, wanted)


def _after_password(request: HttpRequest, user: User, wanted: str) -> HttpResponse:
    """A right password is enough for residents; whoever has a second factor shows it before being let in."""
    if codes.enrolled(user):
        request.session.cycle_key()
        request.session["half"] = {"user": user.pk, "at": seconds(), "next": wanted}
        return redirect("/login/code/")
    return go_in(request, user, how=SignedIn.How.PASSWORD, wanted=wanted)


def go_in(
    request: HttpRequest, user: User, *, how: SignedIn.How, wanted: str, strong: bool = False
) -> HttpResponse:
    """In, and on to what has to be done first, or to the page that was wanted."""
    gate = must_change(user) if how is not SignedIn.How.UNIFIED else ""
    if not gate and not strong and how is not SignedIn.How.TWO and second_factor_due(user):
        gate = "factor"
    start(request, user, how=how, gate=gate)
    by = actor_of(user)
    home = home_of(by) if by.posts or by.charges else "/my/"
    return redirect(onward(request, wanted, home))


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """The code of the telephone, after the password; who takes too long begins anew."""
    half = request.session.get("half")
    if not half or seconds() - half["at"] > PATIENCE:
        request.session.pop("half", None)
        return redirect("/login/")
    if request.method != "POST":
        return render(request, "config/second.html", {"next": half["next"]})
    user = get_user_model().objects.filter(pk=half["user"], is_active=True).first()
    if not isinstance(user, User):
        return redirect("/login/")
    try:
        counting.knock("door", address_of(request))
        codes.prove(user, request.POST.get("code", "")[:20], address=address_of(request))
    except MinzhengError as error:
        if isinstance(error, Hurried):
            request.session.pop("half", None)
        return _told(request, "config/second.html", {}, error)
    how = SignedIn.How.UNIFIED if half.get("unified") else SignedIn.How.TWO
    answer = go_in(request, user, how=how, wanted=half["next"], strong=True)
    if half.get("token"):
        request.session["id_token"] = half["token"]
    return answer


@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
def confirm_again(request: HttpRequest) -> HttpResponse:
    """Before a weighty deed the password is given again, and the code where there is one."""
    user = request.user
    if not isinstance(user, User):
        return redirect("/login/")
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    context = {"next": wanted, "enrolled": codes.enrolled(user)}
    if request.method != "POST":
        return render(request, "config/confirm_again.html", context)
    try:
        found = known_by_password(
            request, name=user.username, password=request.POST.get("password", "")[:200], address=address_of(request)
        )  # fmt: skip
        if context["enrolled"]:
            codes.prove(found, request.POST.get("code", "")[:20], address=address_of(request))
    except MinzhengError as error:
        return _told(request, "config/confirm_again.html", context, error)
    renew(request)
    return redirect(onward(request, wanted, "/account/"))


def _told(request: HttpRequest, page: str, context: dict[str, Any], error: MinzhengError) -> HttpResponse:
    """The same page with what was wrong; 401 for a wrong answer, 429 for too many."""
    status = 429 if isinstance(error, Hurried) else 401
    heading = "请稍后再试" if status == 429 else "没有通过"
    response = render(request, page, context | {"problem": error.message, "heading": heading}, status=status)
    if wait := error.fields.get("seconds"):
        response["Retry-After"] = str(wait)
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave; the session is emptied, at the unified sign-in as well if it was used."""
    leave = leave_too(request)
    # The page itself signs out whoever has done nothing for too long.
    idle = request.POST.get("why") == "idle"
    stop(request, SignedIn.Ended.IDLE if idle else SignedIn.Ended.SIGNED_OUT)
    answer = redirect(leave or "/")
    if not idle and TAKEN_ALONG in request.COOKIES:
        # What was taken along for work out of doors goes from the telephone too; whoever only fell asleep keeps it.
        answer["Clear-Site-Data"] = '"storage"'
        answer.delete_cookie(TAKEN_ALONG)
    return answer
