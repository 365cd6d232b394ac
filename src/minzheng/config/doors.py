"""What every door shares: the actor of the request, errors as pages, large-font mode."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

__all__ = ["DoorMiddleware", "context"]


class DoorMiddleware:
    """Gives each request its actor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


def context(request: HttpRequest) -> dict[str, object]:
    """What every page shows."""
    return {"elder": request.COOKIES.get("elder") == "1"}
