"""A county looks at its figures of a quarter: confirms them, or disputes one, which somebody above answers.

Within days of the quarter's end (handbook 14 §5).  A disputed figure is shown as such until it is answered, and
does not count for the coverage of the figures above it.
"""

from __future__ import annotations

from datetime import date

from minzheng.kernel import audit, clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import NotFound, Refused, Stale

from .duties import Plan, require, require_words, target_of
from .models import Confirmation, Dispute
from .standing import measure_of
from .terms import day_after

__all__ = ["confirm", "dispute", "due_of", "last_quarter", "settle"]


def last_quarter() -> clock.Month:
    """The last month of the quarter that was over most lately."""
    month = clock.Month.of(clock.today()).previous
    return month - month.month % 3


def due_of(quarter: clock.Month, path: str) -> date:
    """By when a county says what it thinks of its figures."""
    return day_after(quarter.last, "confirm.days", path=path)


@verb("plans.confirm", label="核对本县指标数值")
def confirm(
    *, plan: Plan, path: str, quarter: clock.Month, by: Actor, key: str | None = None
) -> Confirmation:
    """All figures of the quarter, but for those that are disputed; once, and kept as late when it is."""
    _of_a_county(plan, path, quarter, by)
    if Confirmation.objects.filter(plan=plan.code, path=path, quarter=quarter.first).exists():
        raise Stale("quarter_confirmed", f"{quarter} 所在季度的数值已经核对。请刷新页面。")
    made = Confirmation.objects.create(
        plan=plan.code, path=path, quarter=quarter.first, late=clock.today() > due_of(quarter, path),
        by_name=by.name, at=clock.now(),
    )  # fmt: skip
    audit.note(about=made, path=path, after={"quarter": str(quarter), "late": made.late})
    return made


@verb("plans.dispute", label="对指标数值提出异议")
def dispute(
    *,
    plan: Plan,
    target: str,
    path: str,
    quarter: clock.Month,
    reason: str,
    by: Actor,
    key: str | None = None,
) -> Dispute:
    """A figure that a register gives and the county holds to be wrong, with what is wrong about it."""
    _of_a_county(plan, path, quarter, by)
    if not measure_of(target_of(plan, target).code):
        raise Refused(
            "not_computed", "这个目标没有台账数值。填报的数值有误时，请写明理由重新填报。", field="target"
        )
    if Dispute.objects.filter(plan=plan.code, target=target, path=path, settled_on=None).exists():
        raise Refused("dispute_open", "本县对这个目标已有异议等待答复。", field="target")
    made = Dispute.objects.create(
        plan=plan.code, target=target, path=path, quarter=quarter.first, by=by.id, by_name=by.name, at=clock.now(),
        reason=require_words(reason, "异议理由", field="reason")[:300],
    )  # fmt: skip
    audit.note(about=made, path=path, after={"target": target, "quarter": str(quarter)}, reason=made.reason)
    return made


@verb("plans.settle_dispute", label="答复数值异议")
def settle(*, plan: Plan, dispute: Dispute, answer: str, by: Actor, key: str | None = None) -> Dispute:
    """The planning office says what was done: the register corrected, or why the figure is right."""
    row = Dispute.objects.select_for_update(of=("self",)).filter(pk=dispute.pk).first()
    if row is None or not by.covers(row.path):
        raise NotFound("dispute_unknown", "没有这项异议，或不在您的管辖范围内。")
    require(plan, plan.item.duties.planner, path=row.path, by=by)
    if row.settled_on is not None:
        raise Stale("dispute_settled", "这项异议已经答复。请刷新页面。")
    row.answer = require_words(answer, "答复", field="answer")[:300]
    row.settled_on, row.settled_by_name = clock.today(), by.name
    row.save()
    audit.note(about=row, path=row.path, after={"settled_on": str(row.settled_on)}, reason=row.answer)
    return row


def _of_a_county(plan: Plan, path: str, quarter: clock.Month, by: Actor) -> None:
    """By the county's own officer, for a quarter of the plan that is over."""
    require(plan, plan.item.duties.county, path=path, by=by)
    if level_of(path) != Level.COUNTY:
        raise Refused("not_a_county", "数值由县（市、区）核对。", field="path")
    if quarter.month % 3 or quarter > last_quarter() or quarter.first <= plan.item.begins:
        raise Refused(
            "quarter_not_over", "只能核对规划期内已经过去的季度，写季度末月，例如 2025-06。", field="quarter"
        )
