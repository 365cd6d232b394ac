"""What a line of the rural department's list must say, and what it must not contradict on file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.declare import Wrong
from minzheng.kernel.people.models import Person

from ..models import RuralWatch

__all__ = ["check"]

_FIX = "请与来源单位核对，更正后重新提交这一行。"
Row = Mapping[str, Any]


def check(rows: Mapping[int, Row]) -> Iterator[tuple[int, Wrong]]:
    """Days follow each other, the name is that of the file here, and nobody is listed under two keys."""
    if not rows:
        return
    numbers = [row["id_number"] for row in rows.values()]
    people = Person.objects.filter(id_number__in=set(numbers)).only("id_number", "name")
    names = {str(one.id_number): one.name for one in people}
    kept = dict(
        RuralWatch.objects.filter(key__in=[row["key"] for row in rows.values()]).values_list(
            "key", "listed_on"
        )
    )
    elsewhere = _watched(numbers)
    times, usual = Counter(numbers), Counter(row["listed_on"] for row in rows.values()).most_common(1)[0][0]
    for line, row in rows.items():
        found = [*_days(row, usual, kept), *_named(row, names)]
        if times[row["id_number"]] > 1 or elsewhere.get(row["id_number"], row["key"]) != row["key"]:
            found.append(
                Wrong("公民身份号码", "已在另一个监测对象编号下", "一个人在名单中只能有一条。", _FIX)
            )
        yield from ((line, wrong) for wrong in found)


def _watched(numbers: list[str]) -> dict[str, str]:
    rows = RuralWatch.objects.filter(id_number__in=set(numbers), state=RuralWatch.State.WATCHED)
    return {str(one.id_number): one.key for one in rows.only("id_number", "key")}


def _days(row: Row, usual: str, kept: Mapping[str, Any]) -> Iterator[Wrong]:
    listed = row["listed_on"]
    if listed > clock.today().isoformat():
        yield Wrong("名单截止日期", "晚于今天", "名单只能说到今天为止的情况。", _FIX)
    elif listed != usual:
        yield Wrong("名单截止日期", "与名单的其他行不同", "一份名单只有一个截止日期。", _FIX)
    elif row["key"] in kept and listed < kept[row["key"]].isoformat():
        yield Wrong("名单截止日期", "早于已入库的名单", "旧名单不能盖过新名单。", "请改用最新的名单。")
    if row["from_on"] > listed:
        yield Wrong("纳入监测日期", "晚于名单截止日期", "纳入以后才会在名单上。", _FIX)
    if row["until_on"] and not row["from_on"] <= row["until_on"] <= listed:
        yield Wrong(
            "风险消除日期", "不在纳入监测日期和名单截止日期之间", "风险在纳入以后、制表以前消除。", _FIX
        )


def _named(row: Row, names: Mapping[str, str]) -> Iterator[Wrong]:
    known = names.get(row["id_number"])
    if known is not None and known != row["name"]:
        yield Wrong("姓名", "与本平台该号码登记的姓名不同", "同一号码只能是同一个人。", _FIX)
