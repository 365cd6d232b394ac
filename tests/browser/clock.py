"""The stopped clock of a test reaches the server's threads: each request is answered on the day of the play."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from minzheng.kernel import clock
from tests.journeys.stage import Stage

__all__ = ["Stopped", "playing"]

playing: list[Stage] = []


class Stopped:
    """Only tests put this middleware in; it reads the day of the stage that is playing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not playing:
            return self.get_response(request)
        playing[-1].tick()
        with clock.frozen(playing[-1].at):
            return self.get_response(request)
