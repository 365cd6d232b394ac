"""Letters of authorisation at this door: everybody signs for himself, and may take it back as easily."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.safestring import SafeString

from minzheng.kernel import declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case, Member
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.exchange.actions import sign_consent, withdraw_consent
from minzheng.kernel.exchange.queries import consent_log
from minzheng.kernel.people.models import Person
from minzheng.portal import drafts
from minzheng.portal.pages import carried_out, key_of
from minzheng.ui.qr import square_code

__all__ = ["Link", "Signature", "sign_link", "sign_or_withdraw", "signatures"]


WITHDRAWN = "已撤回授权，今后不再查询您的信息。需要时可以重新签署。"


@dataclass(frozen=True)
class Signature:
    """One whose letter is needed: whether it is mine to sign, and whether it has been signed."""

    name: str
    mine: bool
    signed: bool


@dataclass(frozen=True)
class Link:
    """Where the others of the family sign, to be sent to them, and the same as a square code."""

    url: str
    code: SafeString


def sign_link(request: HttpRequest, case: Case) -> Link:
    """The page on which the family signs; what goes along with another application is signed with it."""
    first = case.joined_to if case.joined_to is not None and case.joined_to.closed_at is None else case
    url = request.build_absolute_uri(f"/my/sign/{first.pk}/")
    return Link(url, square_code(url, "家人签署授权书的二维码"))


def signatures(case: Case, service: declare.Service, members: Sequence[Member], by: Actor) -> list[Signature]:
    """Everyone whose letter is needed, the reader first."""
    open_ = {person.pk for person in drafts.unsigned(case, service, members)}
    rows = [
        Signature(one.name, one.pk == by.person_id, one.pk not in open_) for one in drafts.adults(members)
    ]
    return sorted(rows, key=lambda row: not row.mine)


def sign_or_withdraw(request: HttpRequest, case: Case, by: Actor) -> str:
    """Sign for oneself, or take one's letter back; the answer is what to tell."""
    if request.POST.get("do") == "withdraw":
        return _withdraw(request, case, by)
    if request.POST.get("agree") != "yes":
        raise Refused("agree_needed", "请先阅读授权书，勾选“我已阅读并同意”后再签署。", field="agree")
    person = Person.objects.get(pk=by.person_id)
    for one in drafts.together(case):
        if purpose := drafts.service_of(one).item.consent:
            sign_consent(
                person=person, case_id=one.pk, purpose=purpose, channel="portal", path=one.path, by=by,
                key=key_of(request, "" if one.pk == case.pk else f":{one.pk}"),
            )  # fmt: skip
    return "已签署核对授权书。"


def _withdraw(request: HttpRequest, case: Case, by: Actor) -> str:
    """One's letters for this application and for those that go along with it are taken back together."""
    if carried_out(request, by, "exchange.withdraw_consent"):
        return WITHDRAWN
    standing = [
        consent
        for one in drafts.together(case)
        for consent in consent_log(one.pk, by=by).filter(person_id=by.person_id, withdrawn_at=None)
    ]
    if not standing:
        raise NotFound("consent_not_found", "没有正在生效的授权。")
    for at, consent in enumerate(standing):
        withdraw_consent(
            consent=consent, by=by, reason="本人撤回", key=key_of(request, f":{at}" if at else "")
        )
    return WITHDRAWN
