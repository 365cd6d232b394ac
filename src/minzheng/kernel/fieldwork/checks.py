"""Checks of houses out of doors (监督检查): the list in the version of the plan, clause by clause."""

from __future__ import annotations

from typing import Any

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Field, Form, Photo, Text
from minzheng.kernel.documents import queries as documents
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.inspections import actions
from minzheng.kernel.inspections.checking import RESULTS
from minzheng.kernel.inspections.duties import of, one_in_reach, visible
from minzheng.kernel.inspections.models import Check

from .words import Given, Theirs, Work

__all__ = ["Checks"]


class Checks:
    """Checks in which the actor is named as an inspector."""

    code, label = "checks", "监督检查"

    def works(self, by: Actor, *, ahead: int, most: int) -> list[Work]:
        known = {one.code: one for one in catalogue.current().supervisions.values() if one.item.outdoors}
        if not by.roles & {one.role(one.item.inspector) for one in known.values()}:
            return []
        waiting = Check.objects.filter(done_on=None, inspectors__contains=[by.id], supervision__in=known)
        rows = list(visible(waiting, by).order_by("due_on", "id")[:most])
        places = names(one.path for one in rows)
        return [_work(one, places[one.path]) for one in rows]

    def work(self, pk: int, by: Actor) -> Work:
        one = self._one(pk, by)
        return _work(one, names([one.path])[one.path])

    def keep(self, pk: int, given: Given, by: Actor, *, anyhow: bool = False) -> str:
        row = self._one(pk, by)
        sheet = _sheet(row)
        said = _form(sheet).clean(given.answers).plain
        answers = {
            one.code: {
                "result": said.get(f"{one.code}_result", ""),
                "words": said.get(f"{one.code}_words", ""),
            }
            for one in sheet.clauses
        }
        pictures = {clause.code: said.get(f"{clause.code}_photo") for clause in sheet.clauses}
        photos = {code: documents.get(number, by) for code, number in pictures.items() if number}
        try:
            actions.carry_out(check=row, answers=answers, photos=photos, by=by, key=given.key)
        except Refused as error:
            asked = {clause.code: f"{clause.code}_result" for clause in sheet.clauses}
            told = {asked.get(code, code): text for code, text in error.errors.items()}
            raise Refused(error.code, error.message, errors=told) from None
        return "检查结果已登记。"

    def theirs(self, pk: int, given: Given, by: Actor) -> Theirs | None:
        one = self._one(pk, by)
        if one.done_on is None:
            return None
        answers: dict[str, Any] = {}
        for code, said in one.answers.items():
            answers |= {f"{code}_result": said.get("result", ""), f"{code}_words": said.get("words", "")}
        who = "您本人" if one.done_by == by.id else "同组检查人员"
        return Theirs(who=who, at=None, words="检查结果已经登记。", answers=answers, final=True)

    def _one(self, pk: int, by: Actor) -> Check:
        found = one_in_reach(Check.objects.all(), pk, by)
        if by.id not in found.inspectors or of(found.supervision).item.outdoors is None:
            raise NotFound("inspection_unknown", "没有这条记录，或不在您的管辖范围内。")
        return found


def _sheet(one: Check) -> declare.Checklist:
    sheet = of(one.supervision).item.list_of(one.list_code, one.list_version)
    if sheet is None:
        raise Refused("list_gone", "这一版检查表已不再保留，请联系管理员。")
    return sheet


def _work(one: Check, place: str) -> Work:
    return Work(
        code=f"{Checks.code}:{one.pk}", act=one.get_kind_display(), title=one.subject_name, form=_form(_sheet(one)),
        path=one.path, facts=(("地区", place), ("检查表", _sheet(one).label), ("检查人员", one.inspector_names)),
        due=f"{one.due_on:%m月%d日}到期", late=one.due_on < clock.today(),
    )  # fmt: skip


def _form(sheet: declare.Checklist) -> Form:
    """Three fields for each clause, in order."""
    fields: list[Field] = []
    for one in sheet.clauses:
        fields += [
            Choice(f"{one.code}_result", one.text + ("" if one.mandatory else "（推荐）"), options=RESULTS),
            Text(f"{one.code}_words", "问题说明（不符合时填写）", required=False, longest=300),
            Photo(f"{one.code}_photo", "现场照片", required=False),
        ]
    return Form("check", sheet.label, tuple(fields))
