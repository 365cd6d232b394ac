"""Recording a visit, and following a lead until it becomes an application or is closed with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from minzheng.kernel import audit, catalogue, clock, declare
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.people.models import Household, Person

from .models import Lead, Sign, Visit

__all__ = ["close_lead", "lead_applied", "raise_lead", "record"]

_TOO_EARLY = timedelta(minutes=5)


@verb("visits.record", label="登记走访")
def record(
    kind: str, *, household: Household, answers: Mapping[str, Any], by: Actor, person: Person | None = None,
    at: datetime | None = None,
) -> Visit:  # fmt: skip
    """Keep a visit; where the record shows need, it becomes a sign of the household's lead.

    ``at`` is when it was, where the telephone had no network at the time.
    """
    if at is not None and at > clock.now() + _TOO_EARLY:
        raise Refused("visit_ahead", "走访时间不能晚于现在。请核对手机时间。")
    known = catalogue.current().visits
    if kind not in known:
        raise NotFound("visit_unknown", "没有这种走访。")
    declared = known[kind]
    _authorise(declared, household.path, by)
    cleaned = declared.item.form.clean(answers).plain
    lead = None
    if declared.item.lead_when(cleaned):
        said = _in_words(declared.item.form, cleaned)
        lead = _sign(household, declared.domain.code, Sign.Source.VISIT, said, by)
    visit = Visit.objects.create(
        kind=kind, household=household, person=person, path=household.path, at=at or clock.now(), by=by.id,
        by_name=by.name, answers=cleaned, lead=lead,
    )  # fmt: skip
    audit.note(about=visit, path=household.path, after={"lead": lead.pk if lead else None})
    return visit


def _in_words(form: declare.Form, answers: Mapping[str, Any]) -> str:
    """What was seen, as one sentence; photographs stay with the visit."""
    pictures = {one.label for one in form.fields if one.kind == "photo"}
    told = [(label, str(text).rstrip("。")) for label, text in form.shown(answers) if label not in pictures]
    return "；".join(f"{label}：{text}" for label, text in told if text)


def _authorise(declared: catalogue.Declared[declare.Visit], path: str, by: Actor) -> None:
    """The visit's role, held at its level, over the household's place."""
    post = by.post_for(declared.role(declared.item.by), path=path)
    if post is not None and post.level == declared.item.by.at:
        return
    if not by.covers(path):
        raise NotFound("household_not_found", "没有这户家庭，或不在您的管辖范围内。")
    raise NotAllowed("not_your_visit", f"走访由“{declared.item.by.label}”登记，您没有这个岗位。")


@verb("visits.raise_lead", label="登记线索")
def raise_lead(household: Household, *, domain: str, source: str, text: str, by: Actor) -> Lead:
    """A sign from elsewhere: a data match, a call, a neighbour.  Signs of one household meet in one lead."""
    if by.kind is not Kind.SYSTEM and not by.covers(household.path):
        raise NotFound("household_not_found", "没有这户家庭，或不在您的管辖范围内。")
    if source not in Sign.Source.values:
        raise Refused("source_unknown", "请选择线索来源。", field="source")
    _helps(by, household.path, "")
    lead = _sign(household, domain, source, text, by)
    audit.note(about=lead, path=household.path)
    return lead


def _helps(by: Actor, path: str, domain: str) -> None:
    """A sign comes from whoever visits or files for others in any domain; a lead is closed by those of its own."""
    if by.kind is not Kind.SYSTEM and not by.holds(catalogue.current().helping(domain), path=path):
        raise NotAllowed("not_helping", "线索由走访和代办人员登记、了结，您没有这样的岗位。")


def _sign(household: Household, domain: str, source: str, text: str, by: Actor) -> Lead:
    lead, _ = Lead.objects.get_or_create(
        household=household, domain=domain, state=Lead.State.OPEN,
        defaults={"path": household.path, "opened_at": clock.now()},
    )  # fmt: skip
    Sign.objects.create(lead=lead, source=source, text=text[:500], at=clock.now(), by=by.id, by_name=by.name)
    return lead


def _open_lead(lead_id: int, by: Actor) -> Lead:
    lead = Lead.objects.select_for_update().filter(pk=lead_id).first()
    if lead is None or not by.covers(lead.path):
        raise NotFound("lead_not_found", "没有这条线索，或不在您的管辖范围内。")
    if lead.state != Lead.State.OPEN:
        raise Refused("lead_closed", "这条线索已经了结。")
    return lead


@verb("visits.lead_applied", label="线索转申请")
def lead_applied(lead_id: int, *, case_id: int, by: Actor) -> Lead:
    """The household's need has become an application, handed in by whoever may; a closed lead stays closed."""
    lead = Lead.objects.select_for_update().get(pk=lead_id)
    if lead.state != Lead.State.OPEN:
        return lead
    lead.state, lead.case_id, lead.closed_at = Lead.State.APPLIED, case_id, clock.now()
    lead.save()
    audit.note(about=lead, case_id=case_id, path=lead.path)
    return lead


@verb("visits.close_lead", label="了结线索")
def close_lead(lead_id: int, *, reason: str, by: Actor) -> Lead:
    """Nothing is needed, or help came another way; the reason stays."""
    lead = _open_lead(lead_id, by)
    _helps(by, lead.path, lead.domain)
    if not reason.strip() or len(reason) > 300:
        raise Refused("reason_needed", "请写明了结原因（不超过300个字）。", field="reason")
    lead.state, lead.closed_reason, lead.closed_at = Lead.State.CLOSED, reason.strip(), clock.now()
    lead.save()
    audit.note(about=lead, path=lead.path, reason=reason)
    return lead
