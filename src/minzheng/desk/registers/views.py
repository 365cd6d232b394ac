"""Registers at the desk: the list of those one may read, the table, one entry with its past, the workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from minzheng.desk.frame import header, staff
from minzheng.kernel import clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.registers import actions, history, queries
from minzheng.kernel.registers.reach import Declared, reader
from minzheng.ui.shown import article, iso_day
from minzheng.ui.tables import Row

from .picking import offered

__all__ = ["entry", "index", "table", "workbook"]

ROOM = ("台账", "/desk/registers/")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The registers that my posts read."""
    tiles = [
        {
            "url": f"/desk/registers/{one.code}/", "label": one.item.label, "icon": "database",
            "text": "、".join(filter(None, (one.domain.label, article(one.item.basis)))),
        }
        for one in queries.readable(staff(request))
    ]  # fmt: skip
    return render(request, "desk/registers/index.html", header("台账") | {"tiles": tiles})


@require_GET
def table(request: HttpRequest, code: str) -> HttpResponse:
    """One register as a table."""
    by = staff(request)
    declared = queries.find(code, by=by)
    filters, search = _filters(declared, request.GET), request.GET.get("q", "").strip()
    page = queries.listing(
        code, by=by, filters=filters, search=search,
        after=request.GET.get("after", ""), before=request.GET.get("before", ""),
    )  # fmt: skip
    order, columns = _reading_order(page.columns)
    rows = [
        Row([line.cells[at] for at in order], url=f"/desk/registers/{code}/{line.id}/") for line in page.lines
    ]
    asked = {name: value for name, value in {**filters, "q": search}.items() if value}
    basis = article(declared.item.basis)
    return render(request, "desk/registers/table.html", {
        **header(declared.item.label, crumbs=[ROOM], lead=f"依据 {basis}" if basis else ""),
        "columns": columns, "rows": rows, "count": f"共 {page.count_words} 条", "asked": list(asked.items()),
        "filters": _bar(declared, by, filters, search), "reset_url": f"/desk/registers/{code}/",
        "export_url": f"/desk/registers/{code}/export/", "label": declared.item.label,
        "next_url": "?" + urlencode({**asked, "after": page.next}) if page.next else "",
        "previous_url": "?" + urlencode({**asked, "before": page.previous}) if page.previous else "",
    })  # fmt: skip


@require_POST
def workbook(request: HttpRequest, code: str) -> FileResponse:
    """The same table as a workbook, with the same filters."""
    by = staff(request)
    declared = queries.find(code, by=by)
    stream = actions.export(
        code, by=by, filters=_filters(declared, request.POST), search=request.POST.get("q", "")
    )
    name = f"{declared.item.label}{clock.today():%Y%m%d}.xlsx"
    return FileResponse(stream, as_attachment=True, filename=name, content_type=_XLSX)


@require_GET
def entry(request: HttpRequest, code: str, row_id: int) -> HttpResponse:
    """One entry: what is kept, what it was before, and the case it came from."""
    by = staff(request)
    declared = queries.find(code, by=by)
    found = queries.entry(code, row_id, by=by)
    states = history.history(code, row_id, by=by)
    day, wrong = _day(request.GET.get("on", ""))
    known = history.known_on(states, day) if day else None
    register = (declared.item.label, f"/desk/registers/{code}/")
    return render(request, "desk/registers/entry.html", {
        **header(_entry_title(declared, found), crumbs=[ROOM, register], lead=found.place),
        "facts": found.facts, "events": [_event(state) for state in states],
        "case_url": f"/desk/cases/{found.case_id}/" if found.case_id else "",
        "on": request.GET.get("on", ""), "wrong": wrong, "today": clock.today().isoformat(),
        "known": known, "known_title": f"{iso_day(day)} 的记录" if day else "",
    })  # fmt: skip


def _entry_title(declared: Declared, found: queries.Entry) -> str:
    """An entry is called by the column that leads to it."""
    first = next((one for one in declared.item.columns if not one.secondary), declared.item.columns[0])
    return f"{dict(found.facts).get(first.label) or found.id} · {declared.item.label}"


def _filters(declared: Declared, given: Any) -> dict[str, str]:
    """What was asked of the columns that may be filtered."""
    codes = [column.code for column in declared.item.columns if column.filter]
    return {code: given.get(code, "").strip() for code in codes if given.get(code, "").strip()}


def _bar(declared: Declared, by: Actor, filters: dict[str, str], search: str) -> list[dict[str, Any]]:
    searched = [column.label for column in declared.item.columns if column.search]
    bar: list[dict[str, Any]] = []
    if searched:
        hint = "姓名、拼音首字母、编号或身份证号"
        bar.append({"name": "q", "label": "、".join(searched), "value": search, "placeholder": hint})
    for column in declared.item.columns:
        if column.filter:
            options = list(column.options.items())
            if (wanted := filters.get(column.code, "")).startswith("!"):
                options.append((wanted, f"除“{column.options.get(wanted[1:], '')}”外"))
            if column.kind == "place":
                options = offered(reader(declared, by).scope, filters.get(column.code, ""))
            bar.append(
                {
                    "kind": "choice", "name": column.code, "label": column.label, "options": options,
                    "value": filters.get(column.code, ""),
                }
            )  # fmt: skip
    return bar


def _reading_order(columns: Sequence[declare.Column]) -> tuple[list[int], list[declare.Column]]:
    """The first column carries the link, so it is one that no screen leaves out."""
    first = next((at for at, column in enumerate(columns) if not column.secondary), 0)
    order = [first, *(at for at in range(len(columns)) if at != first)]
    return order, [columns[at] for at in order]


def _day(text: str) -> tuple[date | None, str]:
    if not text:
        return None, ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None, "日期的写法不对，请按 2022-04-30 的样式填写。"
    return (None, "不能查看今天以后的记录。") if day > clock.today() else (day, "")


def _event(state: history.Past) -> dict[str, Any]:
    """One state as a line of the timeline."""
    changed = "；".join(f"{c.label}：{c.before or '（空）'} → {c.after or '（空）'}" for c in state.changes)
    if state.since is None:
        return {
            "title": "最初登记",
            "icon": "plus",
            "text": "登记时的内容见“按日期查看”。",
            "kind": "neutral",
        }
    return {
        "title": state.deed or "内容变更", "at": state.since, "by": state.by or "没有对应的办理记录",
        "text": changed, "icon": "pencil", "kind": "info",
    }  # fmt: skip
