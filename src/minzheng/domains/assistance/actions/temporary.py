"""Writes: temporary assistance as granted, in one sum or by stages, and entered in the register of the province."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import F

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case, Decision
from minzheng.kernel.errors import Refused
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Batch, Entitlement
from minzheng.kernel.people.models import Household, Person

from ..models import AidGrant
from ..queries import earlier_aid, evidence_of
from ..rules import Determination
from . import parts

__all__ = ["aid_payload", "open_aid", "take_back_aid"]

SCHEME = "assistance.temporary"
_APPROVED = (Batch.State.APPROVED, Batch.State.SENT, Batch.State.RECONCILED, Batch.State.CLOSED)
_FORMS = {"money": "发放资金", "goods": "发放实物", "referral": "转介"}


def aid_payload(case: Case, determination: Determination, *, on: date, granted: bool) -> dict[str, Any]:
    """What a grant carries out: the amount, and each stage with its month, the month of approval being the first."""
    if not granted:
        return {}
    decided_in = clock.Month.of(on)
    stages = [
        {
            "month": str(decided_in + row["after"]), "form": row["form"], "amount": row.get("amount") or 0,
            "note": row.get("note", ""),
        }
        for row in sorted(evidence_of(case, "plan").get("stages", ()), key=lambda row: row["after"])
    ]  # fmt: skip
    if determination.amount is None or not stages or _sum(stages) != determination.amount:
        raise Refused("plan_differs", "发放安排的合计与救助金额不一致。请退回重新安排发放。")
    minutes = evidence_of(case, "meet")
    return {
        "scheme": SCHEME, "amount": determination.amount, "members": determination.members or 0,
        "persons": parts.everyone_counted(case, determination), "class_ur": case.form["class_ur"],
        "cause": case.form["cause"], "event_place": case.form["event_place"], "first_month": stages[0]["month"],
        "stages": stages, "plan": [_line(one) for one in stages], "minutes": minutes.get("minutes", ""),
    }  # fmt: skip


def _sum(stages: Iterable[dict[str, Any]]) -> int:
    return sum(int(one["amount"]) for one in stages)


def _line(stage: dict[str, Any]) -> str:
    """One stage as the letter says it."""
    month, fen = clock.Month.parse(stage["month"]), stage["amount"]
    worth = f" {fen // 100:,}.{fen % 100:02d} 元" if fen else ""
    note = f"（{stage['note']}）" if stage["note"] else ""
    return f"{month.year}年{month.month}月{_FORMS[stage['form']]}{worth}{note}"


def open_aid(case: Case, decision: Decision, *, by: Actor) -> None:
    """Enter the grant in the register of the province and each stage of money in the ledger."""
    payload, household = decision.payload, parts.household(case, by=by)
    # Two townships may decide at once: the persons are locked in the order of their numbers, then asked again.
    persons = list(Person.objects.select_for_update().filter(pk__in=payload["persons"]).order_by("id"))
    if (earlier := earlier_aid(case)) is not None:
        raise Refused("same_cause_helped", f"{earlier.says}，同一事由不能重复救助。")
    paid = _set_aside(case, decision, by=by)
    if payload["amount"]:
        _register(case, decision, household)
    for stage in _still_due(payload["stages"], paid):
        _entitle(case, decision, household, persons, stage, by=by)
    audit.part(
        "assistance.open_aid", amount=payload["amount"], stages=len(payload["stages"]), cause=payload["cause"]
    )


def _register(case: Case, decision: Decision, household: Household) -> None:
    payload, person = decision.payload, case.applicant
    AidGrant.objects.create(
        kind=AidGrant.Kind.EXPENDITURE, household=household, person=person, person_ids=payload["persons"],
        name=person.name, birth=person.birth, phone=case.sealed["phone"], cause=payload["cause"], path=case.path,
        event_path=case.path, event_place=payload["event_place"], granted_on=decision.on, amount=payload["amount"],
        case_id=case.pk, decision_number=decision.number,
    )  # fmt: skip


def _entitle(
    case: Case,
    decision: Decision,
    household: Household,
    persons: list[Person],
    stage: dict[str, Any],
    *,
    by: Actor,
) -> None:
    """One month, once; a household has one payment of the scheme in a month, so another stage moves on."""
    month = clock.Month.parse(stage["month"])
    taken = Entitlement.objects.filter(household=household, scheme=SCHEME, from_month__lt=month.next.first)
    if taken.filter(until_month__gt=month.first).exists():
        raise Refused(
            "month_taken",
            f"这户家庭在 {month} 已安排一笔临时救助金，同一个月不能再发。请退回把这一期改到其他月份。",
        )
    ledger.entitle(
        scheme=SCHEME, household=household, path=case.path, class_ur=decision.payload["class_ur"],
        amount=stage["amount"], from_month=month, until_month=month.next, payee=parts.payee(case, persons),
        basis=parts.basis(case, decision), by=by,
    )  # fmt: skip


def take_back_aid(case: Case, decision: Decision, *, by: Actor) -> None:
    """What the same case once granted, and reconsideration has set aside, is not paid any further."""
    _set_aside(case, decision, by=by)


def _set_aside(case: Case, decision: Decision, *, by: Actor) -> int:
    """An earlier grant of the case no longer counts; its stages not yet approved end.  Fen that were paid."""
    AidGrant.objects.filter(case_id=case.pk, withdrawn_on=None).update(withdrawn_on=decision.on)
    paid = 0
    stages = Entitlement.objects.filter(case_id=case.pk, scheme=SCHEME, until_month__gt=F("from_month"))
    for row in stages.order_by("from_month"):
        if row.payments.filter(batch__state__in=_APPROVED).exists():
            paid += row.amount
            continue
        before = clock.Month.of(row.from_month).previous
        ledger.end(entitlement=row, last_month=before, reason=f"{decision.number} 撤销", by=by)
    return paid


def _still_due(stages: Iterable[dict[str, Any]], paid: int) -> Iterable[dict[str, Any]]:
    """The stages of money, less what an earlier decision of the case has already paid."""
    for stage in stages:
        if stage["form"] != "money":
            continue
        less = min(paid, stage["amount"])
        paid -= less
        if stage["amount"] > less:
            yield stage | {"amount": stage["amount"] - less}
