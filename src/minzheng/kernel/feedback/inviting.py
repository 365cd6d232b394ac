"""After each contact the applicant is asked how it was: one message, with a link that needs no account."""

from __future__ import annotations

from datetime import timedelta

from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.notices.links import topic_of
from minzheng.kernel.notices.models import Message
from minzheng.kernel.notices.telling import tell_all

from .queries import MET
from .words import ENDED

__all__ = ["invite"]

# Whoever stands at the window may still rate there; what is older was asked about, or lies before this was done at all.
_AFTER, _WITHIN = timedelta(minutes=15), timedelta(days=2)
_ENDED = f"""
SELECT c.path, c.applicant_id, %(title)s, %(text)s, '{topic_of(ENDED, 0)[:-1]}' || to_hex(t.id)
FROM casework_task t JOIN casework_case c ON c.id = t.case_id JOIN people_person p ON p.id = c.applicant_id
WHERE t.state = 'done' AND t.done_at >= %(since)s AND t.done_at < %(until)s AND c.compartment = ''
  AND p.died_on IS NULL AND c.service || ':' || t.step = ANY(%(met)s)
  AND NOT EXISTS (SELECT FROM feedback_rating r WHERE r.task_id = t.id AND r.disowned_at IS NULL)"""
_TEXT = "请在“我的事项”里这件事项的页面评价，也可以点短信里的链接，不用登录。经办人看不到是谁评价的。"


@verb("feedback.invite", label="请群众评价")
def invite(*, by: Actor) -> int:
    """Everybody whose contact ended lately and is not rated yet, each once; how many were asked."""
    met = [
        f"{code}:{step.code}"
        for code, one in catalogue.current().services.items()
        if one.item.offered == "public"
        for step in one.item.steps
        if isinstance(step, MET)
    ]
    now = clock.now()
    facts = {
        "title": "请您评价这次办理", "text": _TEXT, "met": met, "since": now - _WITHIN, "until": now - _AFTER,
    }  # fmt: skip
    asked: int = tell_all(select=_ENDED, facts=facts, path="", kind=Message.Kind.RATE, by=by)
    audit.note(after={"asked": asked})
    return asked
