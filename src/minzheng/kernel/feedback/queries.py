"""Reading what people said: their own words, what waits for an answer, and the rates of a month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import reduce
from operator import or_

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
    "MET", "Contact", "OfChannel", "Rates", "by_channel", "contact_by_link", "contact_by_paper", "contact_of",
    "contacts", "my_opinions", "opinion_by_code", "opinion_of", "opinions", "published", "published_by_channel",
    "rates", "rating_by_link", "remedies", "remedy_of", "remedy_to",
]  # fmt: skip

# What the applicant lives through; the rest is done between offices.
MET = (declare.Acceptance, declare.Serving)


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
    met = _met(case)
    done = list(case.tasks.filter(state=Task.State.DONE, step__in=met).order_by("-done_at", "-id"))
    rated = Rating.objects.filter(case=case, disowned_at=None).select_related("remedy")
    given = {one.task_id: one for one in rated}
    return [_contact(case, task, met, given.get(task.pk)) for task in done]


def contact_of(task: Task) -> Contact | None:
    """A step as a contact that ended; nothing where it is none, or has not ended."""
    met = _met(task.case)
    if task.state != Task.State.DONE or task.step not in met:
        return None
    given = Rating.objects.filter(task=task, disowned_at=None).select_related("remedy").first()
    return _contact(task.case, task, met, given)


def _met(case: Case) -> dict[str, str]:
    steps = catalogue.current().service_of(case).item.steps
    return {step.code: step.label for step in steps if isinstance(step, MET)}


def _contact(case: Case, task: Task, met: Mapping[str, str], rating: Rating | None) -> Contact:
    assert task.done_at is not None
    day = clock.at_office_time(task.done_at).date()
    until = due("feedback.rate", path=case.path, since=day)
    return Contact(task, met[task.step], day, until, rating)


@door("public")
def contact_by_link(task_id: int) -> Contact | None:
    """The contact that a link in a message names, for whoever holds it."""
    task = Task.objects.select_related("case").filter(pk=task_id).first()
    return contact_of(task) if task is not None else None


@door("public")
def contact_by_paper(case_id: int) -> Contact | None:
    """The latest contact still to be rated of the case whose receipt somebody holds; else the latest one."""
    case = Case.objects.filter(pk=case_id).first()
    found = contacts(case) if case is not None else []
    return next((one for one in found if one.open), found[0] if found else None)


@door("public")
def rating_by_link(rating_id: int) -> Rating | None:
    """A rating whose answer somebody was sent a link to."""
    rows = Rating.objects.filter(pk=rating_id, disowned_at=None, remedy__answered_at__isnull=False)
    return rows.select_related("remedy").first()


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


_VALID = ~Q(remedy__state=Remedy.State.INVALID) | Q(remedy=None)


def _span(month: clock.Month) -> tuple[datetime, datetime]:
    first, end = (
        datetime.combine(day, time.min, tzinfo=clock.SHANGHAI) for day in (month.first, month.next.first)
    )
    return first, end


def _said(path: str, month: clock.Month) -> QuerySet[Rating]:
    """What was said in a place and month; what the applicant has disowned is nobody's word."""
    first, end = _span(month)
    return Rating.objects.filter(path__startswith=path, at__gte=first, at__lt=end, disowned_at=None)


@dataclass(frozen=True)
class OfChannel:
    """What came in by one channel in a month: valid ratings, satisfied ones, and how many the applicants disowned."""

    label: str
    valid: int
    good: int
    disowned: int


def by_channel(paths: Iterable[str], month: clock.Month) -> list[OfChannel]:
    """Every channel, also those that nobody used; one statement."""
    first, end = _span(month)
    here = reduce(or_, (Q(path__startswith=path) for path in paths), Q(pk__in=[]))
    rows = Rating.objects.filter(here, at__gte=first, at__lt=end).order_by().values("channel")
    counted = rows.annotate(
        valid=Count("pk", filter=_VALID & Q(disowned_at=None)),
        good=Count("pk", filter=_VALID & Q(disowned_at=None, grade__gte=SATISFIED)),
        disowned=Count("pk", filter=Q(disowned_at__isnull=False)),
    )
    found = {
        channel: OfChannel(str(Rating.Channel(channel).label), *numbers)
        for channel, *numbers in counted.values_list("channel", "valid", "good", "disowned")
    }
    return [found.get(code, OfChannel(label, 0, 0, 0)) for code, label in Rating.Channel.choices]


@door("published_rates")
def published_by_channel(path: str, month: clock.Month) -> list[OfChannel]:
    """The same for whoever reads it."""
    return by_channel([path], month)


def rates(path: str, month: clock.Month) -> Rates:
    """The rates of one place and month, in three statements."""
    first, end = _span(month)
    said = _said(path, month)
    valid = _VALID
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
    rated = Rating.objects.filter(case__in=closed, disowned_at=None).values("case_id").distinct().count()
    return Rates(handled=closed.count(), rated_cases=rated, **told)


@door("published_rates")
def published(path: str, month: clock.Month) -> Rates:
    """The same for whoever reads it: sums, and nobody's words."""
    return rates(path, month)
