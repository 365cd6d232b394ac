"""Papers, letters of authorisation, the last look, and handing in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect

from minzheng.kernel import clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.accepting import answer_correction
from minzheng.kernel.casework.drafting import submit, withdraw
from minzheng.kernel.casework.joining import submit_together
from minzheng.kernel.casework.mandates import attach
from minzheng.kernel.casework.models import Case, Member
from minzheng.kernel.casework.queries import own_cases
from minzheng.kernel.documents.actions import store_upload
from minzheng.kernel.documents.actions import withdraw as take_back
from minzheng.kernel.documents.queries import get as paper
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.exchange.letters import letter
from minzheng.kernel.people import masks
from minzheng.portal import drafts
from minzheng.portal.pages import key_of, page, resident_page, uploads, version_of
from minzheng.portal.signing import sign_link, sign_or_withdraw, signatures
from minzheng.portal.words import relation
from minzheng.ui.posted import read_form

from .family import step_context

__all__ = ["consent", "drop_joined", "drop_paper", "mandate", "papers", "review"]

MOST_PAGES = 12


@uploads
@resident_page
def papers(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """What only the applicant can supply, one file at a time."""
    case = drafts.draft_for(pk, by)
    service = drafts.application(case)
    drafts.needed(service, "papers")
    asked = {one.code: one for one in drafts.asked_papers(service)}
    error = ""
    if request.method == "POST":
        try:
            material = asked.get(request.POST.get("material", ""))
            kept = _keep_pages(case, material, request, by)
        except Refused as refused:
            error = refused.message
            if _by_script(request):
                return JsonResponse(refused.as_json(), status=refused.status)
        else:
            messages.success(request, "已上传。")
            back = redirect(f"/apply/{case.pk}/papers/")
            return JsonResponse({"id": kept}) if _by_script(request) else back
    handed_in = drafts.own_papers(case, by)
    context = step_context(case, service, "papers", drafts.members_of(case)) | {
        "asked": [
            {"material": one, "papers": [p for p in handed_in if p.label == one.label]} for one in asked.values()
        ],
        "error": error, "waived": [one for one in service.materials if one.source == "system"],
    }  # fmt: skip
    return page(request, "apply/papers.html", context, at="my", status=400 if error else 200)


def _keep_pages(case: Case, material: declare.Material | None, request: HttpRequest, by: Actor) -> int:
    """Each page for every application that asks for this paper; a letter of mandate also becomes the mandate's."""
    pages = request.FILES.getlist("file")[:MOST_PAGES]
    if material is None or not pages:
        raise Refused("file_missing", "还没有选择文件。请先选择照片或 PDF，再按“上传”。", field="file")
    wanting = [one for one in (case, *drafts.going_along(case)) if _asks(one, material)] or [case]
    for at, file in enumerate(pages):
        for one in wanting:
            file.seek(0)
            kept = store_upload(
                file=file, label=material.label, path=case.path, case_id=one.pk, person_id=by.person_id, by=by,
                key=key_of(request, f":{at}.{one.pk}"[:20]),
            )  # fmt: skip
            if material is drafts.MANDATE:
                attach(case.pk, document_id=kept.pk, by=by, key=key_of(request, f":m{at}"))
    return int(kept.pk)


def _by_script(request: HttpRequest) -> bool:
    """Whether the page's own script sends one page and reads the answer itself."""
    return "application/json" in request.headers.get("Accept", "")


def _asks(case: Case, material: declare.Material) -> bool:
    return any(one.label == material.label for one in drafts.service_of(case).item.materials)


@resident_page
def drop_paper(request: HttpRequest, by: Actor, pk: int, document_id: int) -> HttpResponseBase:
    """A paper handed in by mistake is taken back; that it was there stays on record."""
    case = drafts.draft_for(pk, by)
    found = paper(document_id, by)
    if found.case_id not in {one.pk for one in drafts.together(case)} or found.created_by != by.id:
        raise NotFound("document_not_found", "没有找到这份文件，或者不在您的查看范围内。")
    if request.method == "POST":
        take_back(document=found, reason="申请人撤回", by=by, key=key_of(request))
        messages.success(request, f"已撤回“{found.filename}”。")
    return redirect(f"/apply/{case.pk}/papers/")


@resident_page
def consent(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """I sign for myself; of the others it is said who has signed and how the rest may."""
    case = drafts.draft_for(pk, by)
    service, members = drafts.application(case), drafts.members_of(case)
    drafts.needed(service, "consent")
    error = ""
    if request.method == "POST":
        try:
            messages.success(request, sign_or_withdraw(request, case, by))
            return redirect(f"/apply/{case.pk}/consent/")
        except Refused as refused:
            error = refused.message
    context = step_context(case, service, "consent", members) | {
        "people": signatures(case, service, members, by), "letter": letter(), "error": error,
        "sign_link": sign_link(request, case),
    }  # fmt: skip
    return page(request, "apply/consent.html", context, at="my", status=400 if error else 200)


@resident_page
def review(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """Everything once more, the commitment, and the button that hands it in."""
    if request.method == "POST" and (sent := _sent_already(pk, by)) is not None:
        return redirect(sent)
    case = drafts.draft_for(pk, by)
    service, members = drafts.application(case), drafts.members_of(case)
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


@resident_page
def drop_joined(request: HttpRequest, by: Actor, pk: int, other_id: int) -> HttpResponseBase:
    """One scheme is not applied for after all; the rest of the application stands."""
    case = drafts.draft_for(pk, by)
    other = next((one for one in drafts.going_along(case) if one.pk == other_id), None)
    if request.method == "POST" and other is not None:
        withdraw(other.pk, reason="不一并申请", by=by, key=key_of(request))
        messages.success(request, f"不再一并申请{drafts.service_of(other).item.label}。")
    return redirect(f"/apply/{case.pk}/review/")


@resident_page
def mandate(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """The letter of mandate with both names, to be printed or copied by hand and signed."""
    case = drafts.draft_for(pk, by)
    given = getattr(case, "mandate", None)
    if given is None:
        return redirect(f"/apply/{case.pk}/")
    context = {
        "case": case, "given": given, "relation": relation(given.relation), "today": clock.today(),
        "services": [drafts.service_of(one).item.label for one in drafts.together(case)],
    }  # fmt: skip
    return page(request, "apply/mandate.html", context, at="my")


def _sent_already(pk: int, by: Actor) -> str | None:
    """A second press finds the receipt of the first."""
    case = own_cases(by).filter(pk=pk, state=Case.State.SUBMITTED).first()
    return f"/my/cases/{case.pk}/receipt/" if case is not None else None


def _hand_in(case: Case, promises: dict[str, Any], request: HttpRequest, by: Actor) -> Case:
    """The commitment is kept, then the application handed in or the correction answered; each once for a key."""
    kept = case
    if promises:
        kept = drafts.keep(case, promises, by=by, version=version_of(request), key=key_of(request, ":p"))
    together = submit_together if drafts.going_along(case) else submit
    send = answer_correction if case.state == Case.State.CORRECTING else together
    sent: Case = send(case.pk, by=by, version=kept.version, key=key_of(request))
    return sent


def _everything(case: Case, service: declare.Service, members: list[Member], by: Actor) -> dict[str, Any]:
    """The whole application as it will be handed in; numbers masked."""
    kept = drafts.answers_of(case)
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
        "household_rows": household.shown(kept) + _sealed(household, kept),
        "payee_rows": account.shown(kept) + _sealed(account, kept),
        "papers": (papers := drafts.own_papers(case, by) if drafts.asked_papers(service) else []),
        "lacking": "、".join(drafts.lacking(service, (one.label for one in papers))),
        "people": signatures(case, service, members, by) if service.consent else [],
        "codes": [one.code for one in drafts.steps_of(service)],
        "joined": [(one.pk, drafts.service_of(one).item.label) for one in drafts.going_along(case)],
    }  # fmt: skip


_MASKS = {"phone": masks.mask_phone, "account": masks.mask_bank_account, "id_number": masks.mask_id_number}


def _sealed(form: declare.Form, kept: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (f.label, _MASKS[f.kind](str(kept[f.code]))) for f in form.fields if f.sealed and kept.get(f.code)
    ]
