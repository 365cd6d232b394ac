"""``take``: the one verb by which a step of a case is done, through whatever door."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from minzheng.kernel import audit, catalogue, clock, declare
from minzheng.kernel.access.models import User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import NotAllowed, Refused, Stale
from minzheng.kernel.exchange import actions as exchange

from . import accepting, deciding, paying, posting, pushing, reporting, serving, verifying
from .act import Act
from .authority import authorise, holds, no_such_case, why_not
from .fingerprint import digest
from .locking import locked, running, unchanged
from .models import Case, Task
from .opening import advance, reopen, skip_to

__all__ = ["take"]

Handler = Callable[[Act], None]
# What the kernel itself sees to before a step of this kind may end.
HANDLERS: dict[type[declare.Step], Handler] = {
    declare.Acceptance: accepting.on_take,
    declare.Verification: verifying.on_take,
    declare.Posting: posting.on_take,
    declare.Deciding: deciding.on_take,
    declare.Paying: paying.on_take,
    declare.Serving: serving.on_take,
}


@verb("casework.take", label="办理")
def take(
    task_id: int,
    *,
    outcome: str,
    by: Actor,
    evidence: Mapping[str, Any] | None = None,
    reason: str = "",
    partners: Sequence[int] = (),
    version: int | None = None,
    key: str | None = None,
) -> Case:
    """Do a step: authority, evidence, the step's own checks, then what the outcome brings about."""
    act = _prepare(task_id, outcome, by, reason, version)
    act.partners = _team(act, partners)
    act.evidence = _evidence(act, evidence or {})
    if act.step.check is not None:
        act.step.check(act.case, act.evidence, by=by, outcome=outcome)
    if (handler := HANDLERS.get(type(act.step))) is not None:
        handler(act)
    _finish(act)
    _follow(act)
    act.case.version += 1
    act.case.save()
    pushing.tell(act.case, step=act.step.code, label=act.step.label, outcome=act.outcome.code, by=by)
    audit.note(
        about=act.task, case_id=act.case.pk, path=act.case.path, article=act.step.basis, reason=reason,
        label=f"{act.step.label}：{act.outcome.label}",
        after={"outcome": outcome, "evidence": act.task.evidence_sha, "state": act.case.state},
    )  # fmt: skip
    return act.case


def _prepare(task_id: int, outcome: str, by: Actor, reason: str, version: int | None) -> Act:
    """The task, its locked case and the declared outcome; nothing yet changed."""
    found = Task.objects.filter(pk=task_id).values("case_id").first()
    if found is None:
        raise no_such_case()
    case = locked(found["case_id"])
    task = Task.objects.get(pk=task_id)
    # Said before anything is refused, so that a refused attempt is kept with its case.
    audit.note(about=task, case_id=case.pk, path=case.path)
    declared = catalogue.current().service_of(case)
    step = catalogue.current().step_of(case, task.step)
    authorise(case, declared, step, by)
    if task.state != Task.State.OPEN:
        who = f"由{task.done_by_name}" if task.done_by_name else ""
        raise Stale("task_done", f"“{step.label}”已{who}办理，请刷新页面查看最新进度。")
    unchanged(case, version)
    running(case)
    chosen = next((one for one in step.outcomes if one.code == outcome), None)
    if chosen is None:
        raise Refused("outcome_unknown", f"“{step.label}”没有这种结果，请从所列选项中选择。", field="outcome")
    if chosen.needs_reason and not reason.strip():
        raise Refused("reason_needed", f"选择“{chosen.label}”时请写明理由。", field="reason")
    if len(reason) > 1000:
        raise Refused("reason_long", f"意见最多 1000 个字，现有 {len(reason)} 个字。", field="reason")
    return Act(
        case=case, task=task, declared=declared, step=step, outcome=chosen, by=by, reason=reason.strip()
    )


def _team(act: Act, partners: Sequence[int]) -> list[str]:
    """The colleagues who did the step together; each must hold the role over this place."""
    step, wanted = act.step, act.step.together - 1
    if act.outcome.then != "advance":
        return []
    if len(set(partners) - {act.by.user_id}) < wanted:
        raise Refused(
            "team_needed",
            f"“{step.label}”须由 {step.together} 人以上共同办理，请选择同行人员。",
            field="partners",
        )
    team = []
    for user in User.objects.filter(pk__in=set(partners) - {act.by.user_id}, is_active=True).order_by("pk"):
        other = actor_of(user)
        if not holds(act.case, act.declared, step, other):
            raise NotAllowed("partner_role", f"{user.name}没有“{step.by.label}”岗位，不能共同办理。")
        if why_not(act.case, act.declared, step, other):
            raise NotAllowed(
                "duties_apart", f"{user.name}与这件办件有利害关系或已承担其他环节，应当回避。请另选同行人员。"
            )
        team.append(other.id)
    if len(team) < wanted:
        raise Refused("team_needed", "所选同行人员不存在或已停用，请重新选择。", field="partners")
    return team


def _evidence(act: Act, given: Mapping[str, Any]) -> dict[str, Any]:
    """The step's form, checked; a step that goes back or is closed needs only its reason."""
    if act.step.evidence is None:
        return {}
    return act.step.evidence.clean(given, partly=act.outcome.then in ("return", "close")).plain


def _finish(act: Act) -> None:
    task = act.task
    task.state, task.done_at = Task.State.DONE, clock.now()
    task.done_by, task.done_by_name, task.partners = act.by.id, act.by.name, act.partners
    task.outcome, task.reason = act.outcome.code, act.reason
    task.evidence, task.evidence_sha = act.evidence, digest(act.evidence)
    task.save()


def _follow(act: Act) -> None:
    """What the outcome brings about in the case."""
    match act.outcome.then:
        case "return":
            reopen(act.case, act.declared, act.outcome.to)
        case "close":
            act.case.state, act.case.closed_at = Case.State.NOT_ACCEPTED, clock.now()
            exchange.stop(act.case.pk)
        case "refuse" if act.declared.item.follow_on is not None:
            advance(act.case, act.declared)
            deciding.follow_on(act)
        case "advance" if act.outcome.to:
            skip_to(act.case, act.declared, after=act.step.code, to=act.outcome.to)
            advance(act.case, act.declared)
        case _:
            advance(act.case, act.declared)
    if act.outcome.begins:
        reporting.go_on(act)
    decided = act.case.state in (Case.State.GRANTED, Case.State.REFUSED)
    if decided and not act.case.tasks.filter(state=Task.State.OPEN).exists():
        act.case.closed_at = clock.now()
