"""One change file: what it holds, the file itself as often as it is needed, and the other side's receipt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.releases.workbook import Sheet as Page
from minzheng.desk.releases.workbook import workbook
from minzheng.desk.sheets import fresh_key, limited
from minzheng.kernel import audit, declare
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.exchange.extracts import duties
from minzheng.kernel.exchange.extracts.reading import CHANGE
from minzheng.kernel.exchange.extracts.receipts import csv_of
from minzheng.kernel.exchange.extracts.sending import acknowledge
from minzheng.kernel.exchange.models import ExtractOut
from minzheng.kernel.reveals.leaving import left
from minzheng.ui.shown import cn_date, cn_datetime
from minzheng.ui.tables import Head, Row

from .reach import FILES, handler, out_badge

__all__ = ["download", "sent"]

_COLUMNS = (Head("行号", "number"), Head("记录编号"), Head("对方退回的原因"))
_MOST = 200


def _found(pk: int, by: Actor) -> ExtractOut:
    one = in_scope(ExtractOut.objects.all(), handler(by)).filter(pk=pk).first()
    if one is None:
        raise NotFound("extract_file_unknown", "没有这个批次，或不在您的管辖范围内。请返回列表重新选择。")
    return one


@limited
@require_http_methods(["GET", "POST"])
def sent(request: HttpRequest, out_id: int) -> HttpResponse:
    """The page; a receipt is brought as a file."""
    by = staff(request)
    one, problem, status = _found(out_id, by), "", 200
    if request.method == "POST":
        problem = _acknowledge(request, one, by)
        if not problem:
            return redirect(f"{FILES[1]}out/{one.pk}/")
        status = 400
    else:
        audit.read("extracts.read_out", by=by, about=one, path=one.path)
    label = duties.extract_of(one.extract, by).item.label
    lead = f"{label}，{name_of(one.path)}，{one.by_name} {cn_datetime(one.at)} 导出"
    refused = one.lines.filter(state="refused").order_by("line")[:_MOST]
    return render(request, "desk/exchange/out.html", {
        **header(f"变更文件 {one.number}", crumbs=[FILES], badge=out_badge(one), lead=lead), "one": one,
        "facts": _facts(one), "stats": [
            {"label": label, "value": f"{count:,}", "unit": "条"}
            for label, count in (("新增", one.new), ("变更", one.changed), ("终止", one.ended))
        ], "columns": _COLUMNS, "rows": [Row([each.line, each.key, each.reason]) for each in refused],
        "problem": problem, "key": fresh_key(request),
    }, status=status)  # fmt: skip


def _facts(one: ExtractOut) -> list[tuple[str, str]]:
    facts = [("数据截至", cn_date(one.on)), ("内容摘要", one.content_sha[:16])]
    if one.acknowledged_at:
        facts += [
            ("对方回执", f"{one.receipt}，{cn_datetime(one.acknowledged_at)} 登记"),
            ("对方退回", f"{one.refused} 条"),
        ]
    return facts


def _acknowledge(request: HttpRequest, one: ExtractOut, by: Actor) -> str:
    """What was wrong with the receipt; nothing if it was read."""
    file = request.FILES.get("file")
    try:
        if file is None:
            raise Refused("file_missing", "请选择对方的回执文件。", field="file")
        done = acknowledge(out=one, content=file.read(), by=by, key=fresh_key(request))
    except Refused as error:
        return error.message
    said = f"，其中退回 {done.refused} 条，下次导出时会再报" if done.refused else ""
    messages.success(request, f"已登记对方回执{said}。")
    return ""


def _rows(one: ExtractOut, fields: Sequence[declare.ExtractField]) -> Iterator[list[str]]:
    for each in one.lines.order_by("line").iterator(chunk_size=2000):
        change = declare.EXTRACT_CHANGES.get(each.change, "")
        yield [change, *(str(each.cells.get(field.code, "")) for field in fields)]


@require_GET
def download(request: HttpRequest, out_id: int, kind: str) -> HttpResponse | FileResponse:
    """The file, CSV or workbook, always with the same rows; that it was taken out leaves a mark."""
    by = staff(request)
    one = _found(out_id, by)
    fields = duties.extract_of(one.extract, by).item.fields
    heads = [CHANGE, *(field.label for field in fields)]
    if kind == "xlsx":
        page = Page(one.number, [Head(text) for text in heads], _rows(one, fields))
        return workbook(one.number, [page], by=by, about=one, path=one.path)
    audit.read("extracts.download", by=by, about=one, path=one.path)
    left(f"数据交换文件 {one.number}", rows=one.lines.count(), path=one.path, by=by, clear=True)
    answer = HttpResponse(csv_of([heads, *_rows(one, fields)]), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{one.number}.csv"'
    return answer
