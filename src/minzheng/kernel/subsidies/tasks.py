"""What the worker does for lists: an index that crossed its trigger has its counties' lists drawn up the same day."""

from __future__ import annotations

from procrastinate.contrib.django import app

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import system
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import Refused

from .drafting import draft
from .duties import Subsidy
from .models import IndexRow
from .queries import counties_without, outstanding_counties

__all__ = ["draft_lists", "draft_month", "monthly", "resume", "waiting"]

OF_PLATFORM = system("subsidies")
_MONTHS_BACK = 12


@app.task(queue="subsidies", pass_context=False)
def draft_lists(index_id: int) -> None:
    """The lists of all counties of an index row; each is one transaction, so a stopped run goes on where it was."""
    row = IndexRow.objects.get(pk=index_id)
    if row.state != IndexRow.State.CHECKED or not row.triggered:
        return
    for path in outstanding_counties(row):
        try:
            draft(subsidy=row.subsidy, path=path, month=Month.of(row.month), started_by=row, by=OF_PLATFORM)
        except Refused as error:
            # A county without anybody protected has no list; everything else is somebody's to see.
            if error.code not in ("nobody_listed", "not_triggered"):
                raise


def draft_month(found: Subsidy, month: Month) -> int:
    """The month's lists of a subsidy that goes by itself, where nobody has signed one; how many were drawn up."""
    made = 0
    for path in counties_without(found.code, month):
        try:
            draft(subsidy=found.code, path=path, month=month, by=OF_PLATFORM)
            made += 1
        except Refused as error:
            if error.code not in ("nobody_listed", "not_triggered"):
                raise
    return made


@app.periodic(cron="15 5 * * *")
@app.task(queue="subsidies", queueing_lock="monthly_subsidies", pass_context=False)
def monthly(timestamp: int) -> None:
    """From the first of the month on; a county that had nobody confirmed is looked at again the next day."""
    for found in catalogue.current().subsidies.values():
        if found.item.started_by == "month":
            draft_month(found, Month.of(clock.today()))


def waiting() -> list[int]:
    """Checked rows of the last year that crossed their trigger and still lack a county's list."""
    since = (Month.of(clock.today()) - _MONTHS_BACK).first
    rows = IndexRow.objects.filter(state=IndexRow.State.CHECKED, triggered=True, month__gte=since)
    return [row.pk for row in rows.order_by("id") if outstanding_counties(row)]


@app.periodic(cron="35 6 * * *")
@app.task(queue="subsidies", queueing_lock="resume_subsidies", pass_context=False)
def resume(timestamp: int) -> None:
    """What a stopped worker left undone is drawn up in the morning."""
    for index_id in waiting():
        draft_lists.func(index_id)
