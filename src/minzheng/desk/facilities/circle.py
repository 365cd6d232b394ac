"""The fifteen-minute circle of a place: which communities have a facility within walking distance, and which not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.catalogue.terms import number
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.facilities.duties import Declared
from minzheng.kernel.facilities.models import Facility
from minzheng.kernel.matching.circling import circles
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .lists import FACILITIES

__all__ = ["circle"]

_COLUMNS = (
    Head("社区（村）"), Head("已定位老人", "number"), Head("圈内", "number"), Head("覆盖率"),
    Head("最远步行距离（米）", "number", secondary=True),
)  # fmt: skip
_MOST = 300


@require_GET
def circle(request: HttpRequest) -> HttpResponse:
    """The least covered first; for whoever looks after the houses of a place."""
    by = staff(request)
    declared = next((one for one in catalogue.current().facilities.values() if one.item.circle), None)
    path = next((post.path for post in by.posts if declared and post.role == _overseer(declared)), "")
    if declared is None or not path:
        raise NotAllowed("facility_overseer", "养老服务圈由县级养老服务岗位查看。您没有这一岗位。")
    found = circles(declared.code, path)
    places = names({one.path for one in found})
    doors, covered = sum(one.doors for one in found), sum(one.covered for one in found)
    rows = [
        Row([places[one.path], one.doors, one.covered, _share(one.covered, one.doors), one.farthest])
        for one in found[:_MOST]
    ]
    return render(request, "desk/facilities/circle.html", {
        **header("15分钟养老服务圈", crumbs=[FACILITIES], lead=name_of(path)), "columns": _COLUMNS, "rows": rows,
        "stats": [
            {"label": "已定位老人", "value": doors, "unit": "人"}, {"label": "圈内", "value": covered, "unit": "人"},
            {"label": "没有覆盖的社区（村）", "value": sum(one.covered == 0 for one in found), "unit": "个"},
        ],
        "how": _how(declared, path),
    })  # fmt: skip


def _overseer(declared: Declared) -> str:
    return declared.role(declared.item.overseer)


def _how(declared: Declared, path: str) -> str:
    """By which figures it was reckoned, and how many houses count for nothing because nobody knows where they are."""
    item, today = declared.item, clock.today()
    circle, way = (number(key, path=path, on=today) for key in (item.circle, item.way))
    rows = Facility.objects.filter(sort=declared.code, path__startswith=path, state="open")
    lost = rows.filter(latitude=None).count()
    told = (
        f"步行 {circle} 米以内为圈内（约15分钟）。平台没有路网数据，步行距离按直线距离的 {way / 100:g} 倍折算，"
        "不是实际路线；两个数都是参数，可由县里按本地情况登记。"
    )
    return told + (f"有 {lost} 处设施没有登记位置，不计入，请在设施页面登记。" if lost else "")


def _share(covered: int, doors: int) -> str:
    """Cut off, never rounded up to the whole."""
    tenths = covered * 1000 // doors
    tone = "good" if covered == doors else "bad" if covered == 0 else "warn"
    return badge(f"{tenths // 10}.{tenths % 10}%", tone)
