"""Lists that are agreed to be exchanged at intervals (按季度、半年): which are due again in somebody's places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.exchange.models import ExtractOut, Intake

from .duties import Declared, places_of

__all__ = ["Due", "due"]


@dataclass(frozen=True, slots=True)
class Due:
    """A list that is due in a place: when it was last exchanged, if ever, and within how many months it is to be."""

    label: str
    path: str
    months: int
    last: date | None


def due(by: Actor) -> Iterator[Due]:
    """Those of the actor's lists that have not been exchanged within the months their place allows."""
    today, parameters = clock.today(), catalogue.current().parameters()
    for declared in catalogue.current().extracts.values():
        for path in places_of(declared, by) if declared.item.every else ():
            months = parameters.get(declared.item.every, path=path, on=today).value
            assert isinstance(months, int), declared.item.every
            last = _last(declared, path)
            if last is None or clock.add_months(last, months) < today:
                yield Due(declared.item.label, path, months, last)


def _last(declared: Declared, path: str) -> date | None:
    """The day on which the place, or a place within it, last took the list in or made it."""
    if declared.item.ways == "out":
        made = ExtractOut.objects.filter(extract=declared.code, path__startswith=path)
        return made.order_by("on").values_list("on", flat=True).last()
    taken = Intake.objects.filter(extract=declared.code, path__startswith=path, state=Intake.State.TAKEN)
    at = taken.order_by("taken_at").values_list("taken_at", flat=True).last()
    return clock.at_office_time(at).date() if at else None
