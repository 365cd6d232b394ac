"""Workbooks of a register: a short one at once, a long one by the worker, with its progress and its last hour."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import latest_first
from minzheng.desk.reveals.requests import KINDS
from minzheng.desk.sheets import fresh_key
from minzheng.kernel import catalogue, clock
from minzheng.kernel.registers import actions, exporting, kept, queries
from minzheng.kernel.registers.models import Export
from minzheng.kernel.registers.releasing import facts_of
from minzheng.kernel.registers.words import Asked
from minzheng.kernel.registers.writing import asked_in_words
from minzheng.ui.shown import badge, cn_datetime
from minzheng.ui.tables import Head, Row

from .asking import asked_of
from .views import ROOM

__all__ = ["export", "exports", "fetch", "progress", "workbook"]

MINE = ("我的导出", "/desk/registers/exports/")
# So many rows are written within a second or two; more are made by the worker.
AT_ONCE = 5_000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COLUMNS = (
    Head("台账"), Head("状态"), Head("条数", "number"), Head("申请时间", "instant"),
    Head("失效时间", "instant", secondary=True),
)  # fmt: skip


@require_POST
def workbook(request: HttpRequest, code: str) -> HttpResponse | FileResponse:
    """The same table as a workbook, with the same filters."""
    by = staff(request)
    declared = queries.find(code, by=by)
    asked = asked_of(declared, request.POST)
    if actions.leaves(code, asked, by=by).rows > AT_ONCE:
        made = actions.ask_export(code, asked=asked, by=by, key=fresh_key(request))
        return redirect(f"{MINE[1]}{made.pk}/")
    stream = actions.export(code, by=by, filters=asked.filters, search=asked.search, only=asked.only)
    return FileResponse(stream, as_attachment=True, filename=_name(declared.item.label), content_type=_XLSX)


@require_GET
def exports(request: HttpRequest) -> HttpResponse:
    """The long workbooks that I asked for, the latest first."""
    by = staff(request)
    page = latest_first(kept.exports_of(by), request)
    rows = [
        Row([_label(one), _state(one), one.rows, one.asked_at, one.expires_at], url=f"{MINE[1]}{one.pk}/")
        for one in page.rows
    ]  # fmt: skip
    lead = f"超过 {AT_ONCE:,} 条的导出在后台生成，完成后保留 24 小时。"
    return render(request, "desk/registers/exports.html", {
        **header(MINE[0], crumbs=[ROOM], lead=lead), "columns": _COLUMNS, "rows": rows, "page": page,
    })  # fmt: skip


@require_GET
def export(request: HttpRequest, export_id: int) -> HttpResponse:
    """One of them: how far it is, or where to fetch it."""
    one = kept.export_of(export_id, by=staff(request))
    declared = catalogue.current().registers[one.register]
    facts = [("台账", declared.item.label), ("查询条件", asked_in_words(declared, Asked(**one.asked))),
             ("条数", f"{one.rows:,}"), ("申请时间", cn_datetime(one.asked_at))]  # fmt: skip
    if one.clear:
        facts = facts_of(one)
    if one.expires_at:
        facts += [("失效时间", cn_datetime(one.expires_at)), ("下载次数", f"{one.fetched}")]
    return render(request, "desk/registers/export.html", {
        **header(f"导出{declared.item.label}", crumbs=[ROOM, MINE], badge=_state(one)),
        "one": one, "facts": facts, "at_work": _at_work(one), "register_url": f"{ROOM[1]}{one.register}/",
    })  # fmt: skip


@require_GET
def progress(request: HttpRequest, export_id: int) -> HttpResponse:
    """How far it is; once it has ended the page is asked for anew."""
    one = kept.export_of(export_id, by=staff(request))
    if _at_work(one):
        return render(request, "desk/registers/part_progress.html", {"one": one})
    return HttpResponse(headers={"HX-Refresh": "true"})


@require_POST
def fetch(request: HttpRequest, export_id: int) -> FileResponse:
    """The workbook itself; that it was taken out leaves a mark."""
    one = actions.fetched(export_id, by=staff(request))
    return FileResponse(
        exporting.opened(one), as_attachment=True, filename=_name(_label(one)), content_type=_XLSX
    )


def _state(one: Export) -> str:
    return badge(one.get_state_display(), KINDS[one.state])


def _at_work(one: Export) -> bool:
    return one.state in (Export.State.WAITING, Export.State.RUNNING)


def _label(one: Export) -> str:
    found = catalogue.current().registers.get(one.register)
    return found.item.label if found else one.register


def _name(label: str) -> str:
    return f"{label}{clock.today():%Y%m%d}.xlsx"
