"""The receipt (回执) for a file, record by record; written for what came in, read for what went out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from minzheng.kernel.errors import Refused
from minzheng.kernel.exchange.models import Intake, IntakeRow

from .reading import table_of

__all__ = ["RECEIPT", "Said", "csv_of", "receipt_for", "receipt_of"]

RECEIPT = ("回执号", "行号", "记录编号", "结果", "原因")
_ACCEPTED, _REFUSED = "接收", "退回"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NEXT = "请向对方索取正确的回执。"


@dataclass(frozen=True, slots=True)
class Said:
    """What the other side says of one record."""

    line: int
    key: str
    accepted: bool
    reason: str


def receipt_for(intake: Intake) -> Iterator[Sequence[str]]:
    """The rows of an intake with what became of each; the head first."""
    yield RECEIPT
    taken = (IntakeRow.State.TAKEN, IntakeRow.State.SAME)
    for one in intake.lines.order_by("line").iterator(chunk_size=2000):
        why = "；".join(f"{each['field']}：{each['what']}，{each['next']}" for each in one.errors)
        if one.state not in taken and not why:
            why = one.get_state_display() if intake.state != Intake.State.STAGED else "尚未入库"
        yield (
            intake.number, str(one.line), one.key, _ACCEPTED if one.state in taken else _REFUSED,
            "" if one.state in taken else why,
        )  # fmt: skip


def receipt_of(content: bytes) -> tuple[str, list[Said]]:
    """Its number and what it says of each record; a row that is not understood leaves the whole unread."""
    lines = table_of(content)
    at = next((n for n, (_, row) in enumerate(lines) if tuple(row[: len(RECEIPT)]) == RECEIPT), None)
    if at is None:
        raise Refused("receipt_header", f"回执的表头应为：{'、'.join(RECEIPT)}。{_NEXT}", field="file")
    said: list[Said] = []
    numbers: set[str] = set()
    for line, row in lines[at + 1 :]:
        number, _, key, result, reason = (*row, "", "", "", "", "")[:5]
        if result not in (_ACCEPTED, _REFUSED) or not number:
            raise Refused(
                "receipt_result", f"回执第 {line} 行的结果应为“接收”或“退回”。{_NEXT}", field="file"
            )
        numbers.add(number[:60])
        said.append(Said(line, key, result == _ACCEPTED, reason))
    if len(numbers) != 1:
        raise Refused(
            "receipt_number", f"回执应只有一个回执号，现有 {len(numbers)} 个。{_NEXT}", field="file"
        )
    return numbers.pop(), said


def csv_of(rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV that a spreadsheet opens as text: marked as UTF-8, nothing in it is reckoned with (handbook 15 §12)."""
    out = io.StringIO(newline="")
    writing = csv.writer(out)
    for row in rows:
        writing.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
