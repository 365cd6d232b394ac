"""What a resident may do in a running case: withdraw, explain, sign as a member, appeal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel import audit, clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.appealing import file_appeal, last_day_to_appeal
from minzheng.kernel.casework.drafting import withdraw as take_back
from minzheng.kernel.casework.letters import where_to_contest
from minzheng.kernel.casework.models import Appeal, Decision, Member
from minzheng.kernel.casework.terms import term
from minzheng.kernel.documents.actions import store_upload
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.exchange.actions import explain as say_why
from minzheng.kernel.exchange.letters import letter
from minzheng.kernel.exchange.queries import checked_cases
from minzheng.portal import drafts
from minzheng.portal.differences import difference_of
from minzheng.portal.pages import key_of, page, resident_page, uploads, version_of
from minzheng.portal.signing import sign_or_withdraw, signatures
from minzheng.portal.words import relation
from minzheng.ui.posted import read_form

from .mine import SIGNABLE, letter_of, mine

__all__ = ["appeal", "explain", "sign", "withdraw"]

WITHDRAWAL = declare.Form(
    "withdrawal", "撤回申请", (declare.Text("reason", "撤回的原因", required=False, longest=200, lines=2),)
)
DROPPED = "填写的内容会留存备查，不再显示为草稿。"
WITHDRAWN = "撤回以后停止办理，已经办理的环节不再继续。以后可以重新申请。"
EXPLANATION = declare.Form(
    "explanation",
    "说明情况",
    (
        declare.Text(
            "text", "说明", longest=1000, lines=5, help="例如：车已经报废但没有注销；存款是医疗赔偿款。"
        ),
    ),
)
APPEAL = declare.Form(
    "appeal",
    "行政复议申请",
    (declare.Text("reasons", "复议请求和理由", longest=2000, lines=8, help="写明不同意哪一点、为什么。"),),
)


@resident_page
def withdraw(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """Asked once more on a page of its own; nothing is deleted."""
    case = mine(pk, by)
    values, errors = {}, {}
    if request.method == "POST":
        values = read_form(WITHDRAWAL, request.POST)
        try:
            reason = WITHDRAWAL.clean(values).plain.get("reason", "")
            take_back(
                case.pk,
                reason=reason or "申请人撤回",
                by=by,
                version=version_of(request),
                key=key_of(request),
            )
        except Refused as refused:
            errors = refused.errors or {"": refused.message}
        else:
            messages.success(request, "已撤回申请。需要时可以重新申请。")
            return redirect("/my/" if case.number is None else f"/my/cases/{case.pk}/")
    draft = not case.number
    context = {
        "title": "不再填写这份申请？" if draft else "撤回申请？",
        "text": DROPPED if draft else WITHDRAWN, "form": WITHDRAWAL, "values": values, "errors": errors,
        "facts": [("事项", drafts.service_of(case).item.label), ("办件编号", case.number or "（未提交）")],
        "hidden": [("version", case.version)], "danger": True, "confirm_label": "确认撤回", "back_label": "不撤回",
        "back_url": f"/my/cases/{case.pk}/",
    }  # fmt: skip
    return page(request, "confirm.html", context, at="my", status=400 if errors else 200)


@uploads
@resident_page
def explain(request: HttpRequest, by: Actor, pk: int, difference_id: int) -> HttpResponseBase:
    """Say why what was found is more than what was declared, with a paper if there is one."""
    found, drawn = difference_of(pk, difference_id, by)
    values: dict[str, Any] = {"text": found.explanation} if found.explanation else {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values = read_form(EXPLANATION, request.POST)
        try:
            text = EXPLANATION.clean(values).plain["text"]
            file, kept = request.FILES.get("file"), None
            if file is not None:
                kept = store_upload(
                    file=file, label=f"核对差异说明：{drawn.label}", path=found.path, case_id=pk,
                    person_id=by.person_id, by=by, key=key_of(request, ":f"),
                ).pk  # fmt: skip
            say_why(discrepancy=found, text=text, by=by, document_id=kept, key=key_of(request))
        except Refused as refused:
            errors = refused.errors or {"": refused.message}
        else:
            messages.success(request, "说明已经提交，由核对人员认定。")
            return redirect(_home_of(pk, by))
    context = {
        "difference": drawn, "form": EXPLANATION, "values": values, "errors": errors, "back_url": _home_of(pk, by),
        "file_error": errors.pop("file", ""),
    }  # fmt: skip
    context["errors"] = errors
    status = 400 if errors or context["file_error"] else 200
    return page(request, "my/explain.html", context, at="my", status=status)


def _home_of(case_id: int, by: Actor) -> str:
    """The case page for the applicant, what the check has found for another member."""
    own = Member.objects.filter(case_id=case_id, case__applicant_id=by.person_id).exists()
    return f"/my/cases/{case_id}/" if own else f"/my/checks/{case_id}/"


@resident_page
def sign(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """A member who is not the applicant reads who applies for what, and what was declared of him, and signs."""
    named = Member.objects.filter(case_id=pk, person_id=by.person_id, case__state__in=SIGNABLE)
    one = named.select_related("case", "case__applicant", "person").first()
    if one is None:
        raise NotFound("case_not_found", "没有需要您签署的这件申请，可能已经办结或撤回。")
    case, service = one.case, drafts.service_of(one.case).item
    if case.applicant_id == by.person_id and request.method != "POST":
        return redirect(f"/my/cases/{case.pk}/")
    error = ""
    if request.method == "POST":
        try:
            messages.success(request, sign_or_withdraw(request, case, by))
            return redirect(
                f"/my/sign/{case.pk}/" if case.applicant_id != by.person_id else f"/my/cases/{case.pk}/"
            )
        except Refused as refused:
            error = refused.message
    audit.read("portal.sign", by=by, about=case, path=case.path)
    me = [row for row in signatures(case, service, drafts.members_of(case), by) if row.mine]
    context = {
        "case": case, "service": service, "me_signs": me[0] if me else None, "checked": checked_cases(by, [case.pk]),
        "letter": letter(), "error": error,
        "relation": relation(one.relation), "answers": service.member_form.shown(one.answers),
    }  # fmt: skip
    return page(request, "my/sign.html", context, at="my", status=400 if error else 200)


def _how_long(path: str) -> dict[str, str]:
    """How long the reviewing government may take, as it now holds."""
    limits = {name: term(f"appeal.{name}", path=path, on=clock.today()) for name in ("examine", "decide")}
    return {name: str(limit) for name, limit in limits.items()}


@resident_page
def appeal(request: HttpRequest, by: Actor, pk: int, decision_id: int) -> HttpResponseBase:
    """Reconsideration of a decision, within its limit."""
    case = mine(pk, by)
    decision = Decision.objects.select_related("case").filter(pk=decision_id, case=case).first()
    if decision is None:
        raise NotFound("decision_not_found", "没有这份决定。行政复议由申请人本人提出。")
    if request.method != "POST" and decision.appeals.exclude(state=Appeal.State.REJECTED).exists():
        return redirect(f"/my/cases/{case.pk}/")
    values, errors = {}, {}
    if request.method == "POST":
        values = read_form(APPEAL, request.POST)
        try:
            reasons = APPEAL.clean(values).plain["reasons"]
            file_appeal(decision.pk, reasons=reasons, by=by, key=key_of(request))
        except Refused as refused:
            errors = refused.errors or {"": refused.message}
        else:
            messages.success(request, "行政复议申请已经提出，复议机关将审查是否受理。")
            return redirect(f"/my/cases/{case.pk}/")
    last = last_day_to_appeal(decision)
    context = {
        "case": case, "service": drafts.service_of(case).item, "decision": decision, "form": APPEAL, "values": values,
        "errors": errors, "last_day": last, "late": last is not None and clock.today() > last,
        "letter": letter_of(decision, by), "where": where_to_contest(case), **_how_long(case.path),
    }  # fmt: skip
    return page(request, "my/appeal.html", context, at="my", status=400 if errors else 200)
