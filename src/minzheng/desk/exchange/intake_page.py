"""One file that came in: what is wrong in which row, taken in or put right, taken back; and the receipt for it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import latest_first
from minzheng.desk.releases.workbook import Sheet as Page
from minzheng.desk.releases.workbook import workbook
from minzheng.desk.sheets import NOTHING, Sent, Sheet, handled, receive
from minzheng.kernel import audit
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare import Extract
from minzheng.kernel.declare.forms import Form, Text
from minzheng.kernel.errors import NotFound
from minzheng.kernel.exchange.extracts import duties, intake
from minzheng.kernel.exchange.extracts.reading import CHANGE
from minzheng.kernel.exchange.extracts.receipts import csv_of, receipt_for
from minzheng.kernel.exchange.models import Intake, IntakeRow
from minzheng.kernel.reveals.leaving import left
from minzheng.ui.shown import cn_datetime
from minzheng.ui.tables import Head, Row

from .reach import FILES, brought_by, intake_badge

__all__ = ["brought", "faulty", "line", "receipt"]

_COLUMNS = (Head("行号", "number"), Head("记录编号"), Head("问题"))
_ENTRIES = (Head("行号", "number"), Head("问题"))
_REASON = (Text("reason", "理由", longest=300, lines=2),)
_UNDO = Form("undo", "撤销入库", _REASON)
_ASIDE = Form("aside", "作废", _REASON)
Line = IntakeRow.State


def _found(pk: int, by: Actor) -> Intake:
    one = brought_by(by).filter(pk=pk).first()
    if one is None:
        raise NotFound("extract_file_unknown", "没有这个批次，或不在您的管辖范围内。请返回列表重新选择。")
    return one


@require_http_methods(["GET", "POST"])
def brought(request: HttpRequest, intake_id: int) -> HttpResponse:
    """The page and its deeds."""
    by = staff(request)
    one = _found(intake_id, by)
    counts = Counter(one.lines.values_list("state", flat=True))
    sheets = _sheets(one, counts, by)
    done, status = handled(request, sheets, by=by, about=one, read="extracts.read_intake")
    if done:
        return redirect(f"{FILES[1]}in/{one.pk}/")
    page = latest_first(one.lines.filter(state=Line.FAULTY), request)
    extract = duties.extract_of(one.extract, by).item
    lead = f"{extract.label}，{name_of(one.path)}，{one.by_name} {cn_datetime(one.at)} 导入"
    head = header(f"导入批次 {one.number}", crumbs=_crumbs(one, extract), badge=intake_badge(one), lead=lead)
    return render(request, "desk/exchange/intake.html", {
        **head, "one": one, "exchanged": extract.named is None, "facts": _facts(one), "stats": _stats(one, counts),
        "columns": _ENTRIES if extract.named else _COLUMNS, "sheets": sheets, "page": page,
        "rows": [
            Row([each.line, *([] if extract.named else [each.key or "—"]), _problems(each)],
                url=f"{FILES[1]}in/{one.pk}/{each.line}/")
            for each in page.rows
        ],
    }, status=status)  # fmt: skip


def _crumbs(one: Intake, extract: Extract) -> list[tuple[str, str]]:
    """Back to the register whose entries the file brought, or to the files that are exchanged."""
    if extract.named is None:
        return [FILES]
    here = f"/desk/registers/{one.extract}/"
    return [("台账", "/desk/registers/"), (extract.label, here), ("导入", f"{here}import/")]


def _problems(row: IntakeRow) -> str:
    """In which cell, of which column, what."""
    said = (f"{one['field']}：{one['what']}" for one in row.errors)
    return "；".join(
        f"{one.get('cell', '')} {text}".strip() for one, text in zip(row.errors, said, strict=True)
    )


def _facts(one: Intake) -> list[tuple[str, str]]:
    facts = [("文件", one.filename), ("文件摘要", one.file_sha[:16])]
    if one.taken_at:
        facts.append(("入库时间", cn_datetime(one.taken_at)))
    if one.undone_at:
        facts.append(
            (
                one.get_state_display(),
                f"{one.undone_by_name} {cn_datetime(one.undone_at)}：{one.undone_reason}",
            )
        )
    return facts


def _stats(one: Intake, counts: Counter[str]) -> list[dict[str, Any]]:
    labels = (
        (Line.GOOD, "待入库", "", ""), (Line.TAKEN, "已入库", "", ""), (Line.SAME, "与库中一致", "", "不必入库"),
        (Line.FAULTY, "有误", "bad", "须更正"),
    )  # fmt: skip
    stats: list[dict[str, Any]] = [{"label": "共", "value": f"{one.rows:,}", "unit": "行"}]
    return stats + [
        {
            "label": label,
            "value": f"{counts[state]:,}",
            "unit": "行",
            "kind": kind,
            "note": note if counts[state] else "",
        }
        for state, label, kind, note in labels
    ]


def _sheets(one: Intake, counts: Counter[str], by: Actor) -> list[Sheet]:
    """What may be done now, by whoever handles the file here."""
    if not any(
        one.path.startswith(path) for path in duties.places_of(duties.extract_of(one.extract, by), by)
    ):
        return []
    found: list[Sheet] = []
    live, faulty = one.state in (Intake.State.STAGED, Intake.State.TAKEN), counts[Line.FAULTY]
    waiting = counts[Line.GOOD] or (counts[Line.SAME] and one.state == Intake.State.STAGED)
    if live and waiting and faulty:
        found.append(Sheet("good", NOTHING, lambda sent: _take(one, sent, by, only_good=True), version=one.version,
                           submit=f"先入库通过的 {counts[Line.GOOD]} 行"))  # fmt: skip
    elif live and waiting:
        found.append(
            Sheet("all", NOTHING, lambda sent: _take(one, sent, by), version=one.version, submit="全部入库")
        )
    if one.state == Intake.State.TAKEN:
        found.append(Sheet("undo", _UNDO, lambda sent: _undo(one, sent, by), submit="撤销入库", version=one.version,
                           danger=True, confirm="撤销后，这个批次改动的记录恢复原状。确定撤销？"))  # fmt: skip
    if one.state == Intake.State.STAGED:
        found.append(Sheet("aside", _ASIDE, lambda sent: _aside(one, sent, by), submit="作废这个批次",
                           version=one.version, quiet=True))  # fmt: skip
    return found


def _take(one: Intake, sent: Sent, by: Actor, *, only_good: bool = False) -> str:
    intake.take_in(intake=one, only_good=only_good, version=sent.version, by=by, key=sent.key)
    return "通过的行已入库。有误的行更正后可以再入库。" if only_good else "已全部入库。"


def _undo(one: Intake, sent: Sent, by: Actor) -> str:
    given = _UNDO.clean(sent.answers).plain
    intake.undo(intake=one, reason=given["reason"], version=sent.version, by=by, key=sent.key)
    return "已撤销，记录恢复原状。"


def _aside(one: Intake, sent: Sent, by: Actor) -> str:
    given = _ASIDE.clean(sent.answers).plain
    intake.put_aside(intake=one, reason=given["reason"], version=sent.version, by=by, key=sent.key)
    return "批次已作废，没有入库任何记录。"


@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, intake_id: int, number: int) -> HttpResponse:
    """One faulty row: what, why, what next; and the row to be put right."""
    by = staff(request)
    one = _found(intake_id, by)
    row = one.lines.filter(line=number).first()
    if row is None:
        raise NotFound("extract_row_unknown", "这个批次没有这一行。请返回批次重新选择。")
    sheets, status = [_correct_sheet(one, row, by)] if row.state == Line.FAULTY else [], 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=one.path)
        if done:
            row.refresh_from_db()
            again = row.state == Line.FAULTY
            return redirect(f"{FILES[1]}in/{one.pk}/{number}/" if again else f"{FILES[1]}in/{one.pk}/")
    else:
        audit.read("extracts.read_row", by=by, about=one, path=one.path, reason=f"第{number}行")
    crumbs = [
        *_crumbs(one, duties.extract_of(one.extract, by).item),
        (f"导入批次 {one.number}", f"{FILES[1]}in/{one.pk}/"),
    ]
    return render(request, "desk/exchange/line.html", {
        **header(f"第 {number} 行", crumbs=crumbs, lead=row.get_state_display()), "row": row, "sheets": sheets,
    }, status=status)  # fmt: skip


def _written(extract: Extract) -> list[tuple[str, str]]:
    """The columns of a line, code and label; what is to be done with a record only where a file says so."""
    columns = [(each.code, each.label) for each in extract.fields]
    return [*columns, ("change", CHANGE)] if extract.until else columns


def _correct_sheet(one: Intake, row: IntakeRow, by: Actor) -> Sheet:
    """Every column as it was written; the wrong ones first."""
    wrong = {each["field"] for each in row.errors}
    extract = duties.extract_of(one.extract, by).item
    known = {each.code: each for each in extract.fields}
    columns = _written(extract)
    columns.sort(key=lambda pair: pair[1] not in wrong)
    form = Form("correct", "更正", tuple(
        Text(code, label, longest=max(120, known[code].longest) if code in known else 120,
             required=code in known and known[code].required)
        for code, label in columns
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        cells = {code: str(given.get(code) or "") for code, _ in columns}
        done = intake.correct(line=row, cells=cells, by=by, key=sent.key)
        return (
            "已更正，这一行核对通过。"
            if done.state != Line.FAULTY
            else "已保存，但仍有问题，请按说明再更正。"
        )

    return Sheet("correct", form, do, submit="保存并重新核对", values=row.cells)


@require_GET
def receipt(request: HttpRequest, intake_id: int) -> HttpResponse:
    """What became of each row, for the side that sent the file."""
    by = staff(request)
    one = _found(intake_id, by)
    audit.read("extracts.receipt", by=by, about=one, path=one.path)
    left(f"数据交换回执 {one.number}", rows=one.lines.count(), path=one.path, by=by)
    answer = HttpResponse(csv_of(receipt_for(one)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{one.number}-receipt.csv"'
    return answer


@require_GET
def faulty(request: HttpRequest, intake_id: int) -> FileResponse:
    """The faulty rows as they were written, with what is wrong, to be put right and brought in again."""
    by = staff(request)
    one = _found(intake_id, by)
    extract = duties.extract_of(one.extract, by).item
    columns = _written(extract)
    heads = [*(Head(label) for _, label in columns), Head("问题"), Head("原因"), Head("怎么办")]

    def row(each: IntakeRow) -> list[str]:
        said = [
            "；".join(
                f"{wrong.get('cell', '')} {wrong['field']}：{wrong[name]}".strip() for wrong in each.errors
            )
            for name in ("what", "why", "next")
        ]
        return [*(each.cells.get(code, "") for code, _ in columns), *said]

    rows = (
        row(each) for each in one.lines.filter(state=Line.FAULTY).order_by("line").iterator(chunk_size=2000)
    )
    return workbook("有误的行", [Page("有误的行", heads, rows)], by=by, about=one, path=one.path)
