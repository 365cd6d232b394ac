"""How often one comes to a door within a minute; who comes too often is asked to wait, in words."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from minzheng.kernel import clock
from minzheng.kernel.access.models import Tally
from minzheng.kernel.errors import Hurried

from .rules import number
from .sealing import digest

__all__ = ["knock", "sweep"]

_COUNT = """
INSERT INTO access_tally AS t (key, from_at, count) VALUES (%s, %s, 1)
ON CONFLICT (key, from_at) DO UPDATE SET count = t.count + 1
RETURNING count
"""


def knock(door: str, who: str) -> None:
    """Count one coming; refused beyond what the parameter ``signin.rate.<door>`` allows in a minute."""
    now = clock.now()
    minute = now.replace(second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [f"{door}:{digest('knock', who)[:32]}", minute])
        count = int(cursor.fetchone()[0])
    if count > number(f"rate.{door}"):
        seconds = 60 - now.second
        raise Hurried("hurried", f"请求太频繁，请等 {seconds} 秒再试。", seconds=seconds)


def sweep() -> int:
    """Counts of an hour ago say nothing any more."""
    return Tally.objects.filter(from_at__lt=clock.now() - timedelta(hours=1)).delete()[0]
