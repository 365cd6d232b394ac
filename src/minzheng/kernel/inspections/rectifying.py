"""A fault is put right by its day, shown to be, and checked again by somebody else; or it is pleaded against."""

from __future__ import annotations

from datetime import date

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale

from .duties import of, require, require_own, require_words
from .models import Hazard

__all__ = ["answer_plea", "check_again", "overdue", "plead", "remedy"]


def overdue(hazard: Hazard, on: date | None = None) -> bool:
    """Whether its day has gone by and it has not been put right."""
    return hazard.state == Hazard.State.OPEN and (on or clock.today()) > hazard.due_on


@verb("inspections.remedy", label="登记整改")
def remedy(
    *, hazard: Hazard, words: str, photo: Document | None = None, by: Actor, key: str | None = None
) -> Hazard:
    """The subject says how it was put right."""
    row = _locked(hazard, by)
    require_own(of(row.supervision), row.subject, by)
    _in_state(row, Hazard.State.OPEN)
    row.remedy = require_words(words, "整改情况", field="words")
    row.state, row.remedy_photo = Hazard.State.REMEDIED, photo
    row.remedied_on, row.remedied_by = clock.today(), by.id
    row.save()
    audit.note(about=row, path=row.path, after={"remedied_on": str(row.remedied_on)})
    return row


@verb("inspections.check_again", label="复查")
def check_again(
    *,
    hazard: Hazard,
    met: bool,
    words: str = "",
    due_on: date | None = None,
    by: Actor,
    key: str | None = None,
) -> Hazard:
    """An inspector looks again: closed, or back with a new day."""
    row, today = _locked(hazard, by), clock.today()
    declared = of(row.supervision)
    require(declared, declared.item.inspector, path=row.path, by=by)
    _in_state(row, Hazard.State.REMEDIED)
    if row.remedied_by == by.id:
        raise NotAllowed("check_own_remedy", "自己登记的整改由别人复查。")
    if met:
        row.state, row.closed_on = Hazard.State.CLOSED, today
        row.closed_by, row.closed_by_name = by.id, by.name
    else:
        if due_on is None or due_on < today:
            raise Refused("new_due", "复查不合格的，请填写新的整改期限（不早于今天）。", field="due_on")
        row.words = f"{row.words}；复查：{require_words(words, '复查意见', field='words', longest=120)}"[:300]
        row.state, row.due_on = Hazard.State.OPEN, due_on
    row.save()
    audit.note(about=row, path=row.path, after={"met": met}, reason=words)
    return row


@verb("inspections.plead", label="提出申辩")
def plead(*, hazard: Hazard, reason: str, by: Actor, key: str | None = None) -> Hazard:
    """The subject objects to a fault, once; its day stands until the answer."""
    row = _locked(hazard, by)
    require_own(of(row.supervision), row.subject, by)
    _in_state(row, Hazard.State.OPEN)
    if row.plea:
        raise Stale("pleaded", "已经提出过申辩。请等待复核。")
    row.plea = require_words(reason, "申辩理由", field="reason")
    row.save()
    audit.note(about=row, path=row.path, reason=row.plea)
    return row


@verb("inspections.answer_plea", label="复核申辩")
def answer_plea(*, hazard: Hazard, upheld: bool, answer: str, by: Actor, key: str | None = None) -> Hazard:
    """Whoever looks at the law decides: the fault falls, or stands."""
    row = _locked(hazard, by)
    declared = of(row.supervision)
    require(declared, declared.item.reviewer, path=row.path, by=by)
    if not row.plea or row.plea_answer:
        raise Stale("no_plea", "没有待复核的申辩。请刷新页面。")
    row.plea_answer = require_words(answer, "复核意见", field="answer")
    if upheld:
        row.state, row.closed_on = Hazard.State.WITHDRAWN, clock.today()
        row.closed_by, row.closed_by_name = by.id, by.name
    row.save()
    audit.note(about=row, path=row.path, after={"upheld": upheld}, reason=row.plea_answer)
    return row


def _locked(hazard: Hazard, by: Actor) -> Hazard:
    row = Hazard.objects.select_for_update(of=("self",)).filter(pk=hazard.pk).first()
    if row is None or not by.covers(row.path):
        raise NotFound("hazard_unknown", "没有这条隐患，或不在您的管辖范围内。")
    return row


def _in_state(row: Hazard, state: Hazard.State) -> None:
    if row.state != state:
        raise Stale("hazard_state", f"这条隐患现在是“{row.get_state_display()}”。请刷新页面。")
