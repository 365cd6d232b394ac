"""Who may look into life events: those who report, decide or follow up, and the levels that supervise them."""

from __future__ import annotations

from minzheng.kernel.areas.queries import children, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.events import duties
from minzheng.kernel.events.duties import reader
from minzheng.kernel.events.models import FollowUp, LifeEvent
from minzheng.ui.shown import badge

__all__ = ["ROOM", "TODO", "follow_up_badge", "places", "reader", "reports", "state_badge"]

ROOM = ("生活事件", "/desk/events/")
TODO = ("事件待办", "/desk/events/todo/")
_STATES = {
    "reported": "warn",
    "held": "bad",
    "confirmed": "info",
    "carried_out": "good",
    "withdrawn": "neutral",
}
_TODO = {"open": "warn", "begun": "info", "done": "good", "dropped": "neutral"}


def reports(by: Actor) -> bool:
    """Whether the actor may report an event by hand anywhere."""
    held = duties.roles(duties.reporter)
    return any(post.role in held and post.level == held[post.role].at for post in by.posts)


def places(by: Actor) -> list[tuple[str, str]]:
    """The places by which a list may be narrowed: what lies directly in the reader's scope."""
    found = [unit.path for path in by.scope for unit in children(path)][:120]
    return sorted(names(found).items())


def state_badge(event: LifeEvent) -> str:
    """Where the event stands; one that another office has since contradicted says so."""
    if event.disputed:
        return badge("又有不同报告", "bad")
    return badge(event.get_state_display(), _STATES[event.state])


def follow_up_badge(one: FollowUp) -> str:
    """Where a follow-up stands."""
    return badge(one.get_state_display(), _TODO[one.state])
