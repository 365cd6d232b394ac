"""A family seen from its applicant: the register keeps relations to the head, an application to the applicant."""

from __future__ import annotations

from minzheng.kernel.people.models import Household

from .models import Case, Member

__all__ = ["copy_members", "members_from_register"]

HEAD, SPOUSE, CHILD, PARENT, SIBLING, GRANDPARENT, OTHER = "02", "10", "20", "50", "70", "60", "97"
# Relation to the applicant (GB/T 4761) by the applicant's own relation to the head and the member's.
_SEEN_FROM = {
    "spouse": {"head": SPOUSE, "child": CHILD},
    "child": {"head": PARENT, "spouse": PARENT, "child": SIBLING, "parent": GRANDPARENT},
    "parent": {"head": CHILD, "parent": SPOUSE},
}


def _kind(code: str) -> str:
    by_first = {"1": "spouse", "2": "child", "3": "child", "5": "parent"}
    return "head" if code in ("01", "02") else by_first.get(code[:1], "other")


def relation_to_applicant(applicant: str, member: str) -> str:
    """What a member is to the applicant, from what both are to the head."""
    if _kind(applicant) == "head":
        return member
    return _SEEN_FROM.get(_kind(applicant), {}).get(_kind(member), OTHER)


def members_from_register(case: Case, household: Household) -> None:
    """The family as the master file has it today; the applicant may correct it in the draft."""
    today = list(household.memberships.filter(until_on=None).order_by("id"))
    own = next((one.relation for one in today if one.person_id == case.applicant_id), HEAD)
    Member.objects.bulk_create(
        Member(
            case=case, person_id=one.person_id, counted=one.counted, not_counted_reason=one.not_counted_reason,
            relation="01" if one.person_id == case.applicant_id else relation_to_applicant(own, one.relation),
        )
        for one in today
    )  # fmt: skip


def copy_members(origin: Case, case: Case) -> None:
    """The same family as in an earlier case, with what was declared of each."""
    Member.objects.bulk_create(
        Member(
            case=case, person_id=one.person_id, relation=one.relation, counted=one.counted,
            not_counted_reason=one.not_counted_reason, answers=one.answers,
        )
        for one in origin.members.order_by("id")
    )  # fmt: skip
