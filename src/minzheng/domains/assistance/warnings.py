"""What an officer should look at twice (handbook 01 §17, W1 to W6); a warning never stops a case.

W3, no use of water or power for three months, needs a source that is not connected yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q

from minzheng.kernel import clock
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.casework.queries import family_of
from minzheng.kernel.casework.terms import number
from minzheng.kernel.exchange.models import Discrepancy
from minzheng.kernel.ledger.models import Covered, Entitlement
from minzheng.kernel.people.models import Membership, Person

from .queries import earlier_aid, earlier_first, standing_of

__all__ = ["of_aid", "of_case", "of_first", "of_tekun"]

# The ages at which work capacity, minority and support change (年满16、18、60周岁).
AGES = (16, 18, 60)


def of_case(case: Case) -> list[str]:
    """Every warning the case now gives rise to."""
    every = (_family, _covered, _account, _insured, _ages, _alone, _phone)
    return [text for warn in every for text in warn(case)]


def of_tekun(case: Case) -> list[str]:
    """As of a dibao case, but a person alone is the rule here."""
    return [text for warn in (_family, _account, _ages, _phone) for text in warn(case)]


def of_aid(case: Case) -> list[str]:
    """Help for the same cause, from anywhere in the province; a shared account or telephone."""
    return [text for warn in (_family, _same_cause, _account, _phone) for text in warn(case)]


def of_first(case: Case) -> list[str]:
    """Help for the same cause, from anywhere in the province, shown before anything is paid."""
    earlier = earlier_first(case) if case.form.get("cause") else None
    return [f"{earlier.says}，在限定期限内不能重复救助。"] if earlier is not None else []


def _same_cause(case: Case) -> Iterator[str]:
    """Said as soon as it is handed in, so that nobody checks in vain; of another township only since when."""
    if case.form.get("cause") and (earlier := earlier_aid(case)) is not None:
        yield f"{earlier.says}，在限定期限内不能重复救助。"


def _family(case: Case) -> Iterator[str]:
    """Who has died since, and a composition that the visit did not confirm (arts. 7 and 15)."""
    for person in (one.person for one in family_of(case)):
        if person.died_on is not None:
            yield f"{person.name}登记已去世，不再计入家庭人口。"
    seen = [one for one in case.tasks.all() if one.step == "investigate" and one.state == Task.State.DONE]
    if seen and max(seen, key=lambda one: one.round).evidence.get("together_confirmed") is False:
        yield "入户调查发现共同生活成员与申报不一致，请核实家庭人口。"


def _covered(case: Case) -> Iterator[str]:
    """B2 ahead of time: somebody who already receives with another household; the ledger refuses it at the end."""
    members = [one.person_id for one in family_of(case) if one.counted]
    first = clock.Month.of(clock.today()).next.first
    rows = Covered.objects.filter(Q(until_month=None) | Q(until_month__gt=first), person_id__in=members)
    elsewhere = rows.exclude(entitlement__household=case.household) if case.household_id else rows
    for name in elsewhere.values_list("person__name", flat=True).distinct():
        yield f"{name}已在其他家庭享受同类救助，不能重复享受，请先办理转移或终止。"


def _account(case: Case) -> Iterator[str]:
    """W1: the account already receives another household's money."""
    account = case.sealed.get("payee_account")
    others = Entitlement.objects.filter(account=account, state=Entitlement.State.CURRENT)
    if account and others.exclude(household=case.household).exists():
        yield "银行账号与其他保障家庭相同，请核实领取人。"


def _insured(case: Case) -> Iterator[str]:
    """W2: declared without work, yet insured as employed."""
    found = Discrepancy.objects.filter(verification__case_id=case.pk, item="wage", declared=0, found__gt=0)
    for name in found.values_list("member__name", flat=True):
        yield f"{name}申报没有工资收入，但有职工社会保险缴费记录。"


def _ages(case: Case) -> Iterator[str]:
    """W4: somebody reaches an age at which the assessment changes."""
    today = clock.today()
    until = today + timedelta(days=number("warning.age_days", path=case.path, on=today))
    for member in family_of(case):
        birth = member.person.birth
        if birth is None or not member.counted:
            continue
        for age in AGES:
            reached = _birthday(birth, age)
            if today < reached <= until:
                yield f"{member.person.name}将于{reached:%Y年%m月%d日}年满{age}周岁，请届时复核。"


def _birthday(birth: date, age: int) -> date:
    return clock.birthday_in(birth, birth.year + age)


def _alone(case: Case) -> Iterator[str]:
    """W5: one person applies out of a larger family that is no low-income edge household."""
    if case.household_id is None or sum(one.counted for one in family_of(case)) != 1:
        return
    family = Membership.objects.filter(household_id=case.household_id, until_on=None).count()
    standing = standing_of(case.household_id)
    if family > 1 and (standing is None or standing.low_income_class != "L3"):
        yield "单人户申请，但登记的家庭还有其他成员，且不是低保边缘家庭，请核实是否符合单独申请条件。"


def _phone(case: Case) -> Iterator[str]:
    """W6: one telephone for many households."""
    phone = case.sealed.get("phone")
    if not phone:
        return
    today = clock.today()
    people = Person.objects.filter(phone=phone).exclude(memberships__household=case.household)
    homes = Membership.objects.filter(person__in=people, until_on=None).values("household").distinct().count()
    if homes + 1 > number("warning.phone_households", path=case.path, on=today):
        yield f"联系电话与另外 {homes} 户家庭相同，请核实是否有人代为包办。"
