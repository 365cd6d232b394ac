"""One number follows what somebody asked for: from the request through the jobs it leaves behind to the audit rows.

It is drawn for each request and says nothing about anybody.  Logs bear it too, so that a complaint leads from a line of
the log to the deed, and back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["current", "following"]

_number: ContextVar[str] = ContextVar("request_number", default="")


def current() -> str:
    """The number under which things happen now; empty where nobody asked."""
    return _number.get()


@contextmanager
def following(number: str) -> Iterator[None]:
    """What happens in this block happens under this number."""
    token = _number.set(number)
    try:
        yield
    finally:
        _number.reset(token)
