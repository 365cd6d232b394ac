"""Many people are told at once, each of their own business and each once: sealed, and written by the thousand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, current, note, part, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.people.contents import sealed_content

from . import sending
from .models import Message

__all__ = ["tell_all"]

# Whoever was told of the topic already is told nothing more, and nothing is sealed for them.
_WHOM = """
SELECT x.path, x.person_id, left(x.title, 80), left(x.text, 1000), x.topic
FROM ({select}) x(path, person_id, title, text, topic)
WHERE NOT EXISTS (SELECT FROM notices_message m WHERE m.topic = x.topic)"""
_TELL = """
INSERT INTO notices_message (path, person_id, kind, title, text, topic, sent_at)
SELECT x.path, x.person_id, %(kind)s, x.title, x.text, x.topic, %(now)s
FROM unnest(%(paths)s::text[], %(persons)s::bigint[], %(titles)s::text[], %(texts)s::text[], %(topics)s::text[])
  x(path, person_id, title, text, topic)
ON CONFLICT (topic) DO NOTHING RETURNING id, path"""
_AT_ONCE = 5_000


@verb("notices.tell_all", label="批量发送消息")
def tell_all(
    *, select: str, facts: Mapping[str, Any], path: str, kind: str = Message.Kind.NOTICE, by: Actor
) -> int:
    """Everyone whom a statement of ours names (place, person, title, words, topic); a topic is told once, ever."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "批量消息由平台自动发送，不能代办。")
    with connection.cursor() as cursor:
        cursor.execute(_WHOM.format(select=select), facts)
        whom = cursor.fetchall()
        rows = []
        for first in range(0, len(whom), _AT_ONCE):
            rows += _told(cursor, whom[first : first + _AT_ONCE], str(kind))
    sending.put(rows)
    told = len(rows)
    if current().verb.startswith("notices."):
        note(path=path, after={"told": told})
    else:
        part("notices.message", told=told)
    return told


def _told(cursor: Any, whom: Sequence[tuple[Any, ...]], kind: str) -> list[tuple[int, str]]:
    """These are told; gives number and place of each message that is new."""
    paths, persons, titles, texts, topics = (list(column) for column in zip(*whom, strict=True))
    facts = {
        "paths": paths, "persons": persons, "titles": titles, "texts": [sealed_content(text) for text in texts],
        "topics": topics, "kind": kind, "now": clock.now(),
    }  # fmt: skip
    cursor.execute(_TELL, facts)
    found: list[tuple[int, str]] = cursor.fetchall()
    return found
