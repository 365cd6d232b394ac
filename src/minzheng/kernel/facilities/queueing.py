"""The public queue for places (轮候): who is before whom is declared, and nobody is passed over."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import NotFound, Refused, Stale
from minzheng.kernel.people.models import Person

from .duties import of, require_one, require_words
from .models import Bed, Facility, Fitting, Lodging, Waiting

__all__ = ["ask", "bed_is_free", "kind_of", "offer", "queue", "rank", "withdraw"]


def queue(facility: Facility) -> QuerySet[Waiting]:
    """Who waits, the first first: by declared rank, then by the time of the request."""
    open_ = (Waiting.State.WAITING, Waiting.State.OFFERED)
    rows = facility.waiting.filter(state__in=open_).select_related("person", "bed")
    return rows.order_by("order", "asked_at", "id")


def kind_of(bed: Bed, on: date) -> str:
    """Of what kind a bed is on a day."""
    held = Fitting.objects.filter(Q(until_on=None) | Q(until_on__gt=on), bed=bed, from_on__lte=on).first()
    return held.kind if held else ""


def bed_is_free(bed: Bed, on: date, *, for_: Waiting | None = None) -> bool:
    """Usable, empty from that day on, and offered to nobody else."""
    if bed.state != Bed.State.USABLE or bed.opened_on > on:
        return False
    offered = Waiting.objects.filter(bed=bed, state=Waiting.State.OFFERED)
    if for_ is not None:
        offered = offered.exclude(pk=for_.pk)
    taken = Lodging.objects.filter(Q(until_on=None) | Q(until_on__gt=on), bed=bed)
    return not offered.exists() and not taken.exists()


@verb("facilities.ask", label="登记轮候")
def ask(
    *, facility: Facility, person: Person, rank: str, bed_kind: str, by: Actor, key: str | None = None
) -> Waiting:
    """A request for a place, with its number; the same person waits once at one house.

    Whoever asks on the portal for the own person stands in the last rank until the house has seen why they go first.
    """
    item = of(facility).item
    if by.posts or by.person_id != person.pk:
        require_one(facility, by)
    else:
        rank = list(item.ranks)[-1]
    if rank not in item.ranks or bed_kind not in item.beds:
        raise Refused("waiting_choice", "请选择优先类别和床位类型。", field="rank")
    if facility.state != Facility.State.OPEN:
        raise Refused("facility_not_open", "机构尚未开业或正在停业，不能登记轮候。")
    if person.died_on is not None:
        raise Refused("person_died", "档案显示此人已去世，请核对。", field="person")
    if queue(facility).filter(person=person).exists():
        raise Refused("waiting_twice", "此人已在这家机构轮候，不重复登记。", field="person")
    now = clock.now()
    made = Waiting.objects.create(
        facility=facility, path=facility.path, person=person, rank=rank, order=list(item.ranks).index(rank),
        bed_kind=bed_kind, asked_at=now, number=f"{now:%Y}-{facility.pk:04d}-{facility.waiting.count() + 1:04d}",
    )  # fmt: skip
    audit.note(about=made, path=made.path, after={"rank": rank, "number": made.number})
    return made


@verb("facilities.rank", label="核定优先类别")
def rank(*, waiting: Waiting, rank: str, words: str, by: Actor, key: str | None = None) -> Waiting:
    """What was seen of the person puts them into another rank; the time of the request stays."""
    row = _open(waiting, by)
    ranks = of(row.facility).item.ranks
    if rank not in ranks or rank == row.rank:
        raise Refused("waiting_choice", "请选择与现在不同的优先类别。", field="rank")
    before, why = row.rank, require_words(words, "核对的证明材料", field="words")
    row.rank, row.order = rank, list(ranks).index(rank)
    row.save()
    audit.note(about=row, path=row.path, before={"rank": before}, after={"rank": rank}, reason=why)
    return row


@verb("facilities.offer", label="通知入住")
def offer(*, waiting: Waiting, bed: Bed, answer_by: date, by: Actor, key: str | None = None) -> Waiting:
    """A free bed of the wanted kind goes to whoever is first among those who want that kind."""
    row = _open(waiting, by)
    today = clock.today()
    if row.state != Waiting.State.WAITING:
        raise Stale("waiting_offered", "已经通知入住。请刷新页面。")
    first = (
        queue(row.facility)
        .filter(state=Waiting.State.WAITING, bed_kind=row.bed_kind)
        .values("pk", "number")
        .first()
    )
    if first is not None and first["pk"] != row.pk:
        raise Refused("not_first", f"按次序应先通知轮候编号{first['number']}的申请人。")
    held = Bed.objects.select_for_update(of=("self",)).get(pk=bed.pk)
    if (
        held.facility_id != row.facility_id
        or not bed_is_free(held, today)
        or kind_of(held, today) != row.bed_kind
    ):
        raise Refused("bed_not_free", "这张床位不空，或类型与申请不符，请另选。", field="bed")
    if answer_by < today:
        raise Refused("answer_by", "答复期限不能早于今天。", field="answer_by")
    row.state, row.bed, row.offered_on, row.answer_by = Waiting.State.OFFERED, held, today, answer_by
    row.save()
    audit.note(about=row, path=row.path, after={"bed": str(held), "answer_by": str(answer_by)})
    return row


@verb("facilities.withdraw", label="退出轮候")
def withdraw(*, waiting: Waiting, reason: str, by: Actor, key: str | None = None) -> Waiting:
    """Somebody no longer waits: taken elsewhere, died, did not answer."""
    row = _open(waiting, by)
    row.reason = require_words(reason, "退出原因", field="reason")
    row.state, row.closed_on, row.bed = Waiting.State.WITHDRAWN, clock.today(), None
    row.save()
    audit.note(about=row, path=row.path, reason=row.reason)
    return row


def _open(waiting: Waiting, by: Actor) -> Waiting:
    row = (
        Waiting.objects.select_for_update(of=("self",))
        .select_related("facility")
        .filter(pk=waiting.pk)
        .first()
    )
    if row is None or not by.covers(row.path):
        raise NotFound("waiting_unknown", "没有这条轮候，或不在您的管辖范围内。")
    require_one(row.facility, by)
    if row.state not in (Waiting.State.WAITING, Waiting.State.OFFERED):
        raise Stale("waiting_over", "这条轮候已经结束。请刷新页面。")
    return row
