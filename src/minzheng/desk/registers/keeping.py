"""Views that are kept under a name, and a register on paper."""

from __future__ import annotations

from urllib.parse import urlsplit

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
from .views import ROOM, in_order

__all__ = ["drop", "keep", "paper"]


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
def drop(request: HttpRequest, code: str, view_id: int) -> HttpResponse:
    """Remove one of mine."""
    actions.drop_view(view_id, by=staff(request))
    messages.success(request, "视图已删除。")
    return redirect(urlsplit(f"{ROOM[1]}{code}/").path)


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
