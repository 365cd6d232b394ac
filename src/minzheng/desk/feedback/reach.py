"""Who may hear what people say: those who answer and those who oversee."""

from __future__ import annotations

from minzheng.desk.frame import staff
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.feedback import duties
from minzheng.kernel.feedback.models import Opinion, Remedy
from minzheng.ui.shown import badge

__all__ = ["BOX", "COUNTER", "ROOM", "hearer", "opinion_badge", "rating_actions", "remedy_badge"]

ROOM = ("好差评", "/desk/feedback/")
BOX = ("意见箱", "/desk/feedback/opinions/")
COUNTER = ("评价器和热线评价", "/desk/feedback/counter/")
_STATES = {
    "open": "warn", "looked_into": "warn", "doubted": "info", "fixed": "good", "unfixed": "bad", "invalid": "neutral",
    "disowned": "neutral",
}  # fmt: skip


def hearer(request: object) -> Actor:
    """The actor with only those posts that hear; whoever holds none is told who does."""
    by = duties.reader(staff(request))  # type: ignore[arg-type]
    if not by.posts:
        labels = {**duties.roles(duties.answerer), **duties.roles(duties.overseer)}.values()
        names = "、".join(dict.fromkeys(role.label for role in labels))
        raise NotAllowed("listening_role", f"好差评和意见箱由“{names}”办理，您的岗位不能查阅。")
    return by


def rating_actions(by: Actor) -> list[dict[str, str]]:
    """The way to the tablet of the window and to the telephone, for whoever uses them."""
    if not by.roles & set(duties.roles(duties.taker)):
        return []
    return [{"url": COUNTER[1], "label": COUNTER[0], "icon": "star"}]


def remedy_badge(one: Remedy) -> str:
    """Where the answer to a bad rating stands."""
    return badge(one.get_state_display(), _STATES[one.state])


def opinion_badge(one: Opinion) -> str:
    """Whether it was answered."""
    return badge("已答复", "good") if one.answered_at else badge("等待答复", "warn")
