"""Who visits whom a warning is about, who follows it up, and who may look on."""

from __future__ import annotations

from minzheng.kernel import catalogue, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed, NotFound

__all__ = ["Declared", "follows", "monitor_of", "reader", "require_follower", "visits"]

Declared = catalogue.Declared[declare.Monitor]


def monitor_of(code: str) -> Declared:
    """The declaration of that code."""
    found = catalogue.current().monitors.get(code)
    if found is None:
        raise NotFound("monitor_unknown", "没有这项监测。请从列表中选择。")
    return found


def _holds(declared: Declared, roles: tuple[declare.Role, ...], by: Actor, path: str) -> bool:
    return by.holds({declared.role(role): role.at for role in roles}, path=path)


def visits(declared: Declared, by: Actor, *, path: str) -> bool:
    """Whether the visit is the actor's."""
    return _holds(declared, (declared.item.visit.by,), by, path)


def follows(declared: Declared, by: Actor, *, path: str) -> bool:
    """Whether the actor follows up what was seen there."""
    return _holds(declared, declared.item.followed_by, by, path)


def require_follower(declared: Declared, by: Actor, *, path: str) -> None:
    """Refuse whoever does not follow up here; to a stranger there is no such warning."""
    if follows(declared, by, path=path):
        return
    if not by.covers(path):
        raise NotFound("alert_unknown", "没有这条预警，或不在您的管辖范围内。请返回列表重新选择。")
    labels = "、".join(dict.fromkeys(role.label for role in declared.item.followed_by))
    raise NotAllowed("alert_duty", f"预警的跟进由“{labels}”办理，您在该地区没有这一岗位。")


def reader(by: Actor) -> Actor:
    """The actor with only those posts that look into warnings; what a payer holds does not open a life."""
    roles = {
        one.role(role)
        for one in catalogue.current().monitors.values()
        for role in (one.item.visit.by, *one.item.followed_by)
    }
    held = tuple(post for post in by.posts if post.role in roles or post.level <= Level.CITY)
    if not held:
        raise NotAllowed("alert_role", "监测预警由走访和跟进岗位查阅，由上级监督。您的岗位不能查阅。")
    return by.narrowed(held)
