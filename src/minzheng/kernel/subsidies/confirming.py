"""Accounts confirmed with their owners, for what nobody applies for; suspended while somebody is sought."""

from __future__ import annotations

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.ledger.payees import Payee, check_payee
from minzheng.kernel.people.models import Person

from .duties import Subsidy, declared, require
from .models import ConfirmedAccount

__all__ = ["confirm_account", "resume", "suspend"]


@verb("subsidies.confirm_account", label="确认收款账户")
def confirm_account(
    *, subsidy: str, person: Person, account: str, owner: str, by: Actor, agreement: str = ""
) -> ConfirmedAccount:
    """The person found by the data agrees to be paid, and says into which account."""
    found = declared(subsidy, started_by="month")
    _here(found, person, by)
    if person.died_on is not None:
        raise Refused("person_died", "该人员已登记死亡，不能确认。")
    payee = check_payee(
        Payee(person=person, account=account, owner=owner.strip(), agreement=agreement.strip()),
        household=None, person=person,
    )  # fmt: skip
    row = ConfirmedAccount.objects.select_for_update().filter(subsidy=subsidy, person=person).first()
    row = row or ConfirmedAccount(subsidy=subsidy, person=person, version=0)
    row.path, row.account, row.account_owner, row.agreement = (
        person.path,
        payee.account,
        payee.owner,
        payee.agreement,
    )
    row.confirmed_by, row.confirmed_by_name, row.confirmed_at = by.id, by.name, clock.now()
    row.suspended, row.version = "", row.version + 1
    row.save()
    note(about=row, path=row.path)
    return row


@verb("subsidies.suspend", label="暂停发放")
def suspend(*, subsidy: str, person: Person, reason: str, by: Actor) -> ConfirmedAccount:
    """Somebody was not reached twice: nothing is paid until they are seen; nothing ends without a visit."""
    found = declared(subsidy, started_by="month")
    _here(found, person, by)
    if not reason.strip():
        raise Refused("reason_missing", "请写明暂停原因。", field="reason")
    row = ConfirmedAccount.objects.select_for_update().filter(subsidy=subsidy, person=person).first()
    if row is None:
        raise Refused("not_confirmed", "该人员没有确认过收款账户，不需要暂停。")
    row.suspended, row.version = reason.strip()[:100], row.version + 1
    row.save()
    note(about=row, path=row.path, reason=reason)
    return row


@verb("subsidies.resume", label="恢复发放")
def resume(*, subsidy: str, person: Person, words: str, by: Actor) -> ConfirmedAccount:
    """Somebody has been seen again: they are paid from the next list on, into the account that was confirmed."""
    found = declared(subsidy, started_by="month")
    _here(found, person, by)
    if person.died_on is not None:
        raise Refused("person_died", "该人员已登记死亡，不能恢复发放。")
    row = ConfirmedAccount.objects.select_for_update().filter(subsidy=subsidy, person=person).first()
    if row is None or not row.suspended:
        raise Refused("not_suspended", "该人员没有暂停发放，不需要恢复。")
    if not words.strip():
        raise Refused("reason_missing", "请写明何时由谁见到本人。", field="words")
    row.suspended, row.version = "", row.version + 1
    row.save()
    note(about=row, path=row.path, reason=words.strip()[:200])
    return row


def _here(found: Subsidy, person: Person, by: Actor) -> None:
    if not by.covers(person.path):
        raise NotFound("person_unknown", "没有这个人，或不在您的管辖范围内。")
    require(found, found.item.confirmed_by, path=person.path, by=by, duty="账户确认")
