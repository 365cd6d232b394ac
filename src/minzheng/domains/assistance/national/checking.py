"""What the columns of a row must say together, and what they must not contradict on file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from minzheng.kernel.declare import Wrong
from minzheng.kernel.people.models import Person

__all__ = ["check"]

_FIX = "请核对原始资料，更正后重新提交这一行。"
Row = Mapping[str, Any]


def check(rows: Mapping[int, Row]) -> Iterator[tuple[int, Wrong]]:
    """Sex and birth agree with the number, intervals and pairs are whole, the name is that of the file here."""
    names = _names(row["id_number"] for row in rows.values())
    for line, row in rows.items():
        for wrong in (*_number(row), *_interval(row), *_disability(row), *_named(row, names)):
            yield line, wrong


def _names(numbers: Iterable[str]) -> dict[str, str]:
    found = Person.objects.filter(id_number__in=set(numbers))
    return {str(one.id_number): one.name for one in found.only("id_number", "name")}


def _number(row: Row) -> Iterator[Wrong]:
    number = row["id_number"]
    born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    if row["birth"] != born:
        yield Wrong("出生日期", "与公民身份号码不一致", "号码第7至14位就是出生日期。", _FIX)
    sex = "1" if int(number[16]) % 2 else "2"
    if row["sex"] in ("1", "2") and row["sex"] != sex:
        yield Wrong("性别", "与公民身份号码不一致", "号码第17位单数为男、双数为女。", _FIX)


def _interval(row: Row) -> Iterator[Wrong]:
    if row["until_on"] and row["until_on"] < row["from_on"]:
        yield Wrong("终止日期", "早于起始日期", "救助不能在开始之前终止。", _FIX)
    if row["members"] < 1:
        yield Wrong("保障人数", "少于一人", "有记录就至少保障一人。", _FIX)


def _disability(row: Row) -> Iterator[Wrong]:
    if bool(row["disability_category"]) != bool(row["disability_grade"]):
        yield Wrong("残疾等级", "与残疾类别没有成对", "类别和等级要么都填，要么都不填。", _FIX)


def _named(row: Row, names: Mapping[str, str]) -> Iterator[Wrong]:
    known = names.get(row["id_number"])
    if known is not None and known != row["name"]:
        yield Wrong("姓名", "与本平台该号码登记的姓名不同", "同一号码只能是同一个人。", _FIX)
