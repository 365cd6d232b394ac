"""Large-font mode (大字版) is remembered in a cookie, so that it survives the visit and needs no account.

Whoever has no JavaScript follows the link ``?elder=1``; the door's middleware answers it with ``remember``.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

__all__ = ["COOKIE", "PARAMETER", "asked", "is_on", "remember"]

COOKIE = "elder"
PARAMETER = "elder"
_A_YEAR = 365 * 24 * 3600


def asked(request: HttpRequest) -> bool | None:
    """What the link in the address asks for; None where it asks nothing."""
    return {"1": True, "0": False}.get(request.GET.get(PARAMETER, ""))


def is_on(request: HttpRequest) -> bool:
    """Whether this page is drawn large."""
    wish = asked(request)
    return request.COOKIES.get(COOKIE) == "1" if wish is None else wish


def remember(response: HttpResponse, *, on: bool) -> None:
    """Keep the choice.  The page's own script reads and writes the same cookie, so it is not http-only."""
    if on:
        response.set_cookie(COOKIE, "1", max_age=_A_YEAR, samesite="Lax", httponly=False)
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
