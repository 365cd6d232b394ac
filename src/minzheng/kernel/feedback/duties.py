"""Who answers what people say of the service, and who looks over the answers: roles that domains declare."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.terms import term
from minzheng.kernel.errors import NotAllowed, NotFound
from minzheng.kernel.standards.queries import calendar

__all__ = [
    "answerer", "due", "holds", "no_such_word", "overseer", "reader", "require", "required_anywhere", "roles", "taker",
]  # fmt: skip

Pick = Callable[[declare.Listening], Iterable[declare.Role]]


def answerer(listening: declare.Listening) -> Iterable[declare.Role]:
    """Whoever looks into a bad rating and answers it."""
    return listening.answered_by


def overseer(listening: declare.Listening) -> Iterable[declare.Role]:
    """Whoever decides whether a rating is malicious, and watches that all are answered."""
    return listening.overseen_by


def taker(listening: declare.Listening) -> Iterable[declare.Role]:
    """Whoever sets a rating device before the window, and takes down what is said by telephone."""
    return listening.taken_by


def roles(pick: Pick) -> dict[str, declare.Role]:
    """The roles of a duty in every domain, by qualified code."""
    every = catalogue.current().listening.values()
    return {one.role(role): role for one in every for role in pick(one.item)}


def holds(by: Actor, pick: Pick, *, path: str) -> bool:
    """Whether the actor has the duty over a place, at the level at which it is held."""
    return by.holds({code: role.at for code, role in roles(pick).items()}, path=path)


def reader(by: Actor) -> Actor:
    """The actor with only those posts that hear what people say; what another post covers stays closed."""
    held = {*roles(answerer), *roles(overseer)}
    mine = tuple(post for post in by.posts if post.role in held)
    return by.narrowed(mine)


def require(by: Actor, pick: Pick, *, path: str) -> None:
    """Refuse whoever has not the duty here; to a stranger there is nothing."""
    if holds(by, pick, path=path):
        return
    if not by.covers(path):
        raise no_such_word()
    labels = "、".join(dict.fromkeys(role.label for role in roles(pick).values()))
    raise NotAllowed("listening_duty", f"这一步由“{labels}”办理，您在该地区没有这一岗位。")


def required_anywhere(by: Actor, pick: Pick) -> str:
    """The place at which the actor has the duty; refused for whoever has it nowhere."""
    place = next((post.path for post in by.posts if holds(by, pick, path=post.path)), None)
    if place is None:
        labels = "、".join(dict.fromkeys(role.label for role in roles(pick).values()))
        raise NotAllowed("window_duty", f"评价器和热线评价由“{labels}”使用，您没有这些岗位。")
    return place


def no_such_word() -> NotFound:
    """One answer for what does not exist and for what lies out of scope."""
    return NotFound("word_not_found", "没有这条评价或意见，或不在您的管辖范围内。请返回列表重新选择。")


def due(key: str, *, path: str, since: date) -> date:
    """The last day of a limit of the place that runs from a day."""
    return clock.deadline(since, term(key, path=path, on=since), calendar()).on
