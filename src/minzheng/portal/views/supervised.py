"""What supervision found: published checks, penalties and the credit file, for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from minzheng.kernel import catalogue
from minzheng.kernel.inspections.published import published
from minzheng.portal.pages import page
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

__all__ = ["inspections"]

_COLUMNS = (Head("单位"), Head("类别"), Head("内容"), Head("日期", "day"))


def inspections(request: HttpRequest) -> HttpResponse:
    """One matter of supervision at a time, the latest first."""
    matters = {code: one.item.label for code, one in catalogue.current().supervisions.items()}
    asked = request.GET.get("matter", "")
    chosen = asked if asked in matters else next(iter(matters), "")
    looks = {"行政处罚": "bad", "失信公示": "bad"}
    rows = [
        Row(
            [
                one.name,
                badge(one.kind, "good" if one.good else looks.get(one.kind, "warn")),
                one.words,
                one.on,
            ]
        )
        for one in (published(chosen) if chosen else [])
    ]
    context = {"matters": list(matters.items()), "matter": chosen, "columns": _COLUMNS, "rows": rows}
    return page(request, "inspections.html", context, at="board")
