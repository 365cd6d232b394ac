"""特殊情形: a hard case has the longer limit, for a listed reason, approved by its decider, told to the family."""

from __future__ import annotations

from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import Refused

from . import halting
from .authority import deciding_post
from .locking import locked, unchanged
from .models import Case
from .terms import case_due

__all__ = ["WHY", "extend", "make_special"]

# An objection makes a case special by itself; these an officer approves (最低生活保障审核确认办法 art. 22).
WHY = {"away": "人户分离", "cross_region": "跨区域申请", "hard": "调查核实困难"}
# As long as the column that keeps it, less the words around it.
LONGEST = 120


@verb("casework.extend", label="批准特殊情形，延长期限")
def extend(case_id: int, *, why: str, reason: str, by: Actor, version: int | None = None) -> Case:
    """The approver gives the case its longer limit; a case already overdue is not healed by it."""
    case = locked(case_id)
    deciding_post(case, by)
    unchanged(case, version)
    service = catalogue.current().service_of(case).item
    if case.state != Case.State.OPEN or case.due_on is None:
        raise Refused("not_open", "只有正在办理的办件可以延长期限。")
    if not service.within.special or case.special_reason:
        raise Refused("special_already", "这件办件没有可再延长的期限。")
    if clock.today() > case.due_on:
        raise Refused("overdue", "办结期限已过，不能再批准延长。请尽快办结并说明超期原因。")
    if why not in WHY:
        raise Refused("why_unknown", "请选择特殊情形。", field="why")
    if not reason.strip() or len(reason.strip()) > LONGEST:
        raise Refused("reason_needed", f"请写明具体情况（不超过{LONGEST}个字）。", field="reason")
    before = case.due_on
    make_special(case, f"{WHY[why]}：{reason.strip()}（{by.name[:20]}批准）")
    halting.extended(case, WHY[why], before=before, by=by)
    audit.note(
        about=case, case_id=case.pk, path=case.path, reason=reason.strip(), before={"due": before},
        after={"special": why, "due": case.due_on, "approved_by": by.id},
    )  # fmt: skip
    return case


def make_special(case: Case, reason: str) -> None:
    """A special case (特殊情形) has the longer limit, counted from the same acceptance."""
    case.special_reason = case.special_reason or reason
    due = case_due(case, catalogue.current().service_of(case).item)
    case.due_on, case.due_provisional = due.on, due.provisional
    case.version += 1
    case.save()
