"""Steps: my work list, taking a step, and what verification and publicity need besides."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest
from ninja import Router

from minzheng.kernel.casework import accepting, queries, taking, verifying
from minzheng.kernel.casework import posting as publicity
from minzheng.kernel.casework.models import Task
from minzheng.kernel.errors import Refused
from minzheng.kernel.exchange.models import Verification

from . import shapes, shown
from .door import actor, key_of, version_of
from .shapes import Id, Limit

__all__ = ["router"]

router = Router(tags=["办理"])


@router.get("", summary="我的待办")
def list_tasks(request: HttpRequest, after: str = "", limit: Limit = 30) -> dict[str, Any]:
    """Open steps for the caller's posts, the most urgent first."""
    found = queries.work_list(actor(request)).order_by(F("due_on").asc(nulls_last=True), "id")
    found = found.filter(_beyond(after)) if after else found
    rows = list(found[: limit + 1])
    more = len(rows) > limit
    return {"items": shown.tasks(rows[:limit]), "next": _key(rows[limit - 1]) if more else None}


def _key(task: Task) -> str:
    return f"{task.due_on or ''}_{task.pk}"


def _beyond(after: str) -> Q:
    day, _, last = after.partition("_")
    try:
        due, pk = (date.fromisoformat(day) if day else None), int(last)
    except ValueError:
        raise Refused("page_key", "翻页标记不完整，请从第一页重新查询。", field="after") from None
    if due is None:
        return Q(due_on=None, pk__gt=pk)
    return Q(due_on__gt=due) | Q(due_on=None) | Q(due_on=due, pk__gt=pk)


@router.post("/{task_id}", summary="办理环节")
def take_task(request: HttpRequest, task_id: Id, told: shapes.Taken) -> dict[str, Any]:
    """Do a step: its outcome, its evidence, a reason where one is due."""
    case = taking.take(
        task_id, outcome=told.outcome, evidence=told.evidence, reason=told.reason, partners=told.partners,
        by=actor(request), version=version_of(request, told.version), key=key_of(request),
    )  # fmt: skip
    return shown.brief(case)


@router.post("/{task_id}/correction", summary="一次性补正告知")
def ask_correction(request: HttpRequest, task_id: Id, told: shapes.Missing) -> dict[str, Any]:
    """Tell the applicant everything that is missing, once."""
    version, key = version_of(request, told.version), key_of(request)
    return shown.brief(
        accepting.ask_correction(task_id, items=told.items, by=actor(request), version=version, key=key)
    )


@router.post("/{task_id}/verification", summary="发起核对")
def begin_verification(request: HttpRequest, task_id: Id) -> dict[str, Any]:
    """Open the check for every member."""
    return _checked(verifying.begin(task_id, by=actor(request), key=key_of(request)))


@router.post("/{task_id}/verification/ask", summary="查询各部门")
def ask_departments(request: HttpRequest, task_id: Id) -> dict[str, Any]:
    """Ask every source that has not yet answered."""
    return _checked(verifying.ask(task_id, by=actor(request)))


@router.post("/{task_id}/verification/report", summary="出具核对报告")
def report_verification(request: HttpRequest, task_id: Id) -> dict[str, Any]:
    """Issue the report."""
    return _checked(verifying.report(task_id, by=actor(request), key=key_of(request)))


def _checked(one: Verification) -> dict[str, Any]:
    return {
        "id": one.pk, "case": one.case_id, "state": one.state, "state_label": one.get_state_display(),
        "round": one.round, "conclusion": one.conclusion, "valid_until": one.valid_until,
    }  # fmt: skip


@router.post("/{task_id}/differences/{difference_id}", summary="认定核对差异")
def settle_difference(
    request: HttpRequest, task_id: Id, difference_id: Id, told: shapes.Settled
) -> dict[str, Any]:
    """Accept an explanation, or let the source's figure stand."""
    found = verifying.decide_difference(
        task_id, difference_id, accept=told.accept, reason=told.reason, by=actor(request), key=key_of(request)
    )
    return {"id": found.pk, "state": found.state, "settled": found.settled}


@router.post("/{task_id}/notice", summary="张贴公示")
def post_notice(request: HttpRequest, task_id: Id, told: shapes.Posted) -> dict[str, Any]:
    """Post the notice in the village."""
    notice = publicity.post_notice(task_id, place=told.place, by=actor(request), key=key_of(request))
    return {"id": notice.pk, "posted_on": notice.posted_on, "last_day": notice.last_day}
