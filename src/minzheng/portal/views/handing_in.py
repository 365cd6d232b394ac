"""Papers, letters of authorisation, the last look, and handing in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel import declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.accepting import answer_correction
from minzheng.kernel.casework.drafting import save_draft, submit
from minzheng.kernel.casework.models import Case, Member
from minzheng.kernel.documents.actions import store_upload
from minzheng.kernel.documents.actions import withdraw as take_back
from minzheng.kernel.documents.queries import get as paper
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.people import masks
from minzheng.portal import drafts
from minzheng.portal.pages import key_of, page, resident_page, uploads, version_of
from minzheng.portal.signing import letter_text, sign_or_withdraw, signatures
from minzheng.portal.words import relation
from minzheng.ui.posted import read_form

from .family import step_context

__all__ = ["consent", "drop_paper", "papers", "review"]


@uploads
@resident_page
def papers(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """What only the applicant can supply, one file at a time."""
    case = drafts.draft_for(pk, by)
    service = drafts.service_of(case).item
    asked = {one.code: one for one in drafts.asked_papers(service)}
    error = ""
    if request.method == "POST":
        try:
            material = asked.get(request.POST.get("material", ""))
            file = request.FILES.get("file")
            if material is None or file is None:
                raise Refused(
                    "file_missing", "还没有选择文件。请先选择照片或 PDF，再按“上传”。", field="file"
                )
            store_upload(
                file=file, label=material.label, path=case.path, case_id=case.pk, person_id=case.applicant_id, by=by,
                key=key_of(request),
            )  # fmt: skip
        except Refused as refused:
            error = refused.message
        else:
            messages.success(request, f"已上传{material.label}。")
            return redirect(f"/apply/{case.pk}/papers/")
    handed_in = drafts.own_papers(case, by)
    context = step_context(case, service, "papers", drafts.members_of(case)) | {
        "asked": [
            {"material": one, "papers": [p for p in handed_in if p.label == one.label]} for one in asked.values()
        ],
        "error": error, "waived": [one for one in service.materials if one.source == "system"],
    }  # fmt: skip
    return page(request, "apply/papers.html", context, at="my", status=400 if error else 200)


@resident_page
def drop_paper(request: HttpRequest, by: Actor, pk: int, document_id: int) -> HttpResponseBase:
    """A paper handed in by mistake is taken back; that it was there stays on record."""
    case = drafts.draft_for(pk, by)
    found = paper(document_id, by)
    if found.case_id != case.pk or found.created_by != by.id:
        raise NotFound("document_not_found", "没有找到这份文件，或者不在您的查看范围内。")
    if request.method == "POST":
        take_back(document=found, reason="申请人撤回", by=by, key=key_of(request))
        messages.success(request, f"已撤回“{found.filename}”。")
    return redirect(f"/apply/{case.pk}/papers/")


@resident_page
def consent(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """I sign for myself; of the others it is said who has signed and how the rest may."""
    case = drafts.draft_for(pk, by)
    service, members = drafts.service_of(case).item, drafts.members_of(case)
    error = ""
    if request.method == "POST":
        try:
            messages.success(request, sign_or_withdraw(request, case, service, by))
            return redirect(f"/apply/{case.pk}/consent/")
        except Refused as refused:
            error = refused.message
    context = step_context(case, service, "consent", members) | {
        "people": signatures(case, service, members, by), "letter": letter_text(), "error": error,
    }  # fmt: skip
    return page(request, "apply/consent.html", context, at="my", status=400 if error else 200)


@resident_page
def review(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """Everything once more, the commitment, and the button that hands it in."""
    if request.method == "POST" and (sent := _sent_already(pk, by)) is not None:
        return redirect(sent)
    case = drafts.draft_for(pk, by)
    service, members = drafts.service_of(case).item, drafts.members_of(case)
    promises = drafts.part(service.form, "review")
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values = read_form(promises, request.POST)
        try:
            promises.clean(values)
            case = _hand_in(case, values, request, by)
        except Refused as refused:
            errors = refused.errors or {"": refused.message}
        else:
            return redirect(f"/my/cases/{case.pk}/receipt/")
    context = step_context(case, service, "review", members)
    context |= _everything(case, service, members, by) | {"form": promises, "values": values}
    # What is missing elsewhere is listed with its page; only what belongs to this one stands beside its box.
    shown = {
        code: text for code, text in errors.items() if not code or code in {f.code for f in promises.fields}
    }
    context |= {"errors": shown, "refused": bool(errors) and not shown}
    return page(request, "apply/review.html", context, at="my", status=400 if errors else 200)


def _sent_already(pk: int, by: Actor) -> str | None:
    """A second press finds the receipt of the first."""
    case = Case.objects.filter(pk=pk, applicant_id=by.person_id, state=Case.State.SUBMITTED).first()
    return f"/my/cases/{case.pk}/receipt/" if case is not None else None


def _hand_in(case: Case, promises: dict[str, Any], request: HttpRequest, by: Actor) -> Case:
    """The commitment is kept, then the application handed in or the correction answered; each once for a key."""
    kept = case
    if promises:
        kept = save_draft(case.pk, promises, by=by, version=version_of(request), key=key_of(request, ":p"))
    send = answer_correction if case.state == Case.State.CORRECTING else submit
    sent: Case = send(case.pk, by=by, version=kept.version, key=key_of(request))
    return sent


def _everything(case: Case, service: declare.Service, members: list[Member], by: Actor) -> dict[str, Any]:
    """The whole application as it will be handed in; numbers masked."""
    household, account = drafts.part(service.form, "household"), drafts.part(service.form, "payee")
    return {
        "family": [
            {
                "name": one.person.name, "relation": relation(one.relation), "counted": one.counted,
                "number": masks.mask_id_number(one.person.id_number or ""),
                "answers": [(label, text) for label, text in service.member_form.shown(one.answers) if text],
                "url": f"/apply/{case.pk}/members/{one.pk}/",
            }
            for one in members
        ],
        "household_rows": household.shown(case.form) + _sealed(household, case),
        "payee_rows": account.shown(case.form) + _sealed(account, case),
        "papers": drafts.own_papers(case, by) if drafts.asked_papers(service) else [],
        "people": signatures(case, service, members, by) if service.consent else [],
        "codes": [one.code for one in drafts.steps_of(service)],
    }  # fmt: skip


_MASKS = {"phone": masks.mask_phone, "account": masks.mask_bank_account, "id_number": masks.mask_id_number}


def _sealed(form: declare.Form, case: Case) -> list[tuple[str, str]]:
    return [
        (f.label, _MASKS[f.kind](str(case.sealed[f.code])))
        for f in form.fields
        if f.sealed and case.sealed.get(f.code)
    ]
