"""The office works in Beijing time; nothing in the system asks the machine for the date but this page.

Tests, worked cases and replays stop the clock: ``with clock.frozen(date(2022, 4, 27)): …``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

__all__ = ["SHANGHAI", "at_office_time", "frozen", "now", "today"]

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = time(9, 0)

_stopped: ContextVar[datetime | None] = ContextVar("minzheng_stopped_clock", default=None)


def now() -> datetime:
    """The instant, aware, in Beijing time."""
    return _stopped.get() or datetime.now(SHANGHAI)


def today() -> date:
    """The legal day in China, wherever the server stands."""
    return now().date()


def at_office_time(on: date | datetime) -> datetime:
    """A day as nine in the morning of it; an instant as Beijing sees it (without a zone it is Beijing's)."""
    if not isinstance(on, datetime):
        return datetime.combine(on, MORNING, SHANGHAI)
    return on.replace(tzinfo=SHANGHAI) if on.tzinfo is None else on.astimezone(SHANGHAI)


@contextmanager
def frozen(on: date | datetime) -> Iterator[datetime]:
    """Within the block it is this instant; blocks nest, and each restores the clock it found."""
    at = at_office_time(on)
    token = _stopped.set(at)
    try:
        yield at
    finally:
        _stopped.reset(token)
