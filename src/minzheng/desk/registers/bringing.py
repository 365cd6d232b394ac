"""Entries that come in by a file: the template with its codes, the file checked row by row, and what became of each.

Staging, correcting, taking in and taking back are those of every file of agreed shape (``kernel.exchange.extracts``).
"""

from __future__ import annotations

import tempfile
from typing import Any

import xlsxwriter
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.exchange.reach import FILES, brought_by, intake_badge
from minzheng.desk.frame import header, staff
from minzheng.desk.paging import latest_first
from minzheng.desk.sheets import fresh_key, limited
from minzheng.kernel import catalogue
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare import Extract
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.exchange.extracts import duties, entries
from minzheng.kernel.exchange.extracts.intake import stage
from minzheng.kernel.exchange.extracts.reading import CHANGE, letters
from minzheng.kernel.exchange.models import Intake
from minzheng.kernel.registers.reach import Declared
from minzheng.ui.tables import Head, Row

__all__ = ["bring", "brings", "template"]

_COLUMNS = (
    Head("批次号"), Head("地区"), Head("状态"), Head("行数", "number"), Head("导入人", secondary=True),
    Head("导入时间", "instant", secondary=True),
)  # fmt: skip
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TOLD = 60  # so many codes are written out; all of them stand on a sheet of their own
_PREPARED = 2000  # so many lines of the template offer the codes to choose from
_KINDS = {
    "text": "文字", "code": "从下拉列表中选择，或写代码", "date": "日期，如 2022-03-01", "money": "元，最多两位小数",
    "count": "整数", "number": "整数", "id_number": "18 位号码", "area": "12 位代码", "key": "字母、数字、短横线",
}  # fmt: skip


def _code(declared: Declared) -> str:
    """By which file the entries of a register come in; empty where none does."""
    if declared.item.brought_by:
        return f"{declared.domain.code}.{declared.item.brought_by}"
    return declared.code if entries.by_file(declared) else ""


def brings(declared: Declared, by: Actor) -> list[str]:
    """The places into which the actor brings entries of a register."""
    deed = entries.by_file(declared)
    if deed is not None:
        return entries.held(declared, deed.by, by)
    extract = catalogue.current().extracts.get(_code(declared))
    return duties.places_of(extract, by) if extract else []


def _asked(request: HttpRequest, code: str) -> tuple[Actor, Declared, duties.Declared, dict[str, str]]:
    by = staff(request)
    declared = catalogue.current().registers.get(code)
    if declared is None or not _code(declared):
        raise NotFound("register_not_brought", "这本台账不能由文件导入。请从台账目录中选择。")
    places = brings(declared, by)
    if not places:
        deed = entries.by_file(declared)
        extract = catalogue.current().extracts.get(_code(declared))
        labels = "、".join(
            role.label for role in (deed.by if deed else extract.item.handled_by if extract else ())
        )
        raise NotAllowed("extract_duty", f"“{declared.item.label}”由“{labels}”导入，您没有这一岗位。")
    return by, declared, duties.extract_of(_code(declared), by), dict(sorted(names(set(places)).items()))


@limited
@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest, code: str) -> HttpResponse:
    """The template, a file to be checked, and the files brought before."""
    by, declared, extract, places = _asked(request, code)
    problem = ""
    if request.method == "POST":
        try:
            return redirect(f"{FILES[1]}in/{_staged(request, extract.code, places, by).pk}/")
        except Refused as error:
            problem = error.message
    page = latest_first(brought_by(by, extract.code), request, size=10)
    shown = names({one.path for one in page.rows})
    rows = [
        Row([one.number, shown[one.path], intake_badge(one), one.rows, one.by_name, one.at],
            url=f"{FILES[1]}in/{one.pk}/")
        for one in page.rows
    ]  # fmt: skip
    crumbs = [("台账", "/desk/registers/"), (declared.item.label, f"/desk/registers/{code}/")]
    lead = "先逐行核对，再决定入库；入库后可以整批撤销。"
    return render(request, "desk/registers/import.html", {
        **header(f"导入{declared.item.label}", crumbs=crumbs, lead=lead), "columns": _COLUMNS, "rows": rows,
        "page": page, "places": list(places.items()), "problem": problem, "key": fresh_key(request),
        "most": extract.item.most, "template_url": f"/desk/registers/{code}/import/template/",
    }, status=400 if problem else 200)  # fmt: skip


def _staged(request: HttpRequest, extract: str, places: dict[str, str], by: Actor) -> Intake:
    file, place = request.FILES.get("file"), request.POST.get("place", "")
    if file is None:
        raise Refused("file_missing", "请选择要导入的文件。", field="file")
    if place not in places:
        raise Refused("place_missing", "请选择导入到哪个地区。", field="place")
    found = stage(extract=extract, content=file.read(), filename=file.name or "", path=place, by=by,
                  key=fresh_key(request))  # fmt: skip
    messages.success(request, "文件已核对，还没有入库。请查看结果，再决定入库。")
    return found


@require_GET
def template(request: HttpRequest, code: str) -> FileResponse:
    """An empty workbook: the columns with their codes to choose from, and a sheet that says how each is written."""
    _, declared, shape, _ = _asked(request, code)
    extract = shape.item
    out = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115  # the door closes it after sending
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("数据")
        _explained(book, extract)
        _columns(book, sheet, extract)
    out.seek(0)
    name = f"{declared.item.label}导入模板.xlsx"
    return FileResponse(out, as_attachment=True, filename=name, content_type=_XLSX)


def _columns(book: Any, sheet: Any, extract: Extract) -> None:
    head, must = book.add_format({"bold": True}), book.add_format({"bold": True, "font_color": "#a61b1b"})
    sheet.freeze_panes(1, 0)
    text = book.add_format({"num_format": "@"})
    offered, next_one = book.add_worksheet("可选内容"), 0
    offered.set_column(0, len(extract.fields), 24)
    for at, field in enumerate(extract.fields):
        sheet.set_column(at, at, 18, text)
        sheet.write_string(0, at, field.label, must if field.required else head)
        if field.options:
            offered.write_string(0, next_one, field.label, head)
            offered.write_column(1, next_one, list(field.options.values()))
            column, next_one = letters(next_one), next_one + 1
            source = f"='可选内容'!${column}$2:${column}${len(field.options) + 1}"
            sheet.data_validation(1, at, _PREPARED, at, {"validate": "list", "source": source})
    if extract.until:
        sheet.write_string(0, len(extract.fields), CHANGE, head)


def _explained(book: Any, extract: Extract) -> None:
    sheet = book.add_worksheet("填写说明")
    sheet.set_column(0, 3, 24)
    for at, title in enumerate(("列", "必填", "写法", "代码")):
        sheet.write_string(0, at, title, book.add_format({"bold": True}))
    for line, field in enumerate(extract.fields, 1):
        codes = "、".join(f"{code} {word}" for code, word in list(field.options.items())[:_TOLD])
        told = (field.label, "是" if field.required else "否", _KINDS[field.kind], codes or field.standard)
        for at, said in enumerate(told):
            sheet.write_string(line, at, said)
