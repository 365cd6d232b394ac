"""Writes: the sum for the funeral of a tekun person (特困人员丧葬费), due once, paid to whoever arranges it.

国发〔2016〕14号: whoever was kept is also buried.  The death makes the entry, the township says who arranges the
funeral and by which paper, the county decides, and the sum goes out with an ordinary month of its own scheme.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.declare import Role
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Batch, Entitlement
from minzheng.kernel.ledger.payees import check_payee
from minzheng.kernel.people.actions import register_person
from minzheng.kernel.people.models import Person

from ..models import FuneralSum
from ..queries import kept_at_death, reckoned
from ..roles import CLERK, COUNTY_APPROVER

__all__ = ["Arranged", "arrange_funeral", "decide_funeral", "open_funeral", "void_funeral"]

SCHEME = "assistance.tekun_funeral"
State = FuneralSum.State


@dataclass(frozen=True, kw_only=True)
class Arranged:
    """Who arranges the funeral, who receives the money for it, and the paper that proves it."""

    arranger: str
    unit: str
    name: str
    id_number: str
    account: str
    owner: str
    proof: str
    buried_on: date


@verb("assistance.open_funeral", label="特困人员丧葬费列入台账")
def open_funeral(*, person: Person, died_on: date, by: Actor) -> FuneralSum | None:
    """Whoever was tekun on the day of death has one sum; nothing for others, and no second one."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "特困人员去世后，丧葬费由平台自动列入台账。")
    Person.objects.select_for_update().get(pk=person.pk)
    file = kept_at_death(person.pk, died_on)
    if file is None or FuneralSum.objects.filter(person=person).exclude(state=State.VOID).exists():
        return None
    found = reckoned(file, died_on)
    row = FuneralSum.objects.create(
        person=person, path=file.path, died_on=died_on, class_ur=file.class_ur, amount=found.amount,
        rule_set=found.rule_set, trace=found.trace, trace_sha=found.sha,
    )  # fmt: skip
    note(about=row, path=row.path, case_id=file.case_id, after={"amount": row.amount, "died_on": died_on})
    return row


@verb("assistance.arrange_funeral", label="登记丧葬办理人")
def arrange_funeral(*, funeral: FuneralSum, given: Arranged, by: Actor, key: str | None = None) -> FuneralSum:
    """The township says who arranges it; an organisation is paid into its own account, a person answers for it."""
    row = _held(funeral, CLERK, (State.WAITING,), by)
    if not row.died_on <= given.buried_on <= clock.today():
        raise Refused("buried_on", "火化或安葬日期应在去世当日至今天之间。请核对。", field="buried_on")
    payee = register_person(name=given.name, id_number=given.id_number, path=row.path, by=by)
    if payee.died_on is not None:
        raise Refused("payee_dead", "领款人登记为已去世。请另行确定领款人。", field="id_number")
    unit = given.unit.strip() if given.arranger != FuneralSum.Arranger.KIN else ""
    checked = check_payee(
        ledger.Payee(person=payee, account=given.account, owner=given.owner, agreement=given.proof, unit=unit),
        household=None, person=row.person,
    )  # fmt: skip
    if checked.owner not in (payee.name, unit):
        raise Refused("owner_dead", "户名须为领款人或办理单位，不能用去世人员的账户。", field="owner")
    row.arranger, row.unit, row.payee = FuneralSum.Arranger(given.arranger), unit, payee
    row.account, row.account_owner = checked.account, checked.owner
    row.proof, row.buried_on = checked.agreement, given.buried_on
    row.asked_by, row.asked_at, row.state, row.reason = by.id, clock.now(), State.ASKED, ""
    row.save()
    note(about=row, path=row.path, after={"arranger": row.arranger, "unit": unit, "proof": row.proof})
    return row


@verb("assistance.decide_funeral", label="审批特困人员丧葬费")
def decide_funeral(
    *, funeral: FuneralSum, outcome: str, reason: str = "", by: Actor, key: str | None = None
) -> FuneralSum:
    """The county grants it, sends it back, or refuses it with a reason; whoever registered it does not decide."""
    row = _held(funeral, COUNTY_APPROVER, (State.ASKED,), by)
    if by.id == row.asked_by:
        raise NotAllowed("decides_own", "登记人不能审批自己登记的事项。请由另一位审批人办理。")
    if outcome != "grant" and not reason.strip():
        raise Refused("reason_missing", "退回和不予发放须写明理由。请填写。", field="reason")
    row.reason = reason.strip()[:200]
    row.state = {"grant": State.GRANTED, "back": State.WAITING, "decline": State.DECLINED}[outcome]
    if outcome != "back":
        row.decided_by, row.decided_at = by.id, clock.now()
    if outcome == "grant":
        row.decision_number = f"特困丧〔{clock.today().year}〕{row.pk}号"
        row.entitlement = _entitled(row, by)
    row.save()
    note(about=row, path=row.path, reason=row.reason, after={"state": row.state, "amount": row.amount})
    return row


def _entitled(row: FuneralSum, by: Actor) -> Entitlement:
    """One month, once, of its own scheme."""
    assert row.payee is not None
    month = clock.Month.of(clock.today())
    right: Entitlement = ledger.entitle(
        scheme=SCHEME, person=row.person, path=row.path, class_ur=row.class_ur, amount=row.amount, from_month=month,
        until_month=month.next, by=by,
        payee=ledger.Payee(
            person=row.payee, account=str(row.account), owner=row.account_owner, agreement=row.proof, unit=row.unit
        ),
        basis=ledger.Basis(decision_number=row.decision_number, rule_set=row.rule_set, trace_sha=row.trace_sha),
    )  # fmt: skip
    return right


@verb("assistance.void_funeral", label="撤销特困人员丧葬费")
def void_funeral(*, funeral: FuneralSum, reason: str, by: Actor) -> str:
    """The death was none: nothing is paid, and what was approved already is claimed back.  Says what was done."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "丧葬费随死亡事件的撤销由平台自动撤销。")
    row = FuneralSum.objects.select_for_update(of=("self",)).get(pk=funeral.pk)
    told, right = "丧葬费已撤销", row.entitlement
    if row.state == State.GRANTED and right is not None:
        first = clock.Month.of(right.from_month)
        if right.payments.exclude(batch__state__in=[Batch.State.DRAFT, Batch.State.FIRST_REVIEWED]).exists():
            ledger.claim(
                owed=ledger.Owed(right.pk, first, first.next, row.amount), reason=reason, by=by,
                basis=ledger.Basis(
                    decision_number=f"{row.decision_number}撤销", rule_set=row.rule_set, trace_sha=row.trace_sha
                ),
            )  # fmt: skip
            told = "丧葬费已批准发放，已立项追缴"
        else:
            ledger.end(entitlement=right, last_month=first.previous, reason=reason, by=by)
    row.state, row.reason = State.VOID, reason[:200]
    row.save()
    note(about=row, path=row.path, reason=reason, after={"state": row.state})
    return told


def _held(funeral: FuneralSum, role: Role, states: tuple[str, ...], by: Actor) -> FuneralSum:
    """The entry as it is now, for whoever holds the post over its place."""
    row = FuneralSum.objects.select_for_update(of=("self",)).filter(pk=funeral.pk).first()
    if row is None or not by.covers(row.path):
        raise NotFound("entry_unknown", "没有这条记录，或不在您的管辖范围内。")
    if not by.holds({f"assistance.{role.code}": role.at}, path=row.path):
        raise NotAllowed("funeral_duty", f"这项工作由{role.label}办理，您在该地区没有这个岗位。")
    if row.state not in states:
        raise Stale("entry_state", "这条记录的状态已经变化，请刷新页面核对。")
    return row
