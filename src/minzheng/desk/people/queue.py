"""The queue of a steward: pairs that wait for a word, the most alike first, narrowed by place and state."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import capped
from minzheng.kernel.areas.queries import names
from minzheng.kernel.linkage import duties, queries
from minzheng.kernel.linkage.models import Pair
from minzheng.ui.shown import cn_datetime
from minzheng.ui.tables import Head, Row

from .listed import by_weight, filters
from .parts import MERGES, PAIRS, ROOM, ROWS, file_of, likeness, pair_badge

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
    page, turned = by_weight(rows, request)
    shown = names({one.path for one in page})
    return render(request, "desk/people/queue.html", {
        **header(ROOM[0], lead=_LEAD, actions=[
            {"url": ROWS[1], "label": ROWS[0], "icon": "database"},
            {"url": MERGES[1], "label": MERGES[0], "icon": "users-group"},
        ]),
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
        **turned, "filters": filters(by, chosen, Pair.State.choices),
    })  # fmt: skip
