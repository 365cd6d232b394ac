"""An application that ends without a decision: what was still open ends with it, nothing is deleted."""

from __future__ import annotations

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.exchange import actions as exchange
from minzheng.kernel.notices import actions as notices
from minzheng.kernel.notices.models import Posting as Notice

from .models import Case, Task

__all__ = ["close_withdrawn"]


def close_withdrawn(case: Case, *, reason: str, by: Actor) -> None:
    """Taken back, or treated as taken back: open steps, checks with other departments and their letters,
    a notice still up and a running suspension end today."""
    case.tasks.filter(state=Task.State.OPEN).update(
        state=Task.State.CANCELLED, done_at=clock.now(), reason=reason
    )
    for notice in Notice.objects.filter(case_id=case.pk, closed_on=None, retracted_on=None):
        notices.retract(posting=notice, reason=reason, by=by)
    exchange.stop(case.pk)
    case.pauses.filter(until_on=None).update(until_on=clock.today())
    case.state, case.closed_at = Case.State.WITHDRAWN, clock.now()
    case.version += 1
    case.save()
