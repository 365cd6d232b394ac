"""Checks that are not settled: differences to be explained or decided, objections to be answered."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import capped, latest_first
from minzheng.kernel import clock
from minzheng.kernel.areas.queries import names
from minzheng.kernel.exchange import queries
from minzheng.kernel.exchange.models import Discrepancy, Verification
from minzheng.kernel.people.masks import mask_name
from minzheng.kernel.people.models import Person
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .rechecks import ROOM

__all__ = ["CHECKS", "index"]

CHECKS = ("差异和异议", "/desk/exchange/checks/")
_COLUMNS = (
    Head("家庭"), Head("地区", secondary=True), Head("待处理"), Head("状态"), Head("说明截止", "day"),
    Head("发起时间", "instant", secondary=True),
)  # fmt: skip
_LEAD = (
    "核对中查得高于申报的，先由家庭说明，再作认定；家庭有异议的，向各部门重新查询。年度复核查得的也在这里。"
)
_WHAT = (("ready", "可以认定或须复核"), ("waiting", "等待家庭说明"))
_OBJECTED = (Verification.State.OBJECTED, Verification.State.RECHECKING)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The latest first, for whoever checks or helps families in the place."""
    by = staff(request)
    chosen = request.GET.get("what", "")
    rows = queries.unsettled_checks(by, what=chosen)
    page = latest_first(rows, request)
    return render(request, "desk/exchange/checks.html", {
        **header(CHECKS[0], crumbs=[ROOM], lead=_LEAD), "columns": _COLUMNS, "rows": _rows(page.rows), "page": page,
        "count": capped(rows).replace("件", "户"), "filtered": bool(chosen), "filters": [
            {"name": "what", "label": "范围", "kind": "choice", "value": chosen, "options": _WHAT}
        ],
    })  # fmt: skip


def _rows(found: list[Verification]) -> list[Row]:
    places = names({one.path for one in found})
    heads = dict(Person.objects.filter(pk__in=[one.member_ids[0] for one in found]).values_list("pk", "name"))
    open_: defaultdict[int, list[Discrepancy]] = defaultdict(list)
    for row in queries.unsettled(found):
        open_[row.verification_id].append(row)
    return [_row(one, open_[one.pk], heads, places) for one in found]


def _row(one: Verification, open_: list[Discrepancy], heads: dict[int, str], places: dict[str, str]) -> Row:
    head = mask_name(heads[one.member_ids[0]])
    more = f"等 {len(one.member_ids)} 人" if len(one.member_ids) > 1 else ""
    until = min((row.explain_due for row in open_ if row.state == Discrepancy.State.OPEN), default=None)
    words: list[Any] = [f"{len(open_)} 项差异"] if open_ else []
    words += ["异议"] if one.state in _OBJECTED else []
    return Row(
        [f"{head}{more}", places[one.path], "、".join(words), _state(one, open_), until, one.requested_at],
        url=f"{CHECKS[1]}{one.pk}/",
    )


def _state(one: Verification, open_: list[Discrepancy]) -> str:
    """What is to be done next, and by whom."""
    if one.state in _OBJECTED:
        return badge(one.get_state_display(), "warn")
    ready = [
        row for row in open_ if row.state == Discrepancy.State.EXPLAINED or row.explain_due < clock.today()
    ]
    return badge("待认定", "warn") if ready else badge("待家庭说明", "info")
