"""The fan-out: every reaction to a confirmed event is a transaction of its own, and so is every counter-action.

What one does, why it did nothing, or what went wrong stands on the log.  An event carried out twice does nothing
twice: the row of an effect is unique, held while it is carried out, and says that it is done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError
from django.db.models import F, Q, QuerySet

from minzheng.kernel import clock, declare
from minzheng.kernel.audit import Actor, note, system, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.audit.deed import name_of
from minzheng.kernel.catalogue import terms
from minzheng.kernel.errors import MinzhengError, NotAllowed, NotFound

from . import duties
from .confirming import put_before_worker
from .followups import call_off, open_asks
from .models import Effect, LifeEvent
from .reactions import known, label_of

__all__ = ["OF_PLATFORM", "due_events", "fan_out", "retry"]

OF_PLATFORM = system("events")
MOST_TRIES = 6
_WAITS = (timedelta(0), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
State = Effect.State
# What a mistake in a domain's reaction shows itself by: it is logged and on the page, and keeps no other from its part.
FAULTS = (
    ArithmeticError, AssertionError, AttributeError, DatabaseError, LookupError, ObjectDoesNotExist, RuntimeError,
    TypeError, ValueError,
)  # fmt: skip
log = logging.getLogger(__name__)


def fan_out(event_id: int) -> LifeEvent:
    """Whatever the event still wants: what an earlier round did is undone first, the latest first."""
    for effect_id in list(_to_undo(event_id).filter(attempts__lt=MOST_TRIES)):
        _attempt(effect_id, _undo)
    if not _to_undo(event_id).exists():
        for effect_id in list(_to_act(event_id)):
            _attempt(effect_id, _react)
    return _closed(event_id=event_id, by=OF_PLATFORM)


def due_events() -> Iterator[int]:
    """Events with something that waits, or is to be tried again by now."""
    now = clock.now()
    due = Effect.objects.filter(retry_at__lte=now, attempts__lt=MOST_TRIES)
    return due.order_by("event_id").values_list("event_id", flat=True).distinct().iterator()


def _to_undo(event_id: int) -> QuerySet[Effect, int]:
    of_old = Q(event__state=LifeEvent.State.WITHDRAWN) | Q(round__lt=F("event__round"))
    rows = Effect.objects.filter(of_old, event_id=event_id, state=State.DONE)
    return rows.order_by("-id").values_list("pk", flat=True)


def _to_act(event_id: int) -> QuerySet[Effect, int]:
    rows = Effect.objects.filter(
        event_id=event_id, round=F("event__round"), state__in=[State.WAITING, State.FAILED]
    )
    rows = rows.exclude(event__state=LifeEvent.State.WITHDRAWN).filter(attempts__lt=MOST_TRIES)
    return rows.order_by("id").values_list("pk", flat=True)


def _attempt(effect_id: int, act: Callable[..., Effect]) -> None:
    """One try; what goes wrong is undone as a whole, kept on the log, and stops no other reaction."""
    try:
        act(effect_id=effect_id, by=OF_PLATFORM)
    except MinzhengError as error:
        _failed(effect_id=effect_id, error=error.message, by=OF_PLATFORM)
    except FAULTS as error:
        log.exception("reaction failed: effect %s", effect_id)
        _failed(
            effect_id=effect_id,
            error=f"程序错误（{type(error).__name__}），请报告平台管理员。",
            by=OF_PLATFORM,
        )


@verb("events.react", label="办理生活事件")
def _react(*, effect_id: int, by: Actor) -> Effect:
    effect = _held(effect_id, by)
    event = effect.event
    if effect.state not in (State.WAITING, State.FAILED) or event.state == LifeEvent.State.WITHDRAWN:
        return effect
    found = known(effect.reaction)
    done: declare.Reacted = found.item.act(event.happened(), by=by)
    open_asks(effect, done.asks)
    effect.state = State.DONE if done.done else State.NOTHING
    effect.words, effect.rows = done.words[:600], [name_of(row) for row in done.rows]
    effect.kept, effect.at, effect.attempts = dict(done.kept), clock.now(), effect.attempts + 1
    effect.error, effect.retry_at = "", None
    effect.save()
    note(about=event, path=event.path, article=found.item.basis, label=found.item.label,
         after={"reaction": effect.reaction, "state": effect.state})  # fmt: skip
    return effect


@verb("events.undo", label="恢复误办的生活事件")
def _undo(*, effect_id: int, by: Actor) -> Effect:
    effect = _held(effect_id, by)
    event = effect.event
    if effect.state != State.DONE:
        return effect
    found = known(effect.reaction)
    begun = call_off(effect, reason=event.withdrawn_reason or event.reason)
    if found.item.undo is not None and effect.kept:
        back: declare.Reacted = found.item.undo(event.happened(), effect.kept, by=by)
        by_hand = back.asks
        effect.undone_words, effect.state = back.words[:600], State.BY_HAND if by_hand else State.UNDONE
    else:
        by_hand = begun + (_by_hand(effect) if effect.rows else ())
        effect.state = State.BY_HAND if by_hand else State.UNDONE
        effect.undone_words = "须由人工恢复，已列入待办。" if by_hand else "待办已取消。"
    open_asks(effect, by_hand if found.item.undo is None else (*by_hand, *begun))
    effect.undone_at, effect.error, effect.retry_at = clock.now(), "", None
    effect.save()
    note(about=event, path=event.path, after={"reaction": effect.reaction, "state": effect.state})
    return effect


def _by_hand(effect: Effect) -> tuple[declare.Ask, ...]:
    """What no counter-action is declared for is put before a human, with what it had touched."""
    event, (_, label) = effect.event, label_of(effect.reaction)
    due = terms.due_after("events.undo_days", path=event.path, since=clock.today())
    text = f"{event.number}已撤销，“{label}”须人工恢复：{effect.words}"
    return (declare.Ask(label=f"人工恢复：{label}"[:60], text=text, path=event.path, due_on=due,
                        person_id=event.person_id),)  # fmt: skip


@verb("events.failed", label="生活事件未办成")
def _failed(*, effect_id: int, error: str, by: Actor) -> Effect:
    effect = _held(effect_id, by)
    effect.attempts += 1
    effect.error = error[:400]
    wait = _WAITS[min(effect.attempts, len(_WAITS) - 1)]
    effect.retry_at = clock.now() + wait if effect.attempts < MOST_TRIES else None
    if effect.state == State.WAITING:
        effect.state = State.FAILED
    effect.save()
    note(about=effect.event, path=effect.event.path, reason=error, after={"attempts": effect.attempts})
    return effect


@verb("events.retry", label="重新办理生活事件")
def retry(*, effect: Effect, by: Actor) -> Effect:
    """A human has it tried again: the count of tries begins anew, the worker takes it up at once."""
    found = Effect.objects.filter(pk=effect.pk).select_related("event").first()
    if found is None:
        raise NotFound("effect_unknown", "没有这条办理记录。请刷新页面。")
    duties.require(by, duties.decider, path=found.event.path, duty="重新办理")
    row = _locked(effect.pk)
    row.attempts, row.retry_at = 0, clock.now()
    row.save()
    put_before_worker(row.event)
    note(about=row.event, path=row.event.path, after={"retry": row.reaction})
    return row


@verb("events.carried_out", label="生活事件办结")
def _closed(*, event_id: int, by: Actor) -> LifeEvent:
    """Carried out once nothing of the present round waits or failed."""
    event = LifeEvent.objects.select_for_update(of=("self",)).get(pk=event_id)
    waits = event.effects.filter(round=event.round, state__in=[State.WAITING, State.FAILED])
    if event.state == LifeEvent.State.CONFIRMED and not waits.exists():
        event.state, event.version = LifeEvent.State.CARRIED_OUT, event.version + 1
        event.save()
    note(about=event, path=event.path, after={"state": event.state})
    return event


def _held(effect_id: int, by: Actor) -> Effect:
    """The effect and its event as they are now; the event first, as whoever decides or withdraws holds it."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "生活事件由平台按声明逐项办理，不能代办。")
    return _locked(effect_id)


def _locked(effect_id: int) -> Effect:
    event_id = Effect.objects.values_list("event_id", flat=True).get(pk=effect_id)
    LifeEvent.objects.select_for_update(of=("self",)).get(pk=event_id)
    held = Effect.objects.select_for_update(of=("self",)).select_related("event__person")
    return held.get(pk=effect_id)
