"""A paper opened or taken along: within scope only, its hash checked, the reading kept in the audit."""

from __future__ import annotations

import io
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponseBase

from minzheng.desk import frame
from minzheng.kernel import audit
from minzheng.kernel.documents import queries as documents
from minzheng.kernel.documents.marking import taken

__all__ = ["document"]


def document(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """The file itself: shown in the browser, or saved with ``?download=1``."""
    by = frame.staff(request)
    found = documents.get(document_id, by)
    file = documents.open_file(found)
    audit.read("documents.read", by=by, about=found, path=found.path)
    way = "inline"
    if request.GET.get("download"):
        way = "attachment"
        with file as kept:
            whole = taken(kept.read(), kind=found.content_type, what=found.label, path=found.path, by=by)
        file = io.BytesIO(whole)
    answer = FileResponse(file, content_type=found.content_type)
    answer["Content-Disposition"] = f"{way}; filename*=UTF-8''{quote(found.filename)}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    # A picture or a PDF needs nothing from outside; whatever slipped through may run nothing.
    answer["Content-Security-Policy"] = (
        "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"
    )
    return answer
