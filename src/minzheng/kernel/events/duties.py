"""Who may report an event by hand, decide on one, and follow up what it asks for: roles that domains declare."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed, NotFound

__all__ = [
    "decider",
    "follower",
    "holds",
    "placer",
    "reader",
    "reporter",
    "require",
    "roles",
    "trusted",
]

Pick = Callable[[declare.EventDuties], Iterable[declare.Role]]


def reporter(duties: declare.EventDuties) -> Iterable[declare.Role]:
    """Whoever reports events by hand."""
    return duties.reported_by


def decider(duties: declare.EventDuties) -> Iterable[declare.Role]:
    """Whoever decides on events, withdraws them and has them tried again."""
    return duties.decided_by


def placer(duties: declare.EventDuties) -> Iterable[declare.Role]:
    """Whoever deals with rows of other offices that fit nobody on file."""
    return (*duties.decided_by, *duties.placed_by)


def follower(duties: declare.EventDuties) -> Iterable[declare.Role]:
    """Whoever follows up what events ask for."""
    return duties.followed_by


def roles(pick: Pick) -> dict[str, declare.Role]:
    """The roles of a duty in every domain, by qualified code."""
    every = catalogue.current().event_duties.values()
    return {one.role(role): role for one in every for role in pick(one.item)}


def holds(by: Actor, pick: Pick, *, path: str) -> bool:
    """Whether the actor has the duty over a place, at the level at which it is held."""
    return by.holds({code: role.at for code, role in roles(pick).items()}, path=path)


def require(by: Actor, pick: Pick, *, path: str, duty: str) -> None:
    """Refuse whoever has not the duty here; to a stranger there is no such event."""
    if holds(by, pick, path=path):
        return
    if not by.covers(path):
        raise NotFound("event_unknown", "没有这个生活事件，或不在您的管辖范围内。请返回列表重新选择。")
    labels = "、".join(dict.fromkeys(role.label for role in roles(pick).values()))
    raise NotAllowed("event_duty", f"{duty}由“{labels}”办理，您在该地区没有这一岗位。")


def reader(by: Actor) -> Actor:
    """The actor with only those posts that look into events; what a payer holds does not open a life."""
    looking = {code for pick in (reporter, decider, follower) for code in roles(pick)}
    held = tuple(post for post in by.posts if post.role in looking or post.level <= Level.CITY)
    if not held:
        raise NotAllowed("event_role", "生活事件由登记、核实和跟进岗位查阅，由上级监督。您的岗位不能查阅。")
    return by.narrowed(held)


def trusted(source: str, *, path: str) -> bool:
    """Whether what this source sends takes effect by itself, as long as nothing contradicts it."""
    value = catalogue.current().parameters().get(f"events.trust.{source}", path=path, on=clock.today())
    return value.value == "at_once"
