"""Who may do what about a plan: its declared posts over the place, at their level."""

from __future__ import annotations

from minzheng.kernel import catalogue, declare
from minzheng.kernel.access.models import Posting
from minzheng.kernel.access.queries import EVALUATOR, evaluates
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed, NotFound, Refused

__all__ = ["holds", "only_plan", "require", "require_third_party", "require_words", "target_of"]

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


def require_third_party(by: Actor) -> None:
    """The actor evaluates from outside, and never held a post of those who are evaluated (handbook 14 §5)."""
    if not evaluates(by):
        raise NotAllowed(
            "third_party", "第三方评估由被授予第三方评估职责的账号办理，工作人员不能代为核实、评分和提交。"
        )
    if Posting.objects.filter(user=by.user_id).exclude(role=EVALUATOR).exists():
        raise NotAllowed(
            "third_party_apart", "这个账号担任过其他岗位，与被评估单位有关，不能评估。请由另外的账号办理。"
        )


def require_words(text: str, what: str, *, field: str) -> str:
    """Something is written."""
    if not text.strip():
        raise Refused(f"{field}_missing", f"请填写{what}。", field=field)
    return text.strip()
