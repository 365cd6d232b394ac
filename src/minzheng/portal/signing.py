"""Letters of authorisation at this door: everybody signs for himself, and may take it back as easily."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest

from minzheng.kernel import declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case, Member
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.exchange.actions import sign_consent, withdraw_consent
from minzheng.kernel.exchange.letters import letter
from minzheng.kernel.exchange.queries import consent_log
from minzheng.kernel.people.models import Person
from minzheng.portal import drafts
from minzheng.portal.pages import carried_out, key_of

__all__ = ["Signature", "letter_text", "sign_or_withdraw", "signatures"]


WITHDRAWN = "已撤回授权，今后不再查询您的信息。需要时可以重新签署。"


@dataclass(frozen=True)
class Signature:
    """One whose letter is needed: whether it is mine to sign, and whether it has been signed."""

    name: str
    mine: bool
    signed: bool


def signatures(case: Case, service: declare.Service, members: Sequence[Member], by: Actor) -> list[Signature]:
    """Everyone whose letter is needed, the reader first."""
    open_ = {person.pk for person in drafts.unsigned(case, service, members)}
    rows = [
        Signature(one.name, one.pk == by.person_id, one.pk not in open_) for one in drafts.adults(members)
    ]
    return sorted(rows, key=lambda row: not row.mine)


def sign_or_withdraw(request: HttpRequest, case: Case, service: declare.Service, by: Actor) -> str:
    """Sign for oneself, or take one's letter back; the answer is what to tell."""
    if request.POST.get("do") == "withdraw":
        mine = consent_log(case.pk, by=by).filter(
            person_id=by.person_id, purpose=service.consent, withdrawn_at=None
        )
        if carried_out(request, by, "exchange.withdraw_consent"):
            return WITHDRAWN
        consent = mine.first()
        if consent is None:
            raise NotFound("consent_not_found", "没有正在生效的授权。")
        withdraw_consent(consent=consent, by=by, reason="本人撤回", key=key_of(request))
        return WITHDRAWN
    if request.POST.get("agree") != "yes":
        raise Refused("agree_needed", "请先阅读授权书，勾选“我已阅读并同意”后再签署。", field="agree")
    person = Person.objects.get(pk=by.person_id)
    sign_consent(
        person=person, case_id=case.pk, purpose=service.consent, channel="portal", path=case.path, by=by,
        key=key_of(request),
    )  # fmt: skip
    return "已签署核对授权书。"


@cache
def letter_text() -> dict[str, object]:
    """The letter now in use: title, paragraphs, numbered points."""
    text = letter().text
    title = re.search(r"^# (.+)$", text, re.M)
    blocks = [
        block.strip() for block in re.split(r"\n\s*\n", text) if block.strip() and not block.startswith("#")
    ]
    points = [
        line.split(". ", 1)[1] for block in blocks for line in block.split("\n") if re.match(r"\d+\. ", line)
    ]
    paragraphs = [block.replace("\n", "") for block in blocks if not re.match(r"\d+\. ", block)]
    return {"title": title[1] if title else "授权书", "paragraphs": paragraphs, "points": points}
