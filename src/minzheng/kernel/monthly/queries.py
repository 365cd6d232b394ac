"""What may be read of a monthly run: how far it has come, and how long it may still take."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from minzheng.kernel import clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.ledger.models import MonthlyRun, RunPart

__all__ = ["Progress", "run_progress", "runs"]


@dataclass(frozen=True)
class Progress:
    """Parts and households done of all, seconds so far, and an estimate of those still needed (None at first)."""

    parts: int
    parts_done: int
    failed: int
    held: int
    entitled: int
    entitled_done: int
    seconds: int
    seconds_left: int | None

    @property
    def percent(self) -> int:
        """How much is done, by households."""
        return 100 * self.entitled_done // self.entitled if self.entitled else 100


def runs(by: Actor) -> QuerySet[MonthlyRun]:
    """The runs of the reader's place, newest first."""
    return in_scope(MonthlyRun.objects.order_by("-month", "-id"), by)


def run_progress(run: MonthlyRun) -> Progress:
    """Where a run stands now; the estimate takes what remains to go as fast as what is done."""
    waiting = Q(state=RunPart.State.WAITING)
    found = run.parts.aggregate(
        number=Count("id"), over=Count("id", filter=~waiting),
        failing=Count("id", filter=Q(state=RunPart.State.FAILED)),
        kept_back=Sum("held", default=0), due=Sum("entitled", default=0),
        drafted=Sum("entitled", filter=~waiting, default=0),
    )  # fmt: skip
    until = run.finished_at or clock.now()
    seconds = int((until - run.started_at).total_seconds()) if run.started_at else 0
    done, left = found["drafted"], found["due"] - found["drafted"]
    estimate = None if run.finished_at or not done else round(seconds * left / done)
    return Progress(
        parts=found["number"], parts_done=found["over"], failed=found["failing"], held=found["kept_back"],
        entitled=found["due"], entitled_done=done, seconds=seconds,
        seconds_left=0 if run.finished_at else estimate,
    )  # fmt: skip
