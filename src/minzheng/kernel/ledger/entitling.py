"""Granting, changing and ending an entitlement: intervals are closed and opened, amounts never edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.people.models import Household, Person

from .models import Batch, Covered, Entitlement, Payment
from .payees import Payee, check_payee

__all__ = [
    "COMMITTED",
    "Basis",
    "carried_on",
    "change_amount",
    "end",
    "entitle",
    "hold",
    "require_place",
    "set_payee",
    "succeed",
]

_KEPT = (
    "scheme", "path", "household_id", "person_id", "class_ur", "payee_id", "account", "account_owner", "agreement",
)  # fmt: skip
COMMITTED = (Batch.State.APPROVED, Batch.State.SENT, Batch.State.RECONCILED, Batch.State.CLOSED)


@dataclass(frozen=True, kw_only=True)
class Basis:
    """On what an amount rests: case, decision, rule set, and the digest of the calculation."""

    decision_number: str
    rule_set: str
    trace_sha: str
    case_id: int | None = None


@verb("ledger.entitle", label="确立待遇")
def entitle(
    *,
    scheme: str,
    path: str,
    class_ur: str,
    amount: int,
    from_month: Month,
    payee: Payee,
    basis: Basis,
    by: Actor,
    household: Household | None = None,
    person: Person | None = None,
    members: Sequence[Person] = (),
    exclusive_group: str = "",
    until_month: Month | None = None,
) -> Entitlement:
    """A household, or one person, is entitled to an amount each month from a month on."""
    require_place(by, path)
    _require_amount(amount)
    if (household is None) == (person is None):
        raise Refused(
            "one_beneficiary", "待遇须确立给一个家庭或一个人，二者取一。请核对。", field="household"
        )
    payee = check_payee(payee, household=household, person=person)
    row = Entitlement(
        scheme=scheme, path=path, household=household, person=person, class_ur=class_ur, amount=amount,
        from_month=from_month.first, until_month=until_month.first if until_month else None,
        payee=payee.person, account=payee.account, account_owner=payee.owner, agreement=payee.agreement,
        case_id=basis.case_id, decision_number=basis.decision_number, rule_set=basis.rule_set,
        trace_sha=basis.trace_sha,
    )  # fmt: skip
    covered = [member.pk for member in members] or ([person.pk] if person else [])
    _open(row, covered if exclusive_group else [], exclusive_group, by=by)
    note(about=row, case_id=basis.case_id, path=path, after={"amount": amount, "from": str(from_month)})
    return row


@verb("ledger.change_amount", label="调整待遇")
def change_amount(
    *,
    entitlement: Entitlement,
    from_month: Month,
    amount: int,
    basis: Basis,
    reason: str,
    by: Actor,
    members: Sequence[Person] | None = None,
) -> Entitlement:
    """From a month on another amount is paid: the old interval closes and a new one opens."""
    old = hold(entitlement, by)
    new = succeed(
        old, from_month=from_month, amount=amount, basis=basis, reason=reason, by=by, members=members
    )
    note(
        about=new, case_id=basis.case_id, path=new.path, reason=reason,
        before={"entitlement": old.pk, "amount": old.amount},
        after={"amount": amount, "from": str(from_month)},
    )  # fmt: skip
    return new


def succeed(
    old: Entitlement,
    *,
    from_month: Month,
    amount: int,
    basis: Basis,
    reason: str,
    by: Actor,
    members: Sequence[Person] | None = None,
    **otherwise: str,
) -> Entitlement:
    """The interval that follows another from a month on; whatever is not said otherwise stays as it was."""
    _require_amount(amount)
    if old.state != Entitlement.State.CURRENT:
        raise Refused("entitlement_closed", "该待遇已变更或终止，不能再调整。请在最新一条待遇上办理。")
    if from_month.first < old.from_month or (old.until_month and from_month.first >= old.until_month):
        raise Refused("month_outside", "调整月份不在该待遇的起止月份内。请核对月份。", field="from_month")
    _refuse_if_paid(old, from_month)
    group, persons = _coverage(old)
    chosen = persons if members is None else [member.pk for member in members]
    until = old.until_month
    _close(old, from_month, Entitlement.State.SUPERSEDED, reason)
    kept = {name: getattr(old, name) for name in _KEPT} | otherwise
    new = Entitlement(
        **kept, amount=amount, from_month=from_month.first, until_month=until, case_id=basis.case_id,
        decision_number=basis.decision_number, rule_set=basis.rule_set, trace_sha=basis.trace_sha, supersedes=old,
    )  # fmt: skip
    _open(new, chosen if group else [], group, by=by)
    return new


def carried_on(
    old: Entitlement, *, from_month: Month, until_month: Month | None, basis: Basis, by: Actor
) -> Entitlement:
    """What had stopped goes on from a month on: same amount, account and persons, an interval of its own."""
    group, persons = _coverage(old)
    kept = {name: getattr(old, name) for name in _KEPT}
    new = Entitlement(
        **kept, amount=old.amount, from_month=from_month.first, case_id=basis.case_id,
        until_month=until_month.first if until_month else None, decision_number=basis.decision_number,
        rule_set=basis.rule_set, trace_sha=basis.trace_sha,
    )  # fmt: skip
    _open(new, persons if group else [], group, by=by)
    return new


@verb("ledger.end", label="终止待遇")
def end(*, entitlement: Entitlement, last_month: Month, reason: str, by: Actor) -> Entitlement:
    """Say the last month paid: it may lie ahead, as in gradual exit (渐退), and may be brought forward."""
    row = hold(entitlement, by)
    stop = last_month.next
    if row.state == Entitlement.State.SUPERSEDED:
        raise Refused("entitlement_closed", "该待遇已变更。请在最新一条待遇上办理终止。")
    if stop.first < row.from_month:
        raise Refused("month_outside", "最后发放月早于待遇起始月的上一个月。请核对月份。", field="last_month")
    if row.until_month is not None and stop.first > row.until_month:
        raise Refused("entitlement_not_lengthened", "终止月份只能提前，不能推后。需要延长的，请重新审批。")
    _refuse_if_paid(row, stop)
    before = {"until": str(row.until_month)}
    _close(row, stop, Entitlement.State.ENDED, reason)
    note(about=row, case_id=row.case_id, path=row.path, reason=reason, before=before,
         after={"last_month": str(last_month)})  # fmt: skip
    return row


@verb("ledger.set_payee", label="变更领取人或账户")
def set_payee(*, entitlement: Entitlement, payee: Payee, reason: str, by: Actor) -> Entitlement:
    """Another account or payee from the next batch on; approved payments go where they were approved to."""
    row = hold(entitlement, by)
    payee = check_payee(payee, household=row.household, person=row.person)
    row.payee, row.account, row.account_owner = payee.person, payee.account, payee.owner
    row.agreement, row.version = payee.agreement, row.version + 1
    row.save(update_fields=["payee", "account", "account_owner", "agreement", "version"])
    note(about=row, case_id=row.case_id, path=row.path, reason=reason)
    return row


def hold(entitlement: Entitlement, by: Actor) -> Entitlement:
    """The row as it is now, held until the verb ends; a draft or approval that uses it is waited for."""
    row = Entitlement.objects.select_for_update(of=("self",)).get(pk=entitlement.pk)
    require_place(by, row.path)
    return row


def require_place(by: Actor, path: str) -> None:
    """An entitlement is touched only by whoever answers for its place."""
    if not by.covers(path):
        raise NotAllowed("out_of_scope", "该待遇不在您的管辖范围内，不能办理。")


def _require_amount(amount: int) -> None:
    if isinstance(amount, bool) or not isinstance(amount, int) or amount <= 0:
        raise Refused("amount_positive", "月金额须大于零，以分为单位。请核对计算结果。", field="amount")


def _refuse_if_paid(row: Entitlement, stop: Month) -> None:
    """Months already approved for payment are not taken back by an edit: that is recovery (追缴)."""
    approved = Payment.objects.filter(entitlement=row, month__gte=stop.first, batch__state__in=COMMITTED)
    last = approved.aggregate(Max("month"))["month__max"]
    if last is not None:
        month = Month.of(last)
        raise Refused(
            "months_already_approved",
            f"{month} 及以前的待遇已审批发放，不能从 {stop} 起改动。"
            f"请从 {month.next} 起办理，多发部分另行追缴。",
            month=str(month),
        )


def _close(row: Entitlement, stop: Month, state: str, reason: str) -> None:
    row.until_month, row.state, row.end_reason = stop.first, Entitlement.State(state), reason[:200]
    row.version += 1
    row.save(update_fields=["until_month", "state", "end_reason", "version"])
    row.covered.update(until_month=stop.first)


def _coverage(row: Entitlement) -> tuple[str, list[int]]:
    """The exclusive group of an entitlement and the persons it covers."""
    rows = list(row.covered.values_list("exclusive_group", "person_id"))
    return (rows[0][0] if rows else ""), [person for _, person in rows]


def _open(row: Entitlement, persons: Sequence[int], group: str, *, by: Actor) -> None:
    """Insert the interval and its coverage; the database refuses an overlap, whoever comes second."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            Covered.objects.bulk_create(
                Covered(
                    entitlement=row, person_id=person, exclusive_group=group, path=row.path,
                    from_month=row.from_month, until_month=row.until_month,
                )
                for person in sorted(set(persons))
            )  # fmt: skip
    except IntegrityError as error:
        if (refusal := _overlap(row, persons, group, by)) is None:
            raise
        raise refusal from error


def _overlap(row: Entitlement, persons: Sequence[int], group: str, by: Actor) -> Refused | None:
    """Which rule was met, in words; another county's household, amount and decision stay unsaid."""
    clash = Q(until_month=None) | Q(until_month__gt=row.from_month)
    if row.until_month is not None:
        clash &= Q(from_month__lt=row.until_month)
    same = Entitlement.objects.filter(clash, row.beneficiary, scheme=row.scheme)
    if same.exclude(pk=row.pk).exists():
        return Refused(
            "entitled_already", "该家庭（个人）在这些月份已有同一项目的待遇。请改为调整，或先终止原待遇。"
        )
    taken = Covered.objects.filter(clash, exclusive_group=group, person_id__in=persons)
    found = taken.select_related("person", "entitlement").order_by("person_id").first()
    if found is None:
        return None
    until = f"至 {Month.of(found.until_month).previous} 止" if found.until_month else "尚未终止"
    if by.covers(found.path):
        where = f"决定文号 {found.entitlement.decision_number}"
    else:
        where = "由其他地方经办，请通过上级民政部门核实"
    return Refused(
        "covered_already",
        f"{found.person.name}已享受同类救助，{until}（{where}）。同一人同一时期只能享受一份，请先办理转移或终止。",
        person_id=found.person_id,
        field="members",
    )
