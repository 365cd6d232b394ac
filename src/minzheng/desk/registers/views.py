"""Registers at the desk: the list of those one may read, the table, one entry with its past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.plans.document import sections
from minzheng.desk.reveals.links import link
from minzheng.desk.sheets import fresh_key, limited, receive
from minzheng.kernel import clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.counter.duties import receives
from minzheng.kernel.people.models import Person
from minzheng.kernel.registers import deeding, history, kept, queries
from minzheng.kernel.registers.columns import is_name
from minzheng.kernel.registers.reach import Declared, model_of, reader
from minzheng.kernel.registers.revealed import TARGET, masked_facts
from minzheng.kernel.registers.words import Asked
from minzheng.ui.shown import article, iso_day
from minzheng.ui.tables import Row

from .asking import address, asked_of, pairs
from .bringing import brings
from .doing import line_tables, opening_links, sheets_of
from .picking import offered

__all__ = ["ROOM", "entry", "in_order", "index", "table"]

ROOM = ("台账", "/desk/registers/")
# In an address that asks for nothing: the whole register, not the view it opens with.
SHOWN = {"all": "1"}


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
    mine = (
        [{"url": "/desk/registers/exports/", "label": "我的导出", "icon": "file-spreadsheet"}]
        if tiles
        else []
    )
    return render(request, "desk/registers/index.html", header("台账", actions=mine) | {"tiles": tiles})


def _carries(declared: Declared, place: str, by: Actor) -> SafeString | str:
    """Where an entry lies, and the sections of the plan that its register carries out, for whoever may read it."""
    found = sections(declared.code, by)
    return format_html("{}；落实规划 {}", place, found) if found else place


@require_GET
def table(request: HttpRequest, code: str) -> HttpResponse:
    """One register as a table."""
    by = staff(request)
    declared = queries.find(code, by=by)
    asked, here = asked_of(declared, request.GET), f"/desk/registers/{code}/"
    views = kept.views_of(code, by=by)
    first = next((one for one in views if one.default and one.created_by == by.id), None)
    if first is not None and not request.GET:
        return redirect(address(here, first.asked, **SHOWN))
    bar = _bar(declared, by, asked)
    page = queries.listing(
        code, by=by, filters=asked.filters, search=asked.search, only=asked.only,
        after=request.GET.get("after", ""), before=request.GET.get("before", ""), within=by.scope,
    )  # fmt: skip
    order, columns = in_order(page.columns)
    rows = [Row([line.cells[at] for at in order], url=f"{here}{line.id}/") for line in page.lines]
    basis = article(declared.item.basis)
    return render(request, "desk/registers/table.html", {
        **header(declared.item.label, crumbs=[ROOM], lead=f"依据 {basis}" if basis else "",
                 actions=_tools(declared, by, asked, here)),
        "columns": columns, "rows": rows, "count": f"共 {page.count_words} 条", "asked": pairs(asked), "here": here,
        "filters": bar, "label": declared.item.label, "clear_url": address(f"{here}clear/", asked),
        "views": [_view(one, by, asked, here) for one in views],
        "whole": f"{here}?{urlencode(SHOWN)}" if first else here, "key": fresh_key(request),
        "choices": [(one.code, one.label, not asked.only or one.code in asked.only) for one in declared.item.columns],
        "plain": [(name, value) for name, value in pairs(asked) if name != "col"],
        "next_url": address("", asked, after=page.next) if page.next else "",
        "previous_url": address("", asked, before=page.previous) if page.previous else "",
    })  # fmt: skip


@limited
@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, code: str, row_id: int) -> HttpResponse:
    """One entry: what is kept, what may be done with it now, what it was before, and the case it came from."""
    by = staff(request)
    declared = queries.find(code, by=by)
    sheets, status = sheets_of(declared, deeding.entry_of(declared, row_id, by), by), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=deeding.entry_of(declared, row_id, by).path)
        if done:
            return redirect(f"/desk/registers/{code}/{row_id}/")
    found = queries.entry(code, row_id, by=by)
    states = history.history(code, row_id, by=by)
    day, wrong = _day(request.GET.get("on", ""))
    known = history.known_on(states, day) if day else None
    register = (declared.item.label, f"/desk/registers/{code}/")
    return render(request, "desk/registers/entry.html", {
        **header(_entry_title(declared, found), crumbs=[ROOM, register], lead=_carries(declared, found.place, by),
                 actions=_onward(found.row, by)),
        "facts": _facts(declared, found), "events": [_event(state) for state in states], "sheets": sheets,
        "case_url": f"/desk/cases/{found.case_id}/" if found.case_id else "",
        "on": request.GET.get("on", ""), "wrong": wrong, "today": clock.today().isoformat(),
        "known": known, "known_title": f"{iso_day(day)} 的记录" if day else "",
        "line_tables": line_tables(declared, found.row), "law": declared.item.basis,
    }, status=status)  # fmt: skip


def _onward(row: Any, by: Actor) -> list[dict[str, str]]:
    """From somebody's file to an application for them, at a window of the place."""
    if not isinstance(row, Person) or row.died_on is not None or not receives(by, row.path):
        return []
    return [{"url": f"/desk/cases/new/{row.pk}/", "label": "受理申请", "icon": "clipboard-list"}]


def _facts(declared: Declared, found: queries.Entry) -> list[tuple[str, Any]]:
    """What is kept; each masked field with the way to open it."""
    about = f"{declared.code}:{found.id}"
    opened = {
        label: link(masked, TARGET, about, field)
        for field, label, masked in masked_facts(declared, found.row)
    }
    return [(label, opened.pop(label, value)) for label, value in found.facts] + list(opened.items())


def _tools(declared: Declared, by: Actor, asked: Asked, here: str) -> list[dict[str, str]]:
    """Paper, and a file from outside where entries come in so."""
    tools = [
        *opening_links(declared, by),
        {"url": address(f"{here}print/", asked), "label": "打印", "icon": "printer"},
    ]
    if brings(declared, by):
        tools.append({"url": f"{here}import/", "label": "导入 Excel", "icon": "file-upload"})
    return tools


def _view(one: Any, by: Actor, asked: Asked, here: str) -> dict[str, Any]:
    mine = one.created_by == by.id
    return {
        "id": one.pk, "name": one.name, "mine": mine, "shared": one.shared, "default": one.default,
        "active": one.asked == asked.to_json(),
        "url": address(here, one.asked, **SHOWN), "who": "" if mine else one.created_by_name,
    }  # fmt: skip


def _entry_title(declared: Declared, found: queries.Entry) -> str:
    """An entry is called by the column that leads to it."""
    first = next((one for one in declared.item.columns if not one.secondary), declared.item.columns[0])
    return f"{dict(found.facts).get(first.label) or found.id} · {declared.item.label}"


def _bar(declared: Declared, by: Actor, asked: Asked) -> list[dict[str, Any]]:
    searched = [column.label for column in declared.item.columns if column.search]
    bar: list[dict[str, Any]] = []
    if searched:
        model = model_of(declared)
        named = any(column.search and is_name(model, column) for column in declared.item.columns)
        hint = "姓名、拼音、首字母、编号或身份证号" if named else "名称、拼音或编号"
        bar.append({"name": "q", "label": "、".join(searched), "value": asked.search, "placeholder": hint})
    for column in declared.item.columns:
        if column.filter:
            wanted = asked.filters.get(column.code, "")
            options = list(column.options.items())
            if wanted.startswith("!"):
                options.append((wanted, f"除“{column.options.get(wanted[1:], '')}”外"))
            if column.kind == "place":
                options = offered(reader(declared, by).scope, wanted)
            bar.append({"kind": "choice", "name": column.code, "label": column.label, "options": options,
                        "value": wanted})  # fmt: skip
    return bar


def in_order(columns: Sequence[declare.Column]) -> tuple[list[int], list[declare.Column]]:
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
