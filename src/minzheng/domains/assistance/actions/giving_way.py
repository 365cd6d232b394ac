"""How dibao gives way to tekun (特困与低保不重复享受): the person gives up their own share, and nobody else's.

Decided with the tekun case and frozen in its payload; the ledger's exclusive group holds it whatever happens.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case, Decision
from minzheng.kernel.errors import Refused
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Covered, Entitlement
from minzheng.kernel.people.models import Household, Person

from .. import rules
from ..models import Standing
from ..queries import facts_of_case, living_members, standing_of
from ..rules import procedure

__all__ = ["give_way", "gives_way", "leave_edge"]

DIBAO = "assistance.dibao"
REASON = "转为特困人员救助供养"


def gives_way(person: Person, *, on: date) -> dict[str, Any] | None:
    """What becomes of the dibao that covers the person: it ends, or goes on for the others at their amount."""
    first = procedure.first_month(on).first
    rows = Covered.objects.filter(person=person, entitlement__scheme=DIBAO).select_related("entitlement")
    covered = next((one for one in rows if one.until_month is None or one.until_month > first), None)
    if covered is None:
        return None
    row = covered.entitlement
    others = sorted(row.covered.exclude(person=person).values_list("person_id", flat=True))
    found: dict[str, Any] = {"entitlement": row.pk, "before": row.amount, "persons": others}
    return found | ({"amount": _of_the_others(row, person, on=on)} if others else {"amount": 0})


def _of_the_others(row: Entitlement, person: Person, *, on: date) -> int:
    """The household's dibao without the person's share, from the facts on which it was last decided."""
    case = Case.objects.filter(pk=row.case_id).first() if row.case_id else None
    members = living_members(case) if case is not None else []
    at = next((at for at, one in enumerate(members) if one.person_id == person.pk), None)
    if case is not None and at is not None:
        facts = facts_of_case(case)
        persons = [dict(one) for one in facts.persons]
        persons[at]["receives"] = "tekun"
        known = replace(facts, persons=persons)
        found = rules.determine_dibao(known, catalogue.current().parameters(), path=row.path, on=on)
        if found.eligible.met and found.amount:
            return found.amount
    raise Refused(
        "dibao_first",
        f"{person.name}与家人一起享受低保，按现有资料还不能算出其余家人的低保金额。"
        f"请先办理低保复核，把{person.name}移出保障人口（自{procedure.first_month(on)}起），再确认特困。",
    )


def give_way(decided: dict[str, Any] | None, *, person: Person, decision: Decision, by: Actor) -> None:
    """Carry it out before tekun begins, so that the person is in neither twice."""
    if decided is None:
        return
    row = Entitlement.objects.get(pk=decided["entitlement"])
    if not by.covers(row.path):
        raise Refused(
            "covered_elsewhere",
            f"{person.name}的低保由其他地方经办，尚未终止。请通过上级民政部门协调，先在当地办理终止，再确认特困。",
        )
    first = clock.Month.parse(decision.payload["first_month"])
    standing = standing_of(row.household_id) if row.household_id else None
    if decided["amount"]:
        ledger.change_amount(
            entitlement=row, amount=decided["amount"], from_month=first, reason=f"{person.name}{REASON}",
            members=list(Person.objects.filter(pk__in=decided["persons"])), by=by,
            basis=ledger.Basis(
                decision_number=decision.number, rule_set=decision.rule_set, trace_sha=decision.payload_sha,
                case_id=row.case_id,
            ),
        )  # fmt: skip
    else:
        ledger.end(entitlement=row, last_month=first.previous, reason=REASON, by=by)
    if standing is not None and standing.low_income_class == "L2":
        _in_the_register(standing, decided, decision)


def leave_edge(household: Household, decision: Decision) -> None:
    """A person alone who was a low-income edge household is tekun now; a family remains what it is."""
    edge = Standing.objects.filter(household=household, low_income_class="L3", members=1)
    for standing in edge.exclude(state=Standing.State.ENDED):
        standing.state, standing.ended_on, standing.end_reason = Standing.State.ENDED, decision.on, REASON
        standing.save()


def _in_the_register(standing: Standing, decided: dict[str, Any], decision: Decision) -> None:
    """The household's file says who is left, or that it has ended."""
    if decided["amount"]:
        standing.amount, standing.members = decided["amount"], len(decided["persons"])
    else:
        standing.state, standing.ended_on, standing.end_reason = Standing.State.ENDED, decision.on, REASON
    standing.save()
