"""The chain of middleware of the tests' browsers, made once: making it lists every public file, for each anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.core.signals import setting_changed
from django.test.client import ClientHandler

__all__ = ["hung_once"]

# Read at each request, not when the chain is made.
_READ_LATER = ("MEDIA_ROOT", "MIDDLEWARE", "MINZHENG_")


@contextmanager
def hung_once(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Browsers share one chain for each list of middleware; any other setting that changes begins it anew."""
    made: dict[tuple[str, ...], ClientHandler] = {}
    load = ClientHandler.load_middleware

    def shared(handler: ClientHandler, is_async: bool = False) -> None:
        names = tuple(settings.MIDDLEWARE)
        if names not in made:
            load(handler, is_async)
            made[names] = handler
        handler._middleware_chain = made[names]._middleware_chain

    def changed(*, setting: str, **_: Any) -> None:
        if not setting.startswith(_READ_LATER):
            made.clear()

    patch.setattr(ClientHandler, "load_middleware", shared)
    setting_changed.connect(changed)
    yield
    setting_changed.disconnect(changed)
