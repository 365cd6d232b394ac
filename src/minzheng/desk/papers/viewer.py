"""A paper looked at in place: page by page as pictures, which every telephone shows and which can run nothing.

Looking is kept in the audit.  The addresses of the pictures hold for the reader and for an hour only, so that no page
is read without that mark.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.kernel import audit
from minzheng.kernel.audit import Actor
from minzheng.kernel.documents import office_file, pdfs
from minzheng.kernel.documents import queries as documents
from minzheng.kernel.documents.marking import words_of
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.reveals.leaving import left
from minzheng.ui.shown import badge, cn_datetime

from .rooms import ROOM

__all__ = ["picture", "view", "word"]

_WIDE, _HOLDS = 1240, 3600
_MOST_PAGES = 60
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@never_cache
@require_GET
def view(request: HttpRequest, document_id: int) -> HttpResponse:
    """The pages one below the other; with ``?part=1`` they alone, for the window on a case's page."""
    by = staff(request)
    found = documents.get(document_id, by)
    audit.read("documents.read", by=by, about=found, path=found.path)
    shown = {"paper": found, "file": f"/desk/documents/{found.pk}/", **_pages(found, by)}
    if request.GET.get("part"):
        return render(request, "desk/papers/part_pages.html", shown)
    actions = [{"url": f"{shown['file']}?download=1", "label": "下载", "icon": "download"}]
    if office_file.may(found):
        actions.append({"url": f"{ROOM[1]}{found.pk}/word/", "label": "Word 副本", "icon": "file-text"})
    crumbs = [("办件", f"/desk/cases/{found.case_id}/")] if found.case_id else [ROOM]
    standing = badge("有效", "good") if found.in_force else badge("已失效", "bad")
    lead = f"{found.number}，{cn_datetime(found.created_at)}，{found.office or found.created_by_name}"
    return render(request, "desk/papers/view.html", {
        **header(found.label, crumbs=crumbs, lead=lead, badge=standing, actions=actions), **shown,
    })  # fmt: skip


def _pages(found: Document, by: Actor) -> dict[str, Any]:
    """The addresses of the pictures, or why there are none."""
    if found.content_type.startswith("image/"):
        return {"pages": [f"/desk/documents/{found.pk}/"], "problem": ""}
    try:
        with documents.open_file(found) as file:
            count = pdfs.page_count(file.read())
    except Refused as refused:
        return {"pages": [], "problem": refused.message}
    signed = _signer(by).sign(str(found.pk)).partition(":")[2]
    pages = [f"{ROOM[1]}{found.pk}/pages/{one}/?until={signed}" for one in range(min(count, _MOST_PAGES))]
    more = f"只显示前 {_MOST_PAGES} 页，全文请下载。" if count > _MOST_PAGES else ""
    return {"pages": pages, "problem": more}


def _signer(by: Actor) -> TimestampSigner:
    return TimestampSigner(salt=f"desk.papers.{by.id}")


@require_GET
def picture(request: HttpRequest, document_id: int, number: int) -> HttpResponse:
    """One page as a picture, for whoever opened the paper a while ago."""
    by = staff(request)
    found = documents.get(document_id, by)
    try:
        _signer(by).unsign(f"{found.pk}:{request.GET.get('until', '')}", max_age=_HOLDS)
    except BadSignature:
        raise NotFound("page_gone", "这一页的地址已经失效。请回到文书重新打开。") from None
    with documents.open_file(found) as file:
        content = pdfs.picture(file.read(), number, wide=_WIDE)
    answer = HttpResponse(content, content_type="image/png")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = f"private, max-age={_HOLDS}"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@never_cache
@require_GET
def word(request: HttpRequest, document_id: int) -> HttpResponse:
    """The same words as a file that may be edited by hand; it says itself that it is no original."""
    by = staff(request)
    found = documents.get(document_id, by)
    if not office_file.may(found):
        office_file.docx(found)
    audit.read("documents.read", by=by, about=found, path=found.path)
    gone = left(f"{found.label}（可编辑副本）", rows=1, path=found.path, by=by, clear=True)
    content = office_file.docx(found, mark=words_of(gone))
    answer = HttpResponse(content, content_type=_DOCX)
    name = quote(f"{found.label}（可编辑副本）.docx")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
