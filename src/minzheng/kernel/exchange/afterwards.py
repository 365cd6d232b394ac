"""What follows a check outside the step of a case: an objection afterwards, the yearly re-check, the end.

A matter that ended without a decision is asked about no more, and its letters end with it: the letter is given for the
matter (handbook 01 §8, query only while a purpose is open).
"""

from __future__ import annotations

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, part, verb

from .bulkcomparing import Limits
from .models import Consent, Verification
from .reporting import report
from .standing import require_verifier

__all__ = ["report_anew", "stop"]

State = Verification.State
_RUNNING = (State.AWAITING, State.STARTED, State.PARTIAL, State.COMPLETE, State.OBJECTED, State.RECHECKING)


@verb("exchange.report_anew", label="出具复核报告")
def report_anew(*, verification: Verification, by: Actor) -> Verification:
    """The report after a re-check, under the tolerance, validity and window that the place sets for re-checks."""
    require_verifier(by, path=verification.path)
    limits = Limits.of(verification.path, clock.today())
    done: Verification = report(
        verification=verification, tolerance=limits.tolerance, valid_until=limits.valid_until,
        explain_due=limits.explain_due, by=by,
    )  # fmt: skip
    return done


def stop(case_id: int) -> None:
    """Within the verb that ends a matter without a decision: its checks stop where they are, its letters end today."""
    for one in Verification.objects.select_for_update().filter(case_id=case_id, state__in=_RUNNING):
        one.state = State.STOPPED
        one.save(update_fields=["state"])
        part("exchange.stop", verification=one.pk)
    for letter in Consent.objects.select_for_update().filter(case_id=case_id, withdrawn_at=None):
        letter.withdrawn_at = clock.now()
        letter.save(update_fields=["withdrawn_at"])
        part("exchange.end_consent", consent=letter.pk)
