"""A check on a phone: one clause after another, three answers each, words and a picture where it is not met."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import NOTHING, Sent, Sheet, handled, limited, receive
from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare import Checklist
from minzheng.kernel.declare.forms import Choice, Form, Photo, Text
from minzheng.kernel.documents import queries as documents
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.facilities.duties import keeps, one_of_mine
from minzheng.kernel.inspections import actions
from minzheng.kernel.inspections.checking import RESULTS
from minzheng.kernel.inspections.duties import holds, of, one_in_reach
from minzheng.kernel.inspections.models import Check
from minzheng.ui.shown import badge, iso_day
from minzheng.ui.tables import Head, Row

from .lists import INSPECTIONS

__all__ = ["check", "own"]

_COLUMNS = (Head("条款"), Head("结果"), Head("说明"))
_LOOKS = {"meets": "good", "not": "bad", "na": "neutral"}


@require_http_methods(["GET", "POST"])
@limited
def check(request: HttpRequest, check_id: int) -> HttpResponse:
    """To be carried out by those named, to be published by the county, to be read by the house itself."""
    by = staff(request)
    found = one_in_reach(Check.objects.all(), check_id, by)
    sheet_of = of(found.supervision).item.list_of(found.list_code, found.list_version)
    sheets = _sheets(found, sheet_of, by)
    done, status = handled(request, sheets, by=by, about=found, read="inspections.read_check")
    if done:
        return redirect(f"{INSPECTIONS[1]}checks/{found.pk}/")
    state = (
        badge("待检查", "warn")
        if found.done_on is None
        else badge(*(("符合", "good") if found.met else ("不符合", "bad")))
    )
    return render(request, "desk/inspections/check.html", {
        **header(found.subject_name, crumbs=[INSPECTIONS], lead=found.get_kind_display(), badge=state),
        "sheets": sheets, "columns": _COLUMNS, "rows": _rows(found, sheet_of), "facts": _facts(found, sheet_of),
    }, status=status)  # fmt: skip


def _facts(found: Check, sheet: Checklist | None) -> list[tuple[str, Any]]:
    return [
        ("检查表", f"{sheet.label if sheet else found.list_code} {found.list_version}"), ("检查人员",
        found.inspector_names),
        ("完成期限", iso_day(found.due_on)), ("检查日期", iso_day(found.done_on)), ("公开期限",
        iso_day(found.publish_by)),
        ("公开日期", iso_day(found.published_on)),
    ]  # fmt: skip


def _rows(found: Check, sheet: Checklist | None) -> list[Row]:
    """The answers, in the order of the list."""
    if found.done_on is None or sheet is None:
        return []
    given = [(one, found.answers.get(one.code, {})) for one in sheet.clauses]
    return [
        Row([one.text, badge(RESULTS.get(a.get("result", ""), "—"), _LOOKS.get(a.get("result", ""), "neutral")),
        a.get("words", "")])
        for one, a in given
    ]  # fmt: skip


def _sheets(found: Check, sheet: Checklist | None, by: Actor) -> list[Sheet]:
    declared = of(found.supervision)
    if found.done_on is None and sheet is not None and by.id in found.inspectors:
        form = _form(sheet)

        def carried_out(sent: Sent) -> str:
            answers, photos = _answers(sheet, form, sent, by)
            actions.carry_out(check=found, answers=answers, photos=photos, by=by, key=sent.key)
            return "检查结果已登记。"

        return [Sheet("check", form, carried_out, submit="登记检查结果", renamed=_renamed(sheet))]
    may_publish = holds(declared, declared.item.overseer, path=found.path, by=by)
    if found.done_on is not None and found.published_on is None and found.kind != "own" and may_publish:

        def published(sent: Sent) -> str:
            actions.publish(check=found, by=by, key=sent.key)
            return "检查结果已公开。"

        return [Sheet("publish", NOTHING, published, submit="公开检查结果")]
    return []


def _renamed(sheet: Checklist) -> dict[str, str]:
    return {one.code: f"{one.code}_result" for one in sheet.clauses}


def _form(sheet: Checklist) -> Form:
    """Three fields for each clause, in order."""
    fields: list[Any] = []
    for one in sheet.clauses:
        fields += [
            Choice(f"{one.code}_result", one.text + ("" if one.mandatory else "（推荐）"), options=RESULTS),
            Text(f"{one.code}_words", "问题说明（不符合时填写）", required=False, longest=300),
            Photo(f"{one.code}_photo", "现场照片", required=False),
        ]
    return Form("check", sheet.label, tuple(fields))


def _answers(
    sheet: Checklist, form: Form, sent: Sent, by: Actor
) -> tuple[dict[str, dict[str, Any]], dict[str, Document]]:
    given = form.clean(sent.answers).plain
    answers = {
        one.code: {
            "result": given.get(f"{one.code}_result", ""),
            "words": given.get(f"{one.code}_words") or "",
        }
        for one in sheet.clauses
    }
    pictures = {one.code: given.get(f"{one.code}_photo") for one in sheet.clauses}
    return answers, {code: documents.get(number, by) for code, number in pictures.items() if number}


@require_http_methods(["GET", "POST"])
@limited
def own(request: HttpRequest, facility_id: int) -> HttpResponse:
    """The house goes through one of its own lists itself."""
    by = staff(request)
    house = one_of_mine(facility_id, by)
    if not keeps(house, by):
        raise NotAllowed("own_check_role", "自查由机构经办人进行。")
    key = f"home:{house.pk}"
    declared = next(one for one in catalogue.current().supervisions.values() if one.item.own(key, by))
    lists = declared.item.own_lists(clock.today())
    sheet = next((one for one in lists if one.code == request.GET.get("list")), lists[0])
    form = _form(sheet)

    def do(sent: Sent) -> str:
        answers, photos = _answers(sheet, form, sent, by)
        actions.check_own_house(
            supervision=declared.code, subject=key, path=house.path, list_code=sheet.code, answers=answers,
            photos=photos,
            by=by, key=sent.key,
        )  # fmt: skip
        return "自查已登记。"

    page, status = Sheet("own", form, do, submit="登记自查", renamed=_renamed(sheet)), 200
    if request.method == "POST":
        done, status = receive(request, [page], by=by, path=house.path)
        if done:
            return redirect(INSPECTIONS[1])
    head = header(f"{house.name}自查", crumbs=[INSPECTIONS], lead=sheet.label)
    return render(request, "desk/inspections/new.html", head | {"sheet": page}, status=status)
