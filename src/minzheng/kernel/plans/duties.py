"""Who may do what about a plan: its declared posts over the place, at their level."""

from __future__ import annotations

from minzheng.kernel import catalogue, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed, NotFound, Refused

__all__ = ["holds", "only_plan", "require", "require_words", "target_of"]

Plan = catalogue.Declared[declare.Plan]


def only_plan() -> Plan:
    """The plan that is watched; where several are declared, the first."""
    return next(iter(catalogue.current().plans.values()))


def target_of(plan: Plan, code: str) -> declare.Target:
    """One target of a plan, or a clear refusal."""
    found = next((one for one in plan.item.targets if one.code == code), None)
    if found is None:
        raise NotFound("target_unknown", "规划里没有这个目标。请从目标列表中选择。")
    return found


def holds(plan: Plan, *roles: declare.Role, path: str, by: Actor) -> bool:
    """Whether the actor holds one of these posts over the place."""
    return by.holds({plan.role(role): role.at for role in roles}, path=path)


def require(plan: Plan, *roles: declare.Role, path: str, by: Actor) -> None:
    """The actor holds one of these posts over the place."""
    if not holds(plan, *roles, path=path, by=by):
        named = "、".join(role.label for role in roles)
        raise NotAllowed("plan_duty", f"这项工作由{named}办理，您在该地区没有这个岗位。")


def require_words(text: str, what: str, *, field: str) -> str:
    """Something is written."""
    if not text.strip():
        raise Refused(f"{field}_missing", f"请填写{what}。", field=field)
    return text.strip()
