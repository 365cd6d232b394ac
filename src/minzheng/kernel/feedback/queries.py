"""Reading what people said: their own words, what waits for an answer, and the rates of a month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Case as Choose
from django.db.models import Count, F, Q, QuerySet, When

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.viewing import door
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.documents.queries import as_spoken
from minzheng.kernel.errors import NotFound

from .duties import due, no_such_word, reader
from .models import Opinion, Rating, Remedy
from .words import BAD, SATISFIED

__all__ = [
    "Contact", "Rates", "contacts", "my_opinions", "opinion_by_code", "opinion_of", "opinions", "published", "rates",
    "remedies", "remedy_of", "remedy_to",
]  # fmt: skip

# What the applicant lives through; the rest is done between offices.
_MET = (declare.Acceptance, declare.Serving)


@dataclass(frozen=True)
class Contact:
    """One contact of a case with the office: its rating if there is one, and until when one may be given."""

    task: Task
    label: str
    day: date
    until: date
    rating: Rating | None

    @property
    def open(self) -> bool:
        """Whether it may still be rated."""
        return self.rating is None and clock.today() <= self.until

    @property
    def may_add(self) -> bool:
        """Whether a word may still be added to the rating."""
        one = self.rating
        if one is None or one.added_at is not None:
            return False
        since = clock.at_office_time(one.at).date()
        return clock.today() <= due("feedback.add", path=one.path, since=since)


def contacts(case: Case) -> list[Contact]:
    """The contacts that ended, the latest first; a step repeated is a contact of its own."""
    met = {
        step.code: step.label
        for step in catalogue.current().service_of(case).item.steps
        if isinstance(step, _MET)
    }
    done = list(case.tasks.filter(state=Task.State.DONE, step__in=met).order_by("-done_at", "-id"))
    given = {one.task_id: one for one in Rating.objects.filter(case=case).select_related("remedy")}
    found = []
    for task in done:
        assert task.done_at is not None
        day = clock.at_office_time(task.done_at).date()
        until = due("feedback.rate", path=case.path, since=day)
        found.append(Contact(task, met[task.step], day, until, given.get(task.pk)))
    return found


def remedies(by: Actor) -> QuerySet[Remedy]:
    """Answers to bad ratings in the reader's places, the earliest due first; ``next_on`` is the limit that runs now."""
    rows = in_scope(Remedy.objects.select_related("rating"), reader(by))
    first = When(state=Remedy.State.OPEN, then=F("look_by"))
    return rows.annotate(next_on=Choose(first, default=F("due_on"))).order_by("next_on", "id")


def remedy_of(pk: int, by: Actor) -> Remedy:
    """One of them, or the same answer for one that does not exist and one out of scope."""
    found = remedies(by).filter(pk=pk).first()
    if found is None:
        raise no_such_word()
    return found


def remedy_to(rating: Rating) -> Remedy | None:
    """The answer to one's own bad rating."""
    return Remedy.objects.filter(rating=rating).first()


def opinions(by: Actor) -> QuerySet[Opinion]:
    """The opinion box of the reader's places, the earliest due first."""
    return in_scope(Opinion.objects.select_related("person"), reader(by)).order_by("due_on", "id")


def opinion_of(pk: int, by: Actor) -> Opinion:
    """One of them, or the same answer for one that does not exist and one out of scope."""
    found = opinions(by).filter(pk=pk).first()
    if found is None:
        raise no_such_word()
    return found


def my_opinions(by: Actor) -> QuerySet[Opinion]:
    """What the resident put into the box, the latest first."""
    if by.person_id is None:
        return Opinion.objects.none()
    own = Q(person_id=by.person_id) | Q(giver__person_id=by.person_id)
    return Opinion.objects.filter(own).order_by("-id")


@door("public")
def opinion_by_code(code: str) -> Opinion:
    """A word put in without an account, for whoever holds its code."""
    typed = as_spoken(code)
    found = Opinion.objects.filter(code=typed).first() if typed else None
    if found is None:
        raise NotFound("opinion_code", "没有这个查询码的意见。请对照投递时记下的12位查询码重新输入。")
    return found


@dataclass(frozen=True)
class Rates:
    """The figures of a month as the national assessment counts them; nothing rated is not counted as good."""

    handled: int
    rated_cases: int
    valid: int
    good: int
    bad: int
    fixed: int
    late: int

    @property
    def good_rate(self) -> tuple[int, int]:
        """Satisfied among all valid ratings."""
        return self.good, self.valid

    @property
    def initiative_rate(self) -> tuple[int, int]:
        """Matters closed that were rated, among all closed."""
        return self.rated_cases, self.handled

    @property
    def fix_rate(self) -> tuple[int, int]:
        """Put right among the valid bad ones."""
        return self.fixed, self.bad


def rates(path: str, month: clock.Month) -> Rates:
    """The rates of one place and month, in three statements."""
    first, end = (
        datetime.combine(day, time.min, tzinfo=clock.SHANGHAI) for day in (month.first, month.next.first)
    )
    said = Rating.objects.filter(path__startswith=path, at__gte=first, at__lt=end)
    valid = ~Q(remedy__state=Remedy.State.INVALID) | Q(remedy=None)
    late = Q(remedy__answered_at=None, remedy__due_on__lt=clock.today())
    told: Mapping[str, int] = said.aggregate(
        valid=Count("pk", filter=valid),
        good=Count("pk", filter=valid & Q(grade__gte=SATISFIED)),
        bad=Count("pk", filter=valid & Q(grade__in=BAD)),
        fixed=Count("pk", filter=Q(remedy__state=Remedy.State.FIXED)),
        late=Count("pk", filter=late & valid),
    )
    closed = Case.objects.filter(path__startswith=path, closed_at__gte=first, closed_at__lt=end)
    closed = closed.exclude(number=None).exclude(state=Case.State.WITHDRAWN)
    rated = Rating.objects.filter(case__in=closed).values("case_id").distinct().count()
    return Rates(handled=closed.count(), rated_cases=rated, **told)


@door("published_rates")
def published(path: str, month: clock.Month) -> Rates:
    """The same for whoever reads it: sums, and nobody's words."""
    return rates(path, month)
