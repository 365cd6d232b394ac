"""The list behind a number of a board: the rows that were counted, of the reader's places and domains, by key.

A number counts everybody; by name only whoever works in the domain reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.desk.lights import Lights
from minzheng.desk.paging import capped, latest_first
from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case, Decision, Task
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotFound
from minzheng.kernel.feedback.models import Rating, Remedy
from minzheng.kernel.ledger.models import Payment
from minzheng.kernel.monitoring.models import Alert
from minzheng.kernel.people.masks import mask_name
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .kinds import kind_of
from .scope import month_of, place_of, reader

__all__ = ["behind"]

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


@require_GET
def behind(request: HttpRequest) -> HttpResponse:
    """One number of one place in one month, row by row."""
    by, code = reader(staff(request)), request.GET.get("code", "")
    under, month = place_of(by, request.GET.get("under", "")), month_of(request.GET.get("month", ""))
    heads, rows, line = _told(code, month, under, by)
    page = latest_first(rows, request)
    shown = names({_path(one) for one in page.rows})
    kind, place = kind_of(code), name_of(under)
    back = ("看板", f"/desk/boards/?under={under}&month={month}")
    if page.rows:
        audit.read("boards.behind", by=by, about=page.rows[0], path=under, reason=f"{code} {month}")
    when, own = "现在" if kind.now else str(month), "、".join(_domains(by))
    return render(request, "desk/boards/behind.html", {
        **header(f"{place}{kind.label}", crumbs=[back], lead=f"{when}，{capped(rows)}。只列出{own}领域的"),
        "columns": heads, "rows": [line(one, shown) for one in page.rows], "page": page, "label": kind.label,
    })  # fmt: skip


def _told(code: str, month: Month, under: str, by: Actor) -> tuple[Sequence[Head], QuerySet[Any], Line]:
    family, _, scheme = code.partition(":")
    if family == "money" and scheme in catalogue.current().schemes:
        paid = Payment.objects.filter(scheme=scheme, month=month.first)
        return _MONEY, _within(paid, by, under, of="scheme"), _payment
    if code not in _LISTS:
        raise NotFound("board_number", "看板没有这个数字。请回到看板重新选择。")
    heads, rows, (path, of), line = _LISTS[code]
    found = _within(rows(month), by, under, path, of=of)
    if code == "risk.yellow":
        found = found.filter(pk__in=_yellow(found))
    return heads, found, line


def _within(rows: QuerySet[Any], by: Actor, under: str, path: str = "path", *, of: str) -> QuerySet[Any]:
    """Those under the place of the reader's domains, as :func:`casework.queries.visible` opens them."""
    met = Q(pk__in=[])
    for domain, at in dict.fromkeys((post.role.split(".")[0], post.path) for post in by.posts):
        met |= Q(**{f"{of}__startswith": f"{domain}.", f"{path}__startswith": at})
    return rows.filter(met, **{f"{path}__startswith": under})


def _domains(by: Actor) -> list[str]:
    mine = {post.role.split(".")[0] for post in by.posts}
    return [one.label for one in catalogue.current().domains if one.code in mine]


def _path(row: Any) -> str:
    if isinstance(row, Decision):
        return row.case.path
    return row.rating.path if isinstance(row, Remedy) else str(row.path)


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


def _yellow(rows: QuerySet[Any]) -> list[int]:
    lights = Lights()
    looked = rows.order_by("due_on").values_list("pk", "due_on", "opened_at", "path")[:_MOST_LOOKED_AT]
    return [pk for pk, due, opened, path in looked if lights.of(due, opened, path).code == "yellow"]


def _rated(month: Month) -> QuerySet[Rating]:
    zone = clock.at_office_time(clock.now()).tzinfo
    begins, ends = (datetime.combine(one.first, time.min, tzinfo=zone) for one in (month, month + 1))
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
