"""Scored assessments: filled in by one, signed by the team, reckoned by the server, objected to and made again.

Nobody's total is taken over: the sheet holds points alone, and the level is the law's (``Instrument.score``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.access.models import Office
from minzheng.kernel.areas.paths import county_of, uid_of
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.catalogue.terms import due_after
from minzheng.kernel.documents.actions import write_letter
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.notices.actions import tell
from minzheng.kernel.people.models import Person

from . import letters
from .certifying import fit, team_complete
from .duties import Scoring, instrument_of, require
from .models import Assessment

__all__ = ["object_to", "send_back", "sign_first", "sign_second"]

State = Assessment.State
_LONGEST = 500


@verb("visits.sign_first", label="登记评估")
def sign_first(
    *,
    instrument: str,
    person: Person,
    sheet: Mapping[str, Any],
    on: date,
    by: Actor,
    again_of: Assessment | None = None,
) -> Assessment:
    """One assessor's sheet, signed; it waits for the other, unless one is enough."""
    declared = instrument_of(instrument)
    require(declared, (declared.item.by,), by, path=person.path)
    _may_begin(declared, person, on, again_of, by)
    row = _drawn(declared, person, sheet, on, by)
    row.again_of = again_of
    row.save()
    if declared.item.together == 1:
        _in_force(declared, row, by)
    note(about=row, path=row.path, after={"total": row.total, "level": row.level, "state": row.state})
    return row


def _may_begin(declared: Scoring, person: Person, on: date, again_of: Assessment | None, by: Actor) -> None:
    """The person lives, the assessor is certified, and no other sheet of this instrument waits or is objected to."""
    if on > clock.today():
        raise Refused("day_ahead", "评估日期不能晚于今天。", field="on")
    if person.died_on is not None:
        raise Refused("person_died", "该人员已登记死亡，不能评估。")
    fit(declared, by, path=person.path, on=on)
    if again_of is not None:
        _another_team(again_of, by)
    elif waiting := Assessment.objects.filter(
        instrument=declared.code, person=person, state=State.OBJECTED
    ).first():
        raise Refused("objected", f"评估 {waiting.number} 已提出异议，请从该评估发起复评。")
    if Assessment.objects.filter(instrument=declared.code, person=person, state=State.FIRST_SIGNED).exists():
        raise Stale("assessment_waiting", "已有一份评估等待另一名评估员签字。请先签字或退回。")


def _drawn(declared: Scoring, person: Person, sheet: Mapping[str, Any], on: date, by: Actor) -> Assessment:
    item = declared.item
    answers = item.form.clean(sheet).plain
    points = {one.code: int(answers[one.code]) for one in item.items}
    beside = {one.code: answers[one.code] for one in item.beside.fields if one.code in answers}
    scored = _scored(item, points, beside, path=person.path, on=on)
    pk = _next_id()
    return Assessment(
        pk=pk, instrument=declared.code, version_used=item.version, person=person, path=person.path, on=on,
        number=f"评{uid_of(county_of(person.path) or person.path)}-{on.year}-{pk:06d}", sheet=points, beside=beside,
        scored={"parts": [list(one) for one in scored.parts], "reasons": list(scored.reasons)}, total=scored.total,
        level=scored.level, rule_set=scored.rule_set, first_by=by.id, first_by_name=by.name, first_at=clock.now(),
    )  # fmt: skip


def _scored(
    item: declare.Instrument, points: Mapping[str, int], beside: Mapping[str, Any], *, path: str, on: date
) -> declare.Scored:
    """The law of the day of the assessment, over this very sheet."""
    return item.score({**points, **beside}, catalogue.current().parameters(), path=path, on=on)


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('visits_assessment', 'id'))")
        return int(cursor.fetchone()[0])


@verb("visits.sign_second", label="评估签字")
def sign_second(*, assessment: Assessment, by: Actor, version: int | None = None) -> Assessment:
    """The other assessor signs the same sheet; it is reckoned once more and then holds."""
    row, declared = _waiting(assessment, by, version)
    if by.id == row.first_by:
        raise NotAllowed("two_assessors", "须由两名不同的评估员签字，您已签过。请由另一名评估员签字。")
    fit(declared, by, path=row.path, on=row.on)
    if row.again_of is not None:
        _another_team(row.again_of, by)
    team_complete(declared, (row.first_by, by.id), on=row.on)
    again = _scored(declared.item, row.sheet, row.beside, path=row.path, on=row.on)
    if (again.total, again.level) != (row.total, row.level):
        raise Stale("scored_anew", "重新计算的结果与登记时不同，请退回后重新登记。")
    row.second_by, row.second_by_name, row.second_at = by.id, by.name, clock.now()
    _in_force(declared, row, by)
    note(about=row, path=row.path, after={"total": row.total, "level": row.level})
    return row


def _waiting(assessment: Assessment, by: Actor, version: int | None) -> tuple[Assessment, Scoring]:
    row, declared = _held(assessment, by, version)
    require(declared, (declared.item.by,), by, path=row.path)
    if row.state != State.FIRST_SIGNED:
        raise Stale("assessment_signed", f"这份评估现为“{row.get_state_display()}”。请刷新页面查看。")
    return row, declared


def _held(assessment: Assessment, by: Actor, version: int | None) -> tuple[Assessment, Scoring]:
    rows = Assessment.objects.select_for_update(of=("self",)).select_related("person", "again_of")
    row = rows.filter(pk=assessment.pk).first()
    if row is None or not (by.covers(row.path) or by.person_id == row.person_id):
        raise NotFound("assessment_unknown", "没有这份评估，或不在您的管辖范围内。请返回列表重新选择。")
    if version is not None and version != row.version:
        raise Stale("assessment_changed", "这份评估已有人办理过。请刷新页面查看最新情况。")
    return row, instrument_of(row.instrument)


def _in_force(declared: Scoring, row: Assessment, by: Actor) -> None:
    """It takes the place of whatever held before, is told in a letter, and may be objected to for some days."""
    item, today = declared.item, clock.today()
    Assessment.objects.filter(
        instrument=row.instrument, person=row.person, state__in=[State.IN_FORCE, State.OBJECTED]
    ).update(state=State.REPLACED)
    row.state = State.IN_FORCE
    row.valid_until = due_after(item.valid, path=row.path, since=row.on)
    row.objection_until = None if row.again_of else due_after(item.objection, path=row.path, since=today)
    row.version += 1
    letter = write_letter(
        letter=letters.RESULT, data=letters.content(item, row, office=_office(row.path)), path=row.path, case_id=None,
        person_id=row.person_id, subject=row.number, by=by,
    )  # fmt: skip
    row.letter_id = letter.pk
    row.save()
    tell(
        person_id=row.person_id, title=f"{item.label}结果", path=row.path, case_id=None, kind="notice", by=by,
        text=f"评估等级：{item.levels[row.level]}，总分 {row.total} 分，有效期至 {row.valid_until:%Y年%m月%d日}。",
    )  # fmt: skip


def _office(path: str) -> str:
    """Who issues the letter: the county's office of civil affairs."""
    county = county_of(path) or path
    office = Office.objects.filter(path=county).order_by("id").first()
    return office.name if office is not None else f"{names([county])[county]}民政局"


@verb("visits.send_back_assessment", label="退回评估")
def send_back(*, assessment: Assessment, reason: str, by: Actor, version: int | None = None) -> Assessment:
    """The other assessor does not agree, or the first was mistaken: the sheet is withdrawn with the reason."""
    row, _ = _waiting(assessment, by, version)
    if not reason.strip() or len(reason) > 200:
        raise Refused("reason_missing", "请写明退回原因（不超过200个字）。", field="reason")
    row.state, row.words, row.version = State.WITHDRAWN, reason.strip(), row.version + 1
    row.save()
    note(about=row, path=row.path, reason=reason)
    return row


@verb("visits.object_to_assessment", label="评估异议")
def object_to(*, assessment: Assessment, reason: str, by: Actor, version: int | None = None) -> Assessment:
    """The person, or the office for them, objects in time; another team then assesses, and that is final."""
    row, declared = _held(assessment, by, version)
    if by.person_id != row.person_id:
        require(declared, (declared.item.heard_by,), by, path=row.path)
    if row.state != State.IN_FORCE:
        raise Stale("not_in_force", f"这份评估现为“{row.get_state_display()}”，不能提出异议。")
    if row.again_of_id is not None:
        raise Refused("final", "复评结果为最终结果，不能再次提出异议。情况有变化的，可申请即时评估。")
    if row.objection_until is None or clock.today() > row.objection_until:
        raise Refused(
            "objection_late", f"异议期限为 {row.objection_until}，已经过期。情况有变化的，可申请即时评估。"
        )
    if not reason.strip() or len(reason) > _LONGEST:
        raise Refused("reason_missing", f"请写明异议理由（不超过{_LONGEST}个字）。", field="reason")
    row.state, row.objection, row.objected_at = State.OBJECTED, reason.strip(), clock.now()
    row.objected_by_name, row.version = by.name, row.version + 1
    row.save()
    note(about=row, path=row.path)
    return row


def _another_team(of: Assessment, by: Actor) -> None:
    """Whoever assessed first does not assess again."""
    if of.state != State.OBJECTED:
        raise Stale("not_objected", "这份评估没有提出异议，或已经复评。请刷新页面查看。")
    if by.id in (of.first_by, of.second_by):
        raise NotAllowed("another_team", "复评须由另一组评估员办理，您参加过原评估。")
