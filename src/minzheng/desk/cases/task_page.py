"""The page on which one open step is done, by whoever may; a decision is looked at once more before it is made."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from minzheng.desk import frame
from minzheng.desk.lights import Lights, due_in_words
from minzheng.desk.sheets import Sheet, limited, receive
from minzheng.kernel import audit, catalogue, clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.authority import authorise
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.casework.queries import case_for, warnings
from minzheng.kernel.errors import MinzhengError, NotFound, Refused
from minzheng.ui import posted
from minzheng.ui.shown import badge

from . import dossier, findings
from .case_page import case_title
from .search import KINDS
from .taking import REASON, outcome_of
from .workbench import Bench, bench

__all__ = ["task_page"]


@limited
def task_page(request: HttpRequest, case_id: int, task_id: int) -> HttpResponse:
    """One open step; a step already done leads back to the case."""
    by = frame.staff(request)
    case = case_for(case_id, by)
    task = case.tasks.filter(pk=task_id).first()
    if task is None:
        raise NotFound("task_not_found", "没有这个办理环节，或不在您的管辖范围内。")
    declared = catalogue.current().service_of(case)
    step = catalogue.current().step_of(case, task.step)
    authorise(case, declared, step, by)
    if task.state != Task.State.OPEN and request.method != "POST":
        messages.info(request, f"“{step.label}”已办理。")
        return redirect(f"/desk/cases/{case.pk}/")
    made = bench(case, task, step, by)
    status = 200
    if request.method == "POST":
        if (page := _confirmation(request, case, step, made, by)) is not None:
            return page
        done, status = receive(request, made.sheets, by=by, path=case.path, case_id=case.pk)
        if done:
            case.refresh_from_db()
            still = case.tasks.filter(pk=task.pk, state=Task.State.OPEN).exists()
            here = f"/desk/cases/{case.pk}/tasks/{task.pk}/"
            return redirect(here if still and case.state == Case.State.OPEN else f"/desk/cases/{case.pk}/")
    else:
        audit.read("casework.read_case", by=by, about=case, path=case.path, reason=step.label)
    return render(
        request, f"desk/cases/task_{made.part}.html", _shown(case, task, step, made, by), status=status
    )


def _shown(case: Case, task: Task, step: declare.Step, made: Bench, by: Actor) -> dict[str, Any]:
    shown = Lights().of(task.due_on, task.opened_at, case.path)
    service = catalogue.current().service_of(case).item
    head = frame.header(
        step.label, crumbs=[("办件", "/desk/cases/"), (case_title(case), f"/desk/cases/{case.pk}/")],
        lead=f"办件编号 {case.number or '—'} · {case.applicant.name}", badge=shown.badge(),
    )  # fmt: skip
    return head | made.shown | {
        "case": case, "task": task, "step": step, "due": due_in_words(task.due_on, provisional=task.due_provisional),
        "sheets": made.sheets, "sheet": {one.code: one for one in made.sheets}, "found": findings.today(case),
        "basis": str(step.basis) if step.basis else "", "law": step.basis or service.basis,
        "state": badge(case.get_state_display(), KINDS[case.state]),
        "person": dossier.person_facts(case), "family": dossier.family(case, service.member_form),
        "answers": dossier.answers(service.form, case.form, case.sealed, case=case),
        "warnings": warnings(case) if isinstance(step, declare.Deciding) else [],
    }  # fmt: skip


def _confirmation(
    request: HttpRequest, case: Case, step: declare.Step, made: Bench, by: Actor
) -> HttpResponse | None:
    """The page that says what a decision will carry out; nothing is decided yet."""
    if (
        not isinstance(step, declare.Deciding)
        or "confirm" in request.POST
        or request.POST.get("deed") != "take"
    ):
        return None
    sheet = made.sheets[0]
    answers = posted.read_form(sheet.form, request.POST, sheet.prefix)
    if posted.changes_rows(request.POST):
        return None
    sheet.values, sheet.typed = answers, True
    sheet.key = request.POST.get("key", "")[:64] or sheet.key
    try:
        outcome = outcome_of(step.outcomes, answers)
        if outcome.then == "return":
            return None
        facts = _will_be(case, outcome, str(answers.get(REASON, "")))
    except Refused as error:
        sheet.refused(error)
        task = case.tasks.get(step=step.code, state=Task.State.OPEN)
        return render(
            request, "desk/cases/task_deciding.html", _shown(case, task, step, made, by), status=400
        )
    return render(request, "ui/confirm.html", {
        "title": f"确认作出决定：{outcome.label}", "facts": facts, "hidden": _hidden(request, sheet),
        "text": "请核对下列内容。确认后立即生成决定书并执行。", "danger": outcome.then == "refuse",
        "warning": "决定作出后内容即固定，不能修改；确有错误的，须依法变更或撤销。",
        "confirm_label": f"确认：{outcome.label}", "back_url": request.path,
    })  # fmt: skip


def _will_be(case: Case, outcome: declare.Outcome, reason: str) -> list[tuple[str, Any]]:
    """The decision as it would be made now; Refused with the reason where it could not be."""
    if outcome.needs_reason and not reason:
        raise Refused("reason_needed", f"选择“{outcome.label}”时请写明理由。", field="reason")
    found = findings.today(case)
    if "said" not in found:
        raise Refused("not_determined", f"现在还不能作出决定：{found['problem']}")
    said = found["said"]
    granted = outcome.then == "grant"
    if said.eligible.outcome != ("met" if granted else "not_met"):
        because = said.eligible.because or "事实还不完整"
        raise Refused(
            "contradicts",
            f"按法规测算的结论与所选结果不一致，不能“{outcome.label}”：{because}。",
            field="outcome",
        )
    service = catalogue.current().service_of(case).item
    try:
        payload = dict(service.payload(case, said, on=clock.today(), granted=granted))
    except MinzhengError as error:
        raise Refused("payload", error.message) from None
    people = "、".join(one.person.name for one in case.members.filter(counted=True).select_related("person"))
    items: list[tuple[str, Any]] = [
        ("申请人", case.applicant.name),
        ("决定", outcome.label),
    ]
    items += dossier.carried_out(payload)
    items += [("共同生活成员", people)] if granted else []
    items.append(("认定", said.eligible.because))
    return [*items, ("理由", reason)] if reason else items


def _hidden(request: HttpRequest, sheet: Sheet) -> list[tuple[str, str]]:
    """What was filled in, carried over to the page of confirmation."""
    kept = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    return [(n, v) for n, v in kept if n.startswith(sheet.prefix) or n in ("deed", "key", "version")]
