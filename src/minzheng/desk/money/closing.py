"""A month is closed scheme by scheme: what still stands in the way, the closing, and the months that are frozen."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import latest_first
from minzheng.desk.sheets import NOTHING, Sent, Sheet, receive
from minzheng.kernel import catalogue, clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotFound
from minzheng.kernel.ledger import actions
from minzheng.kernel.ledger.models import ClosedMonth
from minzheng.kernel.ledger.monthclosing import Standing, standing
from minzheng.ui.shown import badge, cn_datetime, yuan
from minzheng.ui.tables import Head, Row

from .lists import ROOM, state_badge
from .reach import names_of, reader, reviewable, reviews, scheme_label

__all__ = ["close", "index"]

MONTHS = ("月度关账", "/desk/money/months/")
_COLUMNS = (
    Head("项目"), Head("地区"), Head("批次", "number"), Head("未关账批次", "number"), Head("缓发未核实", "number"),
    Head("应发未发", "number"), Head("状态"),
)  # fmt: skip
_CLOSED = (
    Head("月份"), Head("项目"), Head("地区"), Head("笔数", "number"), Head("金额（元）", "money"), Head("关账人"),
    Head("关账时间", "instant"),
)  # fmt: skip
_BATCHES = (Head("批次序号"), Head("笔数", "number"), Head("金额（元）", "money"), Head("状态"))


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """How a month stands, scheme by scheme, for whoever closes it; and what is closed in my place."""
    by = staff(request)
    looker = reader(by)
    given = request.GET.get("month", "")
    month = Month.parse(given) if given else Month.of(clock.today()).previous
    page = latest_first(in_scope(ClosedMonth.objects.all(), looker), request)
    return render(request, "desk/money/months.html", {
        **header("月度关账", crumbs=[ROOM], lead="关账后该月不再增减，漏发的以补发计入以后月份。"),
        "month": month, "columns": _COLUMNS, "rows": _rows(by, month), "closed_columns": _CLOSED,
        "closed": _closed(page.rows), "page": page,
        "filters": [{"name": "month", "label": "月份", "kind": "month", "value": str(month)}],
    })  # fmt: skip


def _rows(by: Actor, month: Month) -> list[Row]:
    found = []
    mine = reviewable(by)
    places = names({path for _, paths in mine for path in paths})
    for one, paths in mine:
        for path in paths:
            at = standing(one.code, path, month)
            if not at.batches and not at.unpaid:
                continue
            cells = [
                one.item.label, places[path], at.batches, len(at.open_batches), at.open_holds, at.unpaid, _state(at),
            ]  # fmt: skip
            found.append(Row(cells, url=f"{MONTHS[1]}close/?scheme={one.code}&path={path}&month={month}"))
    return found


def _state(at: Standing) -> str:
    if at.closed is not None:
        return badge("已关账", "good")
    return badge("可以关账", "info") if at.ready else badge("尚不能关账", "warn")


def _closed(found: list[ClosedMonth]) -> list[Row]:
    places, people = names({one.path for one in found}), names_of({one.by for one in found})
    return [
        Row(
            [
                str(Month.of(one.month)), scheme_label(one.scheme), places[one.path], one.count, one.total,
                people.get(one.by, one.by), one.at,
            ]
        )
        for one in found
    ]  # fmt: skip


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    """One scheme, place and month: everything that stands in the way, or the closing itself."""
    by = staff(request)
    looker = reader(by)
    scheme, path = request.GET.get("scheme", ""), request.GET.get("path", "")
    if scheme not in catalogue.current().schemes or not path or not looker.covers(path):
        raise NotFound("month_unknown", "没有这个项目或地区，或不在您的管辖范围内。请返回列表重新选择。")
    month = Month.parse(request.GET.get("month", ""))
    at = standing(scheme, path, month)
    sheets = []
    if at.ready and reviews(scheme, path, by):
        words = f"{month} 关账后不再增减，不能撤销。"
        sheets = [Sheet("close_month", NOTHING, lambda sent: _close(scheme, path, month, by, sent),
                        submit="关账", confirm=words)]  # fmt: skip
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=path)
        if done:
            return redirect(f"{MONTHS[1]}?month={month}")
    title = f"{month} {scheme_label(scheme)}"
    batches = [
        Row([f"第 {one.run} 批", one.count, one.total, state_badge(one)], url=f"/desk/money/{one.pk}/")
        for one in at.open_batches
    ]
    return render(request, "desk/money/month.html", {
        **header(title, crumbs=[ROOM, MONTHS], lead=name_of(path), badge=_state(at)),
        "at": at, "sheets": sheets, "batch_columns": _BATCHES, "batches": batches, "closed": _facts(at.closed),
        "doubts_url": f"/desk/money/doubts/?state=open&weight=hold&month={month}&scheme={scheme}",
        "may": reviews(scheme, path, by),
    }, status=status)  # fmt: skip


def _facts(closed: ClosedMonth | None) -> list[tuple[str, Any]]:
    if closed is None:
        return []
    who = names_of([closed.by]).get(closed.by, closed.by)
    return [
        ("笔数", f"{closed.count:,} 笔"), ("金额", f"{yuan(closed.total)} 元"), ("关账人", who),
        ("关账时间", cn_datetime(closed.at)), ("内容摘要（SM3）", closed.sha),
    ]  # fmt: skip


def _close(scheme: str, path: str, month: Month, by: Actor, sent: Sent) -> str:
    row = actions.close_month(scheme=scheme, path=path, month=month, by=by, key=sent.key)
    return f"{month} 已关账：{row.count:,} 笔，{yuan(row.total)} 元。" if row else ""
