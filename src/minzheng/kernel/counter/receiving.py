"""一门受理: what somebody needs is heard once; cases are begun, other departments asked, one receipt given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.areas.paths import county_of, uid_of
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.casework import drafting, joining
from minzheng.kernel.casework.models import Case
from minzheng.kernel.errors import Refused
from minzheng.kernel.people.models import Household, Person

from . import duties
from .models import Intake, Part

__all__ = ["pass_on", "receive"]


@verb("counter.receive", label="一门受理")
def receive(
    *, person: Person, household: Household | None, path: str, channel: str, by: Actor, needs: Sequence[str] = (),
    note: str = "", services: Sequence[str] = (), departments: Mapping[str, str] | None = None,
    known: Mapping[str, Any] | None = None, lead_id: int | None = None,
) -> Intake:  # fmt: skip
    """Take down what is needed, begin the applications, ask the departments; all of it or nothing.

    ``departments`` says by code what each is asked; ``known`` are answers the applications begin with.
    """
    duties.require_window(by, path)
    chosen, asked = list(dict.fromkeys(services)), dict(departments or {})
    _something(chosen, asked, needs, note)
    intake = _numbered(
        Intake(
            person=person, household=household, path=path, needs=list(dict.fromkeys(needs)), note=note.strip(),
            received_at=clock.now(), received_by=by.id, received_by_name=by.name,
        )
    )  # fmt: skip
    for case in _begun(intake, chosen, channel, known or {}, lead_id, by):
        Part.objects.create(intake=intake, path=path, state=Part.State.CASE, case=case, sent_at=clock.now())
    for code, ask in asked.items():
        _passed_on(intake, code, ask)
    said = {"needs": intake.needs, "services": chosen, "departments": sorted(asked)}
    audit.note(about=intake, path=path, after=said)
    return intake


def _numbered(intake: Intake) -> Intake:
    """Kept under a number of its own: region, day, S, and a serial that is never used again."""
    intake.number = uuid4().hex[:30]
    intake.save()
    region = uid_of(county_of(intake.path) or intake.path).ljust(6, "0")
    intake.number = f"{region}{clock.today():%Y%m%d}S{intake.pk:08d}"
    intake.save()
    return intake


def _something(chosen: Sequence[str], asked: Mapping[str, str], needs: Sequence[str], note: str) -> None:
    if not chosen and not asked:
        raise Refused("nothing_chosen", "请至少选择一个事项，或者一个转办部门。", field="service")
    if len(note.strip()) > 500:
        raise Refused("note_long", "来访所述不超过 500 个字。", field="note")
    if unknown := [code for code in needs if code not in duties.needs()]:
        raise Refused("need_unknown", f"没有编码为“{unknown[0][:40]}”的需求。请刷新页面。", field="needs")


def _begun(
    intake: Intake,
    chosen: Sequence[str],
    channel: str,
    known: Mapping[str, Any],
    lead_id: int | None,
    by: Actor,
) -> list[Case]:
    """Drafts: those decided at home as one application, each emergency for itself."""
    offered = {one.code for one in duties.offered(by, intake.path)}
    if strange := [code for code in chosen if code not in offered]:
        raise Refused("not_offered", f"没有您可以代为申请的事项“{strange[0][:60]}”。", field="service")
    place = {code: catalogue.current().service(code).item.place for code in chosen}
    home = [code for code in chosen if place[code] == "home" and code not in _follows(chosen)]
    together = [home] if home else []
    found: list[Case] = []
    for first, *others in together + [[code] for code in chosen if place[code] != "home"]:
        main = drafting.start_draft(
            first, applicant=intake.person, household=intake.household, path=intake.path, by=by, channel=channel,
            lead_id=lead_id if not found else None,
        )  # fmt: skip
        if others:
            joining.join(main.pk, services=others, by=by)
        found += [main, *joining.joined_drafts(main)]
        if known:
            _known(main, known, by)
    return found


def _follows(chosen: Sequence[str]) -> set[str]:
    """What a refusal of something else chosen leads to by itself, without new papers, is not asked for beside it."""
    declared = [catalogue.current().service(code) for code in chosen]
    return {
        f"{one.domain.code}.{one.item.follow_on.service}"
        for one in declared
        if one.item.follow_on is not None and not one.item.follow_on.beside
    }


def _known(main: Case, known: Mapping[str, Any], by: Actor) -> None:
    """What was answered already stands in the form; an answer the form does not take is asked again there."""
    asked = joining.application(main, joining.joined_drafts(main)).form
    codes = {one.code for one in asked.fields}
    given: dict[str, Any] = {}
    for code, value in known.items():
        try:
            if code in codes and asked.clean({code: value}, partly=True):
                given[code] = value
        except Refused:
            continue
    if given:
        joining.save_together(main.pk, given, by=by)


def _passed_on(intake: Intake, code: str, ask: str) -> Part:
    department = duties.departments().get(code)
    if department is None:
        raise Refused("department_unknown", "没有这个转办部门。请从列表中选择。", field="department")
    said = ask.strip() or department.matters
    if len(said) > 300:
        raise Refused("ask_long", "转办事项不超过 300 个字。", field="ask")
    today, path = clock.today(), intake.path
    if intake.parts.filter(department=code, state__in=[Part.State.SENT, Part.State.ACCEPTED]).exists():
        raise Refused("passed_on_already", f"已转{department.label}，正在等待答复。", field="department")
    return Part.objects.create(
        intake=intake, path=path, state=Part.State.SENT, department=code, ask=said, sent_at=clock.now(),
        accept_by=duties.due("counter.referral.accept", path=path, since=today),
        reply_by=duties.due("counter.referral.reply", path=path, since=today),
    )  # fmt: skip


@verb("counter.pass_on", label="转办")
def pass_on(intake_id: int, *, department: str, ask: str, by: Actor) -> Part:
    """Ask one more department, as long as the answer has not been given."""
    intake = open_intake(intake_id, by)
    part = _passed_on(intake, department, ask)
    audit.note(about=part, path=part.path, after={"department": department, "reply_by": part.reply_by})
    return part


def open_intake(intake_id: int, by: Actor) -> Intake:
    """The intake, locked, for whoever sits at the window of its place; one that is answered is closed."""
    intake = Intake.objects.select_for_update().filter(pk=intake_id).first()
    if intake is None:
        raise duties.no_such_intake()
    duties.require_window(by, intake.path)
    if intake.answered_at is not None:
        raise Refused("answered_already", "这次来访已经答复，不能再改。请另行登记。")
    return intake
