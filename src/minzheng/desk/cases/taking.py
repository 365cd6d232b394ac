"""The sheet by which a step is taken: its evidence, who went along, how it ends, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Q

from minzheng.desk.sheets import Sent, Sheet
from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.access.models import Posting
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.casework.taking import take
from minzheng.kernel.declare.forms import Choice, Field, Form, Text
from minzheng.kernel.errors import Refused

__all__ = ["OUTCOME", "REASON", "outcome_of", "step_sheet"]

# Begin with a line, so that no question of a domain's own form can bear the same code.
OUTCOME, REASON, PARTNER = "_outcome", "_reason", "_partner"


def step_sheet(
    case: Case,
    task: Task,
    step: declare.Step,
    by: Actor,
    *,
    outcomes: Sequence[declare.Outcome] | None = None,
    do: Callable[[Sent], str] | None = None,
    submit: str = "",
) -> Sheet:
    """Everything the step asks, in one form."""
    ends = tuple(outcomes if outcomes is not None else step.outcomes)

    def done(sent: Sent) -> str:
        chosen = outcome_of(ends, sent.answers, asked=len(step.outcomes) > 1)
        take(
            task.pk, outcome=chosen.code, by=by, evidence=evidence_of(step, sent.answers),
            reason=sent.answers.get(REASON, ""), partners=_partners(sent.answers), version=sent.version,
            key=sent.key,
        )  # fmt: skip
        return f"“{step.label}”已办理：{chosen.label}。"

    own = {one.code for one in step.evidence.fields} if step.evidence else set()
    renamed = {"outcome": OUTCOME, "reason": REASON, "partners": f"{PARTNER}1"}
    return Sheet(
        "take", _form(case, step, ends, by), do or done, version=case.version,
        submit=submit or (ends[0].label if len(ends) == 1 else "提交"),
        renamed={key: to for key, to in renamed.items() if key not in own},
        upload_url=f"/desk/cases/{case.pk}/upload/",
    )  # fmt: skip


def _form(case: Case, step: declare.Step, ends: tuple[declare.Outcome, ...], by: Actor) -> Form:
    fields: list[Field] = list(step.evidence.fields) if step.evidence else []
    fields += _partner_fields(case, step, by)
    if len(step.outcomes) > 1:
        # Asked also where only one is open now: what is sent must be what was offered.
        fields.append(Choice(OUTCOME, "办理结果", options={one.code: one.label for one in ends}))
    needing = [one.label for one in ends if one.needs_reason]
    said = f"选择“{'”“'.join(needing)}”时必填。" if needing else ""
    fields.append(Text(REASON, "意见或理由", required=False, longest=1000, lines=3, help=said))
    return Form(step.code, step.label, tuple(fields), basis=step.basis)


def _partner_fields(case: Case, step: declare.Step, by: Actor) -> list[Field]:
    """A list of the colleagues who hold the role over this place, once for each who must go along."""
    if step.together < 2:
        return []
    declared = catalogue.current().service_of(case)
    colleagues = colleagues_of(declared.role(step.by), case.path, by)
    said = "" if colleagues else "没有其他人员担任这一岗位，请联系管理员登记任职。"
    return [
        Choice(
            f"{PARTNER}{n}",
            "同行人员" if step.together == 2 else f"同行人员 {n}",
            options=colleagues,
            help=said,
        )
        for n in range(1, step.together)
    ]


def colleagues_of(role: str, path: str, by: Actor) -> dict[str, str]:
    """Accounts that hold a role over a place today, without the actor."""
    today = clock.today()
    parts = [part for part in path.split("/") if part]
    above = ["/".join(parts[:n]) + "/" for n in range(1, len(parts) + 1)]
    held = Posting.objects.filter(
        Q(until_on=None) | Q(until_on__gt=today), role=role, from_on__lte=today, office__path__in=above,
        user__is_active=True,
    ).exclude(user_id=by.user_id or 0)  # fmt: skip
    return {
        str(one.user_id): one.user.name for one in held.select_related("user").order_by("user__name", "id")
    }


def outcome_of(
    ends: Sequence[declare.Outcome], answers: Mapping[str, Any], *, asked: bool = False
) -> declare.Outcome:
    """The chosen end; the only one where the step has no other."""
    if len(ends) == 1 and not asked:
        return ends[0]
    code = answers.get(OUTCOME, "")
    chosen = next((one for one in ends if one.code == code), None)
    if chosen is None:
        raise Refused("outcome_needed", "请选择办理结果。", field="outcome")
    return chosen


def evidence_of(step: declare.Step, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that belong to the step's own form."""
    own = {one.code for one in step.evidence.fields} if step.evidence else set()
    return {code: value for code, value in answers.items() if code in own}


def _partners(answers: Mapping[str, Any]) -> list[int]:
    chosen = [value for code, value in answers.items() if code.startswith(PARTNER)]
    return [int(value) for value in chosen if str(value).isdigit()]
