"""Households one of whom was certified as severely disabled (M2): what the certificate says is opened first."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from minzheng.kernel.declare import Found, Window
from minzheng.kernel.people.contents import read

from . import found

__all__ = ["newly_certified"]

_SEVERE = ("1", "2")


def newly_certified(window: Window) -> Iterator[Found]:
    """A new certificate of grade 1 or 2, or one regraded to it, since the window began."""
    facts = {"path": window.path, "path_end": window.path[:-1] + "0", "since": window.since}
    with connection.cursor() as cursor:
        cursor.execute(found.CERTIFIED, facts)
        rows = cursor.fetchall()
    for household, ref, stored in rows:
        grade = str(read(stored).get("grade", ""))
        if grade in _SEVERE:
            yield Found(household, ref, f"家庭成员新评定为{grade}级残疾")
