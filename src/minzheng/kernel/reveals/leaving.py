"""The one gate of files: whatever leaves with personal data is counted here, and much of it in a day is told."""

from __future__ import annotations

from django.db.models import Sum

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, current, note, part, verb

from . import limits
from .models import Left

__all__ = ["left"]


@verb("reveals.left", label="带出个人信息")
def left(what: str, *, rows: int, path: str, by: Actor, clear: bool = False, number: str = "") -> Left:
    """So many rows, by whom; an alarm once the day's sum has passed what the place allows unasked."""
    at = path if by.covers(path) else next(iter(by.scope), path)
    earlier = Left.objects.filter(created_by=by.id, at__gte=limits.day_began()).aggregate(rows=Sum("rows"))[
        "rows"
    ]
    total = (earlier or 0) + rows
    row = Left.objects.create(
        what=what[:120], rows=rows, clear=clear, number=number, path=at, created_by=by.id, created_by_name=by.name,
        at=clock.now(), day_rows=total, alarm=total > limits.number("reveals.mass_rows", path=at),
    )  # fmt: skip
    if current().verb == "reveals.left":
        note(about=row, path=at, after={"rows": rows, "clear": clear, "alarm": row.alarm})
    else:
        # Within an export the audit row is about that.
        part("reveals.left", rows=rows, clear=clear, alarm=row.alarm)
    return row
