"""Writes: a tekun person who has died is paid for the month of death and not beyond (特困人员去世)."""

from __future__ import annotations

from datetime import date

from django.db.models import Max

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.events.queries import death_on_file
from minzheng.kernel.ledger.models import Batch, Entitlement, Payment

from ..models import Standing
from .funerals import open_funeral
from .tekun import SCHEME, stop_tekun

__all__ = ["end_for_the_dead"]

_APPROVED = (Batch.State.APPROVED, Batch.State.SENT, Batch.State.RECONCILED, Batch.State.CLOSED)


def end_for_the_dead(*, on: date, by: Actor) -> int:
    """Files whose person is registered as dead without an event of its own are ended; how many there were."""
    files = Standing.objects.filter(low_income_class="L1", applicant__died_on__lte=on)
    files = files.exclude(applicant__in=death_on_file().values("person"))
    running = files.exclude(state=Standing.State.ENDED).order_by("id")
    return sum(_end(standing, by=by) for standing in list(running))


@audit.verb("assistance.end_for_the_dead", label="特困人员去世，终止救助供养")
def _end(standing: Standing, *, by: Actor) -> int:
    """《特困人员认定办法》 art. 24: no application is asked of anybody; months approved since are recovered."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "登记去世后的终止由平台自动处理。")
    found = Standing.objects.select_for_update(of=("self",)).select_related("applicant").get(pk=standing.pk)
    died = found.applicant.died_on
    audit.note(about=found, path=found.path, after={"died_on": died})
    if found.state == Standing.State.ENDED or died is None:
        return 0
    stop_tekun(found, _last_month(found.applicant_id, died), reason=f"{died:%Y年%m月%d日}去世", by=by)
    open_funeral(person=found.applicant, died_on=died, by=by)
    return 1


def _last_month(person_id: int, died: date) -> clock.Month:
    """The month of death; but what has been approved already is not undone by an edit, and nothing before it began."""
    row = Entitlement.objects.filter(person_id=person_id, scheme=SCHEME).latest("from_month", "id")
    approved = Payment.objects.filter(entitlement=row, batch__state__in=_APPROVED).aggregate(Max("month"))[
        "month__max"
    ]
    least = clock.Month.of(row.from_month).previous
    return max(clock.Month.of(died), least, clock.Month.of(approved) if approved else least)
