"""Who may take a step: the role at its level and place, duties kept apart, never one's own or a relative's case."""

from __future__ import annotations

from typing import Any

from minzheng.kernel import catalogue, declare
from minzheng.kernel.audit import Actor, Post
from minzheng.kernel.errors import NotAllowed, NotFound

from .models import Case, Task
from .opening import role_of

__all__ = [
    "authorise",
    "deciding_post",
    "holds",
    "may_take",
    "no_such_case",
    "own_or_kin",
    "post_at",
    "why_not",
]

Service = catalogue.Declared[declare.Service]


def no_such_case() -> NotFound:
    """One answer for what does not exist and for what lies out of scope, whatever was asked for."""
    return NotFound("case_not_found", "没有这件办件，或不在您的管辖范围内。")


def authorise(case: Case, declared: Service, step: declare.Step, by: Actor) -> Post:
    """The post by which the actor takes this step; NotAllowed says why not."""
    post = post_at(case.path, declared, role_of(case, declared, step), by)
    if reason := why_not(case, declared, step, by):
        raise NotAllowed("duties_apart", reason)
    return post


def deciding_post(case: Case, by: Actor) -> Post:
    """Whoever decides this very case also approves what happens to its clock."""
    declared = catalogue.current().service_of(case)
    step = next(one for one in declared.item.steps if isinstance(one, declare.Deciding))
    return authorise(case, declared, step, by)


def post_at(path: str, declared: catalogue.Declared[Any], role: declare.Role, by: Actor) -> Post:
    """The actor's post in this role over this place, at the level the role is held."""
    post = by.post_for(declared.role(role), path=path)
    if post is not None and post.level == role.at:
        return post
    if not by.covers(path):
        raise no_such_case()
    raise NotAllowed(
        "not_your_step", f"这一步由{role.at.label}的“{role.label}”办理，您没有这个岗位。", role=role.code
    )


def why_not(case: Case, declared: Service, step: declare.Step, by: Actor) -> str:
    """The reason this actor in particular may not take the step, empty if there is none."""
    if reason := own_or_kin(case, by):
        return reason
    apart = apart_roles(declared, role_of(case, declared, step))
    over = (Task.State.DONE, Task.State.CARRIED)
    done = [one for one in case.tasks.all() if one.state in over and one.role in apart]
    own = [one for one in done if by.id == one.done_by or by.id in one.partners]
    if not own:
        return ""
    label = catalogue.current().role_label(min(own, key=lambda one: one.pk).role)
    return f"您已作为“{label}”办理过这件办件，审批与调查应当由不同的人承担。请由其他同志办理。"


def own_or_kin(case: Case, by: Actor) -> str:
    """Why the actor is too near to the family to act in its case, empty if not."""
    if by.person_id is not None and case.members.filter(person_id=by.person_id).exists():
        return "您是这件办件的家庭成员，依法应当回避。"
    if case.kin_of == by.id:
        return "这件办件已登记为您的近亲属申请，依法应当回避。"
    return ""


def apart_roles(declared: Service, role: declare.Role) -> list[str]:
    """Roles that may not be held together with this one in one case, whichever of the two names the other."""
    others = [
        other for other in declared.domain.roles if other in role.apart_from or role in other.apart_from
    ]
    return [declared.role(other) for other in others]


def holds(case: Case, declared: Service, step: declare.Step, by: Actor) -> bool:
    """Whether the actor has the step's role, at its level, over the place of the case."""
    role = role_of(case, declared, step)
    post = by.post_for(declared.role(role), path=case.path)
    return post is not None and post.level == role.at


def may_take(case: Case, declared: Service, step: declare.Step, by: Actor) -> bool:
    """Whether a page should offer this step to the actor."""
    return holds(case, declared, step, by) and not why_not(case, declared, step, by)
