"""One house: its file, what is late, the board of its beds, who waits and who stays, and what may be done now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import handled, limited
from minzheng.kernel import clock
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.facilities import queries
from minzheng.kernel.facilities.duties import of, one_of_mine
from minzheng.kernel.facilities.models import Facility, Filing, Waiting
from minzheng.kernel.facilities.queueing import queue
from minzheng.kernel.people.masks import mask_name
from minzheng.ui.shown import badge, iso_day
from minzheng.ui.tables import Head, Row

from .bed_sheets import bed_sheets
from .county_sheets import county_sheets
from .filing_sheets import describing_sheets
from .keeper_sheets import keeper_sheets
from .lists import FACILITIES, state_of

__all__ = ["house"]

_WAITING = (
    Head("次序", "number"),
    Head("轮候编号"),
    Head("姓名"),
    Head("优先类别"),
    Head("床位类型"),
    Head("状态"),
)
_FILINGS = (Head("事项"), Head("提交"), Head("期限", "day"), Head("状态"), Head("回执编号", secondary=True))
_STATES = {"free": "空闲", "taken": "在住", "held": "住院保留", "offered": "已预留", "repair": "维修"}
_LOOKS = {"free": "good", "taken": "info", "held": "warn", "offered": "warn", "repair": "neutral"}


@require_http_methods(["GET", "POST"])
@limited
def house(request: HttpRequest, facility_id: int) -> HttpResponse:
    """The page of a house for its own staff and the county; every look into it is kept."""
    by = staff(request)
    found = one_of_mine(facility_id, by)
    board = queries.board(found)
    sheets = [
        *county_sheets(found, by), *keeper_sheets(found, board, by), *bed_sheets(found, board, by),
        *describing_sheets(found, by),
    ]  # fmt: skip
    done, status = handled(request, sheets, by=by, about=found, read="facilities.read")
    if done:
        return redirect(f"{FACILITIES[1]}{found.pk}/")
    waiting = list(queue(found))
    return render(request, "desk/facilities/house.html", {
        **header(found.name, crumbs=[FACILITIES], lead=f"{name_of(found.path)}　{found.address}",
        badge=state_of(found)),
        "stats": _stats(found, board, len(waiting)), "facts": _facts(found), "sheets": sheets,
        "alerts": queries.alerts(of(found), found), "rooms": _rooms(found, board),
        "waiting_columns": _WAITING, "waiting": [_waiting(at, one, found) for at, one in enumerate(waiting, 1)],
        "filed": found.filed_on is not None,
        "filing_columns": _FILINGS, "filings": [_filing(one) for one in found.filings.order_by("-id")[:20]],
    }, status=status)  # fmt: skip


def _stats(found: Facility, board: queries.Board, waiting: int) -> list[dict[str, Any]]:
    today = clock.today()
    days = queries.days_between([found], today - timedelta(days=29), today)[found.pk]
    return [
        {"label": "床位", "value": len(board.cells), "unit": "张", "icon": "list-details"},
        {"label": "空闲", "value": board.count("free"), "unit": "张"},
        {"label": "近30天入住率", "value": f"{float(days.occupancy):.1%}"},
        {"label": "轮候", "value": waiting, "unit": "人"},
    ]


def _facts(found: Facility) -> list[tuple[str, Any]]:
    item = of(found).item
    return [
        ("统一社会信用代码", found.uscc), ("种类", item.kinds.get(found.kind, found.kind)),
        ("所有制", item.ownerships.get(found.ownership, found.ownership)), ("法定代表人", found.representative),
        ("开业", iso_day(found.opened_on)), ("收住首人", iso_day(found.first_stay_on)),
        ("备案", f"{found.filing_number}，{iso_day(found.filed_on)}" if found.filed_on else "未备案"),
        *item.details.shown(found.details), *_placed(found),
    ]  # fmt: skip


def _placed(found: Facility) -> list[tuple[str, Any]]:
    """What it can do, and whether it stands on the map."""
    item = of(found).item
    able = "、".join(item.functions.get(one, one) for one in found.functions)
    where = f"{found.latitude}，{found.longitude}" if found.latitude is not None else "没有登记"
    return [("功能", able or "没有登记"), ("位置", where)] if item.functions else []


def _rooms(found: Facility, board: queries.Board) -> list[dict[str, Any]]:
    kinds = of(found).item.beds
    return [
        {
            "label": room,
            "beds": [
                {
                    "number": cell.bed.number, "kind": kinds.get(cell.kind, cell.kind),
                    "state": badge(_STATES[cell.state], _LOOKS[cell.state]),
                    "who": cell.lodging.person.name if cell.lodging else "",
                }
                for cell in cells
            ],
        }
        for room, cells in board.rooms.items()
    ]  # fmt: skip


def _waiting(at: int, one: Waiting, found: Facility) -> Row:
    item = of(found).item
    state = badge(one.get_state_display(), "warn" if one.state == "offered" else "neutral")
    kind = item.beds.get(one.bed_kind, one.bed_kind)
    return Row([at, one.number, mask_name(one.person.name), item.ranks.get(one.rank, one.rank), kind, state])


def _filing(one: Filing) -> Row:
    looks = {"sent": "warn", "returned": "bad", "received": "good"}
    sent = f"{one.sent_by_name}，{iso_day(one.sent_on)}"
    return Row(
        [
            one.get_what_display(),
            sent,
            one.due_on,
            badge(one.get_state_display(), looks[one.state]),
            one.number,
        ]
    )
