"""One number follows what somebody asked for: from the request through the jobs it leaves behind to the audit rows.

It is drawn for each request and says nothing about anybody.  Logs bear it too, so that a complaint leads from a line of
the log to the deed, and back.  The address from which the request came goes with it to the audit rows alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["current", "following", "whence"]

_number: ContextVar[str] = ContextVar("request_number", default="")
_address: ContextVar[str] = ContextVar("request_address", default="")


def current() -> str:
    """The number under which things happen now; empty where nobody asked."""
    return _number.get()


def whence() -> str:
    """The address from which somebody asks now; empty where the platform acts by itself."""
    return _address.get()


@contextmanager
def following(number: str, address: str = "") -> Iterator[None]:
    """What happens in this block happens under this number, asked for from this address."""
    tokens = _number.set(number), _address.set(address)
    try:
        yield
    finally:
        _number.reset(tokens[0])
        _address.reset(tokens[1])
