"""Files in and out: what came in and what went out, a new one of either kind, and the shape that was agreed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import latest_first
from minzheng.desk.sheets import Sent, Sheet, fresh_key, limited, receive
from minzheng.kernel import catalogue, declare
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Form
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.exchange.extracts import duties
from minzheng.kernel.exchange.extracts.cycles import due
from minzheng.kernel.exchange.extracts.intake import stage
from minzheng.kernel.exchange.extracts.reading import CHANGE
from minzheng.kernel.exchange.extracts.receipts import csv_of
from minzheng.kernel.exchange.extracts.sending import export_changes
from minzheng.kernel.exchange.models import ExtractOut, Intake
from minzheng.ui.tables import Head, Row

from .reach import FILES, brought_by, handled, handler, intake_badge, out_badge, where

__all__ = ["index", "shape", "template"]

_IN = (
    Head("批次号"), Head("数据集"), Head("地区"), Head("状态"), Head("行数", "number"), Head("导入人", secondary=True),
    Head("导入时间", "instant", secondary=True),
)  # fmt: skip
_OUT = (
    Head("批次号"), Head("数据集"), Head("地区"), Head("状态"), Head("新增", "number"), Head("变更", "number"),
    Head("终止", "number"),
    Head("导出时间", "instant", secondary=True),
)  # fmt: skip
_SHAPE = (Head("列"), Head("必填"), Head("写法"), Head("代码表", secondary=True))
_KINDS = {
    "text": "文字", "code": "代码或文字", "date": "日期，如 2022-03-01", "money": "元，最多两位小数", "count": "整数",
    "id_number": "18 位号码", "area": "12 位代码", "key": "字母、数字、短横线",
}  # fmt: skip
_WAYS = {"both": "与{}交换", "in": "由{}发来", "out": "发给{}"}


@limited
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """A file brought in, a file to be made, and the latest of both."""
    by = staff(request)
    looker, made, brought = handler(by), list[str](), handled(by, "in")
    sheets, problem, status = [_export_sheet(by, made)], "", 200
    if request.method == "POST" and request.POST.get("deed") == "bring":
        to, problem = _bring(request, by)
        if to:
            return redirect(to)
        status = 400
    elif request.method == "POST":
        done, status = receive(request, sheets, by=by, path=by.scope[0])
        if done:
            return redirect(made[0] if made else FILES[1])
    known = list(catalogue.current().extracts)
    page = latest_first(brought_by(by).filter(extract__in=known), request)
    outs = list(in_scope(ExtractOut.objects.all(), looker).order_by("-id")[:20])
    shown = names({one.path for one in (*page.rows, *outs)})
    return render(request, "desk/exchange/files.html", {
        **header(FILES[0], lead="导入先核对、后入库，有误的行逐行说明；导出只含上次以来的新增、变更和终止。"),
        "columns": _IN, "rows": [_in_row(one, shown) for one in page.rows], "page": page, "out_columns": _OUT,
        "outs": [_out_row(one, shown) for one in outs], "sheets": sheets, "problem": problem,
        "extracts": list(brought.items()), "brought": brought, "shapes": list(handled(by).items()), "due": _due(by),
        "places": list(where(by).items()), "key": fresh_key(request),
    }, status=status)  # fmt: skip


def _due(by: Actor) -> list[str]:
    """The lists that are to be exchanged again, place by place."""
    found = list(due(by))
    shown = names({one.path for one in found})
    return [
        f"{shown[one.path]}的“{one.label}”应每{one.months}个月交换一次，"
        + (f"上次是{one.last:%Y-%m-%d}，已到期。" if one.last else "还没有交换过。")
        for one in found
    ]


def _label(code: str) -> str:
    return catalogue.current().extracts[code].item.label


def _in_row(one: Intake, shown: dict[str, str]) -> Row:
    return Row(
        [one.number, _label(one.extract), shown[one.path], intake_badge(one), one.rows, one.by_name, one.at],
        url=f"{FILES[1]}in/{one.pk}/",
    )


def _out_row(one: ExtractOut, shown: dict[str, str]) -> Row:
    cells = [
        one.number, _label(one.extract), shown[one.path], out_badge(one), one.new, one.changed, one.ended, one.at,
    ]  # fmt: skip
    return Row(cells, url=f"{FILES[1]}out/{one.pk}/")


def _bring(request: HttpRequest, by: Actor) -> tuple[str, str]:
    """The address of the intake, or what was wrong with the file."""
    file, place = request.FILES.get("file"), request.POST.get("place", "")
    try:
        if file is None:
            raise Refused("file_missing", "请选择要导入的文件。", field="file")
        if place not in where(by):
            raise Refused("place_missing", "请选择导入到哪个地区。", field="place")
        intake = stage(
            extract=request.POST.get("extract", ""), content=file.read(), filename=file.name or "", path=place, by=by,
            key=fresh_key(request),
        )  # fmt: skip
    except Refused as error:
        return "", error.message
    messages.success(request, "文件已核对，还没有入库。请查看结果，再决定入库。")
    return f"{FILES[1]}in/{intake.pk}/", ""


def _export_sheet(by: Actor, made: list[str]) -> Sheet:
    extracts = handled(by, "out")
    places = where(by)
    form = Form("export", "导出变更", (
        Choice("extract", "数据集", options=extracts), Choice("path", "地区", options=places),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        out = export_changes(extract=given["extract"], path=given["path"], by=by, key=sent.key)
        made.append(f"{FILES[1]}out/{out.pk}/")
        return f"变更文件已生成：新增 {out.new} 条，变更 {out.changed} 条，终止 {out.ended} 条。"

    first = {"extract": next(iter(extracts), ""), "path": next(iter(places), "")}
    return Sheet("export", form, do, submit="生成变更文件", values=first)


@require_GET
def shape(request: HttpRequest, code: str) -> HttpResponse:
    """What was agreed: every column, how it is written, and its codes."""
    by = staff(request)
    handler(by)
    extract = duties.extract_of(code, by).item
    lead = f"{_WAYS[extract.ways].format(extract.with_whom)}，{extract.freshness}更新。双方以记录编号认定同一条记录。"
    return render(request, "desk/exchange/shape.html", {
        **header(f"约定格式：{extract.label}", crumbs=[FILES], lead=lead), "columns": _SHAPE, "code": code,
        "comes": extract.ways != "out",
        "rows": [_field(one) for one in extract.fields],
    })  # fmt: skip


def _field(one: declare.ExtractField) -> Row:
    codes = "、".join(f"{code} {word}" for code, word in one.options.items())
    table = f"{one.standard}：{codes}" if one.standard and codes else one.standard or codes
    return Row([one.label, "是" if one.required else "否", _KINDS[one.kind], table])


@require_GET
def template(request: HttpRequest, code: str) -> HttpResponse:
    """An empty file with the agreed header."""
    by = staff(request)
    handler(by)
    extract = duties.extract_of(code, by).item
    if extract.ways == "out":
        raise NotFound(
            "template_none", f"“{extract.label}”只由本平台发出，没有可以填写的模板。请用“导出”生成。"
        )
    answer = HttpResponse(
        csv_of([[CHANGE, *(one.label for one in extract.fields)]]), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="template.csv"'
    return answer
