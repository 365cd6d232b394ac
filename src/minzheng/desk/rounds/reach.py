"""What the pages of rounds share: the room, the mark of a risk, what is due."""

from __future__ import annotations

from datetime import date

from minzheng.kernel import clock
from minzheng.kernel.people.masks import mask_name
from minzheng.kernel.visits.duties import rounds_of
from minzheng.kernel.visits.models import Watched
from minzheng.ui.shown import badge

__all__ = ["ROOM", "due_words", "risk_badge", "waiting"]

ROOM = ("巡访", "/desk/rounds/")


def risk_badge(one: Watched) -> str:
    """The class of risk, by shape and word as well as by colour."""
    risk = rounds_of(one.rounds).item.risk_of(one.risk)
    return badge(risk.label, risk.tone)


def due_words(one: Watched, today: date | None = None) -> str:
    """Which contact is due, and since when."""
    day = today or clock.today()
    kinds = [
        label
        for label, due in (("上门", one.visit_due_on), ("通话", one.phone_due_on))
        if due is not None and due <= day
    ]
    if not kinds or one.next_due_on is None:
        return f"{one.next_due_on:%m月%d日}" if one.next_due_on else "暂不巡访"
    late = (day - one.next_due_on).days
    return f"{'和'.join(kinds)}，已超期 {late} 天" if late > 0 else f"今天{'和'.join(kinds)}"


def waiting(one: Watched) -> str:
    """The person, as lists name them."""
    return mask_name(one.person.name)
