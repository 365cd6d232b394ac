"""When a fault is not put right: a penalty by three persons, published, and an entry in the credit file."""

from __future__ import annotations

from datetime import date, timedelta

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale

from .duties import number, of, require, require_words, working_days_after
from .models import Credit, Hazard, Penalty
from .rectifying import overdue

__all__ = ["decide", "propose", "publish_penalty", "recognise", "repair", "review"]


@verb("inspections.propose", label="处罚立案")
def propose(
    *, hazard: Hazard, kind: str, amount: int, grounds: str, record: Document | None, by: Actor,
    key: str | None = None,
) -> Penalty:  # fmt: skip
    """A fault whose day has gone by becomes a case, decided within so many days (行政处罚法 art. 60)."""
    row = Hazard.objects.select_for_update(of=("self",)).filter(pk=hazard.pk).first()
    if row is None or not by.covers(row.path):
        raise NotFound("hazard_unknown", "没有这条隐患，或不在您的管辖范围内。")
    declared, today = of(row.supervision), clock.today()
    require(declared, declared.item.inspector, path=row.path, by=by)
    if not overdue(row, today) or (row.plea and not row.plea_answer):
        raise Refused("not_overdue", "整改期限未过，或申辩尚未复核，不能立案。")
    if kind not in declared.item.penalties or amount < 0:
        raise Refused("penalty_kind", "请选择处罚种类，罚款不能为负。", field="kind")
    if Penalty.objects.filter(hazard=row).exists():
        raise Stale("penalty_there", "这条隐患已经立案。请刷新页面。")
    made = Penalty.objects.create(
        hazard=row, supervision=row.supervision, path=row.path, subject=row.subject, subject_name=row.subject_name,
        kind=kind, amount=amount, grounds=require_words(grounds, "事实和依据", field="grounds", longest=500),
        record=record, proposed_by=by.id, proposed_by_name=by.name, proposed_on=today,
        decide_by=today + timedelta(days=number(declared.item.penalty_term, path=row.path, on=today)),
    )  # fmt: skip
    audit.note(
        about=made, path=row.path, after={"kind": kind, "amount": amount, "decide_by": str(made.decide_by)}
    )
    return made


@verb("inspections.review", label="法制审核")
def review(*, penalty: Penalty, agreed: bool, opinion: str, by: Actor, key: str | None = None) -> Penalty:
    """Somebody who did not work on it looks at the law (行政处罚法 art. 58); without a record nothing passes."""
    row = _locked(penalty, by, Penalty.State.PROPOSED)
    declared = of(row.supervision)
    require(declared, declared.item.reviewer, path=row.path, by=by)
    if row.proposed_by == by.id:
        raise NotAllowed("review_own", "自己承办的案件由别人审核。")
    if agreed and row.record is None:
        raise Refused("record_missing", "没有执法过程记录，不能通过法制审核。请补充音像或文书记录。")
    row.opinion = require_words(opinion, "法制审核意见", field="opinion")
    row.reviewed_by, row.reviewed_by_name = by.id, by.name
    row.state = Penalty.State.REVIEWED if agreed else Penalty.State.RETURNED
    row.save()
    audit.note(about=row, path=row.path, after={"agreed": agreed}, reason=row.opinion)
    return row


@verb("inspections.decide", label="作出处罚决定")
def decide(*, penalty: Penalty, by: Actor, key: str | None = None) -> Penalty:
    """Decided by a third person; to be published within seven working days."""
    row = _locked(penalty, by, Penalty.State.REVIEWED)
    declared, today = of(row.supervision), clock.today()
    require(declared, declared.item.overseer, path=row.path, by=by)
    if by.id in (row.proposed_by, row.reviewed_by):
        raise NotAllowed("decide_own", "承办人和审核人不能作出决定。")
    row.state, row.decided_on = Penalty.State.DECIDED, today
    row.decided_by, row.decided_by_name = by.id, by.name
    row.publish_by = working_days_after(today, "inspection.penalty_publish", path=row.path)
    row.save()
    audit.note(about=row, path=row.path, after={"decided_on": str(today), "publish_by": str(row.publish_by)})
    return row


@verb("inspections.publish_penalty", label="公开处罚决定")
def publish_penalty(*, penalty: Penalty, by: Actor, key: str | None = None) -> Penalty:
    """Shown to everybody."""
    row = _locked(penalty, by, Penalty.State.DECIDED)
    declared = of(row.supervision)
    require(declared, declared.item.overseer, path=row.path, by=by)
    if row.published_on is not None:
        raise Stale("penalty_published", "处罚决定已经公开。请刷新页面。")
    row.published_on = clock.today()
    row.save()
    audit.note(about=row, path=row.path, after={"published_on": str(row.published_on)})
    return row


@verb("inspections.recognise", label="认定失信")
def recognise(*, penalty: Penalty, level: int, basis: str, by: Actor, key: str | None = None) -> Credit:
    """A decided penalty enters the credit file; how long it is shown depends on how grave it is (handbook 13 §4)."""
    row = _locked(penalty, by, Penalty.State.DECIDED)
    declared, today = of(row.supervision), clock.today()
    require(declared, declared.item.overseer, path=row.path, by=by)
    if level not in Credit.Level.values:
        raise Refused("credit_level", "请选择失信程度。", field="level")
    if Credit.objects.filter(penalty=row).exists():
        raise Stale("credit_there", "已经认定。请刷新页面。")
    least, most = (_months(f"credit.{which}.{level}", row.path, today) for which in ("least", "most"))
    made = Credit.objects.create(
        penalty=row, supervision=row.supervision, path=row.path, subject=row.subject, subject_name=row.subject_name,
        level=level, basis=require_words(basis, "认定依据", field="basis", longest=200), on=today, least_until=least,
        most_until=most, by_name=by.name,
    )  # fmt: skip
    audit.note(about=made, path=row.path, after={"level": level, "until": f"{least} / {most}"})
    return made


def _months(key: str, path: str, on: date) -> date:
    return clock.add_months(on, number(key, path=path, on=on))


@verb("inspections.repair", label="信用修复")
def repair(*, credit: Credit, promise: str, by: Actor, key: str | None = None) -> Credit:
    """After the shortest term, when the fault is put right and a public promise given (信用修复管理办法)."""
    row = (
        Credit.objects.select_for_update(of=("self",)).select_related("penalty").filter(pk=credit.pk).first()
    )
    if row is None or not by.covers(row.path):
        raise NotFound("credit_unknown", "没有这条信用记录，或不在您的管辖范围内。")
    declared, today = of(row.supervision), clock.today()
    require(declared, declared.item.overseer, path=row.path, by=by)
    if row.repaired_on is not None:
        raise Stale("credit_repaired", "已经修复。请刷新页面。")
    if today < row.least_until:
        raise Refused("credit_too_soon", f"最短公示期到 {row.least_until}，届满后才能修复。")
    if row.penalty is not None and row.penalty.hazard.state != Hazard.State.CLOSED:
        raise Refused("credit_not_corrected", "隐患还没有销号，不能修复。")
    row.promise = require_words(promise, "信用承诺", field="promise", longest=200)
    row.repaired_on = today
    row.save()
    audit.note(about=row, path=row.path, after={"repaired_on": str(today)})
    return row


def _locked(penalty: Penalty, by: Actor, state: Penalty.State) -> Penalty:
    row = Penalty.objects.select_for_update(of=("self",)).filter(pk=penalty.pk).first()
    if row is None or not by.covers(row.path):
        raise NotFound("penalty_unknown", "没有这件处罚案件，或不在您的管辖范围内。")
    if row.state != state:
        raise Stale("penalty_state", f"这件案件现在是“{row.get_state_display()}”。请刷新页面。")
    return row
