"""What each number of a board was counted from: the rows of a month, and how one of them reads in a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from minzheng.desk.lights import Lights
from minzheng.kernel import catalogue, clock
from minzheng.kernel.casework.models import Case, Decision, Task
from minzheng.kernel.clock import Month
from minzheng.kernel.feedback.models import Rating, Remedy
from minzheng.kernel.ledger.models import Payment
from minzheng.kernel.monitoring.models import Alert
from minzheng.kernel.people.masks import mask_name
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .kinds import kind_of
from .then import STOOD, span

__all__ = ["LISTED", "Line", "Listed", "listed", "path_of", "yellow"]

# What is listed on a page of the boards; entries are listed by their register.
LISTED = (Payment, Decision)

# Yellow is reckoned step by step: beyond so many the list is asked for by a smaller place.
_MOST_LOOKED_AT = 5000
_AHEAD = timedelta(days=45)
_CASES = (
    Head("申请人"),
    Head("事项"),
    Head("状态"),
    Head("地区"),
    Head("受理日", "day"),
    Head("期限", "day"),
)
_ALERTS = (Head("家庭编号"), Head("状态"), Head("地区"), Head("预警日期", "day"), Head("走访期限", "day"))
_RATINGS = (Head("评价"), Head("环节"), Head("事项"), Head("地区"), Head("评价时间", "instant"))
_MONEY = (Head("领取人"), Head("地区"), Head("月份"), Head("金额", "money"))
Line = Callable[[Any, dict[str, str]], Row]
# The heads of a list, its rows, the fields of place and domain, how a row reads.
Listed = tuple[Sequence[Head], QuerySet[Any], tuple[str, str], Line]


def listed(code: str, month: Month) -> Listed | None:
    """The rows behind a number in a month; nothing where there is no such number, or no telling any more."""
    family, _, rest = code.partition(":")
    if family == "money" and rest in catalogue.current().schemes:
        return _MONEY, Payment.objects.filter(scheme=rest, month=month.first), ("path", "scheme"), _payment
    if family == "indicator":
        measure = catalogue.current().indicators.get(rest)
        return _measured(measure.item.rows if measure else None, month)
    if code not in _LISTS:
        return None
    heads, rows, fields, line = _LISTS[code]
    if kind_of(code).now and month != Month.of(clock.today()):
        return (heads, STOOD[code](month), fields, line) if code in STOOD else None
    return heads, rows(month), fields, line


def _measured(rows: Callable[[Month], QuerySet[Any]] | None, month: Month) -> Listed | None:
    """What a measure counts in the ledger or among the decisions."""
    found = rows(month) if rows is not None else None
    if found is None or found.model not in LISTED:
        return None
    if found.model is Payment:
        return _MONEY, found, ("path", "scheme"), _payment
    return _CASES, found.select_related("case__applicant"), ("case__path", "case__service"), _decision


def path_of(row: Any) -> str:
    """Where a row lies."""
    if isinstance(row, Decision):
        return row.case.path
    return row.rating.path if isinstance(row, Remedy) else str(row.path)


def yellow(rows: QuerySet[Any]) -> list[int]:
    """Of open steps those in the last stretch of their limit."""
    lights = Lights()
    looked = rows.order_by("due_on").values_list("pk", "due_on", "opened_at", "path")[:_MOST_LOOKED_AT]
    return [pk for pk, due, opened, path in looked if lights.of(due, opened, path).code == "yellow"]


def _accepted(month: Month) -> QuerySet[Case]:
    return Case.objects.filter(accepted_on__range=(month.first, month.last)).select_related("applicant")


def _open(_: Month) -> QuerySet[Case]:
    running = (Case.State.SUBMITTED, Case.State.CORRECTING, Case.State.OPEN, Case.State.PAUSED)
    return Case.objects.filter(state__in=running).select_related("applicant")


def _decided(month: Month) -> QuerySet[Decision]:
    """The first decision of each case."""
    first = Decision.objects.filter(case=OuterRef("case")).order_by("id").values("id")[:1]
    made = Decision.objects.filter(on__range=(month.first, month.last), id=Subquery(first))
    return made.select_related("case__applicant")


def _steps(_: Month) -> QuerySet[Task]:
    rows = Task.objects.filter(state=Task.State.OPEN).exclude(case__state=Case.State.PAUSED)
    return rows.select_related("case__applicant")


def _red(month: Month) -> QuerySet[Task]:
    return _steps(month).filter(due_on__lt=clock.today())


def _ahead(month: Month) -> QuerySet[Task]:
    return _steps(month).filter(due_on__range=(clock.today(), clock.today() + _AHEAD))


def _rated(month: Month) -> QuerySet[Rating]:
    begins, ends = span(month)
    return Rating.objects.filter(at__gte=begins, at__lt=ends, disowned_at=None).exclude(
        remedy__state="invalid"
    )


def _unanswered(_: Month) -> QuerySet[Remedy]:
    waiting = (Remedy.State.OPEN, Remedy.State.LOOKED_INTO)
    return Remedy.objects.filter(state__in=waiting).select_related("rating")


def _alerts(month: Month) -> QuerySet[Alert]:
    return Alert.objects.filter(opened_on__range=(month.first, month.last)).select_related("household")


def _watched(_: Month) -> QuerySet[Alert]:
    waiting = Q(state__in=(Alert.State.OPEN, Alert.State.FOLLOWING))
    return Alert.objects.filter(waiting).select_related("household")


def _unvisited(month: Month) -> QuerySet[Alert]:
    return _watched(month).filter(state=Alert.State.OPEN, due_on__lt=clock.today())


def _called(service: str) -> str:
    known = catalogue.current().services.get(service)
    return known.item.label if known else service


def _case(one: Case, shown: dict[str, str], due: Any = None) -> Row:
    return Row(
        [mask_name(one.applicant.name), _called(one.service), one.get_state_display(),
         shown[one.path], one.accepted_on, due or one.due_on],
        url=f"/desk/cases/{one.pk}/",
    )  # fmt: skip


def _decision(one: Decision, shown: dict[str, str]) -> Row:
    late = one.case.due_on is not None and one.on > one.case.due_on
    row = _case(one.case, shown)
    return Row([*row.cells[:2], badge("超期办结", "bad") if late else badge("按期办结", "good"), *row.cells[3:]],
               url=row.url)  # fmt: skip


def _step(one: Task, shown: dict[str, str]) -> Row:
    return _case(one.case, {**shown, one.case.path: shown[one.path]}, one.due_on)


def _rating(one: Rating, shown: dict[str, str]) -> Row:
    kind = "bad" if one.grade < 3 else "good"
    return Row(
        [badge(one.get_grade_display(), kind), one.contact, _called(one.service), shown[one.path], one.at]
    )


def _remedy(one: Remedy, shown: dict[str, str]) -> Row:
    row = _rating(one.rating, shown)
    return Row(row.cells, url=f"/desk/feedback/{one.pk}/")


def _alert(one: Alert, shown: dict[str, str]) -> Row:
    return Row(
        [one.household.number, one.get_state_display(), shown[one.path], one.opened_on, one.due_on],
        url=f"/desk/warnings/{one.pk}/",
    )  # fmt: skip


def _payment(one: Payment, shown: dict[str, str]) -> Row:
    return Row([mask_name(one.payee_name), shown[one.path], str(Month.of(one.month)), one.amount])


_LISTS: dict[str, tuple[Sequence[Head], Callable[[Month], QuerySet[Any]], tuple[str, str], Line]] = {
    "cases.accepted": (_CASES, _accepted, ("path", "service"), _case),
    "cases.open": (_CASES, _open, ("path", "service"), _case),
    "cases.on_time": (_CASES, _decided, ("case__path", "case__service"), _decision),
    "risk.red": (_CASES, _red, ("path", "case__service"), _step),
    "risk.yellow": (_CASES, _ahead, ("path", "case__service"), _step),
    "service.good": (_RATINGS, _rated, ("path", "service"), _rating),
    "service.unanswered": (_RATINGS, _unanswered, ("rating__path", "rating__service"), _remedy),
    "warnings.new": (_ALERTS, _alerts, ("path", "monitor"), _alert),
    "warnings.open": (_ALERTS, _watched, ("path", "monitor"), _alert),
    "warnings.late": (_ALERTS, _unvisited, ("path", "monitor"), _alert),
}
