"""Writes: what a grant, a refusal or a review of an allowance brings about."""

from __future__ import annotations

from datetime import date
from typing import Any

from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.casework.models import Case, Decision
from minzheng.kernel.casework.terms import number
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Entitlement
from minzheng.kernel.people.models import Household, Person

from ..models import Standing
from ..queries import standing_of
from ..rules import Determination, procedure
from . import parts

__all__ = [
    "adjust_allowance", "adjustment_payload", "allowance_payload", "begin_exit", "edge_payload", "end_exits",
    "open_allowance", "open_edge", "take_back",
]  # fmt: skip


def allowance_payload(case: Case, determination: Determination, *, on: date, granted: bool) -> dict[str, Any]:
    """What a grant carries out: amount, members, first month, day of review.  A refusal carries out nothing."""
    return _allowance(case, determination, on=on) if granted else {}


def _allowance(case: Case, determination: Determination, *, on: date) -> dict[str, Any]:
    score, persons = determination.score, parts.counted(case, determination)
    return {
        "scheme": "assistance.dibao",
        "amount": determination.amount,
        "members": len(persons),
        "persons": persons,
        "class_ur": case.form["class_ur"],
        "first_month": str(procedure.first_month(on)),
        "review_due": procedure.review_due(on, determination.review_months or 0).isoformat(),
        "score": str(score.points) if score.points is not None else "",
        "tier": score.tier or "",
    }


def open_allowance(case: Case, decision: Decision, *, by: Actor) -> None:
    """Enter the household in the register and in the ledger, from the month after confirmation (art. 23)."""
    household = parts.household(case, by=by)
    payload = decision.payload
    if (current := standing_of(household.pk)) is not None:
        if current.case_id == case.pk and current.low_income_class == "L2":
            # Decided anew after reconsideration: the same allowance, from the next month as now decided.
            _pay(case, decision, current, reason="复议后重新决定", by=by)
            _keep(current, decision)
            return
        _give_way(current, to="L2", decision=decision, by=by)
    _enter(case, decision, household, "L2")
    # The number to ring stands in the master file, so that one shared by many households is noticed.
    Person.objects.filter(pk=case.applicant_id).update(phone=case.sealed["phone"])
    persons = list(Person.objects.filter(pk__in=payload["persons"]))
    ledger.entitle(
        scheme="assistance.dibao", household=household, members=persons, path=case.path,
        class_ur=payload["class_ur"], amount=payload["amount"],
        from_month=clock.Month.parse(payload["first_month"]), payee=parts.payee(case, persons),
        basis=parts.basis(case, decision), exclusive_group=parts.group("assistance.dibao"), by=by,
    )  # fmt: skip
    audit.part("assistance.open_allowance", amount=payload["amount"], members=payload["members"])


def _give_way(current: Standing, *, to: str, decision: Decision, by: Actor) -> None:
    """One class at a time: the edge status gives way to dibao or to itself, a fading dibao to a new one."""
    fading = current.state == Standing.State.LEAVING
    reasons = {("L3", "L2"): "转为最低生活保障", ("L3", "L3"): "重新认定", ("L2", "L2"): "重新确认"}
    reason = reasons.get((current.low_income_class, to))
    if reason is None or (current.low_income_class == "L2" and not fading):
        label = current.get_low_income_class_display()
        raise Refused("already_standing", f"这户家庭已是{label}对象，不能重复确认。")
    if fading:
        _cut_short(_entitlement(current), clock.Month.parse(decision.payload["first_month"]), by=by)
    current.state, current.ended_on, current.end_reason = Standing.State.ENDED, decision.on, reason
    current.save()


def edge_payload(case: Case, determination: Determination, *, on: date, granted: bool) -> dict[str, Any]:
    """A low-income edge household has a status and a day of review; nothing is paid for it."""
    if not granted:
        return {}
    months = number("edge.valid_months", path=case.path, on=on)
    review = procedure.review_due(on, months).isoformat()
    return _allowance(case, determination, on=on) | {"scheme": "", "amount": 0, "review_due": review}


def open_edge(case: Case, decision: Decision, *, by: Actor) -> None:
    """Enter the household in the register as a low-income edge household (低保边缘家庭)."""
    household = parts.household(case, by=by)
    if (current := standing_of(household.pk)) is not None:
        if current.case_id == case.pk:
            _keep(current, decision)
            return
        _give_way(current, to="L3", decision=decision, by=by)
    _enter(case, decision, household, "L3")
    audit.part("assistance.open_edge", members=decision.payload["members"])


def _enter(case: Case, decision: Decision, household: Household, low_income_class: str) -> Standing:
    payload = decision.payload
    return Standing.objects.create(
        household=household, applicant=case.applicant, path=case.path, low_income_class=low_income_class,
        class_ur=payload["class_ur"], case_id=case.pk, decision_number=decision.number, members=payload["members"],
        amount=payload.get("amount", 0), score=payload["score"], tier=payload["tier"], valid_from=decision.on,
        review_due=payload["review_due"],
    )  # fmt: skip


def adjustment_payload(
    case: Case, determination: Determination, *, on: date, granted: bool
) -> dict[str, Any]:
    """After review: the new amount from the next month, or the months in which the allowance fades out."""
    standing = _standing_of_case(case)
    before = standing.amount
    payload = _allowance(case, determination, on=on) | {"before": before, "heard": parts.heard(case)}
    if granted:
        same = payload["amount"] == before
        return payload | {"change": "继续保障" if same else "调整保障金额"}
    gradual = _by_work_alone(case, determination)
    ends = procedure.first_month(on).first
    if gradual:
        ends = procedure.gradual_exit(on, catalogue.current().parameters(), path=case.path).ends
    if standing.ended_on is not None:
        # A second look does not begin the months of grace anew.
        ends = min(ends, standing.ended_on)
    last = clock.Month.of(ends).previous
    return payload | {
        "change": "渐退" if gradual else "终止", "amount": before if gradual else 0, "gradual": gradual,
        "ends": ends.isoformat(), "until_month": str(last) if gradual else "",
    }  # fmt: skip


def _by_work_alone(case: Case, determination: Determination) -> bool:
    """Only a job that lifts the income above the standard fades out; property over its limit ends (MF83-2022)."""
    return case.form["why"] == "job" and determination.reasons == ("income_not_below_standard",)


def _standing_of_case(case: Case) -> Standing:
    """The household's dibao; for a review decided anew, also the one that its first decision ended."""
    standing = standing_of(case.household_id) if case.household_id else None
    if standing is None and case.decisions.exists():
        standing = Standing.objects.filter(household=case.household, low_income_class="L2").latest("id")
    if standing is None or standing.low_income_class != "L2":
        raise Refused("not_on_dibao", "这户家庭现在不是低保对象，不能办理复核。")
    return standing


def adjust_allowance(case: Case, decision: Decision, *, by: Actor) -> None:
    """After review the household stays, at the amount its circumstances now give."""
    standing = _standing_of_case(case)
    _pay(case, decision, standing, reason=decision.payload["change"], by=by)
    _keep(standing, decision)


def _pay(case: Case, decision: Decision, standing: Standing, *, reason: str, by: Actor) -> None:
    """From the first month of the decision on the household is paid its amount, for the persons it names."""
    payload, row = decision.payload, _entitlement(standing)
    first, members = clock.Month.parse(payload["first_month"]), payload["persons"]
    if standing.state == Standing.State.CURRENT:
        covered = set(row.covered.values_list("person_id", flat=True))
        if (payload["amount"], set(members)) == (row.amount, covered):
            return
        ledger.change_amount(
            entitlement=row, amount=payload["amount"], basis=parts.basis(case, decision), from_month=first,
            reason=reason, members=list(Person.objects.filter(pk__in=members)), by=by,
        )  # fmt: skip
        return
    first = _cut_short(row, first, by=by)
    ledger.entitle(
        scheme="assistance.dibao", household=standing.household, path=standing.path, class_ur=payload["class_ur"],
        members=list(Person.objects.filter(pk__in=members)), amount=payload["amount"], from_month=first,
        payee=ledger.Payee(
            person=row.payee, account=row.account, owner=row.account_owner, agreement=row.agreement
        ),
        basis=parts.basis(case, decision), exclusive_group=parts.group("assistance.dibao"), by=by,
    )  # fmt: skip


def _cut_short(row: Entitlement, first: clock.Month, *, by: Actor) -> clock.Month:
    """An allowance that fades out gives way to the new one; one that has stopped is taken up where it stopped."""
    assert row.until_month is not None
    if row.until_month <= first.first:
        return clock.Month.of(row.until_month)
    ledger.end(entitlement=row, last_month=first.previous, reason="重新确认保障", by=by)
    return first


def _keep(standing: Standing, decision: Decision) -> None:
    """The register says what was decided last."""
    payload = decision.payload
    standing.amount, standing.members, standing.review_due = (
        payload["amount"], payload["members"], date.fromisoformat(payload["review_due"]),
    )  # fmt: skip
    standing.score, standing.tier, standing.state = payload["score"], payload["tier"], Standing.State.CURRENT
    standing.ended_on, standing.end_reason = None, ""
    standing.save()


def begin_exit(case: Case, decision: Decision, *, by: Actor) -> None:
    """A household lifted above the standard by a job fades out (渐退, MF83-2022); otherwise it ends next month."""
    standing, payload = _standing_of_case(case), decision.payload
    ends = date.fromisoformat(payload["ends"])
    _end(standing, ends, gradual=payload["gradual"], decision=decision, by=by)
    audit.part("assistance.begin_exit", gradual=payload["gradual"], ends=payload["ends"])


def take_back(case: Case, decision: Decision, *, by: Actor) -> None:
    """What the same case once granted, and reconsideration has set aside, ends when it is now refused."""
    standing = standing_of(case.household_id) if case.household_id else None
    if standing is not None and standing.case_id == case.pk:
        ends = procedure.first_month(decision.on).first
        _end(standing, ends, gradual=False, decision=decision, by=by)
        audit.part("assistance.take_back", ends=ends.isoformat())


def _end(standing: Standing, ends: date, *, gradual: bool, decision: Decision, by: Actor) -> None:
    if standing.low_income_class == "L2":
        ledger.end(
            entitlement=_entitlement(standing), last_month=clock.Month.of(ends).previous, by=by,
            reason=f"{decision.number} {'渐退' if gradual else '终止'}",
        )  # fmt: skip
    standing.state = Standing.State.LEAVING if gradual else Standing.State.ENDED
    standing.ended_on, standing.end_reason = ends, decision.determination["eligible"]["because"][:200]
    standing.save()


def end_exits(*, on: date, by: Actor) -> int:
    """Households whose months of grace are over leave the register; how many there were."""
    over = Standing.objects.filter(state=Standing.State.LEAVING, ended_on__lte=on).order_by("id")
    return sum(_left(standing, by=by) for standing in list(over))


@audit.verb("assistance.end_exit", label="渐退期满，终止保障")
def _left(standing: Standing, *, by: Actor) -> int:
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "渐退期满由平台按期自动处理。")
    left = Standing.objects.filter(pk=standing.pk, state="leaving").update(state=Standing.State.ENDED)
    audit.note(about=standing, path=standing.path, after={"ended_on": standing.ended_on})
    return left


def _entitlement(standing: Standing) -> Entitlement:
    """The household's latest entitlement: the one that runs, fades out, or has stopped."""
    own = Entitlement.objects.filter(household=standing.household, scheme="assistance.dibao")
    return own.exclude(state="superseded").latest("from_month", "id")
