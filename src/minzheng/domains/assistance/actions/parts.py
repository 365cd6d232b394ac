"""What every grant is made of: the household, the payee, the basis in the decision, who is counted."""

from __future__ import annotations

from minzheng.kernel import catalogue
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case, Decision
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.people import households as people
from minzheng.kernel.people.models import Household, Person

from ..queries import living_members, receiving
from ..rules import Determination

__all__ = ["basis", "counted", "everyone_counted", "group", "heard", "household", "payee"]


def household(case: Case, *, by: Actor) -> Household:
    """The family of the application as the master file's assistance household, formed now if there is none."""
    if case.household is None:
        case.household = people.form_household(
            path=case.path, class_ur=case.form["class_ur"], by=by,
            parts=[
                people.Part(one.person, one.relation, one.counted, one.not_counted_reason)
                for one in case.members.select_related("person").order_by("id")
            ],
        )  # fmt: skip
        case.save()
    return case.household


def payee(case: Case, persons: list[Person]) -> ledger.Payee:
    """The member in whose name the account is held; the ledger refuses an owner who is none."""
    owner = case.form["payee_owner"]
    person = next((one for one in persons if one.name == owner), case.applicant)
    return ledger.Payee(person=person, account=case.sealed["payee_account"], owner=owner)


def basis(case: Case, decision: Decision) -> ledger.Basis:
    """On what the ledger pays: the decision, its rule set and the digest of what it carries out."""
    return ledger.Basis(
        decision_number=decision.number,
        rule_set=decision.rule_set,
        trace_sha=decision.payload_sha,
        case_id=case.pk,
    )


def group(scheme: str) -> str:
    """The group of which nobody may have two at a time."""
    return catalogue.current().schemes[scheme].item.exclusive_group


def heard(case: Case) -> str:
    """What the household said when it was heard, for the letter."""
    task = next((one for one in case.tasks.filter(step="hear").order_by("-round") if one.evidence), None)
    return f"{task.evidence['heard_on']} 听取意见：{task.evidence['views']}" if task else ""


def everyone_counted(case: Case, determination: Determination) -> list[int]:
    """Whom the law counts, whatever else each of them receives."""
    members = living_members(case)
    return [members[at].person_id for at in determination.counted]


def counted(case: Case, determination: Determination) -> list[int]:
    """Whom the law counts (art. 7), who are not all whom the family has listed; a tekun person is kept as such."""
    who = everyone_counted(case, determination)
    kept = receiving(who)
    return [person for person in who if kept.get(person) != "tekun"]
