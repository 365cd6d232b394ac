"""One box over everything: people, cases, papers, receipts, services, registers and rooms of the desk."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from minzheng.desk import frame

from .sources import search_all

__all__ = ["search"]


@never_cache
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """What was typed comes in the body, so that no address keeps a number; a script asks for the list alone."""
    by = frame.staff(request)
    text = request.POST.get("q", "").strip()[:40]
    groups = search_all(text, by)
    context = {"groups": groups, "q": text, "short": len(text) < 2}
    if "part" in request.POST:
        return render(request, "desk/finding/hits.html", context)
    head = frame.header(
        "搜索", lead="输入姓名、首字母、身份证号码，办件、文书、回执的编号，或者事项和栏目的名称。"
    )
    return render(request, "desk/finding/search.html", head | context)
