"""Somebody moves in, changes beds, goes to hospital and comes back, leaves; the database counts the days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.audit.viewing import door
from minzheng.kernel.errors import NotFound, Refused, Stale
from minzheng.kernel.people.models import Person

from .duties import days_of, of, require_keeper, require_words
from .models import Absence, Bed, Facility, Lodging, Stay, Waiting
from .queueing import bed_is_free, kind_of, queue

__all__ = [
    "LEFT", "Arrival", "admit", "away", "back", "discharge", "hold_prepaid", "let_go", "move", "within_owed",
]  # fmt: skip


@dataclass(frozen=True)
class Arrival:
    """Somebody who is about to move in: what the domain looks at before it lets them."""

    facility: Facility
    person: Person
    bed: Bed
    kind: str  # of the bed on that day
    on: date
    fee: int
    deposit: int
    answers: Mapping[str, Any]


LEFT = {"home": "回家", "other": "转往其他机构", "hospital": "长期住院", "death": "去世", "rule": "解除协议"}


@verb("facilities.admit", label="办理入住")
def admit(
    *, facility: Facility, person: Person, bed: Bed, on: date, agreement_number: str, fee: int, deposit: int,
    answers: Mapping[str, Any], waiting: Waiting | None = None, by: Actor, key: str | None = None,
) -> Stay:  # fmt: skip
    """Under an agreement, into a free bed, after whatever the domain asks for; in a public house by the queue."""
    house = Facility.objects.select_for_update(of=("self",)).get(pk=facility.pk)
    require_keeper(house, by)
    item = of(house).item
    _open_on(house, person, on)
    held = Bed.objects.select_for_update(of=("self",)).get(pk=bed.pk)
    offered = waiting or queue(house).filter(person=person, state=Waiting.State.OFFERED).first()
    if held.facility_id != house.pk or not bed_is_free(held, on, for_=offered):
        raise Refused("bed_not_free", "这张床位不空，请另选。", field="bed")
    cleaned = item.agreement.clean(answers).plain if item.agreement is not None else {}
    if item.may_stay is not None:
        item.may_stay(Arrival(house, person, held, kind_of(held, on), on, fee, deposit, cleaned))
    turn = _turn(house, person, held, offered)
    number = require_words(agreement_number, "协议编号", field="agreement_number", longest=40)
    if house.stays.filter(agreement_number=number).exists():
        raise Refused("agreement_twice", "这个协议编号已经用过。", field="agreement_number")
    made = Stay.objects.create(
        facility=house, path=house.path, person=person, waiting=turn, agreement_number=number, answers=cleaned, fee=fee,
        deposit=deposit, from_on=on, by_name=by.name,
    )  # fmt: skip
    Lodging.objects.create(stay=made, path=house.path, bed=held, person=person, from_on=on)
    if house.first_stay_on is None or on < house.first_stay_on:
        house.first_stay_on = on
        house.save()
    audit.note(about=made, path=house.path, after={"bed": str(held), "on": str(on), "agreement": number})
    return made


def _open_on(house: Facility, person: Person, on: date) -> None:
    """The house works, the day has come, and the person lives and sleeps nowhere else on file."""
    if house.state != Facility.State.OPEN or house.opened_on is None or on < house.opened_on:
        raise Refused("facility_not_open", "机构尚未开业或正在停业，不能办理入住。")
    if house.cancelled_on is not None:
        raise Refused("facility_cancelled", f"机构的登记证书已于 {house.cancelled_on} 注销，不能再收住老人。")
    if on > clock.today():
        raise Refused("day_to_come", "入住日期不能晚于今天。", field="on")
    if person.died_on is not None:
        raise Refused("person_died", "档案显示此人已去世，请核对。", field="person")
    with door("duplicates"):
        elsewhere = Lodging.objects.filter(Q(until_on=None) | Q(until_on__gt=on), person=person).exists()
    if elsewhere:
        raise Refused(
            "stays_elsewhere", "此人已有入住记录，同一天不能占用两张床位。请先办理离开。", field="person"
        )


def _turn(house: Facility, person: Person, bed: Bed, waiting: Waiting | None) -> Waiting | None:
    """In a house whose beds the public queue gives, only whoever was offered this bed moves in."""
    if waiting is None:
        if house.ownership in of(house).item.queued:
            raise Refused("not_by_queue", "公办床位按轮候次序安排，请先登记轮候并通知入住。", field="person")
        return None
    row = Waiting.objects.select_for_update(of=("self",)).get(pk=waiting.pk)
    if row.state != Waiting.State.OFFERED or row.person_id != person.pk or row.bed_id != bed.pk:
        raise Refused("offered_another", "这张床位不是通知此人入住的床位，请核对。", field="bed")
    row.state, row.closed_on = Waiting.State.ADMITTED, clock.today()
    row.save()
    return row


@verb("facilities.move", label="调换床位")
def move(*, stay: Stay, bed: Bed, on: date, by: Actor, key: str | None = None) -> Lodging:
    """To another free bed of the house, from a day on."""
    row = _staying(stay, by)
    now = row.lodgings.filter(until_on=None).get()
    held = Bed.objects.select_for_update(of=("self",)).get(pk=bed.pk)
    if held.facility_id != row.facility_id or held.pk == now.bed_id or not bed_is_free(held, on):
        raise Refused("bed_not_free", "这张床位不空，请另选。", field="bed")
    _within(now.from_on, on)
    now.until_on = on
    now.save()
    made = Lodging.objects.create(stay=row, path=row.path, bed=held, person_id=row.person_id, from_on=on)
    audit.note(
        about=row, path=row.path, before={"bed": str(now.bed)}, after={"bed": str(held), "on": str(on)}
    )
    return made


@verb("facilities.away", label="登记住院")
def away(*, stay: Stay, on: date, where: str, reason: str, by: Actor, key: str | None = None) -> Absence:
    """To hospital; the bed is held for so many days."""
    row = _staying(stay, by)
    _within(row.from_on, on)
    if row.absences.filter(until_on=None).exists():
        raise Stale("away_already", "已经登记住院。请刷新页面。")
    days = days_of(of(row.facility).item.hold_term, path=row.path, on=on)
    made = Absence.objects.create(
        stay=row, path=row.path, where=require_words(where, "去向", field="where", longest=80),
        reason=require_words(reason, "事由", field="reason"), from_on=on, held_until=on + timedelta(days=days),
    )  # fmt: skip
    audit.note(about=row, path=row.path, after={"away": str(on), "held_until": str(made.held_until)})
    return made


@verb("facilities.back", label="登记返院")
def back(*, stay: Stay, on: date, care_plan: str, by: Actor, key: str | None = None) -> Absence:
    """Back from hospital, with the plan of care that the house accepts."""
    row = _staying(stay, by)
    gone = row.absences.select_for_update(of=("self",)).filter(until_on=None).first()
    if gone is None:
        raise Stale("not_away", "没有未返院的住院记录。请刷新页面。")
    _within(gone.from_on, on)
    gone.until_on = on
    gone.care_plan = require_words(care_plan, "返院后照护计划", field="care_plan", longest=500)
    gone.save()
    audit.note(about=row, path=row.path, after={"back": str(on)})
    return gone


@verb("facilities.discharge", label="办理离开")
def discharge(
    *,
    stay: Stay,
    on: date,
    because: str,
    words: str = "",
    settled: int,
    by: Actor,
    key: str | None = None,
) -> Stay:
    """The stay ends: the bed is free from that day on, and what is paid back is put down."""
    row = _staying(stay, by)
    _within(row.from_on, on)
    if because not in LEFT:
        raise Refused("left_because", "请选择离开原因。", field="because")
    within_owed(row, settled)
    _end(row, on, because, words, settled)
    audit.note(about=row, path=row.path, after={"until": str(on), "because": because, "settled": settled})
    return row


def within_owed(row: Stay, settled: int) -> None:
    """What is paid back is no more than what the house holds."""
    if settled < 0 or settled > row.deposit + row.fee + row.prepaid:
        raise Refused("settled", "退还金额不能为负，也不能超过押金、预收费和当月费用。", field="settled")


@verb("facilities.hold_prepaid", label="登记预收费余额")
def hold_prepaid(*, stay: Stay, amount: int, on: date, by: Actor, key: str | None = None) -> Stay:
    """What the house holds on a day of fees paid ahead, by cards or transfers (fen); the latest word counts."""
    row = _staying(stay, by)
    _within(max(row.from_on, row.prepaid_on or row.from_on), on)
    if amount < 0:
        raise Refused("prepaid", "预收费余额不能为负数。", field="amount")
    before = row.prepaid
    row.prepaid, row.prepaid_on = amount, on
    row.save()
    audit.note(about=row, path=row.path, before={"prepaid": before}, after={"prepaid": amount, "on": str(on)})
    return row


def _end(row: Stay, on: date, because: str, words: str, settled: int) -> None:
    row.lodgings.filter(until_on=None).update(until_on=on)
    row.absences.filter(until_on=None).update(until_on=on)
    row.until_on, row.left_because, row.left_words, row.settled = on, because, words[:200], settled
    row.save()


@verb("facilities.let_go", label="保留床位到期")
def let_go(*, stay: Stay, by: Actor, key: str | None = None) -> Stay:
    """A bed held beyond its days is given up: the stay ends on the day after the last one held."""
    row = _staying(stay, by)
    gone = row.absences.filter(until_on=None, held_until__lt=clock.today()).first()
    if gone is None:
        raise Refused("still_held", "床位仍在保留期内，不能腾退。")
    _end(row, gone.held_until + timedelta(days=1), "hospital", gone.where, row.deposit)
    audit.note(about=row, path=row.path, after={"until": str(row.until_on)})
    return row


def _staying(stay: Stay, by: Actor) -> Stay:
    row = Stay.objects.select_for_update(of=("self",)).select_related("facility").filter(pk=stay.pk).first()
    if row is None or not by.covers(row.path):
        raise NotFound("stay_unknown", "没有这条入住记录，或不在您的管辖范围内。")
    require_keeper(row.facility, by)
    if row.until_on is not None:
        raise Stale("stay_over", "已经办理离开。请刷新页面。")
    return row


def _within(first: date, on: date) -> None:
    if not first <= on <= clock.today():
        raise Refused("day_outside", f"日期应在 {first.isoformat()} 至今天之间。", field="on")
