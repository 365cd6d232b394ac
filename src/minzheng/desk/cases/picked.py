"""Rows ticked on a work list, and what is done to all of them: each for itself, each told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from minzheng.desk import frame
from minzheng.desk.paging import SIZE
from minzheng.kernel import catalogue
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.claiming import claim, colleagues, hand_over, let_go
from minzheng.kernel.casework.models import Task
from minzheng.kernel.casework.queries import work_list
from minzheng.kernel.casework.supervising import below
from minzheng.kernel.casework.taking import take
from minzheng.kernel.casework.urging import urge
from minzheng.kernel.clock import today
from minzheng.kernel.errors import MinzhengError, Refused
from minzheng.kernel.people.masks import mask_name
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .words import service_label, step_label

__all__ = ["bulk", "choices", "tick"]

_COLUMNS = (Head("申请人"), Head("事项"), Head("环节"), Head("结果"), Head("办件编号"))
Deed = Callable[[Task], Any]


def tick(task: Task) -> SafeString:
    """The box that picks a row; it belongs to the form beneath the list."""
    label = f"选择{mask_name(task.case.applicant.name)}的{step_label(task)}"
    return format_html(
        '<input class="mz-tick" type="checkbox" name="task" value="{}" form="bulk" aria-label="{}" data-pick>',
        task.pk,
        label,
    )


def choices(tasks: Sequence[Task], by: Actor) -> dict[str, Any]:
    """What may be done to several rows of this page: claim, let go, hand over, and what steps declare safe."""
    safe = {}
    for task in tasks:
        step = catalogue.current().step_of(task.case, task.step)
        if step.bulk:
            outcome = next(one for one in step.outcomes if one.code == step.bulk)
            safe[f"{step.code}:{outcome.code}"] = f"{step.label}：{outcome.label}"
    return {"safe": list(safe.items()), "colleagues": colleagues(by), "key": uuid4().hex} if tasks else {}


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Carry it out row by row; one that is refused stops none of the others."""
    by = frame.staff(request)
    key = request.POST.get("key", "")[:32]
    numbers = [int(one) for one in request.POST.getlist("task") if one.isdigit() and len(one) < 19][:SIZE]
    deed = _deed(request.POST, by, key)
    urged = request.POST.get("do") == "urge"
    rows = below(by, on=today()) if urged else work_list(by)
    found = rows.filter(pk__in=numbers).in_bulk()
    told = [(found[pk], *_done(deed, found[pk])) for pk in numbers if pk in found]
    good = sum(fine for _, fine, _ in told)
    back = ("督办", "/desk/overdue/") if urged else ("我的任务", "/desk/")
    lead = f"选中 {len(numbers)} 件，办成 {good} 件。" if numbers else "没有选中任何任务。请返回勾选。"
    if gone := len(numbers) - len(told):
        lead += f"另有 {gone} 件已由他人办理，或不在您的任务中。"
    head = frame.header("批量办理结果", crumbs=[back], lead=lead)
    return render(request, "desk/cases/bulk.html", head | {
        "columns": _COLUMNS, "rows": list(_rows(told)), "back": back[1],
    })  # fmt: skip


def _rows(told: Iterable[tuple[Task, bool, str]]) -> Iterable[Row]:
    for task, fine, said in told:
        cells = [
            mask_name(task.case.applicant.name), service_label(task.case.service), step_label(task),
            format_html("{} {}", badge("完成", "good") if fine else badge("没有办成", "bad"), said), task.case.number,
        ]  # fmt: skip
        yield Row(cells, url=f"/desk/cases/{task.case_id}/")


def _deed(given: Mapping[str, Any], by: Actor, key: str) -> Deed:
    """What was asked for all the rows."""
    what = str(given.get("do", ""))
    if what == "claim":
        return lambda task: claim(task.pk, by=by, key=f"{key}{task.pk}")
    if what == "let_go":
        return lambda task: let_go(task.pk, by=by, key=f"{key}{task.pk}")
    if what == "hand_over":
        to = str(given.get("to", ""))
        if not to.isdigit():
            raise Refused("no_such_colleague", "请选择交办给哪位同事。", field="to")
        return lambda task: hand_over(task.pk, to=int(to), by=by, key=f"{key}{task.pk}")
    if what == "urge":
        return lambda task: urge(task.pk, text=str(given.get("text", "")), by=by, key=f"{key}{task.pk}")
    return lambda task: _take(task, what, by, key)


def _take(task: Task, what: str, by: Actor, key: str) -> None:
    """Only the outcome that the step itself declares safe for many."""
    step = catalogue.current().step_of(task.case, task.step)
    if not step.bulk or what != f"{step.code}:{step.bulk}":
        raise Refused("not_for_many", f"“{step.label}”须逐件办理，不能批量办理。")
    take(task.pk, outcome=step.bulk, by=by, key=f"{key}{task.pk}")


def _done(deed: Deed, task: Task) -> tuple[bool, str]:
    try:
        deed(task)
    except MinzhengError as error:
        return False, error.message
    return True, ""
