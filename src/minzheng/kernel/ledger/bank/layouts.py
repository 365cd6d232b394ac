"""Each county's bank takes files in a layout of its own; which one holds where and when is a dated parameter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.law import reading
from minzheng.kernel.law.parameters import Parameters

__all__ = ["FIELDS", "PARAMETER", "BankLayout", "Column", "layout", "layout_at", "layouts", "read_layouts"]

PARAMETER = "ledger.bank_layout"
FIELDS = ("batch", "serial", "reference", "owner", "account", "amount")
_NEEDED = {"reference", "owner", "account", "amount"}
_KINDS = {"csv": ".csv", "xlsx": ".xlsx", "pain001": ".xml"}
_ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what stands in it, and the header above it."""

    field: str
    header: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BankLayout:
    """How a file for one kind of bank looks."""

    code: str
    label: str
    kind: str
    columns: tuple[Column, ...] = ()
    encoding: str = "utf-8-sig"
    unit: str = "yuan"
    total: bool = False

    @property
    def suffix(self) -> str:
        """How the name of such a file ends."""
        return _KINDS[self.kind]

    @property
    def headers(self) -> tuple[str, ...]:
        """The first row."""
        return tuple(column.header for column in self.columns)


@cache
def layouts() -> Mapping[str, BankLayout]:
    """The layouts the platform knows, by code."""
    return read_layouts(reading.read_file(Path(__file__).with_name("layouts.yaml")))


def layout(code: str) -> BankLayout:
    """One layout, or a clear refusal."""
    found = layouts().get(code)
    if found is None:
        names = "、".join(layouts())
        raise Refused(
            "bank_layout_unknown", f"没有“{code[:40]}”这种银行文件格式。请在标准与参数中改为：{names}。"
        )
    return found


def layout_at(parameters: Parameters, *, path: str, on: date) -> BankLayout:
    """The layout the bank of a place takes on a day; pass ``catalogue.current().parameters()``."""
    return layout(str(parameters.get(PARAMETER, path=path, on=on).value))


def read_layouts(content: Any) -> Mapping[str, BankLayout]:
    """Layouts as they are declared; what cannot be carried out is refused at the start."""
    if not isinstance(content, dict):
        raise Mistake("bank_layout", "layouts.yaml：每种格式写成“编码: 内容”的形式。")
    return MappingProxyType({str(code): _layout(str(code), entry) for code, entry in content.items()})


def _layout(code: str, entry: Any) -> BankLayout:
    optional = ["encoding", "unit", "total", "columns"]
    entry = reading.only_keys(
        entry, required=["label", "kind"], optional=optional, where=f"银行文件格式 {code}"
    )
    pairs = [pair for row in entry.get("columns", ()) for pair in row.items()]
    found = BankLayout(
        code=code, label=entry["label"], kind=entry["kind"], encoding=entry.get("encoding", "utf-8-sig"),
        unit=entry.get("unit", "yuan"), total=entry.get("total", False),
        columns=tuple(Column(str(field), str(header)) for field, header in pairs),
    )  # fmt: skip
    if wrong := _wrong_in(found):
        raise Mistake("bank_layout", f"银行文件格式 {code}：{wrong}。")
    return found


def _wrong_in(found: BankLayout) -> str:
    fields = [column.field for column in found.columns]
    if found.kind not in _KINDS:
        return f"kind 只能是 {'、'.join(_KINDS)}"
    if found.encoding not in _ENCODINGS or found.unit not in ("yuan", "fen") or type(found.total) is not bool:
        return "encoding、unit 或 total 不对"
    if found.kind == "pain001":
        return "pain001 的内容由标准规定，不列 columns" if fields else ""
    if not set(fields) <= set(FIELDS) or len(set(fields)) != len(fields):
        return f"columns 只能是 {'、'.join(FIELDS)}，每项一次"
    if missing := _NEEDED - set(fields):
        return f"columns 缺少 {'、'.join(sorted(missing))}"
    if found.total and fields[0] == "amount":
        return "合计行的第一列写“合计”，不能是金额"
    return "" if len(set(found.headers)) == len(fields) else "表头重复"
