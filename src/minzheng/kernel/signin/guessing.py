"""Wrong guesses are counted by name and by address; too many close the name for a while, and slow the address.

A name that belongs to nobody is counted, closed and answered just like one that exists.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

from django.db import connection

from minzheng.kernel import clock
from minzheng.kernel.access.models import Guessing, User
from minzheng.kernel.errors import Hurried

from .rules import number
from .sealing import digest

__all__ = ["closed_until", "code_key", "forget", "lock", "name_key", "slow_down", "take", "wrong_from"]

_SLOWEST = 300  # seconds
_COUNT = """
INSERT INTO access_guessing AS g (key, kind, count, first_at, last_at)
VALUES (%(key)s, %(kind)s, 1, %(now)s, %(now)s)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN g.first_at < %(since)s OR g.locked_until <= %(now)s THEN 1 ELSE g.count + 1 END,
  first_at = CASE WHEN g.first_at < %(since)s OR g.locked_until <= %(now)s THEN %(now)s ELSE g.first_at END,
  locked_until = CASE WHEN g.locked_until <= %(now)s THEN NULL ELSE g.locked_until END,
  last_at = %(now)s
RETURNING count
"""


def name_key(name: str) -> str:
    """Under which attempts for a name are counted; upper and lower case are one."""
    return digest("name", unicodedata.normalize("NFKC", name).strip().casefold())


def code_key(user: User) -> str:
    """Under which one-time codes of an account are counted."""
    return digest("code", str(user.pk))


def closed_until(key: str) -> datetime | None:
    """Until when a name is closed, if it is."""
    found = Guessing.objects.filter(key=key, locked_until__gt=clock.now()).first()
    return found.locked_until if found else None


def take(key: str, kind: Guessing.Kind) -> bool:
    """Count an attempt before it is looked at, so that many at once do not slip through; whether it may be."""
    return _counted(key, kind, minutes=number("lock.within")) <= number("lock.guesses")


def lock(key: str) -> datetime | None:
    """Close a name after its last permitted attempt was wrong; until when, if it was that one."""
    until = clock.now() + timedelta(minutes=number("lock.minutes"))
    worn = Guessing.objects.filter(key=key, count__gte=number("lock.guesses"), locked_until=None)
    return until if worn.update(locked_until=until) else None


def forget(key: str) -> bool:
    """A right answer, or an administrator, wipes the slate; whether there was anything on it."""
    return bool(Guessing.objects.filter(key=key).delete()[0])


def wrong_from(address: str) -> None:
    """One more wrong guess from this address within the hour."""
    _counted(digest("address", address), Guessing.Kind.ADDRESS, minutes=60)


def slow_down(address: str) -> None:
    """Beyond some wrong guesses an address waits before each next one, twice as long each time."""
    found = Guessing.objects.filter(key=digest("address", address)).first()
    beyond = found.count - number("brake.guesses") if found else 0
    if found is None or beyond < 0 or found.first_at < clock.now() - timedelta(hours=1):
        return
    wait = min(2 ** min(beyond, 10), _SLOWEST)
    left = int((found.last_at + timedelta(seconds=wait) - clock.now()).total_seconds())
    if left > 0:
        raise Hurried("sign_in_slowed", f"从这里输错的次数太多，请等 {left} 秒再试。", seconds=left)


def _counted(key: str, kind: Guessing.Kind, *, minutes: int) -> int:
    now, told = clock.now(), dict[str, str | datetime](key=key, kind=kind.value)
    told |= {"now": now, "since": now - timedelta(minutes=minutes)}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, told)
        return int(cursor.fetchone()[0])
