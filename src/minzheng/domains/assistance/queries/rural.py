"""What the list of the rural department says of a household."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..models import RuralWatch

__all__ = ["told_by_list", "watched_by_list"]


def told_by_list(household_id: int) -> Iterator[tuple[date, str, str]]:
    """Since when each member is watched, and since when no longer: day, title and words of the household's chain."""
    for one in RuralWatch.objects.filter(household_id=household_id).order_by("id"):
        yield one.from_on, "纳入防返贫监测", f"{one.name}，{one.get_kind_display()}"
        if one.until_on is not None:
            yield one.until_on, "防返贫监测终止", f"{one.name}，{one.get_state_display()}"


def watched_by_list(household_id: int) -> RuralWatch | None:
    """The line by which the household is watched now: what the law's class L5 rests on."""
    rows = RuralWatch.objects.filter(household_id=household_id, state=RuralWatch.State.WATCHED)
    return rows.order_by("-listed_on", "id").first()
