"""What the two queues of a steward have in common: the most alike first, page by page, narrowed by state and place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from minzheng.desk.paging import SIZE, address
from minzheng.kernel.audit import Actor
from minzheng.kernel.linkage.models import Pair, Unsure

from .parts import places

__all__ = ["by_weight", "filters"]

Waiting = TypeVar("Waiting", Pair, Unsure)


def by_weight(rows: QuerySet[Waiting], request: HttpRequest) -> tuple[list[Waiting], dict[str, str]]:
    """A page from the last one shown on, and where the pages before and after it are."""
    found = list(_after(rows, request).order_by("-weight", "-id")[: SIZE + 1])
    last = found[SIZE - 1] if len(found) > SIZE else None
    return found[:SIZE], {
        "next_url": address(request, after=f"{last.weight}_{last.pk}") if last else "",
        "previous_url": address(request, after=None) if request.GET.get("after") else "",
    }


def _after(rows: QuerySet[Waiting], request: HttpRequest) -> QuerySet[Waiting]:
    weight, _, pk = request.GET.get("after", "").partition("_")
    if not (weight.lstrip("-").isdecimal() and len(weight) < 6 and pk.isdecimal() and len(pk) < 19):
        return rows
    return rows.filter(Q(weight__lt=int(weight)) | Q(weight=int(weight), pk__lt=int(pk)))


def filters(by: Actor, chosen: dict[str, str], states: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """The bar above the list: what waits unless another state is asked for."""
    (_, waiting), *others = states
    state = {"name": "state", "label": "状态", "kind": "pick", "options": [("", waiting), *others]}
    found = [state | {"value": chosen["state"]}]
    if within := places(by):
        found.append(
            {"name": "place", "label": "地区", "kind": "choice", "value": chosen["place"], "options": within}
        )
    return found
