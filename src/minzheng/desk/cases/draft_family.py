"""The family of an application: members added, corrected, taken out, each with what is declared of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from minzheng.desk.sheets import NOTHING, Sent, Sheet, receive
from minzheng.kernel import declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework import drafting
from minzheng.kernel.casework.models import Case, Member
from minzheng.kernel.declare.forms import Choice, Day, Form, IdNumber, Text, YesNo
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.people import actions as people
from minzheng.kernel.people.relations import NOT_COUNTED, RELATIONS

from . import dossier
from .draft_frame import draft, head

__all__ = ["member_page", "members_page"]

_OTHERS = {code: word for code, word in RELATIONS.items() if code not in ("01", "02")}
ADD = Form(
    "add", "添加成员",
    (
        Text("name", "姓名", longest=60, help="与证件一致。"),
        IdNumber("id_number", "身份证号码", required=False, help="没有号码的可不填，须填出生日期。"),
        Choice("relation", "与申请人关系", options=_OTHERS),
        Choice("sex", "性别", options={"1": "男", "2": "女"}, required=False, help="有身份证号码的可不填。"),
        Day("birth", "出生日期", required=False, help="有身份证号码的可不填。"),
    ),
)  # fmt: skip
# Begin with a line, as no question of a domain's own form does.
RELATION, COUNTED, WHY = "_relation", "_counted", "_why"


def members_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """The list of members, and adding one."""
    case, declared, by = draft(request, case_id)
    sheet = _add(case, by)
    status = 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path=case.path, case_id=case.pk)
        if done:
            return redirect(f"/desk/cases/{case.pk}/draft/members/")
    family = dossier.family(case, declared.item.member_form)
    for one in family:
        one["wanting"] = _wanting(declared.item.member_form, one["row"])
    lead = "共同生活的家庭成员都要列出；不计入的写明原因。"
    shown = head(case, "家庭成员", lead=lead) | {"family": family, "sheet": sheet}
    return render(request, "desk/cases/draft_members.html", shown, status=status)


def _wanting(form: Form, member: Member) -> bool:
    """Whether something required of this member is still open."""
    try:
        form.complete(member.answers)
    except Refused:
        return True
    return False


def _add(case: Case, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        clean = ADD.clean(sent.answers)
        given = clean.plain | clean.sealed
        birth = date.fromisoformat(given["birth"]) if given.get("birth") else None
        person = people.register_person(
            name=given["name"], id_number=given.get("id_number"), path=case.path, sex=given.get("sex"), birth=birth,
            by=by, key=f"{sent.key[:60]}-p",
        )  # fmt: skip
        if case.members.filter(person=person).exists():
            raise Refused("member_twice", f"{person.name}已在成员名单中。", field="name")
        drafting.put_member(
            case.pk, person=person, relation=given["relation"], answers={}, partly=True, by=by, key=sent.key
        )
        return f"已添加{person.name}，请填写其情况。"

    return Sheet("add", ADD, do, submit="添加成员", quiet=True)


def member_page(request: HttpRequest, case_id: int, member_id: int) -> HttpResponse:
    """One member: relation, whether counted, and the declared circumstances."""
    case, declared, by = draft(request, case_id)
    member = case.members.select_related("person").filter(pk=member_id).first()
    if member is None:
        raise NotFound("member_not_found", "没有这位成员。")
    sheets = [_put(case, member, declared.item, by)]
    if member.person_id != case.applicant_id:
        sheets.append(_remove(member, by))
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=case.path, case_id=case.pk)
        if done:
            return redirect(f"/desk/cases/{case.pk}/draft/members/")
    shown = head(case, member.person.name, lead="金额为过去 12 个月合计，没有可不填。") | {"sheets": sheets}
    return render(request, "desk/cases/draft_member.html", shown, status=status)


def _member_form(case: Case, member: Member, service: declare.Service) -> Form:
    own = member.person_id == case.applicant_id
    belongs = [
        Choice(RELATION, "与申请人关系", options={"01": "本人"} if own else _OTHERS),
        YesNo(COUNTED, "计入共同生活成员"),
        Choice(WHY, "不计入的原因", options=dict(NOT_COUNTED), required=False, help="选择不计入时必选。"),
    ]  # fmt: skip
    return Form(
        service.member_form.code,
        service.member_form.label,
        (*belongs, *service.member_form.fields),
        basis=service.basis[:1],
    )


def _put(case: Case, member: Member, service: declare.Service, by: Actor) -> Sheet:
    belonging = {RELATION: member.relation, COUNTED: member.counted, WHY: member.not_counted_reason}

    def do(sent: Sent) -> str:
        drafting.put_member(
            case.pk, person=member.person, by=by, key=sent.key, **_given(sent.answers, member)
        )
        return f"{member.person.name}的情况已保存。"

    return Sheet(
        "member", _member_form(case, member, service), do, submit="保存", values=belonging | member.answers,
        renamed={"not_counted_reason": WHY, "relation": RELATION},
    )  # fmt: skip


def _given(answers: Mapping[str, Any], member: Member) -> dict[str, Any]:
    counted = answers.get(COUNTED, "true") != "false"
    relation = answers.get(RELATION, member.relation)
    if relation not in RELATIONS:
        raise Refused("relation_unknown", "请选择与申请人的关系。", field="relation")
    why = answers.get(WHY, "")
    return {
        "relation": relation, "counted": counted,
        "not_counted_reason": why if not counted and why in NOT_COUNTED else "",
        "answers": {code: value for code, value in answers.items() if not code.startswith("_")},
    }  # fmt: skip


def _remove(member: Member, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        drafting.remove_member(member.pk, by=by, key=sent.key)
        return f"已移除{member.person.name}。"

    return Sheet(
        "remove", NOTHING, do, submit="移除这位成员", quiet=True, confirm="移除后其填写的内容不再保留。"
    )
