"""Rows of departments' files that the machine left open: what waits for a steward, the most alike first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import capped
from minzheng.kernel.areas.queries import names
from minzheng.kernel.linkage import duties, queries
from minzheng.kernel.linkage.models import Unsure
from minzheng.kernel.people.masks import mask_id_number, mask_name
from minzheng.ui.shown import cn_datetime
from minzheng.ui.tables import Head, Row

from .listed import by_weight, filters
from .parts import ROOM, ROWS, likeness, unsure_badge

__all__ = ["index"]

_COLUMNS = (
    Head("来件所写"), Head("来源"), Head("用途"), Head("相似的人"), Head("最高相似程度"), Head("地区"), Head("状态"),
    Head("列入时间", secondary=True),
)  # fmt: skip
_LEAD = "外部门名单中凭号码和比对都不能确定是谁的行，由人核对；能确定的已自动关联，查无相似的不列入。"


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What waits unless another state is asked for."""
    by = duties.steward(staff(request))
    chosen = {name: request.GET.get(name, "")[:64] for name in ("state", "place")}
    rows = queries.unsure_rows(by).filter(state=chosen["state"] or Unsure.State.OPEN)
    rows = rows.filter(path__startswith=chosen["place"]) if chosen["place"] else rows
    page, turned = by_weight(rows, request)
    shown = names({one.path for one in page})
    return render(request, "desk/people/unsure.html", {
        **header(ROWS[0], crumbs=[ROOM], lead=_LEAD),
        "columns": _COLUMNS, "count": capped(rows).replace("件", "行"), "filtered": any(chosen.values()),
        "rows": [
            Row(
                [
                    _said(one), one.source, one.purpose, f"{len(one.candidates)}人", likeness(one.weight),
                    shown[one.path], unsure_badge(one), cn_datetime(one.found_at),
                ],
                url=f"{ROWS[1]}{one.pk}/",
            )
            for one in page
        ],
        **turned, "filters": filters(by, chosen, Unsure.State.choices),
    })  # fmt: skip


def _said(one: Unsure) -> str:
    """Whom the row names, by name and number, both masked."""
    number = one.said["number"]
    return f"{mask_name(one.said['name'])}（{mask_id_number(number) if number else '无号码'}）"
