"""Lists go on from the last row shown, never by counting rows passed over; counts stop at a thousand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, QuerySet
from django.http import HttpRequest

__all__ = ["MOST_COUNTED", "SIZE", "Page", "address", "capped", "dressed", "latest_first"]

M = TypeVar("M", bound=Model)
SIZE = 20
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows of a list, and where the rest is."""

    rows: list[M]
    next_url: str
    previous_url: str


def latest_first(rows: QuerySet[M], request: HttpRequest, *, size: int = SIZE, near: bool = False) -> Page[M]:
    """A list by falling number; ``after`` in the address is the last number shown.

    ``near``: no more than a county is looked through, so its rows are gathered by place and then sorted.  Left to
    itself the database walks back from the newest row of all until it has met enough, and meets none for long where
    the place was taken over early.
    """
    after = request.GET.get("after", "")
    if after.isdigit() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    order = (F("pk") + 0).desc() if near else "-pk"
    found = list(dressed(rows, rows.order_by(order)[: size + 1], "-pk"))
    more = len(found) > size
    return Page(
        rows=found[:size],
        next_url=address(request, after=found[size - 1].pk) if more else "",
        previous_url=address(request, after=None) if after else "",
    )


def dressed(rows: QuerySet[M], chosen: QuerySet[M], *order: str) -> QuerySet[M]:
    """What stands beside each row is looked up for those on the page, not for every row that could have been."""
    if not rows.query.select_related or rows.query.annotations or rows.query.distinct:
        return chosen
    page = rows.all()
    page.query.clear_where()
    return page.filter(pk__in=chosen.select_related(None).values("pk")).order_by(*order)


def address(request: HttpRequest, **changes: Any) -> str:
    """This page's address with some parameters changed; None takes one away."""
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


def capped(rows: QuerySet[Any]) -> str:
    """How many, in words: an exact number up to a thousand."""
    found = rows.order_by()[: MOST_COUNTED + 1].count()
    return f"{MOST_COUNTED} 件以上" if found > MOST_COUNTED else f"共 {found} 件"
