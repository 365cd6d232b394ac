"""One row against the agreed shape: every cell in its stored form, or what is wrong with it and what to do.

Stored forms are those of JSON: money in fen, days as text, codes as codes.  Nothing a person bears is repeated in a
message but by the name of its column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from typing import Any

from minzheng.kernel import clock, declare
from minzheng.kernel.declare import ExtractField, Wrong
from minzheng.kernel.errors import Refused
from minzheng.kernel.people import identity

__all__ = ["cleaned", "written"]

_KEY = re.compile(r"[A-Za-z0-9-]{1,60}")
_MONEY = re.compile(r"(\d{1,10})(?:\.(\d{1,2}))?")
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))")
_FIX = "请更正后重新提交这一行。"
Clean = Callable[[ExtractField, str, Collection[str]], Any]


class _Bad(Exception):
    """What a cell is, and why it cannot be."""


def cleaned(
    extract: declare.Extract, cells: Mapping[str, str], *, areas: Collection[str]
) -> tuple[dict[str, Any], list[Wrong]]:
    """The stored form of a row and what is wrong in it; ``areas`` are the codes of the importer's places."""
    row: dict[str, Any] = {}
    wrong: list[Wrong] = []
    for field in extract.fields:
        text = cells.get(field.code, "")
        if not text:
            row[field.code] = None
            if field.required:
                wrong.append(Wrong(field.label, "没有填写", "这一列是必填的。", f"请补填“{field.label}”。"))
            continue
        try:
            row[field.code] = _CLEAN[field.kind](field, text, areas)
        except _Bad as problem:
            row[field.code] = None
            what, why = problem.args
            wrong.append(Wrong(field.label, what, why, _FIX))
    row["change"], problem_of_change = _change(cells.get("change", "")) if extract.until else ("", [])
    wrong += problem_of_change
    wrong += list(_ends(extract, row))
    return row, wrong


def _change(text: str) -> tuple[str, list[Wrong]]:
    words = {label: code for code, label in declare.EXTRACT_CHANGES.items()} | {"": ""}
    code = text if text in declare.EXTRACT_CHANGES else words.get(text)
    if code is None:
        return "", [Wrong("处理", "不是约定的写法", "应为“新增”“变更”“终止”，或留空。", _FIX)]
    return code, []


def _ends(extract: declare.Extract, row: Mapping[str, Any]) -> Iterator[Wrong]:
    if row["change"] == "ended" and not row.get(extract.until):
        label = next(one.label for one in extract.fields if one.code == extract.until)
        yield Wrong(label, "没有填写", "处理为“终止”的记录须写明从哪天起终止。", f"请补填“{label}”。")


def _text(field: ExtractField, text: str, areas: Collection[str]) -> str:
    if len(text) > field.longest:
        raise _Bad("太长", f"最多 {field.longest} 个字，现有 {len(text)} 个字。")
    return text


def _key(field: ExtractField, text: str, areas: Collection[str]) -> str:
    if not _KEY.fullmatch(text):
        raise _Bad("编号不合规则", "只能由字母、数字和短横线组成，最多 60 位。")
    return text


def _code(field: ExtractField, text: str, areas: Collection[str]) -> str:
    by_word = {word: code for code, word in field.options.items()}
    # A spreadsheet takes the nought away from 01.
    found = next((one for one in (text, text.zfill(2), by_word.get(text, "")) if one in field.options), None)
    if found is None:
        table = f"（{field.standard}）" if field.standard else ""
        raise _Bad("不在可选的内容里", f"可以写{table}：{_offered(field, text)}。")
    return found


def _offered(field: ExtractField, text: str) -> str:
    """What may be written instead, what begins alike first; the code of a place says nothing to anybody."""
    every = list(field.options.items())
    near = ([one for one in every if text[:2] in one[1]] or every)[:8]
    words = "、".join(word if "/" in code else f"{code} {word}" for code, word in near)
    return words + (f"等 {len(every)} 项，见模板里的下拉列表" if len(every) > len(near) else "")


def _date(field: ExtractField, text: str, areas: Collection[str]) -> str:
    found = _DAY.fullmatch(text.removesuffix(" 00:00:00"))
    try:
        day = date(*(int(part) for part in found.groups() if part)) if found else None
    except ValueError:
        day = None
    if day is None or day.year < 1850:
        raise _Bad("日期不成立", "应写成 2022-03-01 的样子，并且是真实的日期。")
    return day.isoformat()


def _money(field: ExtractField, text: str, areas: Collection[str]) -> int:
    found = _MONEY.fullmatch(text.replace(",", ""))
    if found is None:
        raise _Bad("金额不对", "应以元为单位，不小于零，最多两位小数。")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _count(field: ExtractField, text: str, areas: Collection[str]) -> int:
    if not re.fullmatch(r"\d{1,4}", text):
        raise _Bad("不是数目", "应为不超过四位的整数。")
    return int(text)


def _number(field: ExtractField, text: str, areas: Collection[str]) -> int:
    if not re.fullmatch(r"-?\d{1,12}", text):
        raise _Bad("不是数目", "应为整数。")
    return int(text)


def _id_number(field: ExtractField, text: str, areas: Collection[str]) -> str:
    try:
        return identity.check_citizen_number(text, today=clock.today(), known_regions=None).number
    except Refused as error:
        raise _Bad("号码不成立", error.message) from None


def _area(field: ExtractField, text: str, areas: Collection[str]) -> str:
    code = text.ljust(12, "0")
    if code not in areas:
        raise _Bad("不在本次导入的地区", "应为本地区现行的 12 位统计用区划代码。")
    return code


_CLEAN: Mapping[str, Clean] = {
    "text": _text, "key": _key, "code": _code, "date": _date, "money": _money, "count": _count, "number": _number,
    "id_number": _id_number, "area": _area,
}  # fmt: skip


def written(field: ExtractField, value: Any) -> str:
    """The stored form as a file writes it; it reads back as the same."""
    if value is None:
        return ""
    if field.kind == "money":
        return f"{value // 100}.{value % 100:02d}"
    return str(value)
