"""Who lives with the applicant: the family as registered, added to by name and number, or taken from."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel import clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.drafting import put_member, remove_member
from minzheng.kernel.casework.models import Case, Member
from minzheng.kernel.errors import NotFound, Refused, Stale
from minzheng.kernel.people import masks
from minzheng.kernel.people.actions import register_person
from minzheng.portal import drafts
from minzheng.portal.pages import carried_out, key_of, page, resident_page, version_of
from minzheng.portal.words import KIN, relation
from minzheng.ui.posted import read_form

__all__ = ["NEWCOMER", "family", "fresh", "known_kin", "member_of", "remove", "step_context"]

NEWCOMER = declare.Form(
    "newcomer",
    "增加家庭成员",
    (
        declare.Text("name", "姓名", longest=60, help="与身份证上的姓名一致。"),
        declare.IdNumber(
            "id_number", "身份证号码", help="儿童的号码在户口簿上。没有号码的家人，请到窗口登记。"
        ),
        *KIN.fields,
    ),
)
MOST = 20


def fresh(case: Case, request: HttpRequest) -> None:
    """Refuse a page drawn from an older state of the application."""
    seen = version_of(request)
    if seen is not None and seen != case.version:
        raise Stale("case_changed", "这件申请刚刚在别处改过。请返回上一页核对最新内容后再保存。")


def step_context(case: Case, service: declare.Service, step: str, members: list[Member]) -> dict[str, Any]:
    """What every step's page needs."""
    missing = drafts.gaps(case, service)
    done = drafts.done_steps(case, service, members, missing)
    correction = getattr(case, "correction", None) if case.state == Case.State.CORRECTING else None
    back = drafts.before(service, step)
    return {
        # Without the menu: what is half filled in is left by the buttons, not by a slip of the thumb.
        "menu": [], "case": case, "service": service, "mandate": getattr(case, "mandate", None),
        "with_it": [drafts.service_of(one).item.label for one in drafts.going_along(case)],
        "step": drafts.STEPS[step], "missing": missing,
        "correction": correction,
        "progress": drafts.drawn_steps(case, service, step, done),
        "back_url": f"/apply/{case.pk}/{back}/" if back else "",
        "next_url": f"/apply/{case.pk}/{drafts.following(service, step)}/",
    }  # fmt: skip


@resident_page
def family(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """The list of members, and a form for one more."""
    case = drafts.draft_for(pk, by)
    service, members = drafts.application(case), drafts.members_of(case)
    values: dict[str, Any] = {"counted": True}
    errors: dict[str, str] = {}
    if request.method == "POST":
        if carried_out(request, by, "casework.put_member"):
            return redirect(f"/apply/{case.pk}/family/")
        values = read_form(NEWCOMER, request.POST)
        try:
            fresh(case, request)
            name = _add(case, values, members, by=by, key=key_of(request))
        except Refused as refused:
            errors = refused.errors or {"": refused.message}
        else:
            messages.success(request, f"已增加{name}。请在下一步填写他（她）的情况。")
            return redirect(f"/apply/{case.pk}/family/")
    rows = [
        {"member": one, "relation": relation(one.relation), "age": _age(one), "own": one.person_id == case.applicant_id,
         "number": masks.mask_id_number(one.person.id_number or "")}
        for one in members
    ]  # fmt: skip
    context = step_context(case, service, "family", members)
    context |= {"rows": rows, "form": NEWCOMER, "values": values, "errors": errors, "adding": bool(errors)}
    return page(request, "apply/family.html", context, at="my", status=400 if errors else 200)


def _age(member: Member) -> str:
    birth = member.person.birth
    return f"{clock.age_on(birth, clock.today())}岁" if birth else ""


def _add(case: Case, typed: dict[str, Any], members: list[Member], *, by: Actor, key: str | None) -> str:
    """The person's one file is found or opened, then listed; nothing is said of where he lives now."""
    answers = NEWCOMER.clean(typed)
    if not answers.plain["counted"] and not answers.plain.get("reason"):
        raise Refused("reason_needed", "不计入的原因：请选择不计入的原因。", field="reason")
    number = answers.sealed["id_number"]
    if any(one.person.id_number == number for one in members):
        raise Refused("member_listed", "这位家人已经在成员名单里，不必重复添加。", field="id_number")
    if len(members) >= MOST:
        raise Refused("members_many", f"成员最多 {MOST} 人。人数更多的家庭请到窗口办理。", field="name")
    try:
        person = register_person(
            name=answers.plain["name"],
            id_number=number,
            path=case.path,
            by=by,
            key=f"{key}:p" if key else None,
        )
    except Refused as refused:
        if refused.code == "person_name_differs":
            message = "姓名和身份证号码对不上。请对照证件重新输入；已经改过名的，请到窗口办理。"
            raise Refused("name_number_differ", message, field="name") from None
        raise
    put_member(
        case.pk, person=person, relation=answers.plain["relation"], answers={}, by=by, partly=True, key=key,
        counted=answers.plain["counted"], not_counted_reason=_reason(answers.plain),
    )  # fmt: skip
    return person.name


def _reason(plain: dict[str, Any]) -> str:
    return "" if plain["counted"] else str(plain.get("reason", ""))


def member_of(case: Case, member_id: int) -> Member:
    """One member of this very application."""
    member = case.members.select_related("person").filter(pk=member_id).first()
    if member is None:
        raise NotFound("member_not_found", "没有这位成员，可能已被移除。")
    return member


@resident_page
def remove(request: HttpRequest, by: Actor, pk: int, member_id: int) -> HttpResponseBase:
    """Asked once more on a page of its own, then taken off the list."""
    case = drafts.draft_for(pk, by)
    back = f"/apply/{case.pk}/family/"
    if request.method == "POST" and not case.members.filter(pk=member_id).exists():
        return redirect(back)
    member = member_of(case, member_id)
    if request.method == "POST":
        remove_member(member.pk, by=by, key=key_of(request))
        messages.success(request, f"已移除{member.person.name}。")
        return redirect(back)
    context = {
        "title": f"移除{member.person.name}？", "danger": True, "confirm_label": "移除", "back_url": back,
        "text": "只是从这次申请中移除，不影响登记的家庭。为他（她）填写的内容会一并清除。",
        "warning": "配偶和未成年子女应当列入申请。隐瞒家庭成员可能影响办理。",
        "facts": [("姓名", member.person.name), ("关系", relation(member.relation))], "back_label": "不移除",
    }  # fmt: skip
    return page(request, "confirm.html", context, at="my")


def known_kin(member: Member) -> dict[str, Any]:
    """What was said of a member's place in the family."""
    return {"relation": member.relation, "counted": member.counted, "reason": member.not_counted_reason}
