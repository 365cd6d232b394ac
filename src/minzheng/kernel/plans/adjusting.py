"""A target is changed in the open: requested, looked at, put to 发展改革委, decided together, published.

The department drafts the change of a major target together with the provincial development and reform commission
(规划第八章第八节): without its written opinion the request goes no further, and the database holds that too.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from minzheng.kernel import audit, clock, declare
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import NotAllowed, Refused, Stale

from .duties import Plan, require, require_words, target_of
from .models import Adjustment

__all__ = ["GROUNDS", "consult", "decide", "file", "publish", "review"]

GROUNDS = {"policy": "政策变化", "division": "区划调整", "force": "不可抗力", "definition": "定义有误"}
State = Adjustment.State


@verb("plans.file_adjustment", label="提出目标调整")
def file(
    *,
    plan: Plan,
    target: str,
    ground: str,
    reason: str,
    impact: str,
    new_value: Decimal,
    evidence: Document | None,
    minor: bool = False,
    by: Actor,
    key: str | None = None,
) -> Adjustment:
    """Before the target is due; a miss is not adjusted away afterwards."""
    require(plan, plan.item.duties.reporter, path="22/", by=by)
    wanted = target_of(plan, target)
    paper, old = _may_change(wanted, ground, evidence, new_value if minor else None)
    made = Adjustment.objects.create(
        path="22/", plan=plan.code, target=target, minor=minor, ground=ground, evidence=paper, new_value=new_value,
        old_value=old,
        reason=require_words(reason, "理由", field="reason")[:500],
        impact=require_words(impact, "影响", field="impact")[:500],
        filed_by=by.id, filed_by_name=by.name, filed_at=clock.now(),
    )  # fmt: skip
    audit.note(
        about=made, path="22/", after={"target": target, "new_value": str(new_value)}, reason=made.reason
    )
    return made


@verb("plans.review_adjustment", label="初审目标调整")
def review(
    *, plan: Plan, adjustment: Adjustment, expert: Document | None, by: Actor, key: str | None = None
) -> Adjustment:
    """The planning office, with what experts and the third party think of it."""
    row = _at(adjustment, State.DRAFT)
    require(plan, plan.item.duties.planner, path="22/", by=by)
    if row.filed_by == by.id:
        raise NotAllowed("own_adjustment", "调整由您提出，须由另一人初审。")
    if expert is None and not row.minor:
        raise Refused("expert_missing", "请上传专家和第三方的意见。", field="expert")
    row.expert_opinion, row.reviewed_by_name = expert, by.name
    return _moved(row, State.REVIEWED)


@verb("plans.consult_adjustment", label="征求发展改革委意见")
def consult(
    *, plan: Plan, adjustment: Adjustment, opinion: Document | None, by: Actor, key: str | None = None
) -> Adjustment:
    """The written opinion of the development and reform commission is on file."""
    row = _at(adjustment, State.REVIEWED)
    require(plan, plan.item.duties.planner, path="22/", by=by)
    if opinion is None:
        raise Refused(
            "drc_missing", "没有省发展改革委的书面意见，不能进入下一步。请上传该意见。", field="opinion"
        )
    row.drc_opinion = opinion
    return _moved(row, State.CONSULTED)


@verb("plans.decide_adjustment", label="决定目标调整")
def decide(
    *, plan: Plan, adjustment: Adjustment, approved: bool, minutes: str, by: Actor, key: str | None = None
) -> Adjustment:
    """The department's leaders, together; a change of wording needs no opinion from outside."""
    row = _at(adjustment, State.CONSULTED, *((State.REVIEWED,) if adjustment.minor else ()))
    require(plan, plan.item.duties.decider, path="22/", by=by)
    row.minutes = require_words(minutes, "集体决定的文号", field="minutes")[:60]
    row.decided_by_name, row.decided_on = by.name, clock.today()
    return _moved(row, State.APPROVED if approved else State.REJECTED)


@verb("plans.publish_adjustment", label="公布目标调整")
def publish(
    *, plan: Plan, adjustment: Adjustment, valid_from: date, by: Actor, key: str | None = None
) -> Adjustment:
    """From a day on, never before today: what was shown until then stays as it was."""
    row = _at(adjustment, State.APPROVED)
    require(plan, plan.item.duties.planner, path="22/", by=by)
    if valid_from < clock.today():
        raise Refused("backdated", "调整不能追溯生效，生效日期不能早于今天。", field="valid_from")
    if valid_from > target_of(plan, row.target).due:
        raise Refused("valid_after_due", "生效日期不能晚于目标的到期日。", field="valid_from")
    row.valid_from = valid_from
    return _moved(row, State.PUBLISHED)


def _at(adjustment: Adjustment, *states: Adjustment.State) -> Adjustment:
    row = Adjustment.objects.select_for_update(of=("self",)).get(pk=adjustment.pk)
    if row.state not in states:
        wanted = "或".join(f"“{state.label}”" for state in states)
        raise Stale(
            "adjustment_state", f"这项调整现为“{row.get_state_display()}”，须为{wanted}。请刷新页面。"
        )
    return row


def _moved(row: Adjustment, state: Adjustment.State) -> Adjustment:
    before, row.state = row.state, state
    row.version += 1
    row.save()
    audit.note(about=row, path="22/", before={"state": before}, after={"state": state, "target": row.target})
    return row


def _may_change(
    wanted: declare.Target, ground: str, evidence: Document | None, kept: Decimal | None
) -> tuple[Document, Decimal]:
    """A target with a value, before it is due, for a ground and on a paper; a matter of wording keeps its value."""
    if wanted.value is None:
        raise Refused("nothing_to_adjust", "定性目标没有数值可以调整。", field="target")
    if clock.today() > wanted.due:
        raise Refused(
            "adjusted_after_due", f"这个目标已于 {wanted.due} 到期，到期后不能再调整。", field="target"
        )
    if ground not in GROUNDS:
        raise Refused("ground_missing", "请选择调整事由。", field="ground")
    if evidence is None:
        raise Refused("evidence_missing", "请上传调整的依据材料。", field="evidence")
    old = Decimal(wanted.value.numerator) / Decimal(wanted.value.denominator)
    if kept is not None and kept != old:
        raise Refused("minor_keeps_value", "仅更正表述时，目标值不得改变。", field="new_value")
    return evidence, old
