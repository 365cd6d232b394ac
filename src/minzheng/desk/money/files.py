"""Files to and from the bank: the file handed over, once more byte for byte, and the answer that comes back."""

from __future__ import annotations

import csv
import io
from pathlib import PurePath
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from minzheng.desk.frame import staff
from minzheng.kernel.audit import Actor
from minzheng.kernel.documents.malware import search_alone
from minzheng.kernel.documents.packed import first_sheet
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.ledger import actions, bank
from minzheng.kernel.ledger.models import BankFile, Batch
from minzheng.kernel.ledger.sending import bank_file, bank_workbook
from minzheng.kernel.reveals.leaving import left

from .reach import batch_for

__all__ = ["download", "read_answer"]

_TYPES = {
    ".csv": "text/csv; charset=utf-8", ".xml": "application/xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
_KINDS = ("csv", "xlsx")  # as it was sent, whatever its layout; and as a workbook for eyes


@require_GET
def download(request: HttpRequest, batch_id: int, number: int, kind: str) -> HttpResponse:
    """A bank file made again from what was sent; the download leaves a mark."""
    by = staff(request)
    record = BankFile.objects.filter(batch=batch_for(batch_id, by), number=number).first()
    if record is None or kind not in _KINDS:
        raise NotFound("bank_file_unknown", "没有这个银行文件。请返回批次页面重新选择。")
    sent = bank_file(record=record, by=by)
    content = sent.content if kind == "csv" else bank_workbook(record=record, by=by)
    left(f"银行代发文件 {sent.name}", rows=record.count, path=record.batch.path, by=by, clear=True)
    name = PurePath(sent.name) if kind == "csv" else PurePath(sent.name).with_suffix(".xlsx")
    answer = HttpResponse(content, content_type=_TYPES[name.suffix])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def read_answer(batch: Batch, file: Any, *, by: Actor, key: str) -> str:
    """The bank's answer as it was uploaded, CSV or a workbook; every line of it or none."""
    if file is None:
        raise Refused("file_missing", "请选择银行返回的文件。", field="file")
    content = file.read()
    search_alone(content, by=by)
    if content[:4] == b"PK\x03\x04":
        content = _as_csv(content)
    got = actions.read_returns(batch=batch, rows=bank.read_answer(content), by=by, key=key)
    if got is None:
        return "这份回单刚才已经读入。"
    said = f"已读入银行回单：成功 {got.paid} 笔，退回 {got.failed} 笔"
    said += f"，重复 {got.duplicate} 笔（已忽略）" if got.duplicate else ""
    return said + (f"，有疑问 {got.rejected} 笔，请在下方查看。" if got.rejected else "。")


def _as_csv(content: bytes) -> bytes:
    """The first sheet of a workbook as the CSV the reader knows."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(first_sheet(content))
    return out.getvalue().encode()
