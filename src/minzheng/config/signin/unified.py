"""统一身份认证 by OpenID Connect: code with PKCE, state and nonce; the answer is believed for its signature."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from joserfc.errors import JoseError

from minzheng.kernel.access.models import SignedIn, User
from minzheng.kernel.errors import MinzhengError, NotFound
from minzheng.kernel.signin import codes, counting
from minzheng.kernel.signin.linking import known_by_claims
from minzheng.kernel.signin.telling import address_of, tell

from .keeping import onward, seconds

__all__ = ["begin", "come_back", "leave_too", "offered"]

log = logging.getLogger(__name__)
# What the identity centre may say it asked for besides a password (RFC 8176).
_STRONG = {"mfa", "otp", "hwk", "swk", "sc", "fpt"}
_FAILED = "统一身份认证没有通过，或已过期。请重新登录；仍不行的，用平台账号和密码登录。"
_AWAY = "暂时连不上统一身份认证。请稍后再试，或用平台账号和密码登录。"


def offered() -> bool:
    """Whether an identity centre is set up."""
    return bool(settings.MINZHENG_OIDC["issuer"])


@lru_cache(maxsize=2)
def _made(issuer: str, client_id: str, secret: str) -> Any:
    oauth = OAuth()
    return oauth.register(
        "unified", client_id=client_id, client_secret=secret or None,
        server_metadata_url=issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256", "timeout": 10},
    )  # fmt: skip


def _client() -> Any:
    told = settings.MINZHENG_OIDC
    if not told["issuer"]:
        raise NotFound("not_found", "这里没有接入统一身份认证。请用账号和密码登录。")
    return _made(told["issuer"], told["client_id"], told["secret"])


def _expected() -> dict[str, Any]:
    """A token of this centre, for us; one made for another program opens nothing here."""
    told = settings.MINZHENG_OIDC
    return {
        "iss": {"essential": True, "value": told["issuer"].rstrip("/")},
        "aud": {"essential": True, "value": told["client_id"]},
        "sub": {"essential": True}, "exp": {"essential": True}, "nonce": {"essential": True},
    }  # fmt: skip


def _here() -> str:
    return settings.MINZHENG_ADDRESS.rstrip("/") + "/login/unified/return/"


@never_cache
@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """Off to the identity centre, with a state, a nonce and a challenge that only this browser can answer."""
    client = _client()
    counting.knock("door", address_of(request))
    request.session["onward"] = onward(request, request.GET.get("next", ""), "")
    try:
        away: HttpResponse = client.authorize_redirect(request, _here())
    except (requests.RequestException, AuthlibBaseError) as error:
        log.warning("identity centre: %s", type(error).__name__)
        return _failed(request, _AWAY)
    return away


@never_cache
@require_GET
def come_back(request: HttpRequest) -> HttpResponse:
    """Back with a code: it is changed for a signed token, and the token for an account opened here before."""
    client = _client()
    wanted = request.session.get("onward", "")
    try:
        token = client.authorize_access_token(request, claims_options=_expected())
        claims = dict(token["userinfo"])
    except requests.RequestException as error:
        log.warning("identity centre: %s", type(error).__name__)
        return _failed(request, _AWAY)
    except (AuthlibBaseError, JoseError, KeyError, ValueError) as error:
        tell("access.sign_in", "登录", user=None, done=False, reason="统一身份认证未通过",
             address=address_of(request), how="unified", why=type(error).__name__)  # fmt: skip
        return _failed(request, _FAILED)
    try:
        user = known_by_claims(
            issuer=str(claims["iss"]), subject=str(claims["sub"]), address=address_of(request),
            staff_number=str(claims.get(settings.MINZHENG_OIDC["claim"]) or ""),
        )  # fmt: skip
    except MinzhengError as error:
        return _failed(request, error.message, status=403)
    return _let_in(request, user, claims, token, wanted)


def _let_in(
    request: HttpRequest, user: User, claims: dict[str, Any], token: dict[str, Any], wanted: str
) -> HttpResponse:
    """In; unless the centre says it saw a second factor, one enrolled here is asked for."""
    from .entering import go_in

    strong = bool(_STRONG & set(claims.get("amr") or ()))
    if codes.enrolled(user) and not strong:
        request.session.cycle_key()
        request.session["half"] = {
            "user": user.pk, "at": seconds(), "next": wanted, "unified": True, "token": token.get("id_token"),
        }  # fmt: skip
        return redirect("/login/code/")
    answer = go_in(request, user, how=SignedIn.How.UNIFIED, wanted=wanted, strong=strong)
    request.session["id_token"] = token.get("id_token")
    return answer


def leave_too(request: HttpRequest) -> str:
    """Where to go to leave the identity centre as well; empty if it was not used or offers no way out."""
    hint = request.session.get("id_token")
    if not hint or not offered():
        return ""
    try:
        way: str = _client().load_server_metadata().get("end_session_endpoint", "")
    except (requests.RequestException, AuthlibBaseError):
        return ""
    back = settings.MINZHENG_ADDRESS.rstrip("/") + "/"
    asked = {
        "id_token_hint": hint,
        "post_logout_redirect_uri": back,
        "client_id": settings.MINZHENG_OIDC["client_id"],
    }
    return f"{way}?{urlencode(asked)}" if way else ""


def _failed(request: HttpRequest, message: str, *, status: int = 401) -> HttpResponse:
    context = {
        "problem": message,
        "heading": "没有登录",
        "unified": True,
        "next": request.session.get("onward", ""),
    }
    return render(request, "config/sign_in.html", context, status=status)
