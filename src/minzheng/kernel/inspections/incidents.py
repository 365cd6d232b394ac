"""What happened to somebody is told within hours, the graver the sooner."""

from __future__ import annotations

from datetime import datetime, timedelta

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import NotFound, Refused, Stale
from minzheng.kernel.people.models import Person

from .duties import number, of, require, require_own, require_words, subject_of
from .models import Incident

__all__ = ["conclude", "report"]


@verb("inspections.report", label="报告事故")
def report(
    *, supervision: str, subject: str, path: str, risk: str, severity: int, happened_at: datetime, where: str,
    words: str, person: Person | None = None, by: Actor, key: str | None = None,
) -> Incident:  # fmt: skip
    """By the subject's own staff; later than its hours it is marked late, and taken all the same."""
    declared, now = of(supervision), clock.now()
    require_own(declared, subject, by)
    who = subject_of(declared, subject, path)
    if risk not in declared.item.risks or severity not in Incident.Severity.values:
        raise Refused("incident_kind", "请选择风险类别和后果。", field="risk")
    if happened_at > now:
        raise Refused("incident_to_come", "发生时间不能晚于现在。", field="happened_at")
    grave = severity >= Incident.Severity.SERIOUS
    key_ = declared.item.serious_term if grave else declared.item.other_term
    due = happened_at + timedelta(minutes=number(key_, path=who.path, on=now.date()))
    made = Incident.objects.create(
        supervision=supervision, subject=subject, subject_name=who.name, path=who.path, risk=risk, severity=severity,
        person=person, happened_at=happened_at, where=require_words(where, "地点", field="where", longest=80),
        words=require_words(words, "经过和处置", field="words", longest=500), due_at=due, reported_at=now,
        reported_by_name=by.name, late=now > due,
    )  # fmt: skip
    audit.note(about=made, path=who.path, after={"risk": risk, "severity": severity, "late": made.late})
    return made


@verb("inspections.conclude", label="事故结案")
def conclude(*, incident: Incident, result: str, by: Actor, key: str | None = None) -> Incident:
    """The overseer closes it: the cause, what was put right, what the family was told."""
    row = Incident.objects.select_for_update(of=("self",)).filter(pk=incident.pk).first()
    if row is None or not by.covers(row.path):
        raise NotFound("incident_unknown", "没有这起事故，或不在您的管辖范围内。")
    declared = of(row.supervision)
    require(declared, declared.item.overseer, path=row.path, by=by)
    if row.closed_on is not None:
        raise Stale("incident_closed", "这起事故已经结案。请刷新页面。")
    row.result = require_words(result, "处置结果", field="result", longest=500)
    row.closed_on, row.closed_by_name = clock.today(), by.name
    row.save()
    audit.note(about=row, path=row.path, after={"closed_on": str(row.closed_on)})
    return row
