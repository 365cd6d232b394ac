"""A masked field is opened: one field, one reason, some minutes, so many times a day."""

from __future__ import annotations

from django.db import connection

from minzheng.kernel import clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale

from . import limits, targets
from .models import PURPOSES, Left, Reveal
from .queries import opened_today, overseer

__all__ = ["look_into", "reveal"]

LEAST = 4


@verb("reveals.reveal", label="查看完整信息")
def reveal(*, target: str, about: str, field: str, purpose: str, reason: str, by: Actor) -> Reveal:
    """Say what for, and see it until the time is over; the audit keeps field and reason, never the value."""
    if not by.posts:
        raise NotAllowed("not_staff", "只有工作人员在岗位上可以查看完整信息。")
    found = targets.find(target, about, field, by=by)
    if purpose not in PURPOSES:
        raise Refused("purpose_needed", "请选择用途。", field="purpose")
    reason = reason.strip()
    if len(reason) < LEAST or len(reason) > 200:
        raise Refused("reason_needed", "请写明为什么要看（4至200个字）。", field="reason")
    _within_the_day(by)
    row = Reveal.objects.create(
        target=target, about=about, field=field, field_label=found.label, person_name=found.person_name,
        case_id=found.case_id, path=found.path, purpose=purpose, reason=reason, created_by=by.id,
        created_by_name=by.name, at=clock.now(), until=limits.until(found.path),
    )  # fmt: skip
    note(about=found.row, case_id=found.case_id, path=found.path, reason=reason,
         after={"field": found.label, "purpose": purpose, "reveal": row.pk})  # fmt: skip
    return row


def _within_the_day(by: Actor) -> None:
    """Counted one after the other, so that two clicks at once do not both pass as the last."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"reveals:{by.id}"])
    most, done = limits.daily(by), opened_today(by)
    if done >= most:
        raise Refused(
            "reveal_limit",
            f"您今天已查看完整信息{done}次，达到岗位每日上限{most}次。请明天再看；确需增加次数的，请本单位信息安全管理人员调整。",
        )


@verb("reveals.look_into", label="核实大量带出")
def look_into(left_id: int, *, words: str, by: Actor) -> Left:
    """Somebody who watches has found out why so much left."""
    row = in_scope(Left.objects.select_for_update(), overseer(by)).filter(pk=left_id, alarm=True).first()
    if row is None:
        raise NotFound("left_unknown", "没有这条提醒，或不在您的管辖范围内。")
    if row.known_at is not None:
        raise Stale("left_known", f"{row.known_by_name}已经核实过。请刷新页面查看。")
    if row.created_by == by.id:
        raise NotAllowed("own_alarm", "带出人是您本人，须由另一人核实。")
    if not words.strip() or len(words) > 300:
        raise Refused("words_needed", "请写明核实情况（不超过300个字）。", field="words")
    row.known_at, row.known_by_name, row.known_words = clock.now(), by.name, words.strip()
    row.save(update_fields=["known_at", "known_by_name", "known_words"])
    note(about=row, path=row.path, reason=row.known_words)
    return row
