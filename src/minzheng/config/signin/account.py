"""One's own account: the password, the telephone of the one-time codes, where one is signed in."""

from __future__ import annotations

import io
from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minzheng.kernel.access.models import SecondFactor, User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import MinzhengError, NotAllowed, Refused
from minzheng.kernel.signin import codes, passwords, sessions
from minzheng.kernel.signin.administering import sign_out_everywhere
from minzheng.kernel.signin.entering import known_by_password
from minzheng.kernel.signin.rules import second_factor_due
from minzheng.kernel.signin.telling import address_of
from minzheng.ui.shown import cn_datetime, device
from minzheng.ui.tables import Head, Row

from .keeping import GATES, confirmed, gate_of, open_gate, renew, seconds

__all__ = ["everywhere", "factor", "overview", "password", "spare"]

_COLUMNS = (Head("登录时间"), Head("方式"), Head("地址"), Head("设备", secondary=True), Head(""))


def _me(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise NotAllowed("not_signed_in", "请先登录。")
    return request.user


def _past_the_gate(request: HttpRequest) -> User:
    """Only what has to be done first can be done before it is done."""
    user = _me(request)
    by: Actor = request.actor  # type: ignore[attr-defined]
    assert by.user_id == user.pk
    return user


def _door(user: User) -> str:
    return "ui/portal.html" if user.person_id is not None else "ui/desk.html"


@never_cache
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """What the account has, and where it is in."""
    user = _past_the_gate(request)
    here = request.session.session_key
    rows = [
        Row(
            [cn_datetime(one.begun_at), one.get_how_display(), one.address, device(one.device),
             "本次登录" if one.session_key == here else ""]
        )
        for one in sessions.live(user)[:20]
    ]  # fmt: skip
    enrolled = codes.enrolled(user)
    return render(request, "config/account.html", {
        "door": _door(user), "title": "账号与安全", "columns": _COLUMNS, "rows": rows, "enrolled": enrolled,
        "left": codes.spare_left(user) if enrolled else 0, "is_staff": user.person_id is None,
        "set_at": user.password_set_at, "username": user.username,
    })  # fmt: skip


@never_cache
@sensitive_post_parameters("current", "wanted", "again")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Another password; whoever has to change it comes here before anything else."""
    user, gate = _me(request), gate_of(request)
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = _change(request, user)
        if not errors:
            for one in ("first", "old"):
                open_gate(request, one)
            if gate in ("first", "old") and second_factor_due(user) and not codes.enrolled(user):
                request.session["gate"] = "factor"
            messages.success(request, "密码已修改，其他地方的登录已退出。")
            return redirect("/account/")
    return render(request, "config/password.html", {
        "door": _door(user), "title": "修改密码", "errors": errors, "rules": passwords.rules_in_words(user),
        "why": GATES[gate][1] if gate in ("first", "old") else "", "gated": bool(gate), "username": user.username,
    }, status=400 if errors else 200)  # fmt: skip


def _change(request: HttpRequest, user: User) -> dict[str, str]:
    """What was wrong with what was sent; nothing if the password is changed."""
    current, wanted = request.POST.get("current", "")[:200], request.POST.get("wanted", "")[:200]
    if wanted != request.POST.get("again", "")[:200]:
        return {"again": "两次输入的新密码不一样。请重新输入。"}
    old = request.session.session_key or ""
    try:
        known_by_password(request, name=user.username, password=current, address=address_of(request))
    except MinzhengError as error:
        return {"current": error.message}
    try:
        changed = passwords.change_password(
            user=user, current=current, wanted=wanted, by=actor_of(user), keeps=old
        )
    except Refused as error:
        return error.errors or {"wanted": error.message}
    # A new session number; the other sessions know only the old password.
    update_session_auth_hash(request, changed)
    request.session["confirmed"] = seconds()
    sessions.turned(old, request.session.session_key or "")
    return {}


@never_cache
@require_http_methods(["GET", "POST"])
def factor(request: HttpRequest) -> HttpResponse:
    """Bind a telephone: the QR code, then a first code of it; the spare codes are shown this once."""
    user, by = _me(request), actor_of(_me(request))
    if gate_of(request) in ("first", "old"):
        return redirect("/account/password/")
    if user.person_id is not None:
        raise NotAllowed("codes_for_staff", "动态口令供工作人员使用。")
    if codes.enrolled(user):
        return redirect("/account/")
    confirmed(request)
    context: dict[str, Any] = {
        "door": _door(user), "title": "绑定动态口令", "gated": bool(gate_of(request)),
        "why": GATES["factor"][1] if gate_of(request) == "factor" else "",
    }  # fmt: skip
    if request.method == "POST":
        try:
            spare_codes = codes.confirm(user=user, code=request.POST.get("code", "")[:20], by=by)
        except Refused as error:
            context["problem"] = error.message
        else:
            renew(request)
            open_gate(request, "factor")
            return render(
                request, "config/spare_codes.html", context | {"codes": spare_codes, "gated": False}
            )
    status = 400 if "problem" in context else 200
    return render(request, "config/factor.html", context | _seed(user, request), status=status)


def _seed(user: User, request: HttpRequest) -> dict[str, Any]:
    """The seed as a picture and as letters; a new one each time the page is opened, not when a code was wrong."""
    kept = SecondFactor.objects.filter(user=user).first() if request.method == "POST" else None
    kept = kept or codes.prepare(user=user, by=actor_of(user))
    out = io.BytesIO()
    segno.make(codes.address_of(kept), error="m", micro=False).save(
        out,
        kind="svg",
        border=4,
        xmldecl=False,
        svgns=True,
        omitsize=True,
        light="#fff",
        title="动态口令二维码",
    )
    seed = codes.seed_of(kept)
    groups = " ".join(seed[at : at + 4] for at in range(0, len(seed), 4))
    return {"picture": mark_safe(out.getvalue().decode()), "seed": groups}


@never_cache
@require_POST
def spare(request: HttpRequest) -> HttpResponse:
    """Ten new spare codes."""
    user = _past_the_gate(request)
    confirmed(request)
    fresh = codes.new_spare_codes(user=user, by=actor_of(user))
    context = {"door": _door(user), "title": "备用码", "codes": fresh}
    return render(request, "config/spare_codes.html", context)


@require_POST
def everywhere(request: HttpRequest) -> HttpResponse:
    """Out everywhere else."""
    user = _past_the_gate(request)
    ended = sign_out_everywhere(user=user, by=actor_of(user), keeps=request.session.session_key or "")
    messages.success(request, f"已退出其他 {ended} 处登录。" if ended else "没有其他地方登录。")
    return redirect("/account/")
