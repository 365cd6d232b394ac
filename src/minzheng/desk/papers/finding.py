"""Papers found by what they say, within the reader's places; what was sought stays in no address."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.kernel import audit
from minzheng.kernel.documents import words
from minzheng.kernel.errors import Refused
from minzheng.ui.shown import cn_date
from minzheng.ui.tables import Head, Row

from .rooms import ROOM, ways

__all__ = ["search"]

_COLUMNS = (Head("文书和材料"), Head("内容"), Head("编号", secondary=True), Head("形成日期"))
_LEAD = "按文书里的字词查找，例：住院费用、不予确认。只查您管辖范围内的；新形成的文书一分钟内可以查到。"


@never_cache
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """The newest that say exactly this."""
    by = staff(request)
    text, problem, found = request.POST.get("q", "").strip()[:40], "", []
    if text:
        try:
            found = words.find(text, by=by)
        except Refused as refused:
            problem = refused.message
        else:
            for one in found:
                audit.read("documents.find", by=by, about=one.document, path=one.document.path)
    return render(request, "desk/papers/search.html", {
        **header(ROOM[0], lead=_LEAD, actions=ways(by)), "q": text, "problem": problem, "columns": _COLUMNS,
        "rows": list(_rows(found)), "most": len(found) == 20,
    }, status=400 if problem else 200)  # fmt: skip


def _rows(found: list[words.Found]) -> Iterator[Row]:
    for one in found:
        paper, (before, said, after) = one.document, one.around
        shown = format_html("{}<mark>{}</mark>{}", before, said, after) if said else "在上传的 PDF 里"
        standing = "" if paper.in_force else "（已失效）"
        yield Row(
            [f"{paper.label}{standing}", shown, paper.number, cn_date(paper.created_at)],
            url=f"{ROOM[1]}{paper.pk}/",
        )
