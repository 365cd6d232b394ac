"""Each request has a number, takes its time, and leaves one line: the route it took, never what was asked on it."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from minzheng.kernel.audit import tracing, viewing
from minzheng.kernel.signin.telling import address_of

from .measures import REQUESTS, RESPONSES

__all__ = ["HEADER", "Watched"]

HEADER = "X-Request-ID"
log = logging.getLogger("minzheng.requests")
_GIVEN = re.compile(r"[A-Za-z0-9-]{8,40}")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}


class Watched:
    """Outside everything else: it sees how every request ends, and shows it nothing before it is known who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun, number = time.perf_counter(), _number(request)
        with tracing.following(number, address_of(request)), viewing.closed():
            response = self.get_response(request)
            seconds = time.perf_counter() - begun
            route = _route(request)
            method = request.method if request.method in _METHODS else "OTHER"
            REQUESTS.labels(method, route).observe(seconds)
            RESPONSES.labels(f"{response.status_code // 100}xx").inc()
            if route not in ("static", "healthz", "readyz", "metrics"):
                told = {
                    "route": route,
                    "method": method,
                    "status": response.status_code,
                    "ms": round(seconds * 1000),
                }
                log.info("request", extra=told)
        response[HEADER] = number
        return response


def _number(request: HttpRequest) -> str:
    """A proxy of our own may have drawn the number already; a stranger's is not taken."""
    given = request.headers.get(HEADER, "")
    if settings.MINZHENG_PROXIES and _GIVEN.fullmatch(given):
        return given
    return secrets.token_hex(8)


def _route(request: HttpRequest) -> str:
    """The pattern of the address, which holds no number and no code."""
    if request.resolver_match is not None:
        return request.resolver_match.route or "/"
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"
