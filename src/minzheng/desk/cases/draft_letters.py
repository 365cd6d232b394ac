"""Letters of authorisation on paper: every adult signs, and the officer who saw it stands as witness."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import catalogue, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case
from minzheng.kernel.declare.forms import Choice, Field, Form, Text, YesNo
from minzheng.kernel.exchange import actions as exchange
from minzheng.kernel.exchange.letters import Letter, letter
from minzheng.kernel.exchange.models import Channel
from minzheng.kernel.exchange.queries import consent_log
from minzheng.kernel.exchange.standing import adults_among, is_minor
from minzheng.kernel.people.models import Person

from . import checking, dossier
from .draft_frame import draft, head, together

__all__ = ["letters", "letters_page"]

SEEN = YesNo("seen", "授权人（代签的为监护人）已在纸质授权书上亲笔签字，本人在场见证", must=True)


def letters(case: Case, service: declare.Service) -> list[dict[str, Any]]:
    """Each adult whose letter is needed, and whether it is in force."""
    if not service.consent:
        return []
    persons = [one.person for one in case.members.select_related("person").order_by("id")]
    needed = adults_among(persons)
    missing = {
        one.pk
        for case_id, purpose in _purposes(case)
        for one in exchange.missing_consents(case_id=case_id, adults=needed, purpose=purpose)
    }
    return [{"person": one, "name": one.name, "done": one.pk not in missing} for one in needed]


def _purposes(case: Case) -> list[tuple[int, str]]:
    """For what the letters are given: for this application, and for each that is filled in with it."""
    services = catalogue.current()
    found = [(one.pk, services.service(one.service).item.consent) for one in together(case)]
    return [(case_id, purpose) for case_id, purpose in found if purpose]


def letters_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """The letters of the family, signed one by one."""
    case, declared, by = draft(request, case_id)
    needed = letters(case, declared.item)
    persons = [one.person for one in case.members.select_related("person").order_by("id")]
    sheets = [_sign(case, one["person"], persons, by) for one in needed if not one["done"]]
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=case.path, case_id=case.pk)
        if done:
            return redirect(f"/desk/cases/{case.pk}/draft/letters/")
    lead = "每位成年家庭成员都要签字；授权只用于本次核对，可随时撤回。"
    return render(
        request,
        "desk/cases/draft_letters.html",
        head(case, "核对授权书", lead=lead)
        | {
            "needed": needed,
            "sheets": sheets,
            "wording": _paragraphs(letter()),
            "edition": dossier.edition(letter().version),
            "columns": checking.CONSENT_COLUMNS,
            "signed": dossier.consents(consent_log(case.pk, by=by)),
        },
        status=status,
    )


def _paragraphs(shown: Letter) -> list[str]:
    """The letter as it is read: one paragraph or one numbered point after the other."""
    numbered = [f"{at}. {text}" for at, text in enumerate(shown.points, start=1)]
    return [shown.title, *shown.paragraphs, *numbered]


def _for_another(guardians: dict[str, str]) -> tuple[Field, ...]:
    """A grown-up who cannot act for himself is signed for by his guardian, on a ground that is written down."""
    return (
        Choice(
            "guardian", "由监护人代签", options=guardians, required=False,
            help="只用于无民事行为能力的成年人；本人能签的不选。",
        ),
        Text(
            "ground", "监护依据", longest=200, required=False,
            help="代签时填写，如判决书、监护证明的文号；原件拍照上传。",
        ),
    )  # fmt: skip


def _sign(case: Case, person: Person, family: list[Person], by: Actor) -> Sheet:
    guardians = {str(one.pk): one.name for one in family if one.pk != person.pk and not is_minor(one)}
    who: tuple[Field, ...] = (Choice("guardian", "代签的监护人", options=guardians),)
    if not is_minor(person):
        who = _for_another(guardians) if guardians else ()

    def do(sent: Sent) -> str:
        clean = form.clean(sent.answers).plain
        guardian = next((one for one in family if str(one.pk) == clean.get("guardian")), None)
        for case_id, purpose in _purposes(case):
            exchange.sign_consent(
                person=person, case_id=case_id, purpose=purpose, channel=Channel.PAPER, path=case.path,
                guardian=guardian, ground=clean.get("ground") or "", by=by,
                key=sent.key if case_id == case.pk else f"{sent.key[:50]}:{case_id}",
            )  # fmt: skip
        return f"已登记{person.name}的授权书。"

    form = Form(f"sign{person.pk}", person.name, (*who, SEEN))
    return Sheet(f"sign{person.pk}", form, do, submit=f"登记{person.name}的签字", title=person.name)
