"""What may be read of releases: by offices of the county or above, each the figures of its own place."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from minzheng.kernel import audit
from minzheng.kernel.access.queries import in_scope, within
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.law import Value
from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law.parameters import prefixes
from minzheng.kernel.ledger.models import Batch

from . import values
from .drafting import plans
from .duties import declared, post_of, unknown
from .models import AmountChange, Arrears, Attention, Impact, Release, Sample, Simulation
from .publishing import SIGNERS, current_simulation, valid_signatures, warnings

__all__ = [
    "Compared",
    "Offered",
    "Owed",
    "amount_changes",
    "arrears",
    "attentions",
    "compare",
    "current_simulation",
    "impacts",
    "look_at",
    "may",
    "offered",
    "owed",
    "posted_in_words",
    "release",
    "releases",
    "samples",
    "simulation",
    "simulations",
    "valid_signatures",
    "warnings",
]


@dataclass(frozen=True, slots=True)
class Offered:
    """A parameter that the rules read and a release may set: its words, and the value in force."""

    key: str
    title: str
    unit: str
    options: tuple[str, ...]
    now: Value | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One county and scheme in two simulations; what only one of them has stands beside nothing."""

    path: str
    reckoned: str
    first: Impact | None
    second: Impact | None


@dataclass(frozen=True, slots=True)
class Owed:
    """What a release leaves to be paid up and to be recovered, in fen."""

    households: int
    months: int
    to_pay: int
    to_recover: int


def releases(by: Actor, *, domain: str = "", state: str = "") -> QuerySet[Release]:
    """The releases of the reader's place and of the places above it, newest first."""
    above = {path for post in by.posts if post.level <= Level.COUNTY for path in prefixes(post.path)}
    rows = Release.objects.filter(within(by) | Q(path__in=above)).order_by("-id")
    rows = rows.filter(domain=domain) if domain else rows
    return rows.filter(state=state) if state else rows


def release(pk: int, by: Actor) -> Release:
    """One release; what is out of reach looks like what does not exist."""
    found = releases(by).filter(pk=pk).first()
    if found is None:
        raise unknown()
    return found


def simulations(of: Release, by: Actor) -> QuerySet[Simulation]:
    """Every run of a release, newest first: those that no longer count are kept too."""
    return Simulation.objects.filter(release__in=releases(by), release=of).order_by("-id")


def simulation(pk: int, by: Actor) -> Simulation:
    """One run, with its progress: ``done`` of ``total`` households."""
    found = Simulation.objects.filter(release__in=releases(by), pk=pk).select_related("release").first()
    if found is None:
        raise unknown()
    return found


def impacts(of: Simulation, by: Actor, *, reckoned: str = "") -> QuerySet[Impact]:
    """What a run found, county by county."""
    rows = in_scope(Impact.objects.filter(simulation=of), by).order_by("reckoned", "path")
    return rows.filter(reckoned=reckoned) if reckoned else rows


def samples(of: Simulation, by: Actor) -> QuerySet[Sample]:
    """The households drawn for a closer look."""
    rows = in_scope(Sample.objects.filter(simulation=of), by)
    return rows.select_related("household").order_by("reckoned", "group", "id")


def look_at(pk: int, by: Actor) -> Sample:
    """One drawn household with its facts and reasons: that they were looked at is kept."""
    found = (
        in_scope(Sample.objects.select_related("simulation__release", "household"), by).filter(pk=pk).first()
    )
    if found is None:
        raise unknown()
    audit.read("releases.look_at", by=by, about=found, path=found.path)
    return found


def compare(first: Simulation, second: Simulation, by: Actor) -> list[Compared]:
    """Two runs side by side, of one release or of two."""
    sides = [{(one.path, one.reckoned): one for one in impacts(run, by)} for run in (first, second)]
    keys = sorted({*sides[0], *sides[1]}, key=lambda key: (key[1], key[0]))
    return [Compared(*key, sides[0].get(key), sides[1].get(key)) for key in keys]


def offered(of: Release, *, path: str = "") -> list[Offered]:
    """The parameters that a draft may set, with the values in force in its month."""
    known, place = values.before(), path or of.path
    reads = [
        node.of
        for plan in plans(declared(of.domain).item, of.alternative)
        for node in plan.parameters
        if isinstance(node.of, nodes.ParameterRead)
    ]
    return [
        Offered(
            read.key, known.title(read.key) or read.key, read.unit, read.options,
            known.find(read.key, path=place, on=of.from_month),
        )
        for read in {read.key: read for read in reads}.values()
    ]  # fmt: skip


def amount_changes(of: Release, by: Actor) -> QuerySet[AmountChange]:
    """The amounts that the release has changed."""
    rows = in_scope(AmountChange.objects.filter(release=of), by)
    return rows.select_related("household").order_by("path", "household_id", "id")


def arrears(of: Release, by: Actor) -> QuerySet[Arrears]:
    """The months owed or to be recovered, household by household."""
    rows = in_scope(Arrears.objects.filter(release=of, cancelled_at=None), by)
    with_payment = rows.select_related("household", "adjustment__carried__payment__batch")
    return with_payment.order_by("path", "household_id", "month")


def posted_in_words(one: Arrears) -> str:
    """What has become of it: a make-up with a month, or a claim that a human decides on."""
    if one.difference < 0:
        return "由经办人核实后追缴立项"
    if one.adjustment is None:
        return "尚未登记补发"
    carried = getattr(one.adjustment, "carried", None)
    if carried is None:
        return "已登记，随下次发放补发"
    batch = carried.payment.batch
    paid = "已随" if batch.state not in (Batch.State.DRAFT, Batch.State.FIRST_REVIEWED) else "已编入"
    return f"{paid} {Month.of(batch.month)} 批次"


def owed(of: Release, by: Actor) -> Owed:
    """The same in one line."""
    found = arrears(of, by).order_by().aggregate(
        households=Count("household_id", distinct=True), months=Count("id"),
        to_pay=Sum("difference", filter=Q(difference__gt=0), default=0),
        to_recover=Sum("difference", filter=Q(difference__lt=0), default=0),
    )  # fmt: skip
    return Owed(found["households"], found["months"], found["to_pay"], -found["to_recover"])


def attentions(of: Release, by: Actor, *, open_only: bool = False) -> QuerySet[Attention]:
    """The households left to a human."""
    rows = in_scope(Attention.objects.filter(release=of), by).select_related("household", "entitlement")
    rows = rows.filter(handled_at=None) if open_only else rows
    return rows.order_by("reason", "path", "household_id")


def may(of: Release, by: Actor) -> frozenset[str]:
    """The verbs that the actor may try on the release as it stands, for the buttons of a page."""
    item, state = declared(of.domain).item, Release.State(of.state)
    drafts = post_of(by, item.drafted_by, domain=of.domain, path=of.path) is not None
    signs = post_of(by, item.signed_by, domain=of.domain, path=of.path) is not None
    mine, listed = by.id == of.drafted_by, valid_signatures(of)
    is_open = state in (Release.State.DRAFT, Release.State.SIMULATED, Release.State.SIGNED)
    signed = any(one.by == by.id for one in listed)
    possible = {
        "change_value": is_open and drafts and mine,
        "withdraw": is_open and drafts,
        "simulate": is_open and (drafts or signs),
        "sign": state == Release.State.SIMULATED and signs and not mine and not signed,
        "publish": state == Release.State.SIGNED and (drafts or signs) and len(listed) >= SIGNERS,
        "back_out": state == Release.State.PUBLISHED and signs,
    }
    return frozenset(code for code, open_ in possible.items() if open_)
