"""The list behind a number of a board: the rows that were counted, of the reader's places and domains, by key.

A number counts everybody; by name only whoever works in the domain reads them.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import address, capped, latest_first
from minzheng.desk.registers.views import in_order
from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.boards.queries import figures as counted_for
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotFound
from minzheng.kernel.registers import queries as registers
from minzheng.kernel.registers.reach import register_over
from minzheng.ui.tables import Row

from .kinds import kind_of
from .lists import Listed, listed, path_of, yellow
from .scope import month_of, place_of, reader

__all__ = ["behind"]


@require_GET
def behind(request: HttpRequest) -> HttpResponse:
    """One number of one place in one month, row by row."""
    by, code = reader(staff(request)), request.GET.get("code", "")
    under, month = place_of(by, request.GET.get("under", "")), month_of(request.GET.get("month", ""))
    found = listed(code, month)
    lead, shown = (
        _rows(found, code, month, under, by, request) if found else _entries(code, month, under, by, request)
    )
    label, back = kind_of(code).label, ("看板", f"/desk/boards/?under={under}&month={month}")
    page = header(f"{name_of(under)}{label}", crumbs=[back], lead=lead)
    return render(request, "desk/boards/behind.html", {**page, "label": label, **shown})


def _rows(
    found: Listed, code: str, month: Month, under: str, by: Actor, request: HttpRequest
) -> tuple[str, dict[str, Any]]:
    heads, rows, (path, of), line = found
    rows = _within(rows, by, under, path, of=of)
    rows = rows.filter(pk__in=yellow(rows)) if code == "risk.yellow" else rows
    page = latest_first(rows, request)
    places = names({path_of(one) for one in page.rows})
    if page.rows:
        audit.read("boards.behind", by=by, about=page.rows[0], path=under, reason=f"{code} {month}")
    lead = f"{_when(code, month, under, by)}，{capped(rows)}。只列出{'、'.join(_domains(by))}领域的"
    return lead, {"columns": heads, "rows": [line(one, places) for one in page.rows], "page": page}


def _entries(
    code: str, month: Month, under: str, by: Actor, request: HttpRequest
) -> tuple[str, dict[str, Any]]:
    """What a measure counted of a register: the entries of that month, as they are kept now."""
    measure = catalogue.current().indicators.get(code.removeprefix("indicator:"))
    rows = measure.item.rows(month) if measure is not None and measure.item.rows is not None else None
    if rows is None or not (register := register_over(rows.model, by=by)):
        raise NotFound("board_number", "看板没有这个数字，或者它的名单事后列不出来。请回到看板重新选择。")
    page = registers.listing(
        register, by=by, among=rows.filter(path__startswith=under), within=by.scope,
        after=request.GET.get("after", ""), before=request.GET.get("before", ""),
    )  # fmt: skip
    order, columns = in_order(page.columns)
    lines = [
        Row([one.cells[at] for at in order], url=f"/desk/registers/{register}/{one.id}/")
        for one in page.lines
    ]
    turned = {
        "next_url": address(request, after=page.next, before=None) if page.next else "",
        "previous_url": address(request, before=page.previous, after=None) if page.previous else "",
    }
    lead = f"{month}，当时统计到的，共 {page.count_words} 条；各栏是现在的登记，当时的样子见每条记录的“按日期查看”"
    return lead, {"columns": columns, "rows": lines, "page": turned}


def _when(code: str, month: Month, under: str, by: Actor) -> str:
    """The month of what happened; of what stood, now or as far as it can be reckoned, beside what was counted then."""
    if not kind_of(code).now:
        return str(month)
    if month == Month.of(clock.today()):
        return "现在"
    kept = counted_for([under], [month], by=by).of(under, month, code)
    return f"{month}末，按登记的时间推算" + (f"（当时统计 {kept[0]:,}）" if kept else "")


def _within(rows: QuerySet[Any], by: Actor, under: str, path: str, *, of: str) -> QuerySet[Any]:
    """Those under the place of the reader's domains, as :func:`casework.queries.visible` opens them."""
    met = Q(pk__in=[])
    for domain, at in dict.fromkeys((post.role.split(".")[0], post.path) for post in by.posts):
        met |= Q(**{f"{of}__startswith": f"{domain}.", f"{path}__startswith": at})
    return rows.filter(met, **{f"{path}__startswith": under})


def _domains(by: Actor) -> list[str]:
    mine = {post.role.split(".")[0] for post in by.posts}
    return [one.label for one in catalogue.current().domains if one.code in mine]
