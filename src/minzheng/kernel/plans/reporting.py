"""Figures without a register: given with a paper by one person, verified by another, never over a computed one."""

from __future__ import annotations

from decimal import Decimal

from minzheng.kernel import audit, clock, declare
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.indicators.figures import Figure

from .anomalies import jumped
from .duties import Plan, require, require_words, target_of
from .models import CountyPart, Reported
from .standing import measure_of, said, value_of

__all__ = ["apportion", "reject", "report", "verify"]


@verb("plans.report", label="填报指标数值")
def report(
    *,
    plan: Plan,
    target: str,
    path: str,
    month: clock.Month,
    numerator: int,
    denominator: int | None,
    evidence: Document | None,
    reason: str = "",
    by: Actor,
    key: str | None = None,
) -> Reported:
    """A figure of a month that is over, with the paper it rests on."""
    duties, wanted = plan.item.duties, target_of(plan, target)
    require(plan, duties.reporter, duties.county, path=path, by=by)
    paper = _paper(wanted.code, month, evidence)
    _fits(wanted, numerator, denominator)
    _no_other(plan.code, target, path, month, reason)
    _explained(plan.code, wanted, path, month, Figure(numerator, denominator, given=True), reason)
    made = Reported.objects.create(
        plan=plan.code, target=target, path=path, month=month.first, numerator=numerator, denominator=denominator,
        evidence=paper, reason=reason.strip()[:300], reported_by=by.id, reported_by_name=by.name,
        reported_at=clock.now(),
    )  # fmt: skip
    audit.note(
        about=made, path=path, after={"target": target, "month": str(month), "n": numerator, "d": denominator}
    )
    return made


@verb("plans.verify", label="核实指标数值")
def verify(*, reported: Reported, opinion: str, by: Actor, plan: Plan, key: str | None = None) -> Reported:
    """The second person finds the figure in the paper."""
    return _settled(reported, Reported.State.VERIFIED, opinion, by, plan)


@verb("plans.reject", label="退回指标数值")
def reject(*, reported: Reported, opinion: str, by: Actor, plan: Plan, key: str | None = None) -> Reported:
    """The second person does not, and says why."""
    return _settled(reported, Reported.State.REJECTED, opinion, by, plan)


@verb("plans.apportion", label="分解目标到县")
def apportion(
    *, plan: Plan, target: str, path: str, year: int, value: Decimal, by: Actor, key: str | None = None
) -> CountyPart:
    """What a county is to bring of a target by the end of a year."""
    require(plan, plan.item.duties.planner, path=path, by=by)
    wanted = target_of(plan, target)
    if not plan.item.begins.year < year <= plan.item.ends.year:
        raise Refused("part_year", "年度应在规划期内。", field="year")
    if not wanted.is_target or wanted.value is None:
        raise Refused("part_of_nothing", "定性目标和基期事实不分解到县。", field="target")
    made, _ = CountyPart.objects.update_or_create(
        plan=plan.code, target=target, path=path, year=year,
        defaults={"value": value, "by_name": by.name, "at": clock.now()},
    )  # fmt: skip
    audit.note(about=made, path=path, after={"target": target, "year": year, "value": str(value)})
    return made


def _paper(target: str, month: clock.Month, evidence: Document | None) -> Document:
    """The paper of a figure that may be given: of a month that is over, for which no register counts."""
    if code := measure_of(target):
        raise Refused(
            "computed_not_typed",
            "这个目标由台账自动计算，不能填报。数值有误时，请在台账里更正记录。",
            indicator=code,
        )
    if month >= clock.Month.of(clock.today()):
        raise Refused("month_not_over", "只能填报已经过去的月份。", field="month")
    if evidence is None:
        raise Refused("evidence_missing", "请上传数值的依据材料，例如盖章的统计表。", field="evidence")
    return evidence


def _settled(reported: Reported, state: Reported.State, opinion: str, by: Actor, plan: Plan) -> Reported:
    row = Reported.objects.select_for_update(of=("self",)).filter(pk=reported.pk).first()
    if row is None or not by.covers(row.path):
        raise NotFound("figure_unknown", "没有这个填报数值，或不在您的管辖范围内。")
    require(plan, plan.item.duties.verifier, path=row.path, by=by)
    if row.reported_by == by.id:
        raise NotAllowed("own_figure", "数值由您填报，须由另一人核实。")
    if row.state != Reported.State.DRAFT:
        raise Stale("figure_settled", "这个数值已经核实或者退回。请刷新页面。")
    row.state, row.opinion = state, require_words(opinion, "核实意见", field="opinion")[:300]
    row.verified_by, row.verified_by_name, row.verified_at = by.id, by.name, clock.now()
    row.save()
    audit.note(about=row, path=row.path, after={"state": state, "target": row.target}, reason=row.opinion)
    return row


def _fits(wanted: declare.Target, numerator: int, denominator: int | None) -> None:
    """A share has both sides and is no more than the whole; a count has one; only the rise of a year may be a fall."""
    if (denominator is None) != (not wanted.denominator):
        words = "这个目标要同时填写分子和分母。" if wanted.denominator else "这个目标是数量，不填分母。"
        raise Refused("denominator", words, field="denominator")
    if (numerator < 0 and wanted.kind != "Y") or (denominator is not None and denominator <= 0):
        raise Refused("figure_negative", "分子不能为负数，分母应大于零。", field="numerator")
    if wanted.kind == "R" and wanted.scale == 100 and denominator is not None and numerator > denominator:
        raise Refused("figure_over", "分子不能大于分母，请核对。", field="numerator")


def _no_other(plan: str, target: str, path: str, month: clock.Month, reason: str) -> None:
    """One figure waits at a time, and a verified one is only followed by another for a reason."""
    rows = Reported.objects.filter(plan=plan, target=target, path=path, month=month.first)
    if rows.filter(state="draft").exists():
        raise Refused("figure_waiting", "这个月已有一个数值等待核实，请先核实或者退回。")
    if rows.filter(state="verified").exists() and not reason.strip():
        raise Refused("reason_missing", "这个月已有核实的数值。更正须写明理由，原数保留。", field="reason")


def _explained(
    plan: str, wanted: declare.Target, path: str, month: clock.Month, figure: Figure, reason: str
) -> None:
    """A figure that jumps against the one before it says why (handbook 14 §5)."""
    rows = Reported.objects.filter(
        plan=plan, target=wanted.code, path=path, state="verified", month__lt=month.first
    )
    earlier = rows.order_by("-month", "-id").first()
    if earlier is None or reason.strip():
        return
    was, now = (
        value_of(wanted, Figure(earlier.numerator, earlier.denominator, given=True)),
        value_of(wanted, figure),
    )
    if was is not None and now is not None and jumped(was, now, on=month.last):
        raise Refused(
            "jump_unexplained",
            f"{earlier.month:%Y-%m} 为 {said(was)}{wanted.unit}，本次为 {said(now)}{wanted.unit}，变动很大。"
            "请核对；属实的，写明变动原因。",
            field="reason",
        )
