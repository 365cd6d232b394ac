"""Writes: a tekun person is kept from the month after confirmation, otherwise after review, or no longer."""

from __future__ import annotations

from datetime import date
from typing import Any

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case, Decision
from minzheng.kernel.errors import Refused
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Entitlement
from minzheng.kernel.people.models import Person

from ..models import Standing
from ..queries import tekun_of
from ..rules import Determination, procedure
from . import parts
from .giving_way import give_way, gives_way, leave_edge

__all__ = [
    "adjust_tekun", "end_tekun", "open_tekun", "stop_tekun", "take_back_tekun", "tekun_payload", "tekun_review_payload",
]  # fmt: skip

SCHEME = "assistance.tekun"


def tekun_payload(case: Case, determination: Determination, *, on: date, granted: bool) -> dict[str, Any]:
    """What a grant carries out: the amount of one person, and how the household's dibao gives way to it."""
    if not granted:
        return {}
    return _kept(case, determination, on=on) | {"gives_way": gives_way(case.applicant, on=on)}


def _kept(case: Case, determination: Determination, *, on: date) -> dict[str, Any]:
    if determination.amount is None:
        raise Refused("care_unknown", "生活自理能力评估不完整，还不能确定金额。请退回补充评估。")
    found = {figure.name.rpartition(".")[2]: figure.value for figure in determination.figures}
    return {
        "scheme": SCHEME, "amount": determination.amount, "members": 1, "persons": [case.applicant_id],
        "class_ur": found["tekun_class"], "care_level": found["care_level"], "ground": found["work_ground"],
        "support_form": case.form.get("support_form") or "dispersed", "visit_days": found["tekun_visit_days"],
        "first_month": str(procedure.first_month(on)),
        "review_due": procedure.review_due(on, determination.review_months or 0).isoformat(),
        "score": "", "tier": "",
    }  # fmt: skip


def open_tekun(case: Case, decision: Decision, *, by: Actor) -> None:
    """Enter the person in the register and in the ledger (art. 18); a person is never in dibao as well."""
    payload, person = decision.payload, case.applicant
    if (current := tekun_of(person.pk)) is not None:
        if current.case_id != case.pk:
            raise Refused("already_standing", f"{person.name}已是特困人员，不能重复确认。")
        # Decided anew after reconsideration: the same file, from the next month as now decided.
        _pay(case, decision, current, reason="复议后重新决定", by=by)
        _keep(current, decision)
        return
    household = parts.household(case, by=by)
    give_way(payload["gives_way"], person=person, decision=decision, by=by)
    leave_edge(household, decision)
    Standing.objects.create(
        household=household, applicant=person, path=case.path, low_income_class="L1", case_id=case.pk,
        class_ur=payload["class_ur"], decision_number=decision.number, members=1, amount=payload["amount"],
        care_level=payload["care_level"], support_form=payload["support_form"], valid_from=decision.on,
        review_due=payload["review_due"],
    )  # fmt: skip
    Person.objects.filter(pk=person.pk).update(phone=case.sealed["phone"])
    ledger.entitle(
        scheme=SCHEME, person=person, path=case.path, class_ur=payload["class_ur"], amount=payload["amount"],
        from_month=clock.Month.parse(payload["first_month"]), payee=_payee(case), basis=parts.basis(case, decision),
        exclusive_group=parts.group(SCHEME), by=by,
    )  # fmt: skip
    audit.part("assistance.open_tekun", amount=payload["amount"], care_level=payload["care_level"])


def _payee(case: Case) -> ledger.Payee:
    """The person themselves; or one of the family who holds the card under a written agreement."""
    owner, person = case.form["payee_owner"], case.applicant
    if owner != person.name:
        member = case.members.filter(person__name=owner).select_related("person").order_by("id").first()
        if member is None:
            raise Refused(
                "payee_unknown",
                f"户名“{owner}”不是本人，也不在填报的家庭成员中。请退回补充，改为本人账户或登记代领人。",
            )
        person = member.person
    return ledger.Payee(
        person=person, account=case.sealed["payee_account"], owner=owner,
        agreement=case.form.get("payee_agreement", ""),
    )  # fmt: skip


def _entitlement(person_id: int) -> Entitlement:
    """The latest interval of what the person is paid."""
    return Entitlement.objects.filter(person_id=person_id, scheme=SCHEME).latest("from_month", "id")


def _standing(case: Case) -> Standing:
    """The person's file; for a review decided anew, also the one that its first decision ended."""
    found = tekun_of(case.applicant_id)
    if found is None and case.decisions.exists():
        found = (
            Standing.objects.filter(applicant=case.applicant, low_income_class="L1").order_by("-id").first()
        )
    if found is None:
        raise Refused("not_on_tekun", "申请人现在不是特困人员，不能办理复核。")
    return found


def tekun_review_payload(
    case: Case, determination: Determination, *, on: date, granted: bool
) -> dict[str, Any]:
    """After review: the amount from the next month; or that the support stops with this month (art. 24)."""
    before, first = _standing(case).amount, str(procedure.first_month(on))
    if granted:
        payload = _kept(case, determination, on=on) | {"before": before, "heard": parts.heard(case)}
        return payload | {"change": "继续供养" if payload["amount"] == before else "调整供养金额"}
    return {
        "scheme": SCHEME, "change": "终止救助供养", "amount": 0, "before": before, "first_month": first,
        "ends": procedure.first_month(on).first.isoformat(), "heard": parts.heard(case), "members": 1,
        "persons": [case.applicant_id],
    }  # fmt: skip


def adjust_tekun(case: Case, decision: Decision, *, by: Actor) -> None:
    """After review the person stays, at the amount the six acts now give (art. 23)."""
    standing = _standing(case)
    _pay(case, decision, standing, reason=decision.payload["change"], by=by)
    _keep(standing, decision)


def _pay(case: Case, decision: Decision, standing: Standing, *, reason: str, by: Actor) -> None:
    """From the first month of the decision on the person is paid its amount, without a second entitlement."""
    payload, row = decision.payload, _entitlement(standing.applicant_id)
    first = clock.Month.parse(payload["first_month"])
    if row.until_month is None or row.until_month > first.first:
        if payload["amount"] != row.amount:
            ledger.change_amount(
                entitlement=row, amount=payload["amount"], basis=parts.basis(case, decision), from_month=first,
                reason=reason, by=by,
            )  # fmt: skip
        return
    # What a first decision had ended is taken up where it stopped.
    ledger.entitle(
        scheme=SCHEME, person=standing.applicant, path=standing.path, class_ur=payload["class_ur"],
        amount=payload["amount"], from_month=clock.Month.of(row.until_month), basis=parts.basis(case, decision),
        payee=ledger.Payee(person=row.payee, account=row.account, owner=row.account_owner, agreement=row.agreement),
        exclusive_group=parts.group(SCHEME), by=by,
    )  # fmt: skip


def _keep(standing: Standing, decision: Decision) -> None:
    """The register says what was decided last."""
    payload = decision.payload
    standing.amount, standing.care_level = payload["amount"], payload["care_level"]
    standing.support_form, standing.class_ur = payload["support_form"], payload["class_ur"]
    standing.review_due = date.fromisoformat(payload["review_due"])
    standing.state, standing.ended_on, standing.end_reason = Standing.State.CURRENT, None, ""
    standing.save()


def end_tekun(case: Case, decision: Decision, *, by: Actor) -> None:
    """The support stops the month after, with its ground and date (art. 24)."""
    standing = _standing(case)
    if standing.state == Standing.State.ENDED:
        return
    ends = date.fromisoformat(decision.payload["ends"])
    because = decision.determination["eligible"]["because"]
    stop_tekun(standing, clock.Month.of(ends).previous, reason=f"{decision.number} {because}", by=by)
    audit.part("assistance.end_tekun", ends=ends.isoformat())


def take_back_tekun(case: Case, decision: Decision, *, by: Actor) -> None:
    """What the same case once granted, and reconsideration has set aside, ends when it is now refused."""
    standing = tekun_of(case.applicant_id)
    if standing is not None and standing.case_id == case.pk:
        stop_tekun(standing, clock.Month.of(decision.on), reason=f"{decision.number} 撤销", by=by)
        audit.part("assistance.take_back_tekun", number=decision.number)


def stop_tekun(standing: Standing, last_month: clock.Month, *, reason: str, by: Actor) -> None:
    """Ledger and register end together."""
    ledger.end(entitlement=_entitlement(standing.applicant_id), last_month=last_month, reason=reason, by=by)
    standing.state, standing.ended_on = Standing.State.ENDED, max(last_month.next.first, standing.valid_from)
    standing.end_reason = reason[:200]
    standing.save()
