"""What is asked of each member and of the household; every page keeps what was typed, also by itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect

from minzheng.kernel import declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.drafting import put_member
from minzheng.kernel.casework.models import Case, Member
from minzheng.kernel.documents.actions import store_upload
from minzheng.kernel.errors import Refused
from minzheng.portal import drafts
from minzheng.portal.known import initial, kept_optional, known_of
from minzheng.portal.pages import carried_out, key_of, page, resident_json, resident_page, uploads, version_of
from minzheng.portal.words import KIN, kin_form, relation
from minzheng.ui.posted import changes_rows, files_of, read_form
from minzheng.ui.shown import article

from .family import fresh, known_kin, member_of, step_context

__all__ = ["autosave", "autosave_member", "household", "member", "members", "payee", "photo"]

LATER = "later"
SAVED = "已保存。可以随时回来继续填写。"


@resident_page
def members(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """Each member, and whether anything is missing of him."""
    case = drafts.draft_for(pk, by)
    service, everyone = drafts.application(case), drafts.members_of(case)
    rows = [
        {
            "name": one.person.name, "relation": relation(one.relation), "url": f"/apply/{case.pk}/members/{one.pk}/",
            "open": drafts.unfinished(one, service.member_form), "counted": one.counted,
        }
        for one in everyone
    ]  # fmt: skip
    context = step_context(case, service, "members", everyone)
    waiting = next((row for row in rows if row["open"]), None)
    return page(request, "apply/members.html", context | {"rows": rows, "waiting": waiting}, at="my")


@resident_page
def member(request: HttpRequest, by: Actor, pk: int, member_id: int) -> HttpResponseBase:
    """The questions about one member."""
    case = drafts.draft_for(pk, by)
    service, one = drafts.application(case), member_of(case, member_id)
    kin = None if one.person_id == case.applicant_id else kin_form(one.relation)
    form, errors, kin_errors = service.member_form, {}, {}
    values = {**known_of(one.person, form), **one.answers}
    kin_values, typed = known_kin(one), False
    if request.method == "POST":
        values, kin_values, typed = read_form(form, request.POST), read_form(KIN, request.POST, "kin-"), True
        if carried_out(request, by, "casework.put_member"):
            return _after_member(request, case, one, service)
        if not changes_rows(request.POST):
            try:
                fresh(case, request)
                _keep_member(case, one, values, kin_values if kin else None, request, by)
            except Refused as refused:
                errors, kin_errors = _apart(refused)
            else:
                return _after_member(request, case, one, service)
    everyone = drafts.members_of(case)
    context = step_context(case, service, "members", everyone) | {
        "member": one, "relation": relation(one.relation), "kin": kin, "kin_values": kin_values, "form": form,
        "values": values, "errors": errors, "kin_errors": kin_errors, "typed": typed,
        "autosave_url": f"/apply/{case.pk}/members/{one.pk}/save/", "upload_url": f"/apply/{case.pk}/photo/",
        "back_url": f"/apply/{case.pk}/members/", "bases": _bases(form),
    }  # fmt: skip
    return page(request, "apply/member.html", context, at="my", status=400 if errors or kin_errors else 200)


def _apart(refused: Refused) -> tuple[dict[str, str], dict[str, str]]:
    """What is wrong with the answers, and what with the member's place in the family."""
    kin = {code[4:]: text for code, text in refused.errors.items() if code.startswith("kin-")}
    own = {code: text for code, text in refused.errors.items() if not code.startswith("kin-")}
    return (own if refused.errors else {"": refused.message}), kin


def _keep_member(
    case: Case,
    one: Member,
    answers: dict[str, Any],
    kin: dict[str, Any] | None,
    request: HttpRequest,
    by: Actor,
    *,
    partly: bool = False,
) -> None:
    """Both halves of the page checked together, so that all mistakes are told at once."""
    place, wrong = known_kin(one), {}
    partly = partly or LATER in request.POST
    form = drafts.service_of(case).item.member_form
    if kin is not None:
        wrong, place = _place(kin, place)
    try:
        form.clean(answers, partly=partly)
    except Refused as refused:
        wrong |= refused.errors or {"": refused.message}
    if wrong:
        raise Refused("form_invalid", "表单有误，请按各项提示修改。", errors=wrong)
    put_member(
        case.pk, person=one.person, relation=place["relation"], answers=answers, by=by, partly=partly,
        counted=place["counted"], not_counted_reason=place["reason"] or "", key=key_of(request),
    )  # fmt: skip


def _place(kin: dict[str, Any], before: dict[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """A member's place in the family as typed, or what is wrong with it."""
    try:
        plain = kin_form(before["relation"]).clean(kin).plain
    except Refused as refused:
        return {f"kin-{code}": text for code, text in refused.errors.items()}, before
    if not plain["counted"] and not plain.get("reason"):
        return {"kin-reason": "不计入的原因：请选择不计入的原因。"}, before
    return {}, {**plain, "reason": "" if plain["counted"] else plain["reason"]}


def _after_member(
    request: HttpRequest, case: Case, one: Member, service: declare.Service
) -> HttpResponseBase:
    """On to the next member of whom something is missing, then to the next step."""
    if LATER in request.POST:
        messages.success(request, SAVED)
        return redirect("/my/")
    messages.success(request, f"已保存{one.person.name}的情况。")
    for other in drafts.members_of(case):
        if drafts.unfinished(other, service.member_form):
            return redirect(f"/apply/{case.pk}/members/{other.pk}/")
    return redirect(f"/apply/{case.pk}/{drafts.following(service, 'members')}/")


@resident_page
def household(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """The questions about the whole family."""
    return _part(request, by, pk, "household")


@resident_page
def payee(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """The account to which the benefit is paid."""
    return _part(request, by, pk, "payee")


def _part(request: HttpRequest, by: Actor, pk: int, step: str) -> HttpResponseBase:
    case = drafts.draft_for(pk, by)
    service = drafts.application(case)
    drafts.needed(service, step)
    asked, kept = drafts.part(service.form, step), drafts.answers_of(case)
    values = {**initial(case, asked), **kept}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values = read_form(asked, request.POST)
        if not changes_rows(request.POST):
            try:
                _keep_part(case, asked, values, request, by)
            except Refused as refused:
                errors = refused.errors or {"": refused.message}
            else:
                later = LATER in request.POST
                messages.success(request, SAVED if later else f"已保存{drafts.STEPS[step].label}。")
                return redirect("/my/" if later else f"/apply/{case.pk}/{drafts.following(service, step)}/")
    typed = request.method == "POST"
    context = step_context(case, service, step, drafts.members_of(case)) | {
        "form": kept_optional(asked, kept) if typed else asked, "values": values, "errors": errors,
        "typed": typed, "autosave_url": f"/apply/{case.pk}/{step}/save/", "upload_url": f"/apply/{case.pk}/photo/",
        "bases": _bases(asked),
    }  # fmt: skip
    return page(request, "apply/part.html", context, at="my", status=400 if errors else 200)


def _keep_part(
    case: Case, asked: declare.Form, typed: dict[str, Any], request: HttpRequest, by: Actor
) -> None:
    """Everything required on this page is there, unless the reader wants to go on later."""
    typed |= _photos(case, asked, request, by)
    if LATER not in request.POST:
        kept_optional(asked, drafts.answers_of(case)).clean(typed)
    drafts.keep(case, _blanks(asked) | typed, by=by, version=version_of(request), key=key_of(request))


def _bases(form: declare.Form) -> list[str]:
    """The articles that let us ask, each once; they stand under the page instead of under every question."""
    return sorted({article(f.basis) for f in form.fields if f.basis})


def _blanks(asked: declare.Form) -> dict[str, Any]:
    """A question left blank takes an earlier answer back."""
    return {f.code: "" for f in asked.fields if not f.sealed}


def _photos(case: Case, asked: declare.Form, request: HttpRequest, by: Actor) -> dict[str, Any]:
    """Pictures sent with the form itself, where no script sent them before."""
    labels = {f.code: f.label for f in asked.fields}
    return {
        code: store_upload(
            file=file, label=labels[code], path=case.path, case_id=case.pk, person_id=by.person_id, by=by
        ).pk
        for code, file in files_of(asked, request.FILES).items()
    }  # fmt: skip


@resident_json
def autosave(request: HttpRequest, by: Actor, pk: int, step: str) -> JsonResponse:
    """Keep a page half filled in; the page learns the new version."""
    case = drafts.draft_for(pk, by)
    asked = drafts.part(drafts.application(case).form, step)
    typed = read_form(asked, request.POST)
    emptied = {code: "" for code in _blanks(asked) if code not in typed}
    case = drafts.keep(case, emptied | _valid(asked, typed), by=by, version=version_of(request))
    return JsonResponse({"set": {"version": str(case.version)}})


@resident_json
def autosave_member(request: HttpRequest, by: Actor, pk: int, member_id: int) -> JsonResponse:
    """Keep what has been typed of one member."""
    case = drafts.draft_for(pk, by)
    one, form = member_of(case, member_id), drafts.service_of(case).item.member_form
    fresh(case, request)
    place = known_kin(one)
    put_member(
        case.pk, person=one.person, relation=place["relation"], by=by, partly=True, counted=place["counted"],
        not_counted_reason=place["reason"], answers=_valid(form, read_form(form, request.POST)),
    )  # fmt: skip
    case.refresh_from_db()
    return JsonResponse({"set": {"version": str(case.version)}})


def _valid(asked: declare.Form, typed: dict[str, Any]) -> dict[str, Any]:
    """What can be kept already; a number half typed is not yet wrong."""
    try:
        asked.clean(typed, partly=True)
    except Refused as refused:
        wrong = {code.split("-")[0] for code in refused.errors}
        return {code: value for code, value in typed.items() if code not in wrong}
    return typed


@uploads
@resident_json
def photo(request: HttpRequest, by: Actor, pk: int) -> JsonResponse:
    """A picture sent ahead of its form; the answer is its number."""
    case = drafts.draft_for(pk, by)
    file = request.FILES.get("file")
    if file is None:
        raise Refused("file_missing", "没有收到照片，请重新选择。", field="file")
    kept = store_upload(
        file=file, label="申请照片", path=case.path, case_id=case.pk, person_id=by.person_id, by=by
    )
    return JsonResponse({"id": kept.pk})
