"""The page of one case: facts and evidence, findings with articles, what is next and for whom, what was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html

from minzheng.desk import frame
from minzheng.desk.lights import Lights, due_in_words
from minzheng.desk.plans.document import sections
from minzheng.desk.sheets import Sheet, handled, limited
from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework import filing
from minzheng.kernel.casework.authority import why_not
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.casework.opening import role_of
from minzheng.kernel.casework.queries import NextStep, around, case_told, next_steps, warnings, with_file
from minzheng.kernel.documents.checks import size_in_words
from minzheng.kernel.documents.limits import upload_limit
from minzheng.kernel.exchange import queries as exchange
from minzheng.kernel.exchange.models import Verification
from minzheng.ui.shown import badge, cn_date, cn_datetime

from . import case_deeds, checking, comparing, dossier, findings, history
from .search import KINDS
from .words import service_label

__all__ = ["case_page", "case_title"]

_WAITING = {
    Case.State.PAUSED: "办理已中止，期限暂停计算。", Case.State.NOT_ACCEPTED: "已作出不予受理决定。",
    Case.State.WITHDRAWN: "申请已撤回。", Case.State.GRANTED: "已办结。", Case.State.REFUSED: "已办结。",
}  # fmt: skip


@limited
def case_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case; looking at it is kept in the audit."""
    by = frame.staff(request)
    case = case_told(case_id, by)
    if case.state == Case.State.DRAFT:
        return redirect(f"/desk/cases/{case.pk}/draft/")
    with_file(case)
    verification = checking.latest(case, by)
    letters = list(exchange.consent_log(case.pk, by=by))
    sheets = case_deeds.sheets(case, by, verification, letters)
    done, status = handled(request, sheets, by=by, about=case, case_id=case.pk, read="casework.read_case")
    if done:
        return redirect(f"/desk/cases/{case.pk}/")
    shown = _shown(case, by, sheets, verification) | {"consents": dossier.consents(letters)}
    return render(request, "desk/cases/case.html", shown, status=status)


def case_title(case: Case) -> str:
    """What the page and its way back are called."""
    return f"{case.applicant.name} · {service_label(case.service)}"


_HALTED = badge("期限暂停计算", "warn")
_COLUMNS = {
    "answer_columns": checking.ANSWER_COLUMNS, "comparison_columns": checking.COMPARISON_COLUMNS,
    "consent_columns": checking.CONSENT_COLUMNS,
}  # fmt: skip


def _shown(
    case: Case, by: Actor, sheets: Sequence[Sheet], verification: Verification | None
) -> dict[str, Any]:
    declared = catalogue.current().service_of(case)
    service = declared.item
    head = frame.header(
        case_title(case), crumbs=[("办件", "/desk/cases/")],
        lead=f"办件编号 {case.number or '—'}", badge=badge(case.get_state_display(), KINDS[case.state]),
    )  # fmt: skip
    differences = checking.differences(verification, by) if verification else []
    near = around(case, by)
    return head | {
        "case": case, "light": _whole_light(case),
        "warnings": warnings(case) if case.closed_at is None else [], "steps": history.progress(case, service),
        "next": [_next(one, case, declared, by) for one in next_steps(case, by)],
        "waiting": _WAITING.get(Case.State(case.state), ""), "upload_limit": upload_words(case),
        "facts": [*dossier.facts(case, declared), *_carries(case, by)], "person": dossier.person_facts(case),
        "answers": dossier.answers(service.form, case.form, case.sealed, case=case),
        "rows": dossier.asked_rows(service.form, case.form), "family": dossier.family(case, service.member_form),
        "evidence": _evidence(case, service), "found": findings.found(case),
        "check": checking.report(verification, by) if verification else None,
        "compared": comparing.with_last(case, service, near), "differences": differences,
        "papers": dossier.papers(case, by), "decisions": dossier.decisions(case),
        **_asides(case),
        "forms": [(code, label) for code, (label, _) in filing.KINDS.items()], "forms_key": uuid4().hex,
        "correction": getattr(case, "correction", None), "related": _related(case, near),
        "events": history.events(case), "sheets": {one.code: one for one in sheets},
        "explaining": [(one, _sheet(sheets, f"explain{one['id']}")) for one in differences],
        "mine_to_correct": case.state == Case.State.CORRECTING and case.created_by == by.id, **_COLUMNS,
    }  # fmt: skip


def _asides(case: Case) -> dict[str, Any]:
    """Objections and suspensions, read only where the case has any."""
    return {
        "objections": list(case.objections.order_by("id")) if case.objected else [],
        "pauses": list(case.pauses.order_by("id")) if case.halted else [],
    }


def _carries(case: Case, by: Actor) -> list[tuple[str, Any]]:
    """The sections of the plan that the service carries out."""
    found = sections(case.service, by)
    return [("落实规划", found)] if found else []


def upload_words(case: Case) -> str:
    """How large a paper may be, in words."""
    return size_in_words(upload_limit(path=case.path, on=clock.today()))


def _sheet(sheets: Sequence[Sheet], code: str) -> Sheet | None:
    return next((one for one in sheets if one.code == code), None)


def _whole_light(case: Case) -> dict[str, Any] | None:
    """The light of the whole case, while it runs."""
    if case.due_on is None or case.accepted_on is None:
        return None
    due = due_in_words(case.due_on, provisional=case.due_provisional)
    if case.closed_at or case.state in (Case.State.GRANTED, Case.State.REFUSED):
        return {"due": due, "badge": ""}
    if case.state == Case.State.PAUSED:
        return {"due": due, "badge": _HALTED}
    return {"due": due, "badge": Lights().of(case.due_on, case.accepted_on, case.path).badge()}


def _next(
    one: NextStep, case: Case, declared: catalogue.Declared[declare.Service], by: Actor
) -> dict[str, Any]:
    """An open step: the way in for whoever may, for others who has it and until when."""
    task, step = one.task, one.step
    role = role_of(case, declared, step)
    shown = Lights().of(task.due_on, task.opened_at, case.path)
    held = by.post_for(task.role, path=case.path) is not None
    return {
        "label": step.label, "mine": one.mine, "url": f"/desk/cases/{case.pk}/tasks/{task.pk}/",
        "hint": step.hint, "urged": _urged(task),
        "badge": _HALTED if case.state == Case.State.PAUSED else shown.badge(),
        "due": due_in_words(task.due_on, provisional=task.due_provisional),
        "who": f"{role.at.label}·{role.label}", "why_not": why_not(case, declared, step, by) if held else "",
        "together": step.together, "basis": str(step.basis) if step.basis else "",
    }  # fmt: skip


def _urged(task: Task) -> str:
    """That a higher level has pressed for it, how often, when last and for what; and what was said to that."""
    if task.urged_at is None:
        return ""
    said = f"{task.urged_by_name}已催办 {task.urged_times} 次，最近 {cn_datetime(task.urged_at)}：{task.urged_text}"
    if task.urge_answer:
        said += (
            f"　{task.urge_answered_by_name} {cn_datetime(task.urge_answered_at)} 答复：{task.urge_answer}"
        )
    return said


def _evidence(case: Case, service: declare.Service) -> list[dict[str, Any]]:
    """What each done step has left: form, opinion, who did it together."""
    steps = {step.code: step for step in service.steps}
    over = [one for one in case.tasks.all() if one.state in (Task.State.DONE, Task.State.CARRIED)]
    done = sorted(over, key=lambda one: (one.done_at is None, one.done_at, one.pk))
    found = []
    for task in done:
        step = steps.get(task.step)
        if step is None or not (task.evidence or task.reason):
            continue
        plain = task.evidence if step.evidence else {}
        items = dossier.answers(step.evidence, plain, {}) if step.evidence else []
        items += [("意见", task.reason)] if task.reason else []
        photos = _photos(step, plain)
        found.append({
            "label": step.label,
            "outcome": next((o.label for o in step.outcomes if o.code == task.outcome), "已告知补正"),
            "by": task.done_by_name, "on": cn_date(task.done_at), "items": [i for i in items if i[0] not in photos],
            "tables": dossier.asked_rows(step.evidence, plain) if step.evidence else [], "photos": photos,
            "round": task.round, "sha": task.evidence_sha[:16], "partners": len(task.partners),
        })  # fmt: skip
    return [one for one in found if one["items"] or one["tables"] or one["photos"]]


def _photos(step: declare.Step, plain: dict[str, Any]) -> dict[str, str]:
    """Pictures among the evidence, as links."""
    fields = step.evidence.fields if step.evidence else ()
    return {
        one.label: format_html('<a href="/desk/documents/{}/" data-preview>查看照片</a>', plain[one.code])
        for one in fields if one.kind == "photo" and plain.get(one.code)
    }  # fmt: skip


def _related(case: Case, near: Sequence[Case]) -> list[tuple[str, str, str, str]]:
    """The case it came from and those that came of it, as far as the actor may see them."""
    found = [("来源办件", one) for one in near if one.pk == case.origin_id]
    found += [("后续办件", one) for one in reversed(near) if one.origin_id == case.pk]
    return [
        (word, service_label(one.service), one.get_state_display(), f"/desk/cases/{one.pk}/") for word, one in found
    ]  # fmt: skip
