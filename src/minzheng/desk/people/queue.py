"""The queue of a steward: pairs that wait for a word, the most alike first, narrowed by place and state."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import SIZE, address, capped
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.linkage import duties, queries
from minzheng.kernel.linkage.models import Pair
from minzheng.ui.shown import cn_datetime
from minzheng.ui.tables import Head, Row

from .parts import MERGES, PAIRS, ROOM, file_of, likeness, pair_badge, places

__all__ = ["index"]

_COLUMNS = (
    Head("档案一"), Head("档案二"), Head("相似程度"), Head("地区"), Head("状态"), Head("发现时间", secondary=True),
)  # fmt: skip
_LEAD = "每晚将新增和变动的人员档案与全部档案比对，相似的列在这里，由人核对；系统不自行合并。"


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What waits today unless another state is asked for."""
    by = duties.steward(staff(request))
    chosen = {name: request.GET.get(name, "")[:64] for name in ("state", "place")}
    rows = queries.pairs(by).filter(state=chosen["state"]) if chosen["state"] else queries.asked(by)
    rows = rows.filter(path__startswith=chosen["place"]) if chosen["place"] else rows
    found = list(_after(rows, request).order_by("-weight", "-id")[: SIZE + 1])
    page, last = found[:SIZE], found[SIZE - 1] if len(found) > SIZE else None
    shown = names({one.path for one in page})
    return render(request, "desk/people/queue.html", {
        **header(ROOM[0], lead=_LEAD, actions=[{"url": MERGES[1], "label": MERGES[0], "icon": "users-group"}]),
        "columns": _COLUMNS, "count": capped(rows).replace("件", "对"), "filtered": any(chosen.values()),
        "rows": [
            Row(
                [
                    file_of(one.first), file_of(one.second), likeness(one.weight), shown[one.path], pair_badge(one),
                    cn_datetime(one.found_at),
                ],
                url=f"{PAIRS}{one.pk}/",
            )
            for one in page
        ],
        "next_url": address(request, after=f"{last.weight}_{last.pk}") if last else "",
        "previous_url": address(request, after=None) if request.GET.get("after") else "",
        "filters": _filters(by, chosen),
    })  # fmt: skip


def _after(rows: QuerySet[Pair], request: HttpRequest) -> QuerySet[Pair]:
    """On from the last one shown, by weight and number."""
    weight, _, pk = request.GET.get("after", "").partition("_")
    if not (weight.lstrip("-").isdecimal() and len(weight) < 6 and pk.isdecimal() and len(pk) < 19):
        return rows
    return rows.filter(Q(weight__lt=int(weight)) | Q(weight=int(weight), pk__lt=int(pk)))


def _filters(by: Actor, chosen: dict[str, str]) -> list[dict[str, Any]]:
    options = (("state", "状态", list(Pair.State.choices)), ("place", "地区", places(by)))
    return [
        {"name": name, "label": label, "kind": "choice", "value": chosen[name], "options": found}
        for name, label, found in options
        if found
    ]
