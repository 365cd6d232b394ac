"""My matters: the list, one case, its receipt, its papers, what was told me."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.appealing import last_day_to_appeal
from minzheng.kernel.casework.letters import office_phone, where_to_contest
from minzheng.kernel.casework.models import Appeal, Case, Correction, Decision, Mandate, Member
from minzheng.kernel.casework.queries import own_cases
from minzheng.kernel.documents.limits import last_day_to_sue
from minzheng.kernel.documents.models import Document
from minzheng.kernel.documents.queries import get as paper
from minzheng.kernel.documents.queries import of_case as papers_of
from minzheng.kernel.documents.queries import visible_to
from minzheng.kernel.documents.store import open_file
from minzheng.kernel.errors import NotFound
from minzheng.kernel.exchange.models import Consent
from minzheng.kernel.exchange.queries import latest_verification, outline, to_explain
from minzheng.kernel.notices.actions import mark_read
from minzheng.kernel.notices.queries import inbox, unread
from minzheng.kernel.people.models import Person
from minzheng.portal import drafts, following, guiding
from minzheng.portal.differences import drawn, open_differences
from minzheng.portal.pages import key_of, page, resident_page
from minzheng.portal.rated import rated
from minzheng.portal.signing import Link, sign_link
from minzheng.portal.words import ended
from minzheng.ui.qr import square_code

__all__ = ["case", "document", "letter_of", "matters", "mine", "read_message", "receipt", "to_sign", "told"]

A_PAGE = 20
WITHDRAWABLE = (Case.State.SUBMITTED, Case.State.CORRECTING, Case.State.OPEN, Case.State.PAUSED)
SIGNABLE = (Case.State.DRAFT, *WITHDRAWABLE)


def mine(case_id: int, by: Actor) -> Case:
    """The resident's own case, or the same answer for another's and for none."""
    found = own_cases(by).select_related("applicant", "household").filter(pk=case_id).first()
    if found is None:
        raise NotFound("case_not_found", "没有这件办件，或者它不是您本人的事项。")
    return found


@resident_page
def matters(request: HttpRequest, by: Actor) -> HttpResponseBase:
    """Drafts and running matters first, what is closed after; what awaits my signature."""
    rows = own_cases(by).exclude(joined_to__state=Case.State.DRAFT, state=Case.State.DRAFT)
    before = request.GET.get("before", "")
    if before.isdigit() and len(before) < 18:
        rows = rows.filter(pk__lt=int(before))
    cases = list(rows[: A_PAGE + 1])
    shown = cases[:A_PAGE]
    lines = [following.line_of(one, by) for one in shown]
    context = {
        "drafts": [one for one in lines if one["draft"]],
        "running": [one for one in lines if not one["draft"] and not one["ended"]],
        "closed": [one for one in lines if one["ended"]], "signing": to_sign(by) if not before else [],
        "differences": [drawn(one, one.verification.case_id) for one in to_explain(by)[:5]] if not before else [],
        "unread": unread(by), "older": f"/my/?before={shown[-1].pk}" if len(cases) > A_PAGE else "", "before": before,
    }  # fmt: skip
    return page(request, "my/matters.html", context, at="my")


def to_sign(by: Actor) -> list[dict[str, Any]]:
    """Applications of my family in which I am named, and whether my letter is there."""
    named = Member.objects.filter(person_id=by.person_id, case__state__in=SIGNABLE)
    # What goes along with another application is signed with it.
    named = named.exclude(case__joined_to__state__in=SIGNABLE)
    named = named.exclude(case__applicant_id=by.person_id).select_related("case", "case__applicant", "person")
    wanted = [(one, drafts.service_of(one.case).item) for one in named.order_by("-id")[:10]]
    mine_ = Consent.objects.filter(person_id=by.person_id, withdrawn_at=None)
    signed = set(
        mine_.filter(case_id__in=[one.case_id for one, _ in wanted]).values_list("case_id", flat=True)
    )
    return [
        {
            "label": f"{one.case.applicant.name}申请的{service.label}",
            "url": f"/my/sign/{one.case_id}/",
            "signed": one.case_id in signed,
        }
        for one, service in wanted
        if service.consent
    ]


@resident_page
def case(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """Where it stands, who has it until when, what I can do now, what was decided and why."""
    found = mine(pk, by)
    if found.state == Case.State.DRAFT:
        return redirect(f"/apply/{found.pk}/")
    declared = drafts.service_of(found)
    audit.read("portal.case", by=by, about=found, path=found.path)
    prefetch_related_objects([found], "joined")
    correction = Correction.objects.filter(case=found).first()
    tasks = list(found.tasks.order_by("id"))
    members = drafts.members_of(found)
    papers = papers_of(found.pk, by)
    unsigned = [] if ended(found) else drafts.unsigned(found, declared.item, members)
    context = {
        "case": found, "service": declared.item, "line": following.line_of(found, by),
        "stand": following.stand_of(found, declared, tasks), "steps": following.progress_of(found, declared, tasks),
        "events": following.events_of(found, declared, tasks, correction),
        "correction": correction, "correcting": found.state == Case.State.CORRECTING,
        "differences": open_differences(found.pk, by), "check": latest_verification(found.pk, by=by),
        "outline": None if any(one.person_id == by.person_id for one in members) else outline(found.pk),
        "decisions": [_decided(one, declared.item.per, papers) for one in _decisions(found)], "members": members,
        "unsigned": unsigned, "me_unsigned": any(one.pk == by.person_id for one in unsigned),
        "sign_link": _for_others(request, found, unsigned, by),
        "documents": [_paper(one) for one in papers], "messages_of_case": list(inbox(by).filter(case_id=found.pk)[:10]),
        "withdrawable": found.state in WITHDRAWABLE, "phone": office_phone(found), "rated": rated(found),
        "own": found.applicant_id == by.person_id, "mandate": _mandate(found),
        "joined": [following.line_of(one, by) for one in _with_it(found)],
        "follows": [following.line_of(one, by) for one in own_cases(by).filter(origin=found).exclude(number=None)],
    }  # fmt: skip
    return page(request, "my/case.html", context, at="my")


def _decisions(case: Case) -> list[Decision]:
    return list(case.decisions.select_related("case").order_by("-id"))


def _for_others(request: HttpRequest, case: Case, unsigned: list[Person], by: Actor) -> Link | None:
    """The way for those of the family who have still to sign; I myself sign on my own page."""
    return sign_link(request, case) if any(one.pk != by.person_id for one in unsigned) else None


def _with_it(case: Case) -> list[Case]:
    """What was applied for in the same application."""
    every = drafts.together(case.joined_to or case)
    return [one for one in every if one.pk != case.pk and one.number] if len(every) > 1 else []


def _mandate(case: Case) -> Mandate | None:
    """By whom the application was made in the applicant's name."""
    return Mandate.objects.filter(case=case).first()


def letter_of(decision: Decision, by: Actor) -> Document | None:
    """The letter that says it, whose number stands on the paper in the reader's hand."""
    return visible_to(by).filter(pk=decision.document_id).first()


def _decided(decision: Decision, per: str, papers: list[Document]) -> dict[str, Any]:
    """A decision with its reasons in words, and until when it may be contested."""
    last = last_day_to_appeal(decision)
    appeals = list(decision.appeals.order_by("-id"))
    standing = next((one for one in appeals if one.state != Appeal.State.REJECTED), None)
    findings = decision.determination.get("findings", [])
    granted = decision.kind == Decision.Kind.GRANT
    return {
        "decision": decision, "letter": next((one for one in papers if one.pk == decision.document_id), None),
        "granted": granted, "amount": decision.payload.get("amount"), "per": per,
        "plan": decision.payload.get("plan", ()),
        "first_month": _month(str(decision.payload.get("first_month", ""))),
        "because": decision.determination["eligible"]["because"],
        "findings": findings if granted else [one for one in findings if one["outcome"] != "met"],
        "last_day": last, "appeal": standing,
        "rejected": next((one for one in appeals if one.state == Appeal.State.REJECTED), None),
        "appealable": standing is None and (last is None or clock.today() <= last),
        "over": standing is None and last is not None and clock.today() > last,
        "where": where_to_contest(decision.case), "sue_by": _sue_by(decision),
    }  # fmt: skip


def _sue_by(decision: Decision) -> date | None:
    """Until when the court may be asked; nothing before it is served, and nothing once that day is over."""
    if decision.served_on is None:
        return None
    last = last_day_to_sue(decision.served_on, path=decision.case.path)
    return last if clock.today() <= last else None


def _month(text: str) -> str:
    year, _, month = text.partition("-")
    return f"{year}年{int(month)}月" if month.isdigit() else text


def _paper(one: Document) -> dict[str, str]:
    state = "" if one.in_force else "（已失效）"
    made = clock.at_office_time(one.created_at).date()
    name = one.filename if one.kind == Document.Kind.UPLOAD else one.number
    note = f"{made.year}年{made.month}月{made.day}日 · {name}"
    icon = "file-certificate" if one.kind == Document.Kind.LETTER else "paperclip"
    return {"url": f"/my/documents/{one.pk}/", "label": f"{one.label}{state}", "note": note, "icon": icon}


@resident_page
def receipt(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """The number, what happens next, and by when; made to be printed."""
    found = mine(pk, by)
    if found.submitted_at is None or not found.number:
        return redirect(f"/apply/{found.pk}/")
    prefetch_related_objects([found], "joined")
    declared = drafts.service_of(found)
    members = drafts.members_of(found)
    unsigned = drafts.unsigned(found, declared.item, members)
    first = found.tasks.order_by("id").first()
    today = clock.today()
    context = {
        "case": found, "number": following.number_of(found), "service": declared.item, "members": members,
        "sign_link": _for_others(request, found, unsigned, by), "phone": office_phone(found),
        "unsigned": unsigned, "accept_by": first.due_on if first else None,
        "limits": guiding.limits(declared, path=found.path, on=today)[:1],
        "steps": guiding.step_limits(declared, path=found.path, on=today), "mandate": _mandate(found),
        "joined": [(drafts.service_of(one).item.label, following.number_of(one)) for one in drafts.together(found)[1:]],
        "code": square_code(request.build_absolute_uri(f"/my/cases/{found.pk}/"), "查看进度的二维码"),
    }  # fmt: skip
    return page(request, "my/receipt.html", context, at="my")


@resident_page
def document(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """One of my papers, whole; that it was fetched is kept."""
    found = paper(pk, by)
    audit.read("portal.document", by=by, about=found, path=found.path)
    response = FileResponse(open_file(found), content_type=found.content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.filename)}"
    response["Cache-Control"] = "private, no-store"
    return response


@resident_page
def told(request: HttpRequest, by: Actor) -> HttpResponseBase:
    """What the offices have told me, the latest first."""
    rows = inbox(by)
    before = request.GET.get("before", "")
    if before.isdigit() and len(before) < 18:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: A_PAGE + 1])
    older = f"/my/messages/?before={found[A_PAGE - 1].pk}" if len(found) > A_PAGE else ""
    return page(request, "my/messages.html", {"rows": found[:A_PAGE], "older": older}, at="my")


@resident_page
def read_message(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """Noted; the first time counts."""
    if request.method == "POST":
        mark_read(message_id=pk, by=by, key=key_of(request))
        messages.success(request, "已标为已读。")
    return redirect("/my/messages/")
