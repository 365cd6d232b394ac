"""What papers of a case say that are filled from its file: application, investigation, materials, delivery."""
# ruff: noqa: RUF009  (a field says its label; the call makes a field, as dataclasses.field does)

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .shapes import Shape, says

__all__ = ["Halt", "Line", "Part", "Prolonged", "Record", "Row"]


@dataclass(frozen=True)
class Line:
    """One question and what is on file."""

    label: str = says("栏目")
    text: str = says("内容", default="")


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    cells: tuple[str, ...] = says("各栏")


@dataclass(frozen=True)
class Part:
    """One part of a record: questions and answers, a table, or both; or that there is nothing."""

    title: str = says("部分")
    lines: tuple[Line, ...] = says("栏目", default=())
    columns: tuple[str, ...] = says("表头", default=())
    rows: tuple[Row, ...] = says("表格", default=())
    otherwise: str = says("没有内容时", default="")


@dataclass(frozen=True)
class Record(Shape):
    """A paper filled from the file of a case, for those who sign it."""

    service: str = says("事项名称")
    case_number: str = says("办件编号")
    applicant: str = says("申请人")
    parts: tuple[Part, ...] = says("内容")
    statement: str = says("声明", default="")
    signers: tuple[str, ...] = says("签名栏")
    basis: str = says("依据", default="")


@dataclass(frozen=True)
class _Told(Shape):
    recipient: str = says("收件人")
    case_number: str = says("办件编号")
    phone: str = says("咨询电话")
    service: str = says("事项名称")
    why: str = says("理由")
    basis: str = says("依据")


@dataclass(frozen=True)
class Prolonged(_Told):
    """延长办理期限告知书: why, and until when (行政许可法 art. 42)."""

    before: date = says("原办结期限")
    until: date = says("延长后的办结期限")


@dataclass(frozen=True)
class Halt(_Told):
    """中止办理告知书: why, since when, and what makes it go on."""

    since: date = says("中止日期")
    resumes: str = says("恢复办理的条件")
