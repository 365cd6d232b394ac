"""Doors at which anybody may knock are knocked at only so often in a minute; beyond that one is asked to wait."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, JsonResponse

from minzheng.config.refusing import problem
from minzheng.kernel.errors import Hurried
from minzheng.kernel.signin import counting
from minzheng.kernel.signin.telling import address_of

__all__ = ["held"]

_SCREENING = re.compile(r"/self-check/[^/]+/answer/|/api/screenings/[^/]+")
# Codes that are tried one after the other: of letters, and of words in the opinion box.
_VERIFY = re.compile(r"/verify/.+|/opinions/answer/.+")
# Links that rate a contact or connect a device; a connected device asks every few seconds and is not counted.
_RATING = re.compile(r"/r/.+|/window/.+-.+")
# Where a form asks for no account: the opinion box, an objection to what hangs on a board.
_OPEN = re.compile(r"/opinions/|/board/(postings|notices)/\d+/")


def held(request: HttpRequest) -> HttpResponse | None:
    """The answer to whoever comes too often; nothing for everybody else."""
    try:
        for door, who in _doors(request):
            counting.knock(door, who)
    except Hurried as error:
        return _wait(request, error)
    return None


def _doors(request: HttpRequest) -> list[tuple[str, str]]:
    """Which counted doors this request comes to, and as whom."""
    path, address = request.path, address_of(request)
    found = []
    typed = request.method == "POST" and path in ("/verify/", "/board/objections/")
    if _VERIFY.fullmatch(path) or typed:
        found.append(("verify", address))
    if _RATING.fullmatch(path):
        found.append(("rating", address))
    if request.method == "POST" and path == "/desk/feedback/counter/":
        # Numbers and names of cases, as somebody says them on the telephone.
        found.append(("rating", f"user:{request.user.pk}"))
    if request.method == "POST" and _SCREENING.fullmatch(path):
        found.append(("screening", address))
    if request.method == "POST" and _OPEN.fullmatch(path):
        found.append(("opinion", address))
    if path.startswith("/api/"):
        if request.headers.get("Authorization") or path.startswith("/api/exchange/"):
            # Another system, perhaps: it is counted once more, by its account or quota, where its key is looked at.
            found.append(("api", f"address:{address}"))
        elif request.user.is_authenticated:
            found.append(("api", f"user:{request.user.pk}"))
        else:
            found.append(("api_open", address))
    return found


def _wait(request: HttpRequest, error: Hurried) -> HttpResponse:
    if request.path.startswith("/api/"):
        response: HttpResponse = JsonResponse(
            error.as_json(), status=error.status, json_dumps_params={"ensure_ascii": False}
        )
        response["Retry-After"] = str(error.fields["seconds"])
        return response
    return problem(request, error)
