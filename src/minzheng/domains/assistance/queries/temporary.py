"""The facts of a case of temporary assistance: the expense as checked, what was agreed, what was granted before."""

from __future__ import annotations

from typing import Any

from minzheng.kernel import clock, law
from minzheng.kernel.casework.models import Case, Task

from .. import rules
from .aid import Earlier, granted_before, same_cause
from .cases import facts_of_case, living_members, receiving, recognised

__all__ = ["earlier_aid", "evidence_of", "facts_of_aid", "means_known", "whom"]

REGISTER = "全省临时救助台账"


def evidence_of(case: Case, step: str) -> dict[str, Any]:
    """What the latest round of a step that still carries the case has recorded."""
    last = case.tasks.filter(step=step).order_by("-round").first()
    return dict(last.evidence) if last is not None and last.state == Task.State.DONE else {}


def means_known(case: Case) -> bool:
    """Whether somebody counted is on dibao or tekun already: then only the expense is looked at."""
    return bool(receiving(case.members.filter(counted=True).values_list("person_id", flat=True)))


def earlier_aid(case: Case) -> Earlier | None:
    """Help for the same cause that still bars another, from anywhere in the province."""
    # What was paid at once for the same event is gone on with, not repeated (跟进); it counts towards the limit.
    apart_from = (case.pk, case.origin_id) if case.origin_id else (case.pk,)
    return same_cause(cause=case.form.get("cause", ""), **whom(case) | {"apart_from": apart_from})


def whom(case: Case) -> dict[str, Any]:
    """Of whom the province is asked: the family of the application."""
    return {
        "on": clock.today(), "path": case.path, "household": case.household, "apart_from": (case.pk,),
        "persons": [member.person for member in living_members(case)],
    }  # fmt: skip


def facts_of_aid(case: Case) -> law.Facts:
    """The family's means, and the event: its cause, how hard it is, what the province has given already."""
    known = recognised(case, facts_of_case(case))
    earlier, granted = earlier_aid(case), granted_before(**whom(case))
    household = {
        **known.household, "temp_type": "expenditure", "temp_cause": case.form.get("cause", "none"),
        "temp_same_cause": earlier is not None, "temp_granted": granted,
    }  # fmt: skip
    said = f"{REGISTER}：{earlier.says}" if earlier else REGISTER
    sources = {**known.sources, "household.temp_same_cause": said, "household.temp_granted": REGISTER}
    if expense := evidence_of(case, "expense"):
        household["temp_tier"] = expense["tier"]
        sources["household.temp_tier"] = f"{expense['visited_on']} 支出核实"
    if minutes := evidence_of(case, "meet"):
        household["temp_minutes"] = minutes["agreed"]
        sources["household.temp_minutes"] = f"会议纪要 {minutes['minutes']}"
    return rules.from_form(
        law.Facts(household=household, persons=list(known.persons), sources=sources, names=known.names)
    )
