"""What stood at the end of a month that is over, reckoned from the days and hours on file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from minzheng.kernel import clock
from minzheng.kernel.casework.models import Case, Pause, Task
from minzheng.kernel.clock import Month
from minzheng.kernel.feedback.models import Rating, Remedy
from minzheng.kernel.monitoring.models import Alert

__all__ = ["STOOD", "span"]


def span(month: Month) -> tuple[datetime, datetime]:
    """Its first instant, and the first that is no longer in it."""
    zone = clock.at_office_time(clock.now()).tzinfo
    first, end = (datetime.combine(one.first, time.min, tzinfo=zone) for one in (month, month + 1))
    return first, end


def _not_until(month: Month, field: str) -> Q:
    """What had not happened yet when the month ended."""
    return Q(**{field: None}) | Q(**{f"{field}__gte": span(month)[1]})


def _open(month: Month) -> QuerySet[Case]:
    begun = Case.objects.annotate(since=Coalesce("submitted_at", "created_at")).filter(
        since__lt=span(month)[1]
    )
    return (
        begun.exclude(state=Case.State.DRAFT)
        .filter(_not_until(month, "closed_at"))
        .select_related("applicant")
    )


def _red(month: Month) -> QuerySet[Task]:
    paused = Pause.objects.filter(
        Q(until_on=None) | Q(until_on__gt=month.last), case=OuterRef("case"), from_on__lte=month.last
    )
    rows = Task.objects.filter(
        _not_until(month, "done_at"), opened_at__lt=span(month)[1], due_on__lt=month.last
    )
    return rows.exclude(Exists(paused)).select_related("case__applicant")


def _unanswered(month: Month) -> QuerySet[Remedy]:
    counted = Rating.objects.filter(at__lt=span(month)[1], disowned_at=None)
    rows = Remedy.objects.filter(_not_until(month, "answered_at"), rating__in=counted)
    return rows.exclude(state=Remedy.State.INVALID).select_related("rating")


def _watched(month: Month) -> QuerySet[Alert]:
    rows = Alert.objects.filter(_not_until(month, "closed_at"), opened_on__lte=month.last)
    return rows.exclude(state=Alert.State.IN_CHAIN).select_related("household")


def _unvisited(month: Month) -> QuerySet[Alert]:
    return _watched(month).filter(_not_until(month, "visit__at"), due_on__lt=month.last)


# Steps near their limit are none of them: which were near is told by the calendar and the limits of that day.
STOOD: Mapping[str, Callable[[Month], QuerySet[Any]]] = {
    "cases.open": _open,
    "risk.red": _red,
    "service.unanswered": _unanswered,
    "warnings.open": _watched,
    "warnings.late": _unvisited,
}
