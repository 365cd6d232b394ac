"""What papers of a case say that are filled from its file: application, investigation, materials, delivery."""
# ruff: noqa: RUF009  (a field says its label; the call makes a field, as dataclasses.field does)

from __future__ import annotations

from dataclasses import MISSING, dataclass, field
from datetime import date
from typing import Any

from .shapes import Shape

__all__ = ["Halt", "Line", "Part", "Prolonged", "Record", "Row"]


def _says(label: str, *, default: Any = MISSING) -> Any:
    return field(default=default, kw_only=True, metadata={"label": label, "money": False})


@dataclass(frozen=True)
class Line:
    """One question and what is on file."""

    label: str = _says("栏目")
    text: str = _says("内容", default="")


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    cells: tuple[str, ...] = _says("各栏")


@dataclass(frozen=True)
class Part:
    """One part of a record: questions and answers, a table, or both; or that there is nothing."""

    title: str = _says("部分")
    lines: tuple[Line, ...] = _says("栏目", default=())
    columns: tuple[str, ...] = _says("表头", default=())
    rows: tuple[Row, ...] = _says("表格", default=())
    otherwise: str = _says("没有内容时", default="")


@dataclass(frozen=True)
class Record(Shape):
    """A paper filled from the file of a case, for those who sign it."""

    service: str = _says("事项名称")
    case_number: str = _says("办件编号")
    applicant: str = _says("申请人")
    parts: tuple[Part, ...] = _says("内容")
    statement: str = _says("声明", default="")
    signers: tuple[str, ...] = _says("签名栏")
    basis: str = _says("依据", default="")


@dataclass(frozen=True)
class _Told(Shape):
    recipient: str = _says("收件人")
    case_number: str = _says("办件编号")
    phone: str = _says("咨询电话")
    service: str = _says("事项名称")
    why: str = _says("理由")
    basis: str = _says("依据")


@dataclass(frozen=True)
class Prolonged(_Told):
    """延长办理期限告知书: why, and until when (行政许可法 art. 42)."""

    before: date = _says("原办结期限")
    until: date = _says("延长后的办结期限")


@dataclass(frozen=True)
class Halt(_Told):
    """中止办理告知书: why, since when, and what makes it go on."""

    since: date = _says("中止日期")
    resumes: str = _says("恢复办理的条件")
