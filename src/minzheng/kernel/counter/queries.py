"""Reading the one door: receipts within scope, and where each part of one stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from minzheng.kernel import catalogue
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case

from . import duties
from .models import Intake, Part

__all__ = ["Outcome", "intake_of", "intakes", "outcomes", "summary", "waiting_parts"]


@dataclass(frozen=True)
class Outcome:
    """Where one part stands, in words; ``settled`` once it has its result."""

    part: Part
    label: str
    said: str
    settled: bool
    kind: str


def intakes(by: Actor) -> QuerySet[Intake]:
    """Receipts of the actor's places."""
    return in_scope(Intake.objects.all(), by)


def intake_of(intake_id: int, by: Actor) -> Intake:
    """One receipt, for the window of its place and whoever coordinates there."""
    found = intakes(by).filter(pk=intake_id).select_related("person", "household").first()
    if found is None or not (duties.receives(by, found.path) or duties.coordinates(by, found.path)):
        raise duties.no_such_intake()
    return found


def waiting_parts(on: date) -> Exists:
    """Whether a receipt has a part that a department has left lying."""
    late = Part.objects.filter(intake=OuterRef("pk"))
    sent = late.filter(state=Part.State.SENT, accept_by__lt=on)
    return Exists(sent | late.filter(state=Part.State.ACCEPTED, reply_by__lt=on))


def outcomes(intake: Intake) -> list[Outcome]:
    """Every part in the order in which it was begun."""
    return [_outcome(one) for one in intake.parts.select_related("case").order_by("id")]


_CASE = {
    Case.State.GRANTED: "good", Case.State.REFUSED: "bad", Case.State.NOT_ACCEPTED: "bad",
    Case.State.WITHDRAWN: "neutral", Case.State.CORRECTING: "warn", Case.State.PAUSED: "warn",
}  # fmt: skip
_ENDED = (Case.State.GRANTED, Case.State.REFUSED, Case.State.NOT_ACCEPTED, Case.State.WITHDRAWN)
_PART = {"sent": "warn", "accepted": "info", "replied": "good", "returned": "bad"}


def _outcome(part: Part) -> Outcome:
    if part.case is not None:
        services = catalogue.current().services
        code = part.case.service
        label = services[code].item.label if code in services else code
        state = Case.State(part.case.state)
        return Outcome(part, label, state.label, state in _ENDED, _CASE.get(state, "info"))
    named = duties.departments()
    label = f"转{named[part.department].label if part.department in named else part.department}"
    ended = part.state in (Part.State.REPLIED, Part.State.RETURNED)
    return Outcome(part, label, Part.State(part.state).label, ended, _PART[part.state])


def summary(intake: Intake) -> str:
    """The words with which the one answer begins: each part and its result."""
    lines = [
        f"{one.label}：{one.said}" + (f"，{one.part.reply}" if one.part.reply else "")
        for one in outcomes(intake)
    ]
    return "；".join(lines)[:900] + "。"
