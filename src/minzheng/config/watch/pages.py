"""Three addresses for machines: whether it lives, whether it takes work, and its measures; none says a secret."""

from __future__ import annotations

import ipaddress
import os

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from minzheng.kernel.signin.telling import address_of

from . import checks
from .counts import Waiting

__all__ = ["healthz", "metrics", "readyz"]


def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the database answers, 503 otherwise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "down", "database": "down"}, status=503)
    return JsonResponse({"status": "up", "database": "up"})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every check says yes, 503 otherwise; the names of the checks are told, no figures."""
    found = {name: checks.holds(name) for name in checks.CHECKS}
    ready = all(found.values())
    said = {name: "up" if up else "down" for name, up in found.items()}
    return JsonResponse({"status": "up" if ready else "down", **said}, status=200 if ready else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus, from the addresses of MINZHENG_WATCHERS only; everybody else finds nothing here."""
    if not _may_watch(request):
        raise Http404
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    own = b"" if os.environ.get("PROMETHEUS_MULTIPROC_DIR") else generate_latest(REGISTRY)
    registry.register(Waiting())
    return HttpResponse(own + generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_watch(request: HttpRequest) -> bool:
    """Behind a proxy that nobody declared every request seems to come from this machine: then nobody may."""
    if request.headers.get("X-Forwarded-For") and not settings.MINZHENG_PROXIES:
        return False
    try:
        address = ipaddress.ip_address(address_of(request))
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(one) for one in settings.MINZHENG_WATCHERS)
