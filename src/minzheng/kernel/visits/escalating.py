"""Somebody cannot be reached (失联): whoever is next in the chain looks, each by its own clock, until found."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of, parent
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.catalogue.terms import number
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.notices.informing import inform

from .duties import Going, require, rounds_of
from .models import Escalation, Watched

__all__ = ["answer_escalation", "office_of", "open_escalation", "pass_up", "settle_ended", "settle_found"]

State = Escalation.State
_LONGEST = 300


def open_escalation(declared: Going, row: Watched, *, why: str, by: Actor) -> Escalation | None:
    """The first of the chain is called, once; inside the running verb."""
    if Escalation.objects.filter(watched=row, state=State.OPEN).exists():
        return None
    now = clock.now()
    rung = _first(declared, row, now)
    made = Escalation.objects.create(
        watched=row, path=row.path, opened_at=now, why=why[:200], rung=rung.code,
        due_at=_due(declared, row, rung, now),
    )  # fmt: skip
    _call(made, rung, by=by)
    return made


def _first(declared: Going, row: Watched, now: datetime) -> declare.Rung:
    """The first of the chain; late in the day, for those who cannot wait, whoever comes with the police."""
    chain = declared.item.chain
    police = next((rung for rung in chain if rung.police), chain[0])
    before = sum(_hours(rung, row) for rung in chain[: chain.index(police)])
    hurried = row.risk in declared.item.same_day and now + timedelta(hours=before) >= _midnight(now)
    return police if hurried else chain[0]


def _due(declared: Going, row: Watched, rung: declare.Rung, opened_at: datetime) -> datetime:
    """Within the hours of the rung; with the police and where it cannot wait, on the day on which it began."""
    now = clock.now()
    due, last = now + timedelta(hours=_hours(rung, row)), _midnight(opened_at)
    return min(due, last) if rung.police and row.risk in declared.item.same_day and now < last else due


def _midnight(at: datetime) -> datetime:
    """The end of a day at the office."""
    day: date = at.astimezone(clock.SHANGHAI).date() + timedelta(days=1)
    return datetime.combine(day, time(), clock.SHANGHAI)


def _hours(rung: declare.Rung, row: Watched) -> int:
    return number(rung.within, path=row.path, on=clock.today())


def _call(row: Escalation, rung: declare.Rung, *, by: Actor) -> None:
    """The office of the rung is told that it is its turn, and until when."""
    due = row.due_at.astimezone(clock.SHANGHAI)
    inform(
        path=office_of(row.path, rung.by.at), from_path=row.path, title="巡访对象联系不上",
        text=f"{row.why}。请按“{rung.label}”办理，期限 {due:%m月%d日 %H:%M}。",
        topic=f"escalation:{row.pk}:{rung.code}", by=by,
    )  # fmt: skip


def office_of(path: str, level: Level) -> str:
    """The office of a level above a place."""
    at: str | None = path
    while at is not None and level_of(at) > level:
        at = parent(at)
    return at or path


def settle_ended(rounds: str, path: str) -> None:
    """Nobody is looked for any longer whose ledger has ended: they died, moved, or live in an institution."""
    open_ = Escalation.objects.select_for_update(of=("self",)).filter(
        watched__rounds=rounds, path__startswith=path, state=State.OPEN, watched__until_on__isnull=False
    )
    for one in open_.select_related("watched"):
        _close(one, words=f"台账已结束：{one.watched.ended_because}", by_name="系统", found=True)


def settle_found(row: Watched, *, words: str, by_name: str) -> None:
    """A later contact answers the search."""
    for one in Escalation.objects.select_for_update().filter(watched=row, state=State.OPEN):
        _close(one, words=words, by_name=by_name, found=True)


@verb("visits.answer_escalation", label="登记查找情况")
def answer_escalation(
    *, escalation: Escalation, found: bool, words: str, by: Actor, version: int | None = None
) -> Escalation:
    """Whoever was called says what they found; where that is nobody, the next is called."""
    row = Escalation.objects.select_for_update(of=("self",)).select_related("watched").filter(
        pk=escalation.pk
    ).first()  # fmt: skip
    if row is None or not by.covers(row.path):
        raise NotFound("escalation_unknown", "没有这条失联处置，或不在您的管辖范围内。请返回列表重新选择。")
    if version is not None and version != row.version:
        raise Stale("escalation_changed", "这条失联处置已有人办理过。请刷新页面查看。")
    if row.state != State.OPEN:
        raise Stale("escalation_closed", "已经找到本人，这条失联处置已了结。请刷新页面查看。")
    declared = rounds_of(row.watched.rounds)
    rung = next(one for one in declared.item.chain if one.code == row.rung)
    # Whoever is higher up in the chain may always answer for those below.
    later = declared.item.chain[declared.item.chain.index(rung) :]
    require(declared, (*(one.by for one in later), declared.item.managed_by), by, path=row.path)
    if not words.strip() or len(words) > _LONGEST:
        raise Refused("words_missing", f"请写明查找的情况（不超过{_LONGEST}个字）。", field="words")
    _log(row, by.name, words.strip())
    if found:
        _close(row, words=words.strip(), by_name=by.name, found=True, logged=True)
        Watched.objects.filter(pk=row.watched_id).update(missed=0)
    else:
        _next(declared, row, by=by)
    note(about=row, path=row.path, after={"found": found, "rung": row.rung})
    return row


def _log(row: Escalation, by_name: str, words: str) -> None:
    row.log = [*row.log, {"rung": row.rung, "at": clock.now().isoformat(), "by": by_name, "words": words}]


def _close(row: Escalation, *, words: str, by_name: str, found: bool, logged: bool = False) -> None:
    if not logged:
        _log(row, by_name, words)
    row.state, row.closed_at, row.result = State.CLOSED, clock.now(), words[:_LONGEST]
    row.version += 1
    row.save()


def _next(declared: Going, row: Escalation, *, by: Actor) -> None:
    """The next of the chain is called; the last one stays called until somebody is found."""
    chain = declared.item.chain
    at = next(place for place, one in enumerate(chain) if one.code == row.rung)
    rung = chain[min(at + 1, len(chain) - 1)]
    row.rung = rung.code
    row.due_at = _due(declared, row.watched, rung, row.opened_at)
    row.version += 1
    row.save()
    _call(row, rung, by=by)


@verb("visits.pass_up", label="失联处置逐级上报")
def pass_up(*, by: Actor) -> int:
    """Whoever has let their clock run out is passed over: the next in the chain is called.

    Somebody who was tried once and not again in time is looked for as well.
    """
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "逾期的失联处置由平台自动上报，不能代办。")
    passed = 0
    with transaction.atomic():
        late = Escalation.objects.select_for_update(of=("self",)).select_related("watched")
        for row in late.filter(state=State.OPEN, due_at__lt=clock.now()).order_by("id"):
            declared = rounds_of(row.watched.rounds)
            if row.rung == declared.item.chain[-1].code:
                continue
            _log(row, "系统", "逾期未答复，转下一环节")
            _next(declared, row, by=by)
            passed += 1
        passed += sum(_forgotten(one, by=by) for one in catalogue.current().rounds.values())
    note(after={"passed": passed})
    return passed


def _forgotten(declared: Going, *, by: Actor) -> int:
    """Those whom nobody met at the last try and nobody has tried since: the chain begins for them."""
    once = Watched.objects.select_for_update(of=("self",)).filter(
        rounds=declared.code, until_on=None, missed__gt=0, missed_at__lt=clock.now() - timedelta(hours=1)
    )
    found = 0
    for row in once.exclude(escalations__state=State.OPEN).order_by("id"):
        hours = number(declared.item.missed_within, path=row.path, on=clock.today())
        if row.missed_at is not None and row.missed_at < clock.now() - timedelta(hours=hours):
            why = f"未联系上后 {hours} 小时内没有再次联系"
            found += open_escalation(declared, row, why=why, by=by) is not None
    return found
