"""Views that are kept under a name, and a register on paper."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import fresh_key
from minzheng.kernel.errors import Refused
from minzheng.kernel.registers import actions, queries
from minzheng.kernel.registers.writing import asked_in_words, mark_of
from minzheng.ui.tables import Row

from .asking import address, asked_of
from .views import ROOM, SHOWN, in_order

__all__ = ["change", "drop", "keep", "paper"]


@require_POST
def keep(request: HttpRequest, code: str) -> HttpResponse:
    """Save what the page shows under a name."""
    by = staff(request)
    asked = asked_of(queries.find(code, by=by), request.POST)
    try:
        kept = actions.keep_view(
            code, name=request.POST.get("name", ""), asked=asked, shared="shared" in request.POST, by=by,
            key=fresh_key(request),
        )  # fmt: skip
        messages.success(request, f"视图“{kept.name}”已保存。")
    except Refused as error:
        messages.error(request, error.message)
    return redirect(address(f"{ROOM[1]}{code}/", asked))


@require_POST
def change(request: HttpRequest, code: str, view_id: int) -> HttpResponse:
    """Another name for one of mine, whom it is for, and whether the register opens with it."""
    sent, here = request.POST, f"{ROOM[1]}{code}/"
    try:
        kept = actions.change_view(
            view_id, name=sent.get("name", ""), shared="shared" in sent, default="default" in sent,
            by=staff(request), key=fresh_key(request),
        )  # fmt: skip
        messages.success(request, f"视图“{kept.name}”已修改。")
        return redirect(address(urlsplit(here).path, kept.asked, **SHOWN))
    except Refused as error:
        messages.error(request, error.message)
    return redirect(f"{urlsplit(here).path}?{urlencode(SHOWN)}")


@require_POST
def drop(request: HttpRequest, code: str, view_id: int) -> HttpResponse:
    """Remove one of mine."""
    actions.drop_view(view_id, by=staff(request))
    messages.success(request, "视图已删除。")
    return redirect(f"{urlsplit(f'{ROOM[1]}{code}/').path}?{urlencode(SHOWN)}")


@require_GET
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """The table for paper: who printed it and when stands on it (handbook 15 §12)."""
    by = staff(request)
    declared = queries.find(code, by=by)
    asked = asked_of(declared, request.GET)
    page = actions.printed(code, asked=asked, by=by)
    order, columns = in_order(page.columns)
    return render(request, "desk/registers/paper.html", {
        **header(declared.item.label, crumbs=[ROOM, (declared.item.label, address(f"{ROOM[1]}{code}/", asked))]),
        "columns": columns, "rows": [Row([line.cells[at] for at in order]) for line in page.lines],
        "mark": mark_of(by).replace("导出", "打印"), "under": asked_in_words(declared, asked), "page": page,
        "label": declared.item.label,
    })  # fmt: skip
