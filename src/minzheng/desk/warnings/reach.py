"""What the pages of monitoring share: the room, the words of a state, the places to choose from."""

from __future__ import annotations

from minzheng.kernel.areas.queries import children, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.monitoring.models import Alert
from minzheng.ui.shown import badge

__all__ = ["ROOM", "places", "state_badge"]

ROOM = ("监测预警", "/desk/warnings/")
_STATES = {"open": "warn", "following": "info", "closed": "good", "in_chain": "neutral"}


def places(by: Actor) -> list[tuple[str, str]]:
    """The places by which the list may be narrowed: what lies directly in the reader's scope."""
    found = [unit.path for path in by.scope for unit in children(path)][:120]
    return sorted(names(found).items())


def state_badge(one: Alert) -> str:
    """Where it stands; what cannot wait says so."""
    if one.urgent and one.state in (Alert.State.OPEN, Alert.State.FOLLOWING):
        return badge(f"紧急，{one.get_state_display()}", "bad")
    return badge(one.get_state_display(), _STATES[one.state])
