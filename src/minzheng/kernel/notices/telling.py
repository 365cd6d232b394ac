"""Many people are told at once, each of their own business and each once: one statement, no loop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, current, note, part, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed

from . import sending
from .models import Message

__all__ = ["tell_all"]

_TELL = """
INSERT INTO notices_message (path, person_id, kind, title, text, topic, sent_at)
SELECT x.path, x.person_id, %(kind)s, left(x.title, 80), left(x.text, 1000), x.topic, %(now)s
FROM ({select}) x(path, person_id, title, text, topic)
ON CONFLICT (topic) DO NOTHING RETURNING id, path"""


@verb("notices.tell_all", label="批量发送消息")
def tell_all(*, select: str, facts: Mapping[str, Any], path: str, by: Actor) -> int:
    """Everyone whom a statement of ours names (place, person, title, words, topic); a topic is told once, ever."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "批量消息由平台自动发送，不能代办。")
    with connection.cursor() as cursor:
        cursor.execute(
            _TELL.format(select=select), {**facts, "kind": Message.Kind.NOTICE.value, "now": clock.now()}
        )
        rows = cursor.fetchall()
    sending.put(rows)
    told = len(rows)
    if current().verb.startswith("notices."):
        note(path=path, after={"told": told})
    else:
        part("notices.message", told=told)
    return told
