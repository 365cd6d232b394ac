"""Ledgers, searches and assessments within an actor's places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import CharField, Count, F, Func, Q, QuerySet, Value

from minzheng.kernel import catalogue, clock
from minzheng.kernel.access.models import Posting
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor, Post
from minzheng.kernel.errors import NotAllowed, NotFound

from .duties import Going, looker
from .models import Assessment, Contact, ContactCheck, Escalation, ExtraRound, Watched

__all__ = [
    "Late", "assessment_of", "assessments", "contacts_of", "due_today", "escalations", "extra_now", "in_force",
    "late_by_place", "ledgers", "may_read_assessments", "open_checks", "overdue", "visitors",
]  # fmt: skip


def ledgers(by: Actor) -> QuerySet[Watched]:
    """The people now watched in the actor's places."""
    return in_scope(Watched.objects.filter(until_on=None), looker(by)).select_related("person")


def due_today(by: Actor, *, ahead: int = 0) -> QuerySet[Watched]:
    """Whom to reach today, or in so many days: the actor's own where there are any, the longest waiting first."""
    due = ledgers(by).filter(next_due_on__lte=clock.today() + timedelta(days=ahead))
    own = due.filter(visitor=by.id)
    return (own if own.exists() else due).order_by("next_due_on", "id")


def overdue(by: Actor) -> QuerySet[Watched]:
    """Those whose day has passed."""
    return ledgers(by).filter(next_due_on__lt=clock.today()).order_by("next_due_on", "id")


@dataclass(frozen=True)
class Late:
    """How a place stands: watched, overdue, reached this month."""

    path: str
    watched: int
    overdue: int


def late_by_place(by: Actor, path: str) -> list[Late]:
    """What lies directly in a place, each with its ledgers and those overdue, the most overdue first."""
    below = Func(F("path"), Value(f"^{path}[^/]+/"), function="substring", output_field=CharField())
    rows = (
        ledgers(by).filter(path__startswith=path).order_by().annotate(at=below).values("at")
        .annotate(n=Count("id"), late=Count("id", filter=Q(next_due_on__lt=clock.today())))
    )  # fmt: skip
    found = [Late(row["at"] or path, row["n"], row["late"]) for row in rows]
    return sorted(found, key=lambda one: (-one.overdue, one.path))


def escalations(by: Actor) -> QuerySet[Escalation]:
    """Searches that are on, the most pressing first."""
    rows = in_scope(Escalation.objects.filter(state=Escalation.State.OPEN), looker(by))
    return rows.select_related("watched__person").order_by("due_at", "id")


def open_checks(declared: Going, path: str) -> QuerySet[ContactCheck]:
    """Records of visits that were drawn beneath a place and nobody has asked after yet, the oldest first."""
    rows = ContactCheck.objects.filter(
        contact__watched__rounds=declared.code, path__startswith=path, result=""
    )
    return rows.select_related("contact__watched__person").order_by("month", "id")


def extra_now(by: Actor) -> QuerySet[ExtraRound]:
    """Extra rounds that are on or ahead and touch the actor's places."""
    condition = Q(pk__in=[])
    for prefix in looker(by).scope:
        above = [prefix[: at + 1] for at, sign in enumerate(prefix) if sign == "/"]
        condition |= Q(path__startswith=prefix) | Q(path__in=above)
    rows = ExtraRound.objects.filter(condition, until_on__gte=clock.today(), lifted_on=None)
    return rows.order_by("from_on", "id")


def visitors(declared: Going, path: str) -> list[tuple[str, str]]:
    """Who holds the visitor's post over a place: account and name."""
    today = clock.today()
    above = [path[: at + 1] for at, sign in enumerate(path) if sign == "/"]
    held = Posting.objects.filter(
        Q(until_on=None) | Q(until_on__gt=today), role=declared.role(declared.item.by), from_on__lte=today,
        office__path__in=above,
    ).select_related("user")  # fmt: skip
    return sorted({(f"user:{one.user_id}", one.user.name) for one in held}, key=lambda one: one[1])


def assessments(by: Actor) -> QuerySet[Assessment]:
    """Assessments in the actor's places, for those who assess, hear or register."""
    held = _reading(by)
    if not held:
        raise NotAllowed("assessment_role", "评估记录由评估和管理岗位查阅。您的岗位不能查阅。")
    only = by.narrowed(held)
    return in_scope(Assessment.objects.select_related("person"), only)


def may_read_assessments(by: Actor) -> bool:
    """Whether assessments are opened to the actor somewhere; no query."""
    return bool(_reading(by))


def _reading(by: Actor) -> tuple[Post, ...]:
    scored = catalogue.current().scored.values()
    roles = {
        one.role(role) for one in scored for role in (one.item.by, one.item.registered_by, one.item.heard_by)
    }
    return tuple(post for post in by.posts if post.level <= Level.CITY or post.role in roles)


def assessment_of(assessment_id: int, by: Actor) -> Assessment:
    """One assessment, or the same answer for one that does not exist."""
    try:
        found = assessments(by).filter(pk=assessment_id).first()
    except NotAllowed:
        found = None
    if found is None:
        raise NotFound("assessment_unknown", "没有这份评估，或不在您的管辖范围内。请返回列表重新选择。")
    return found


def in_force(person_id: int, instrument: str) -> Assessment | None:
    """The assessment that holds for a person today, for whoever has checked that it may be used."""
    return Assessment.objects.filter(
        person_id=person_id, instrument=instrument, state__in=["in_force", "objected"], valid_until__gte=clock.today()
    ).first()  # fmt: skip


def contacts_of(watched: Watched) -> QuerySet[Contact]:
    """Every try to reach somebody, the latest first."""
    return watched.contacts.order_by("-at", "-id")
