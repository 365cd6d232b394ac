"""How every place stands, for those who manage or oversee; what is to be asked after, and what to look at twice."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import receive
from minzheng.kernel import clock
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.visits.doubting import hurried, same_phones
from minzheng.kernel.visits.models import Reached
from minzheng.kernel.visits.round_queries import late_by_place, open_checks
from minzheng.ui.shown import cn_date
from minzheng.ui.tables import Head, Row

from .county_sheets import county_sheets, overseen
from .lists import extra_words
from .reach import ROOM, waiting

__all__ = ["places"]

_PLACES = (Head("地区"), Head("在册", "number"), Head("超期", "number"))
_CHECKS = (Head("巡访对象"), Head("联系时间", "instant"), Head("方式"), Head("巡访员"))
_MOST = 50


@require_http_methods(["GET", "POST"])
def places(request: HttpRequest) -> HttpResponse:
    """Ledgers and those overdue, place by place; extra rounds and the month's draw, for the county."""
    by = staff(request)
    path = request.GET.get("place", "")[:64]
    path = path if by.covers(path) and path else by.scope[0]
    sheets, status = county_sheets(by, path), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=path)
        if done:
            return redirect(f"{ROOM[1]}places/?place={path}")
    late = late_by_place(by, path)
    shown = names({one.path for one in late})
    rows = [
        Row([shown[one.path], one.watched, one.overdue],
            url=f"{ROOM[1]}places/?place={one.path}" if one.path != path else "")
        for one in late
    ]  # fmt: skip
    month = Month.of(clock.today())
    reached = Reached.objects.filter(path__startswith=path, month=month.first, counted=True).count()
    total = sum(one.watched for one in late)
    return render(request, "desk/rounds/places.html", {
        **header("各地巡访情况", crumbs=[ROOM], lead=name_of(path)), "columns": _PLACES, "rows": rows, "sheets": sheets,
        "stats": [
            {"label": "在册", "value": total, "unit": "人"},
            {"label": "超期", "value": sum(one.overdue for one in late), "unit": "人"},
            {"label": "本月已有效巡访", "value": reached, "unit": "人"},
        ],
        "extra": extra_words(by), "check_columns": _CHECKS, "checks": _checks(by, path),
        "doubts": _doubts(by, path),
    }, status=status)  # fmt: skip


def _checks(by: Actor, path: str) -> list[Row]:
    """What was drawn and nobody has asked after yet; the answer is put down on the ledger."""
    found = [one for declared in overseen(by, path) for one in open_checks(declared, path)[:_MOST]]
    return [
        Row(
            [waiting(one.contact.watched), one.contact.at, one.contact.get_method_display(), one.contact.by_name],
            url=f"{ROOM[1]}{one.contact.watched_id}/",
        )
        for one in found
    ]  # fmt: skip


def _doubts(by: Actor, path: str) -> list[tuple[str, str]]:
    """W2 and W3 of handbook 02 §15, each in a sentence, with the ledger at which to begin."""
    found: list[tuple[str, str]] = []
    for declared in overseen(by, path):
        found += [
            (f"{one.name}在{cn_date(one.day)}登记上门 {one.calls} 次，请核实记录是否属实", "")
            for one in hurried(declared, path)
        ]
        phones = same_phones(declared, path)
        places_ = names({one.path for one in phones})
        found += [
            (
                f"{places_[one.path]}等地有 {one.people} 名老年人登记了同一个电话，请核对",
                f"{ROOM[1]}{one.ledgers[0]}/",
            )
            for one in phones
        ]
    return found
