"""The facts of an emergency: who claims to need help, for what, how much, and what the province has given before."""

from __future__ import annotations

from typing import Any

from minzheng.kernel import clock, law
from minzheng.kernel.casework.models import Case, Decision
from minzheng.kernel.funds.actions import Payout
from minzheng.kernel.people.queries import household_of

from .. import rules
from .aid import Claimed, Earlier, granted_before, same_cause
from .cases import living_members
from .temporary import REGISTER, evidence_of

__all__ = ["claimed_by", "earlier_first", "facts_of_first", "first_payout"]


def claimed_by(case: Case) -> Claimed:
    """Under which name, birthday and telephone the person is known, papers or not."""
    person = case.applicant
    return Claimed(name=person.name, birth=person.birth, phone=case.sealed.get("phone") or person.phone)


def _whom(case: Case) -> dict[str, Any]:
    """The person by file and by claim, and their household wherever it is on file."""
    members = [one.person for one in living_members(case)]
    home = case.household or household_of(case.applicant)
    # With a number the file is the person; without one only the claim can tell.
    claimed = claimed_by(case) if case.applicant.id_number is None else None
    return {
        "on": clock.today(), "path": case.path, "household": home, "apart_from": (case.pk,), "persons": members,
        "claimed": claimed,
    }  # fmt: skip


def earlier_first(case: Case) -> Earlier | None:
    """Help for the same cause that still bars another, from anywhere in the province."""
    return same_cause(cause=case.form.get("cause", ""), **_whom(case))


def facts_of_first(case: Case) -> law.Facts:
    """Nobody's means: only the event, the need as seen, and the register of the province."""
    members = living_members(case)
    earlier, seen = earlier_first(case), evidence_of(case, "assess")
    household = {
        "temp_type": "emergency", "temp_cause": case.form.get("cause", "none"), "temp_same_cause": earlier is not None,
        "temp_granted": granted_before(**_whom(case)), "temp_need": seen.get("need"),
    }  # fmt: skip
    persons = [
        {"relation": "self" if one.person_id == case.applicant_id else "other", "birth": one.person.birth,
         "lives_together": True, "support_duty": True}
        for one in members if one.counted
    ]  # fmt: skip
    said = f"{REGISTER}：{earlier.says}" if earlier else REGISTER
    sources = {"household.temp_same_cause": said, "household.temp_granted": REGISTER}
    names = tuple(one.person.name for one in members if one.counted)
    known = {code: value for code, value in household.items() if value is not None}
    return rules.from_form(law.Facts(household=known, persons=persons, sources=sources, names=names))


def first_payout(case: Case, evidence: dict[str, Any]) -> Payout:
    """What was decided, to whoever receives it."""
    payload = Decision.objects.filter(case=case).latest("id").payload
    goods = f"（{evidence['goods']}）" if evidence.get("goods") else ""
    return Payout(
        case_id=case.pk, case_number=case.number or "", path=case.path, person=case.applicant,
        payee=evidence["payee"], method=evidence["method"], amount=payload["amount"],
        purpose=f"先行救助{goods}：{payload['event_place']}",
        evidence=[int(evidence["receipt"])] if evidence.get("receipt") else [], witness=evidence.get("witness", ""),
    )  # fmt: skip
