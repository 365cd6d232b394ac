"""What the government-service platform is told of a case: who, which item, which step, when, how it stands now.

The words and the numbers of the states are those of handbook 15 §10; the same for every service.
"""

from __future__ import annotations

from minzheng.kernel import clock
from minzheng.kernel.areas.paths import uid_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.exchange import outbox

from .models import Case

__all__ = ["tell"]

_STATES = {
    Case.State.SUBMITTED: "0", Case.State.NOT_ACCEPTED: "2", Case.State.CORRECTING: "3", Case.State.OPEN: "4",
    Case.State.PAUSED: "5", Case.State.GRANTED: "6", Case.State.REFUSED: "7", Case.State.WITHDRAWN: "8",
}  # fmt: skip


def tell(case: Case, *, step: str, label: str, outcome: str, by: Actor) -> None:
    """Put it into the outbox, in the transaction of the step; a case without a number is nobody's business yet."""
    state = _STATES.get(Case.State(case.state))
    if case.number is None or state is None:
        return
    person = case.applicant
    outbox.put(
        channel="case", subject=case.number, seq=case.version, path=case.path,
        content={
            "case": case.number, "item": case.service, "item_version": case.service_version,
            "area": uid_of(case.path), "channel": case.channel, "applicant_type": "person",
            "applicant": person.name, "applicant_number": str(person.id_number or ""),
            "set": "submitted" if step == "submit" else "process", "step": step, "step_name": label,
            "outcome": outcome, "handler": by.name, "status": state, "at": clock.now().isoformat(),
            "accepted_on": case.accepted_on.isoformat() if case.accepted_on else "",
            "due_on": case.due_on.isoformat() if case.due_on else "",
        },
    )  # fmt: skip
