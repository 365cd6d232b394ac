"""What another platform is told about a case: written with the case step, sent by the worker, never told twice.

The row is in the transaction of what it tells about: a step that is undone tells nothing, one that is done is told
for certain.  Sending is repeated until it is acknowledged; the key lets the other end know what it has.
Of one subject things are told in their order (handbook 15 §10).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from minzheng.kernel import catalogue, clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.signing import sm3

from .client import Line, line, posted
from .models import Outgoing
from .standing import require_verifier, written

__all__ = ["close", "given_up", "push", "put", "send_again", "send_waiting"]

State = Outgoing.State
PATH = "/platform/cases"
# After each attempt so many minutes pass; the last pause repeats.
PAUSES = (1, 5, 15, 60)


def put(*, channel: str, subject: str, seq: int, path: str, content: Mapping[str, Any]) -> Outgoing | None:
    """Write down what is to be told, in the transaction that is running; where nothing is pushed, nothing."""
    pushed = catalogue.current().parameters().get(f"exchange.push.{channel}", path=path, on=clock.today())
    if not pushed.value:
        return None
    now, body = clock.now(), dict(content)
    return Outgoing.objects.create(
        path=path, channel=channel, key=f"{channel}:{subject}:{seq}", subject=subject, seq=seq, content=body,
        content_sha=_sha(body), written_at=now, next_at=now,
    )  # fmt: skip


def _sha(content: Mapping[str, Any]) -> str:
    return sm3(json.dumps(content, ensure_ascii=False, sort_keys=True).encode())


def send_waiting(*, by: Actor, over: Line | None = None) -> int:
    """Send whatever is due, one transaction each; several workers do not meet; how many were acknowledged."""
    sent, tried = 0, set[int]()
    over = over or line()
    while True:
        with transaction.atomic():
            row = _due().exclude(pk__in=tried).select_for_update(skip_locked=True, of=("self",)).first()
            if row is None:
                return sent
            tried.add(row.pk)
            sent += push(row=row, over=over, by=by).state == State.ACKNOWLEDGED


def _due() -> Any:
    """What waits and is due, behind nothing earlier about the same subject."""
    earlier = Outgoing.objects.filter(
        channel=OuterRef("channel"), subject=OuterRef("subject"), seq__lt=OuterRef("seq"), state=State.WAITING
    )
    waiting = Outgoing.objects.filter(state=State.WAITING, next_at__lte=clock.now()).exclude(Exists(earlier))
    return waiting.order_by("next_at", "id")


@verb("exchange.push", label="推送办件数据")
def push(*, row: Outgoing, over: Line, by: Actor) -> Outgoing:
    """One attempt: acknowledged, or to be tried again later, or given up and put before a human."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("scheduled_only", "推送由系统自动进行，不需要人工办理。")
    told = posted(over, PATH, _body(row))
    row.attempts += 1
    receipt = _receipt(told, row.key)
    if receipt:
        row.state, row.receipt, row.acknowledged_at, row.error = State.ACKNOWLEDGED, receipt, clock.now(), ""
    else:
        row.error = told if isinstance(told, str) else f"status_{told[0]}"
        row.next_at = clock.now() + timedelta(minutes=PAUSES[min(row.attempts, len(PAUSES)) - 1])
        if row.attempts >= _most(row.path):
            row.state = State.DEAD
    row.save()
    note(about=row, path=row.path, after={"key": row.key, "state": row.state, "error": row.error})
    return row


def _body(row: Outgoing) -> bytes:
    said = {
        "key": row.key,
        "subject": row.subject,
        "seq": row.seq,
        "sha": row.content_sha,
        "content": row.content,
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True).encode()


def _receipt(told: tuple[int, bytes] | str, key: str) -> str:
    """The receipt of an acknowledgement of exactly this; anything else is none."""
    if isinstance(told, str) or told[0] != 200:
        return ""
    try:
        said = json.loads(told[1])
    except ValueError:
        return ""
    fits = isinstance(said, dict) and said.get("key") == key and isinstance(said.get("receipt"), str)
    return str(said["receipt"])[:64] if fits else ""


def _most(path: str) -> int:
    value = catalogue.current().parameters().get("exchange.push.attempts", path=path, on=clock.today()).value
    assert isinstance(value, int)
    return value


def given_up(by: Actor) -> QuerySet[Outgoing]:
    """What of the reader's places could not be told, or was decided not to be told any more."""
    return in_scope(Outgoing.objects.filter(state__in=(State.DEAD, State.CLOSED)), by)


def _dead(outgoing_id: int, by: Actor) -> Outgoing:
    row = in_scope(Outgoing.objects.select_for_update(), by).filter(pk=outgoing_id).first()
    if row is None:
        raise NotAllowed("out_of_scope", "没有这项推送，或者不在您的管辖范围内。")
    require_verifier(by, path=row.path)
    if row.state != State.DEAD:
        message = f"这项推送现为“{row.get_state_display()}”，不需要处理。请刷新页面。"
        raise Refused("not_given_up", message, state=row.state)
    return row


@verb("exchange.send_again", label="重新推送")
def send_again(*, outgoing_id: int, by: Actor) -> Outgoing:
    """What was given up is tried anew, under its old key."""
    row = _dead(outgoing_id, by)
    row.state, row.attempts, row.next_at = State.WAITING, 0, clock.now()
    row.save(update_fields=["state", "attempts", "next_at"])
    note(about=row, path=row.path, after={"key": row.key})
    return row


@verb("exchange.close_push", label="不再推送")
def close(*, outgoing_id: int, reason: str, by: Actor) -> Outgoing:
    """The other side has it by another way, or will never take it; what comes later of the same case goes on."""
    row = _dead(outgoing_id, by)
    why = written(reason, field="reason", missing="没有填写理由。请写明为什么不再推送。")[:300]
    row.state, row.closed_at, row.closed_by_name, row.closed_reason = State.CLOSED, clock.now(), by.name, why
    row.save(update_fields=["state", "closed_at", "closed_by_name", "closed_reason"])
    note(about=row, path=row.path, reason=why, after={"key": row.key})
    return row
