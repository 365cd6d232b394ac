"""Households that have borne much for medical care themselves (M1): the answers of the insurance are opened first."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from minzheng.kernel.declare import Found, Window
from minzheng.kernel.exchange.queries import last_found

from . import found

__all__ = ["much_borne"]


def much_borne(window: Window) -> Iterator[Found]:
    """By the answers of the last re-check that is still valid, or by the file."""
    paid = last_found("medical", "rigid_medical", path=window.path, on=window.on)
    facts = {"path": window.path, "path_end": window.path[:-1] + "0", **window.thresholds}
    with connection.cursor() as cursor:
        cursor.execute(found.MEDICAL, {**facts, "homes": list(paid), "paid": list(paid.values())})
        rows = cursor.fetchall()
    yield from (Found(*row) for row in rows)
