"""A row of a department's file as it was sent, beside whoever it may be about, and the steward's word on it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.reveals.links import link
from minzheng.desk.sheets import receive
from minzheng.kernel import audit
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.linkage import duties, queries
from minzheng.kernel.linkage.models import Unsure
from minzheng.kernel.linkage.revealed import ROW
from minzheng.kernel.people.masks import mask_id_number, mask_phone
from minzheng.kernel.people.models import Person
from minzheng.ui.shown import cn_datetime
from minzheng.ui.tables import Head, Row

from .parts import ROOM, ROWS, file_of, likeness, numbered, signed, told, unsure_badge
from .unsure_sheets import sheets_of

__all__ = ["unsure"]

_COLUMNS = (Head("项目"), Head("来件"), Head("档案"), Head("比对"), Head("证据（位）", "number"))
_FIELDS = {
    "name": "姓名", "number": "号码", "sex": "性别", "birth": "出生日期", "place": "居住地", "phone": "联系电话",
    "died": "死亡登记",
}  # fmt: skip
_SEX = {"1": "男", "2": "女"}


@require_http_methods(["GET", "POST"])
def unsure(request: HttpRequest, unsure_id: int) -> HttpResponse:
    """The page and its deeds."""
    by = duties.steward(staff(request))
    one = queries.unsure_of(unsure_id, by)
    people = queries.candidates(one, by)
    sheets, status = sheets_of(one, people, by), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=one.path)
        if done:
            return redirect(f"{ROWS[1]}{one.pk}/")
    else:
        for person in filter(None, people):
            audit.read("people.read_person", by=by, about=person, path=person.path, reason="核对外来名单")
    said = _said(one)
    return render(request, "desk/people/unsure_row.html", {
        **header(
            f"{one.source}：{one.said['name']}", crumbs=[ROOM, ROWS], badge=unsure_badge(one),
            lead=f"{name_of(one.path)}，{one.purpose}，{_where(one)}",
        ),
        "one": one, "said": [(label, said[code]) for code, label in _FIELDS.items() if code in said],
        "columns": _COLUMNS, "sheets": sheets, "decided": _decided(one),
        "doubles": queries.doubles_among(people, by) if one.state == Unsure.State.OPEN else False,
        "likely": [_likely(one, at, person, said) for at, person in enumerate(people)],
    }, status=status)  # fmt: skip


def _where(one: Unsure) -> str:
    """Which line or record it is."""
    return f"记录编号{one.key}" if one.key else f"第{one.incoming_id}号名单第{one.row + 1}行"


def _said(one: Unsure) -> dict[str, Any]:
    """The row field by field, as it was sent."""
    said = one.said
    number, phone = (mask_id_number(said["number"]), mask_phone(said["phone"]))
    return {
        "name": said["name"], "number": link(number, ROW, one.pk, "said-id_number") if said["number"] else "",
        "sex": _SEX.get(said["sex"], said["sex"]), "birth": said["birth"],
        "place": name_of(said["path"]) if said["path"] else "",
        "phone": link(phone, ROW, one.pk, "said-phone") if said["phone"] else "",
    }  # fmt: skip


def _likely(one: Unsure, at: int, person: Person | None, said: dict[str, Any]) -> dict[str, Any]:
    """One who is like it: the file beside the row, field by field, with the reasons."""
    told_of = one.candidates[at]
    if person is None:
        return {"title": f"{at + 1}．档案已不在您的管辖范围内", "rows": []}
    file = told(person, names({person.path, person.hukou_path}))
    if person.id_number:
        file["number"] = link(numbered(person), ROW, one.pk, f"{at + 1}-id_number")
    file["phone"] = link(file["phone"], ROW, one.pk, f"{at + 1}-phone")
    why = {reason["field"]: reason for reason in told_of["evidence"]}
    rows = [
        Row([label, said.get(code, ""), file[code], (found := why.get(code, {})).get("words", ""),
             signed(found.get("bits"))])
        for code, label in _FIELDS.items()
    ]  # fmt: skip
    start = told_of["weight"] - sum(reason["bits"] for reason in told_of["evidence"])
    rows = [row for row in rows if any(row.cells[1:])]
    rows.append(Row(["起点", "", "", "任取一行和一份档案，极少是同一人", signed(start)]))
    rows.append(Row(["合计", "", "", f"相似程度{likeness(told_of['weight'])}", signed(told_of["weight"])]))
    return {"title": f"{at + 1}．{file_of(person)}", "rows": rows}


def _decided(one: Unsure) -> list[tuple[str, str]]:
    if one.decided_at is None:
        return []
    facts = [("结论", one.get_state_display())]
    if one.person is not None:
        facts.append(("认定的人员", file_of(one.person)))
    return [
        *facts, ("核对人", one.decided_by_name), ("核对时间", cn_datetime(one.decided_at)), ("依据", one.reason),
    ]  # fmt: skip
