"""Events that a department hands over as a list (名单): looked at row by row, put right, registered, taken back.

A list bears no signature of its source.  What it says waits for the county, unless the place lets it stand
(``events.trust.list``); the same reference counts once, whether it comes by the list or by the line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from minzheng.kernel import declare
from minzheng.kernel.areas.queries import in_force
from minzheng.kernel.audit import current as deed
from minzheng.kernel.audit import system
from minzheng.kernel.declare import ExtractField as Column
from minzheng.kernel.declare import Wrong
from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.queries import current

from .deciding import unsay
from .models import LifeEvent, Report
from .registering import Told, checked, report

__all__ = ["reported_by_list"]

OF_PLATFORM = system("events")
_LIST = "名单"
_FIX = "请与来源单位核对，更正后重新提交这一行。"
_KINDS = {code: one for code, one in declare.EVENT_KINDS.items() if one.sources != ("clock",)}
_SOURCES = {code: label for code, label in declare.EVENT_SOURCES.items() if code != "clock"}
_CARD = declare.EVENT_KINDS["disability_new"].codes
_COLUMNS = (
    Column("key", "来源编号", "key"),
    Column("source", "来源单位", "code", options=_SOURCES),
    Column("kind", "事件类别", "code", options={code: one.label for code, one in _KINDS.items()}),
    Column("name", "姓名"),
    Column("id_number", "公民身份号码", "id_number", standard="GB 11643"),
    Column("day", "发生日期", "date", standard="GB/T 7408"),
    Column("to", "迁入地区划代码", required=False, longest=12, standard="统计用区划代码，12位"),
    Column("whole", "全户迁移", "code", required=False, options={"1": "是", "0": "否"}),
    Column("category", "残疾类别", "code", required=False, options=_CARD["category"], standard="GB/T 26341"),
    Column("grade", "残疾等级", "code", required=False, options=_CARD["grade"], standard="GB/T 26341"),
)
Row = Mapping[str, Any]


def reported_by_list(*, handled_by: tuple[declare.Role, ...]) -> declare.Extract:
    """The list as an office declares that it takes it in; nothing of it goes out."""
    return declare.Extract(
        "life_events", "生活事件名单", "公安、卫健、殡葬、法院、残联等单位", fields=_COLUMNS, handled_by=handled_by,
        check=_check, stands=_stands, take=_take, put_back=_put_back, until="day", freshness="随时", ways="in",
    )  # fmt: skip


def _people(rows: Iterable[Row]) -> dict[Any, Person]:
    named = Person.objects.filter(id_number__in={row["id_number"] for row in rows}).select_related(
        "merged_into"
    )
    return {one.id_number: current(one) for one in named}


def _places(rows: Iterable[Row]) -> dict[str, str]:
    codes = {str(row["to"]) for row in rows if row["to"]}
    return dict(in_force().filter(code__in=codes).values_list("code", "path"))


def _check(rows: Mapping[int, Row]) -> Iterator[tuple[int, Wrong]]:
    """Somebody of the importer's place is on file, and the source can say this of them."""
    people, places = _people(rows.values()), _places(rows.values())
    for line, row in rows.items():
        if (wrong := _wrong(row, people.get(row["id_number"]), places)) is not None:
            yield line, wrong


def _wrong(row: Row, who: Person | None, places: Mapping[str, str]) -> Wrong | None:
    if who is None or not deed().by.covers(who.path):
        return Wrong("公民身份号码", "管辖范围内没有这个号码的档案", "名单只登记本地有档案的人员。",
                     "请核对号码；人不在本地的，转请其所在地导入。")  # fmt: skip
    if who.name != row["name"]:
        return Wrong("姓名", "与本平台该号码登记的姓名不同", "同一号码只能是同一个人。", _FIX)
    if row["change"] in ("changed", "ended"):
        why = "已登记的事件由县级核实、裁定或撤销，不由名单改动。"
        return Wrong("处理", "名单只能新增事件", why, "请在“生活事件”中办理，并删去这一行。")
    if row["to"] and row["to"] not in places:
        return Wrong("迁入地区划代码", "不在本省现行区划中", "应为 12 位统计用区划代码。", _FIX)
    try:
        checked(row["kind"], who, _told(row, places, ""))
    except MinzhengError as error:
        return Wrong(_label(error), "不能登记", error.message, _FIX)
    return _known(row, who)


def _label(error: MinzhengError) -> str:
    """The column that the refusal is about."""
    field = next(iter(getattr(error, "errors", {})), "")
    code = {"to_path": "to", "source": "source"}.get(field, field)
    return next((one.label for one in _COLUMNS if one.code == code), "事件类别")


def _known(row: Row, who: Person) -> Wrong | None:
    """The source has used the reference for something else, or what it was used for has been withdrawn."""
    kept = Report.objects.filter(source=row["source"], reference=row["key"]).select_related("event").first()
    if kept is None:
        return None
    event, same = kept.event, (row["kind"], who.pk, row["day"])
    if event.state == LifeEvent.State.WITHDRAWN:
        return Wrong("来源编号", "该编号登记的事件已被撤销", f"撤销理由：{event.withdrawn_reason}", _FIX)
    if same != (event.kind, event.person_id, kept.day.isoformat()):
        why = "同一来源的同一编号已登记过，但人员、类别或日期与这一行不同。"
        return Wrong("来源编号", "与已登记的不一致", why, "更正须用新的来源编号，请与来源单位核对。")
    return None


def _told(row: Row, places: Mapping[str, str], number: str) -> Told:
    detail = {
        "to_path": places.get(str(row["to"])), "whole_household": {"1": True, "0": False}.get(str(row["whole"])),
        "category": row["category"], "grade": row["grade"],
    }  # fmt: skip
    said = {name: value for name, value in detail.items() if value is not None}
    return Told(
        source=row["source"], day=date.fromisoformat(row["day"]), reference=row["key"], detail=said,
        words=f"{_LIST}{number}", listed=True,
    )  # fmt: skip


def _stands(keys: Sequence[str]) -> Mapping[str, Row]:
    """What is registered under these references, as a row of a list would say it."""
    kept = Report.objects.filter(reference__in=keys).exclude(event__state=LifeEvent.State.WITHDRAWN)
    reports = list(kept.select_related("event__person").order_by("id"))
    paths = {one.event.to_path for one in reports} - {""}
    codes = dict(in_force().filter(path__in=paths).values_list("path", "code"))
    return {one.reference: _as_row(one, codes) for one in reports}


def _as_row(one: Report, codes: Mapping[str, str]) -> Row:
    who, said = one.event.person, one.detail
    whole = said.get("whole_household")
    return {
        "key": one.reference, "source": one.source, "kind": one.event.kind, "name": who.name,
        "id_number": who.id_number, "day": one.day.isoformat(), "to": codes.get(str(said.get("to_path"))),
        "whole": None if whole is None else "1" if whole else "0", "category": said.get("category"),
        "grade": said.get("grade"),
    }  # fmt: skip


def _take(rows: Sequence[Row], number: str) -> None:
    """Each row is a report of its source; what it belongs to and what contradicts it is found as for any other."""
    people, places = _people(rows), _places(rows)
    for row in rows:
        report(
            kind=row["kind"], person=people[row["id_number"]], told=_told(row, places, number), by=OF_PLATFORM
        )


def _put_back(rows: Mapping[str, Row | None]) -> None:
    """What nobody has looked at yet was never said; what has taken effect is withdrawn where it was decided."""
    brought = [key for key, row in rows.items() if row is None]
    reports = Report.objects.filter(reference__in=brought).select_related("event").order_by("id")
    for one in reports.exclude(event__state=LifeEvent.State.WITHDRAWN):
        if one.words.startswith(_LIST):
            unsay(event=one.event, reason="名单导入已撤销", by=OF_PLATFORM)
