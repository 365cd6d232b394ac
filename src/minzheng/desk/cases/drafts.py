"""An application filled in with a resident: questions, family, letters of authorisation, handing in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from minzheng.desk import frame
from minzheng.desk.sheets import NOTHING, Sent, Sheet, limited, receive
from minzheng.kernel import catalogue, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework import accepting, drafting, joining
from minzheng.kernel.casework.models import Case
from minzheng.kernel.casework.queries import case_for
from minzheng.kernel.declare.forms import Form, Text
from minzheng.kernel.errors import Refused

from . import dossier
from .case_page import upload_words
from .draft_family import member_page, members_page
from .draft_frame import answers_of, draft, head, together
from .draft_letters import letters, letters_page
from .words import service_label

__all__ = ["answers_page", "hand_in", "letters_page", "member_page", "members_page", "overview"]

WITHDRAW = Form("withdraw", "撤回申请", (Text("reason", "撤回原因", longest=300, lines=2),))


def overview(request: HttpRequest, case_id: int) -> HttpResponse:
    """What is filled in and what is still to do."""
    by = frame.staff(request)
    case = case_for(case_id, by)
    if case.state not in (Case.State.DRAFT, Case.State.CORRECTING):
        return redirect(f"/desk/cases/{case.pk}/")
    if case.joined_to_id is not None and case.joined_to and case.joined_to.state == Case.State.DRAFT:
        return redirect(f"/desk/cases/{case.joined_to_id}/draft/")
    case, declared, by = draft(request, case_id)
    sheets = [_withdraw(case, by)]
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=case.path, case_id=case.pk)
        if done:
            return redirect(f"/desk/cases/{case.pk}/")
    shown = (
        head(case, lead="填写完后提交，由窗口受理。") | _state(case, declared.item) | {"withdraw": sheets[0]}
    )
    shown |= {"papers": dossier.papers(case, by), "upload_limit": upload_words(case)}
    return render(request, "desk/cases/draft.html", shown, status=status)


def _state(case: Case, service: declare.Service) -> dict[str, Any]:
    """How far the application is, and what it belongs to."""
    gaps, signed = _gaps(case, service), letters(case, service)
    return {
        "parts": _parts(case, service, gaps, signed),
        "ready": not any(gaps.values()) and all(one["done"] for one in signed),
        "joined": [service_label(one.service) for one in together(case)],
        "intake": getattr(getattr(case, "part", None), "intake_id", None),
        "correction": case.correction if _correcting(case) else None,
    }


def _correcting(case: Case) -> bool:
    return case.state == Case.State.CORRECTING


def _gaps(case: Case, service: declare.Service) -> dict[str, dict[str, str]]:
    """What is wanting, by the page on which it is put right: the form, or a member by number."""
    found: dict[str, dict[str, str]] = {"form": {}}
    others = together(case)[1:]
    found["form"] |= joining.missing_together(case, others)
    try:
        drafting.complete(case, catalogue.current().service(case.service).item if others else service)
    except Refused as error:
        for key, text in error.errors.items():
            where = f"member-{key.split('-')[1]}" if key.startswith("member-") else "form"
            found.setdefault(where, {})[key] = text
        if not error.errors:
            found["form"]["_all"] = error.message
    return found


def _parts(
    case: Case, service: declare.Service, gaps: dict[str, dict[str, str]], signed: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The parts of the application with how much is wanting in each."""
    base = f"/desk/cases/{case.pk}/draft"
    family = sum(len(found) for where, found in gaps.items() if where != "form")
    parts = [
        {
            "label": "申请内容",
            "url": f"{base}/form/",
            "icon": "file-text",
            "wanting": len(gaps["form"]),
            "word": "项未填",
        },
        {
            "label": f"家庭成员（{case.members.count()} 人）",
            "url": f"{base}/members/",
            "icon": "users",
            "wanting": family,
            "word": "项未填",
        },
    ]
    if service.consent:
        unsigned = sum(1 for one in signed if not one["done"])
        parts.append(
            {
                "label": "核对授权书",
                "url": f"{base}/letters/",
                "icon": "signature",
                "wanting": unsigned,
                "word": "人未签",
            }
        )
    return parts


@limited
def answers_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """The questions of the application; saved with gaps, checked whole when handed in."""
    case, declared, by = draft(request, case_id)
    form = replace(declared.item.form, basis=declared.item.basis[:1])
    plain, sealed = answers_of(case)

    def do(sent: Sent) -> str:
        joining.save_together(case.pk, sent.answers, by=by, version=sent.version, key=sent.key)
        return "已保存。"

    sheet = Sheet(
        "form", form, do, submit="保存", version=case.version, values=plain | sealed,
        upload_url=f"/desk/cases/{case.pk}/upload/",
    )  # fmt: skip
    status = 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path=case.path, case_id=case.pk)
        if done:
            return redirect(f"/desk/cases/{case.pk}/draft/")
    shown = head(case, form.label, lead="没有填完也可以先保存。") | {"sheet": sheet}
    return render(request, "desk/cases/draft_form.html", shown, status=status)


def _withdraw(case: Case, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        clean = WITHDRAW.clean(sent.answers).plain
        drafting.withdraw(case.pk, reason=clean["reason"], by=by, version=sent.version, key=sent.key)
        return "申请已撤回。"

    return Sheet(
        "withdraw",
        WITHDRAW,
        do,
        submit="撤回申请",
        version=case.version,
        quiet=True,
        confirm="撤回后须重新申请。",
    )


def hand_in(request: HttpRequest, case_id: int) -> HttpResponse:
    """Everything once more, then handed in to the window."""
    by = frame.staff(request)
    case = case_for(case_id, by)
    if case.state not in (Case.State.DRAFT, Case.State.CORRECTING):
        return redirect(f"/desk/cases/{case.pk}/")
    case, declared, by = draft(request, case_id)
    sheet = _submit(case, declared.item, by)
    status = 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path=case.path, case_id=case.pk)
        if done:
            return redirect(f"/desk/cases/{case.pk}/")
    shown = head(case, "核对并提交") | _everything(case, declared.item) | {"sheet": sheet}
    return render(request, "desk/cases/draft_submit.html", shown, status=status)


def _everything(case: Case, service: declare.Service) -> dict[str, Any]:
    """The application as it will be handed in, and what it still wants."""
    plain, sealed = answers_of(case)
    return {
        "gaps": [text for found in _gaps(case, service).values() for text in found.values()],
        "unsigned": [one["name"] for one in letters(case, service) if not one["done"]],
        "answers": dossier.answers(service.form, plain, sealed),
        "rows": dossier.asked_rows(service.form, plain),
        "family": dossier.family(case, service.member_form),
        "person": dossier.person_facts(case),
    }


def _submit(case: Case, service: declare.Service, by: Actor) -> Sheet:
    """Handing in; after a notice of correction, answering it."""

    def do(sent: Sent) -> str:
        if unsigned := [one["name"] for one in letters(case, service) if not one["done"]]:
            raise Refused("letters_missing", f"还缺少{'、'.join(unsigned)}的核对授权书，请先签字。")
        if _correcting(case):
            accepting.answer_correction(case.pk, by=by, version=sent.version, key=sent.key)
            return "已提交补正，由窗口继续受理。"
        send = joining.submit_together if len(together(case)) > 1 else drafting.submit
        handed = send(case.pk, by=by, version=sent.version, key=sent.key)
        return f"申请已提交，办件编号 {handed.number}。"

    return Sheet(
        "submit", NOTHING, do, submit="提交补正" if _correcting(case) else "提交申请", version=case.version
    )
