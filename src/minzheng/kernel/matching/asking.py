"""A need is told, a provider chosen for it among those who fit, and the order goes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.catalogue.terms import number
from minzheng.kernel.errors import NotFound, Refused, Stale
from minzheng.kernel.people.models import Person
from minzheng.kernel.visits.models import Watched

from .duties import Declared, market_of, own_person, require, said
from .keeping import degree
from .models import Need, Order, Voucher
from .weighing import Candidate, best, weigh

__all__ = ["Wanted", "choose", "close_need", "tell", "voucher_for"]

_AHEAD = 60


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody asks for."""

    service: str
    units: int
    on: date
    slot: str
    budget: int = 0
    pays_rest: bool = True
    words: str = ""
    lat: str = ""
    lon: str = ""


@verb("matching.tell", label="登记服务需求")
def tell(*, matching: str, person: Person, wanted: Wanted, by: Actor) -> Need:
    """A need, told by the person or for them; the place is the door that visits have found, or the one given."""
    declared = market_of(matching)
    if not own_person(person.pk, by):
        require(declared, *declared.item.told_by, path=person.path, by=by)
    _sound(declared, wanted)
    if person.died_on is not None:
        raise Refused("person_died", "档案显示此人已去世，请核对。")
    if Need.objects.filter(
        matching=matching,
        person=person,
        service=wanted.service,
        state__in=[Need.State.OPEN, Need.State.ORDERED],
    ).exists():
        raise Refused("need_twice", "同一服务还有没有办完的需求。请先办完或关闭它。", field="service")
    lat, lon = _door(person, wanted)
    made = Need.objects.create(
        matching=matching, person=person, path=person.path, service=wanted.service, units=wanted.units,
        wanted_on=wanted.on, slot=wanted.slot, budget=wanted.budget, pays_rest=wanted.pays_rest,
        words=wanted.words.strip()[:300], lat=lat, lon=lon, since_on=clock.today(), told_by=by.id,
        told_by_name=by.name,
    )  # fmt: skip
    note(about=made, path=made.path, after={"service": made.service, "units": made.units})
    return made


def _sound(declared: Declared, wanted: Wanted) -> None:
    today = clock.today()
    if wanted.service not in declared.item.services:
        raise Refused("service_unknown", "请从目录中选择服务。", field="service")
    if wanted.slot not in declared.item.slots:
        raise Refused("slot_unknown", "请选择时段。", field="slot")
    if not today <= wanted.on <= today + timedelta(days=_AHEAD):
        raise Refused("wanted_on", f"希望日期从今天起，最长{_AHEAD}天。", field="on")
    if wanted.units <= 0 or wanted.units > 99 or wanted.budget < 0:
        raise Refused("units_wrong", "数量应在1到99之间。", field="units")


def _door(person: Person, wanted: Wanted) -> tuple[Decimal, Decimal]:
    """Where the person lives: as given, else as the ledger of visits has it."""
    if wanted.lat.strip() or wanted.lon.strip():
        return degree(wanted.lat, 90, "lat"), degree(wanted.lon, 180, "lon")
    watched = Watched.objects.filter(person=person).exclude(lat=None).order_by("-id").first()
    if watched is None or watched.lat is None or watched.lon is None:
        raise Refused(
            "door_unknown", "住所位置还没有登记，不能计算距离。请先上门登记定位，或在此填写。", field="lat"
        )
    return watched.lat, watched.lon


@verb("matching.close_need", label="关闭服务需求")
def close_need(*, need: Need, result: str, by: Actor) -> Need:
    """A need that is not served any more says why."""
    row, declared = _open(need, by)
    if not own_person(row.person_id, by):
        require(declared, *declared.item.told_by, path=row.path, by=by)
    row.state, row.result = Need.State.CLOSED, said(result, "结果", field="result")
    row.save()
    note(about=row, path=row.path, reason=row.result)
    return row


@verb("matching.choose", label="选择服务商下单")
def choose(*, need: Need, provider: int, by: Actor, chosen_words: str = "") -> Order:
    """The person chooses among the first few that fit; all who were weighed stay with the order."""
    row, declared = _open(need, by)
    if not own_person(row.person_id, by):
        require(declared, *declared.item.told_by, path=row.path, by=by)
        said(chosen_words, "本人选择的情况", field="chosen_words")
    if row.wanted_on < clock.today():
        raise Refused("wanted_passed", "希望日期已过。请关闭后重新登记需求。")
    weighed = weigh(row)
    taken = next((one for one in best(row) if one.offer.provider_id == provider), None)
    if taken is None:
        raise Refused("not_offered", "请从排在前面的、符合条件的服务商中选择。", field="provider")
    made = _ordered(declared, row, taken, weighed, by, chosen_words)
    row.state = Need.State.ORDERED
    row.save()
    note(
        about=made,
        path=row.path,
        after={"provider": taken.offer.provider.name, "points": taken.kept()["points"]},
    )
    return made


def _ordered(
    declared: Declared, need: Need, taken: Candidate, weighed: list[Candidate], by: Actor, words: str
) -> Order:
    now, offer = clock.now(), taken.offer
    price = offer.price * need.units
    voucher = voucher_for(need.matching, need.person_id, need.wanted_on, lock=True)
    subsidy = min(price, voucher.amount - voucher.spent) if voucher else 0
    if voucher is not None and subsidy:
        voucher.spent += subsidy
        voucher.save(update_fields=["spent"])
    if not need.pays_rest and subsidy < price:
        raise Refused(
            "voucher_short", "服务券余额不足，本人不愿自付。请减少数量或下月再约。", field="provider"
        )
    hours = number(declared.item.answer_hours, path=need.path, on=clock.today())
    return Order.objects.create(
        need=need, person_id=need.person_id, provider=offer.provider, offer=offer, path=need.path,
        voucher=voucher if subsidy else None, number=f"FW{now:%Y%m%d}{need.pk:07d}{need.orders.count() + 1:02d}",
        units=need.units, price=price, subsidy=subsidy, self_pay=price - subsidy, planned_on=need.wanted_on,
        slot=need.slot, candidates=[one.kept() for one in weighed], chosen_by=by.id, chosen_by_name=by.name,
        ordered_at=now, answer_by=now + timedelta(hours=hours), words=words.strip()[:300],
    )  # fmt: skip


def voucher_for(matching: str, person_id: int, on: date, *, lock: bool = False) -> Voucher | None:
    """The person's signed voucher of the month in which the service is to be."""
    rows = Voucher.objects.filter(
        matching=matching, person=person_id, month=on.replace(day=1), issue__state="signed"
    )
    return (rows.select_for_update(of=("self",)) if lock else rows).first()


def _open(need: Need, by: Actor) -> tuple[Need, Declared]:
    row = Need.objects.select_for_update(of=("self",)).select_related("person").filter(pk=need.pk).first()
    if row is None or not (by.covers(row.path) or own_person(row.person_id, by)):
        raise NotFound("need_unknown", "没有这条需求，或不在您的管辖范围内。请返回列表重新选择。")
    if row.state != Need.State.OPEN:
        raise Stale("need_state", f"这条需求现在是“{row.get_state_display()}”。请刷新页面。")
    return row, market_of(row.matching)
