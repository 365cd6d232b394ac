"""What may be read of lists: always within the reader's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum

from minzheng.kernel import clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas import queries as areas
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotFound
from minzheng.kernel.ledger.models import Batch, ReturnRow

from .duties import unknown_list
from .models import ConfirmedAccount, Emergency, IndexRow, LeftOut, Listed, Measure, MeasureTask, SubsidyList

__all__ = [
    "Arrival", "Grouped", "arrival", "batches_of", "counties_without", "emergencies", "emergency", "grouped", "indices",
    "left_out", "listed", "listing", "lists", "measure_in_force", "months_of", "outstanding_counties", "sample",
    "tasks", "unconfirmed",
]  # fmt: skip

SAMPLE = 20
_AT_BANK = (Batch.State.SENT, Batch.State.RECONCILED, Batch.State.CLOSED)


@dataclass(frozen=True, slots=True)
class Grouped:
    """How many of a group and class, and how much."""

    group: str
    class_ur: str
    persons: int
    total: int


def lists(by: Actor) -> QuerySet[SubsidyList]:
    """The lists of the reader's place; ``paid`` says that a batch with the month has gone to the bank."""
    sent = Batch.objects.filter(
        scheme=OuterRef("scheme"), month=OuterRef("month"), path=OuterRef("path"), state__in=_AT_BANK
    )
    return in_scope(SubsidyList.objects.all(), by).annotate(paid=Exists(sent))


def listing(pk: int, by: Actor) -> SubsidyList:
    """One list, or the same answer for one that does not exist and one out of scope."""
    found = lists(by).select_related("index", "measure__emergency").filter(pk=pk).first()
    if found is None:
        raise unknown_list()
    return found


def grouped(of: SubsidyList, by: Actor) -> list[Grouped]:
    """The preview: by group and class."""
    rows = in_scope(Listed.objects.filter(list=of), by).order_by("group", "class_ur")
    found = rows.values("group", "class_ur").annotate(n=Count("id"), s=Sum("amount"))
    return [Grouped(one["group"], one["class_ur"], one["n"], one["s"]) for one in found]


def listed(of: SubsidyList, by: Actor) -> QuerySet[Listed]:
    """Everyone on it, in the order of the file."""
    return (
        in_scope(Listed.objects.filter(list=of), by)
        .select_related("person", "household", "payee")
        .order_by("id")
    )


def sample(of: SubsidyList, by: Actor) -> list[Listed]:
    """Some of them for a closer look: evenly spread, the same for both signers."""
    step = max(1, of.persons // SAMPLE)
    rows = in_scope(Listed.objects.filter(list=of), by).order_by("id").values_list("id", flat=True)
    chosen = list(rows)[::step][:SAMPLE]
    return list(listed(of, by).filter(pk__in=chosen))


def left_out(of: SubsidyList, by: Actor) -> QuerySet[LeftOut]:
    """Who is protected and not on it, and why."""
    rows = in_scope(LeftOut.objects.filter(list=of), by)
    return rows.select_related("person", "household").order_by("reason", "id")


def batches_of(of: SubsidyList, by: Actor) -> QuerySet[Batch]:
    """The batches with which the list is paid."""
    return in_scope(Batch.objects.filter(scheme=of.scheme, month=of.month, path=of.path), by).order_by("run")


@dataclass(frozen=True, slots=True)
class Arrival:
    """What of a list has reached the payees (fen), and the day of the last of it so far."""

    total: int
    paid: int
    last_on: date | None
    due_on: date | None

    @property
    def full(self) -> bool:
        """足额: every fen has arrived."""
        return self.paid == self.total > 0

    @property
    def timely(self) -> bool:
        """及时: nothing arrived after the last day, and nothing is still due past it."""
        day = self.last_on if self.full else clock.today()
        return self.due_on is None or day is None or day <= self.due_on


def arrival(of: SubsidyList, by: Actor) -> Arrival:
    """What the bank says of the list's month, by its answers that took effect."""
    answers = ReturnRow.objects.filter(
        batch__in=batches_of(of, by), paid=True, outcome=ReturnRow.Outcome.APPLIED
    )
    found = answers.aggregate(paid=Sum("amount", default=0), last=Max("at"))
    last = found["last"].astimezone(clock.SHANGHAI).date() if found["last"] else None
    return Arrival(total=of.total, paid=found["paid"], last_on=last, due_on=of.due_on)


def indices(by: Actor) -> QuerySet[IndexRow]:
    """The figures of the reader's prefecture, the whole of it also for its counties; newest month first."""
    above = Q(pk__in=[])
    for post in by.posts:
        parts = post.path.split("/")
        above |= Q(path__in=["/".join(parts[:n]) + "/" for n in range(1, len(parts))])
    rows = IndexRow.objects.filter(above) | in_scope(IndexRow.objects.all(), by)
    return rows.select_related("supersedes").order_by("-month", "path", "-id")


def outstanding_counties(row: IndexRow) -> list[str]:
    """The counties that an index which crossed its trigger has no list for yet."""
    done = SubsidyList.objects.filter(
        subsidy=row.subsidy, month=row.month, path__startswith=row.path
    ).exclude(state=SubsidyList.State.WITHDRAWN)
    kept = set(done.values_list("path", flat=True))
    return [one.path for one in areas.counties(row.path) if one.path not in kept]


def counties_without(subsidy: str, month: Month) -> list[str]:
    """The counties that have no list of a subsidy for a month, or only the platform's own that nobody has signed."""
    done = SubsidyList.objects.filter(subsidy=subsidy, month=month.first).values_list("path", flat=True)
    open_ = Q(state=SubsidyList.State.DRAFT, drafted_by__startswith="system:")
    kept = set(done.exclude(open_ | Q(state=SubsidyList.State.WITHDRAWN)))
    return [one.path for one in areas.counties() if one.path not in kept]


def unconfirmed(by: Actor, subsidy: str) -> QuerySet[LeftOut]:
    """Whom the latest lists found without a confirmed account, each once."""
    confirmed = ConfirmedAccount.objects.filter(subsidy=subsidy, person=OuterRef("person"))
    rows = in_scope(LeftOut.objects.filter(list__subsidy=subsidy, reason=LeftOut.Reason.NO_ACCOUNT), by)
    latest = rows.exclude(Exists(confirmed)).order_by("person_id", "-id").distinct("person_id").values("pk")
    return LeftOut.objects.filter(pk__in=latest).select_related("person").order_by("path", "id")


def emergencies(by: Actor) -> QuerySet[Emergency]:
    """Those declared for the reader's place, or for an area that it lies in."""
    above = Q(pk__in=[])
    for post in by.posts:
        parts = post.path.split("/")
        above |= Q(path__in=["/".join(parts[:n]) + "/" for n in range(1, len(parts))])
    return (Emergency.objects.filter(above) | in_scope(Emergency.objects.all(), by)).order_by(
        "-from_on", "-id"
    )


def emergency(pk: int, by: Actor) -> Emergency:
    """One of them, or the same answer for one that is not there."""
    found = emergencies(by).filter(pk=pk).first()
    if found is None:
        raise NotFound("emergency_unknown", "没有这次应急响应，或不在您的管辖范围内。")
    return found


def tasks(of: Emergency, by: Actor) -> QuerySet[MeasureTask]:
    """What the counties have to do, and have done."""
    rows = in_scope(MeasureTask.objects.filter(measure__emergency=of), by)
    return rows.select_related("measure").order_by("measure__code", "path")


def measure_in_force(code: Measure.Code, *, domain: str, path: str, on: date | None = None) -> Measure | None:
    """The measure that holds for a place on a day; of several, that of the gravest emergency."""
    day, parts = on or clock.today(), path.split("/")
    areas_above = ["/".join(parts[:n]) + "/" for n in range(1, len(parts))]
    rows = Measure.objects.filter(
        Q(until_on=None) | Q(until_on__gt=day), code=code, from_on__lte=day, emergency__domain=domain,
        emergency__path__in=areas_above,
    )  # fmt: skip
    return rows.select_related("emergency").order_by("emergency__grade", "-from_on", "-id").first()


def months_of(measure: Measure) -> list[Month]:
    """The months for which a measure is paid, up to this one."""
    now = Month.of(clock.today())
    last = now if measure.until_on is None else min(now, Month.of(measure.until_on - timedelta(days=1)))
    return list(Month.of(measure.from_on).until(last.next))
