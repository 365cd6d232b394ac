"""What is done about a warning: the visit and its result, and for each result what follows until it is closed.

The visit is an ordinary visit with its own form; whoever needs help gets a lead, and through it an application at the
counter like anybody else's.  Nothing is closed without a visit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.casework import drafting
from minzheng.kernel.casework.models import Case
from minzheng.kernel.catalogue.terms import due_after
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.people.models import Membership, Person
from minzheng.kernel.visits import actions as visiting
from minzheng.kernel.visits.queries import lead_of

from .duties import Declared, monitor_of, require_follower, visits
from .models import Alert

__all__ = ["begin_review", "close", "proposed", "visit"]

State = Alert.State
_LONGEST = 300


def _held(alert: Alert, by: Actor, version: int | None) -> tuple[Alert, Declared]:
    row = (
        Alert.objects.select_for_update(of=("self",)).select_related("household").filter(pk=alert.pk).first()
    )
    if row is None or not by.covers(row.path):
        raise NotFound("alert_unknown", "没有这条预警，或不在您的管辖范围内。请返回列表重新选择。")
    if version is not None and version != row.version:
        raise Stale("alert_changed", "这条预警已有人办理过。请刷新页面查看最新情况。")
    return row, monitor_of(row.monitor)


@verb("monitoring.visit", label="预警走访")
def visit(
    *,
    alert: Alert,
    answers: Mapping[str, Any],
    by: Actor,
    person: Person | None = None,
    version: int | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Alert:
    """The household was seen: its visit is kept as evidence, and the result says what follows and by when."""
    row, declared = _held(alert, by, version)
    if row.state != State.OPEN:
        raise Stale(
            "alert_visited", f"这条预警现为“{row.get_state_display()}”，不需要再登记走访。请刷新页面查看。"
        )
    if not visits(declared, by, path=row.path):
        raise NotAllowed("not_your_visit", f"走访由“{declared.item.visit.by.label}”登记，您没有这个岗位。")
    kind = f"{declared.domain.code}.{declared.item.visit.code}"
    row.visit = visiting.record(kind, household=row.household, answers=answers, person=person, by=by, at=at)
    row.result, row.lead_id = row.visit.answers["result"], row.visit.lead_id
    if row.result == "none":
        _end(row, words="走访核实，不需要救助", by=by)
    else:
        term = declared.item.urgent_term if row.result == "emergency" else declared.item.follow_term
        row.state, row.due_on = State.FOLLOWING, due_after(term, path=row.path, since=clock.today())
        row.urgent = row.urgent or row.result == "emergency"
    _save(row, result=row.result, visit=row.visit_id)
    return row


def _end(row: Alert, *, words: str, by: Actor) -> None:
    row.state, row.words = State.CLOSED, words[:_LONGEST]
    row.closed_at, row.closed_by_name = clock.now(), by.name


def _save(row: Alert, **facts: Any) -> None:
    row.version += 1
    row.save()
    note(about=row, case_id=row.case_id, path=row.path, after={"state": row.state, **facts})


@verb("monitoring.begin_review", label="由预警发起复核")
def begin_review(*, alert: Alert, by: Actor, version: int | None = None) -> Case:
    """A household that is better off is looked at again by the review that the office begins anyway."""
    row, declared = _followed(alert, by, version)
    if row.result != "exit":
        raise Refused("no_review", "走访结果不是“情况好转，需要复核”，不能由这条预警发起复核。")
    ask = declared.item.review(row.household_id, on=clock.today())
    if ask is None:
        raise Refused("nothing_to_review", "这户家庭现在没有可以复核的救助。请登记办理情况后了结。")
    origin = Case.objects.filter(pk=ask.origin_id).first() if ask.origin_id else None
    person = _applicant(row, ask.person_id, origin)
    case: Case = drafting.start_draft(
        ask.service, applicant=person, household=row.household, path=row.path, channel=Case.Channel.WINDOW,
        origin=origin if origin is not None and origin.applicant_id == person.pk else None, by=by,
    )  # fmt: skip
    row.case_id = case.pk
    _end(row, words="已发起复核", by=by)
    _save(row, case=case.pk)
    return case


def _applicant(row: Alert, person_id: int | None, origin: Case | None) -> Person:
    """Whoever the file is of; else whoever applied, if still there; else the head of the household."""
    living = Membership.objects.filter(household=row.household, until_on=None, person__died_on=None)
    members = list(living.select_related("person").order_by("relation", "id"))
    wanted = person_id or (origin.applicant_id if origin else None)
    members.sort(key=lambda one: one.person_id != wanted)
    if not members:
        raise Refused("nobody_left", "这户家庭已没有成员，不能发起复核。请登记办理情况后了结。")
    return members[0].person


@verb("monitoring.close", label="了结预警")
def close(*, alert: Alert, words: str, by: Actor, version: int | None = None) -> Alert:
    """What became of it, in words; while a lead still waits for an application, the lead is dealt with first."""
    row, _ = _followed(alert, by, version)
    if not words.strip() or len(words) > _LONGEST:
        raise Refused("words_missing", f"请写明办理情况（不超过{_LONGEST}个字）。", field="words")
    lead = lead_of(row.lead_id) if row.lead_id else None
    if lead is not None and lead.state == lead.State.OPEN:
        raise Refused("lead_open", "走访形成的线索还没有办理。请先从线索代办申请，或写明原因了结线索。")
    row.case_id = row.case_id or (lead.case_id if lead else None)
    _end(row, words=words.strip(), by=by)
    _save(row)
    return row


def _followed(alert: Alert, by: Actor, version: int | None) -> tuple[Alert, Declared]:
    row, declared = _held(alert, by, version)
    require_follower(declared, by, path=row.path)
    if row.state == State.OPEN:
        raise Refused("visit_first", f"还没有走访。请由“{declared.item.visit.by.label}”走访并登记结果。")
    if row.state != State.FOLLOWING:
        raise Stale("alert_ended", f"这条预警现为“{row.get_state_display()}”。请刷新页面查看。")
    return row, declared


def proposed(alert: Alert) -> list[tuple[str, str]]:
    """The services to think of for what was found, in the order in which the rules name them."""
    declared = monitor_of(alert.monitor)
    rules = [declared.item.rule(code) for code in alert.hits.order_by("id").values_list("rule", flat=True)]
    codes = dict.fromkeys(
        f"{declared.domain.code}.{code}" for rule in rules if rule for code in rule.proposes
    )
    return [(code, catalogue.current().service(code).item.label) for code in codes]
