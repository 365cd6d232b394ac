"""Signing in and out; the page says the same for a wrong name and a wrong password."""

from __future__ import annotations

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.audit.deed import Deed
from minzheng.kernel.audit.models import Entry

__all__ = ["sign_in", "sign_out"]


def sign_in(request: HttpRequest) -> HttpResponse:
    """Residents go on to the portal, staff to the desk, or both to the page they came for."""
    onward = request.POST.get("next") or request.GET.get("next") or ""
    if request.method != "POST":
        return render(request, "config/sign_in.html", {"next": onward})
    name, password = request.POST.get("username", "").strip()[:40], request.POST.get("password", "")[:200]
    user = authenticate(request, username=name, password=password)
    if user is None:
        context = {"next": onward, "username": name, "wrong": True}
        return render(request, "config/sign_in.html", context, status=401)
    login(request, user)
    actor = actor_of(user)
    Deed(verb="access.sign_in", label="登录", by=actor).append(Entry.Outcome.DONE)
    home = "/desk/" if actor.posts else "/my/"
    safe = url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()})
    return redirect(onward if onward and safe else home)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave; the session is emptied."""
    logout(request)
    return redirect("/")
