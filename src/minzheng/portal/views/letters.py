"""My letters of authorisation, taken back as easily as they were given (个人信息保护法 art. 15)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel import catalogue
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.exchange import actions, queries
from minzheng.kernel.exchange.letters import letter
from minzheng.kernel.exchange.models import Consent
from minzheng.kernel.people.models import Person
from minzheng.portal.pages import carried_out, key_of, page, resident_page
from minzheng.portal.signing import WITHDRAWN
from minzheng.ui.shown import cn_date

from .mine import SIGNABLE

__all__ = ["letters"]

# Whoever draws benefits is looked at again each year, and the letter covers it; it may be signed anew.
_AGAIN = (*SIGNABLE, Case.State.GRANTED)


@resident_page
def letters(request: HttpRequest, by: Actor) -> HttpResponseBase:
    """Those I signed, for myself or as a guardian; one is taken back or signed anew."""
    error = ""
    if request.method == "POST":
        try:
            messages.success(request, _carry_out(request, by))
            return redirect("/my/letters/")
        except Refused as refused:
            error = refused.message
    found = list(queries.own_letters(by))
    cases = {
        one.pk: one
        for one in Case.objects.filter(pk__in={row.case_id for row in found}).select_related("applicant")
    }
    checked = queries.checked_cases(by, cases)
    rows = [_row(row, cases.get(row.case_id), found, by) for row in found]
    for row in rows:
        row["check"] = f"/my/checks/{row['case']}/" if row["case"] in checked else ""
    context = {
        "standing": [one for one in rows if one["standing"]], "past": [one for one in rows if not one["standing"]],
        "letter": letter(), "error": error,
    }  # fmt: skip
    return page(request, "my/letters.html", context, at="my", status=400 if error else 200)


def _row(one: Consent, case: Case | None, every: list[Consent], by: Actor) -> dict[str, Any]:
    declared = catalogue.current().services.get(case.service) if case else None
    mine, standing = one.person_id == by.person_id, one.withdrawn_at is None
    newer = [
        each
        for each in every
        if (each.case_id, each.person_id) == (one.case_id, one.person_id) and each.pk > one.pk
    ]
    anew = mine and not standing and not newer and case is not None and case.state in _AGAIN
    return {
        "pk": one.pk, "standing": standing, "anew": anew, "label": declared.item.label if declared else "社会救助核对",
        "who": "" if mine else f"为{one.person.name}代签",
        "applicant": case.applicant.name if case else "", "signed": cn_date(one.signed_at),
        "ended": "" if one.withdrawn_at is None else cn_date(one.withdrawn_at),
        "case": one.case_id,
    }  # fmt: skip


def _carry_out(request: HttpRequest, by: Actor) -> str:
    """Take the named letter back, or sign it anew for the same matter."""
    sign = request.POST.get("do") == "sign"
    if carried_out(request, by, "exchange.sign_consent" if sign else "exchange.withdraw_consent"):
        return "已签署核对授权书。" if sign else WITHDRAWN
    typed = request.POST.get("letter", "")
    one = (
        queries.own_letters(by).filter(pk=int(typed) if typed.isdecimal() and len(typed) < 19 else 0).first()
    )
    if one is None:
        raise NotFound("consent_not_found", "没有这份授权，请刷新页面后重试。")
    if not sign:
        actions.withdraw_consent(consent=one, by=by, reason="本人撤回", key=key_of(request))
        return WITHDRAWN
    if request.POST.get("agree") != "yes":
        raise Refused("agree_needed", "请先阅读授权书，勾选“我已阅读并同意”后再签署。", field="agree")
    case = Case.objects.filter(pk=one.case_id, state__in=_AGAIN).first()
    if case is None or one.person_id != by.person_id:
        raise NotFound("case_not_found", "这件事项已经结束，不需要签署。")
    actions.sign_consent(
        person=Person.objects.get(pk=by.person_id), case_id=case.pk, purpose=one.purpose, channel="portal",
        path=one.path, by=by, key=key_of(request),
    )  # fmt: skip
    return "已签署核对授权书。"
