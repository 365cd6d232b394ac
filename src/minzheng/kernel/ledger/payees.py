"""Who may receive the money: a member of the household, or a registered payee with an agreement.

Handbook 00 §0.4: the account owner is the beneficiary, a household member or the registered payee; a card
held by an agent needs a written agreement filed with the county (最低生活保障审核确认办法, art. 26).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from minzheng.kernel.errors import Refused
from minzheng.kernel.people.identity import check_bank_account, check_unit_account
from minzheng.kernel.people.models import Household, Membership, Person

__all__ = ["Payee", "check_payee"]

# A bank file is opened in spreadsheets: a name that begins like a formula never gets into one.
_NAME = re.compile(r"[^\W\d_][\w·.\- （）]{0,59}")


@dataclass(frozen=True, kw_only=True)
class Payee:
    """The person who receives, the account, the name it is held in, and the agreement of an agent.

    ``unit`` is the organisation whose account it is, where the agreement pays to one: an institution that arranged a
    funeral; the person answers for it.
    """

    person: Person
    account: str
    owner: str
    agreement: str = ""
    unit: str = ""


def check_payee(payee: Payee, *, household: Household | None, person: Person | None) -> Payee:
    """The payee with the account in its plain digits; refused where the law would refuse it."""
    owner = payee.owner.strip()
    if not _NAME.fullmatch(owner):
        raise Refused(
            "account_owner_name",
            "户名为空或含有不能用于银行文件的字符。请按银行卡上的户名填写。",
            field="owner",
        )
    members = _members(household, person)
    if payee.person.pk not in members and not payee.agreement.strip():
        raise Refused(
            "payee_without_agreement",
            f"领取人{payee.person.name}不是家庭成员，代领须有书面协议。请填写代领协议编号。",
            field="agreement",
        )
    known = owner == payee.person.name or owner in members.values()
    of_unit = bool(payee.agreement.strip()) and owner == payee.unit.strip() and not known
    if not known and not of_unit:
        raise Refused(
            "account_owner_unknown",
            f"户名“{owner}”既不是家庭成员，也不是登记的领取人。请更换银行卡，或先登记代领协议。",
            field="owner",
        )
    check = check_unit_account if of_unit else check_bank_account
    account = check(payee.account, field="account")
    return replace(payee, account=account, owner=owner, agreement=payee.agreement.strip())


def _members(household: Household | None, person: Person | None) -> dict[int, str]:
    """Names of the beneficiary and of all who live in the household now."""
    if household is None:
        return {} if person is None else {person.pk: person.name}
    living = Membership.objects.filter(household=household, until_on=None)
    return dict(living.values_list("person_id", "person__name"))
