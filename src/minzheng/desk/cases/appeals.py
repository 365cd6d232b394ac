"""行政复议 at the desk of the reviewing body: examine, accept or reject, decide."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from minzheng.desk import frame
from minzheng.desk.lights import Lights
from minzheng.desk.paging import capped, latest_first
from minzheng.desk.sheets import Sent, Sheet, handled
from minzheng.kernel import catalogue
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework import appealing
from minzheng.kernel.casework.models import Appeal, Case
from minzheng.kernel.casework.queries import visible
from minzheng.kernel.declare.forms import Choice, Form, Text
from minzheng.kernel.errors import NotFound
from minzheng.kernel.people.masks import mask_name
from minzheng.ui.shown import badge, cn_date, cn_datetime
from minzheng.ui.tables import Head, Row

from . import dossier, findings
from .words import service_label

__all__ = ["appeal_page", "appeals"]

COLUMNS = (
    Head("申请人"),
    Head("事项"),
    Head("被复议的决定"),
    Head("状态"),
    Head("时限"),
    Head("提出时间", "instant"),
)
EXAMINE = Form(
    "examine", "审查",
    (
        Choice("accepted", "审查结果", options={"yes": "受理", "no": "不予受理"}),
        Text("opinion", "说明", required=False, longest=2000, lines=3, help="不予受理的必填。"),
    ),
)  # fmt: skip
DECIDE = Form(
    "decide", "作出决定",
    (
        Choice("result", "复议结果", options=dict(Appeal.Result.choices)),
        Text("opinion", "复议意见", longest=2000, lines=5),
    ),
)  # fmt: skip
_KINDS = {"filed": "warn", "accepted": "info", "rejected": "neutral", "decided": "good"}
_RUNNING = (Appeal.State.FILED, Appeal.State.ACCEPTED)


def _within(by: Actor) -> QuerySet[Appeal]:
    """Appeals against decisions the actor may see."""
    cases = visible(by).exclude(state=Case.State.DRAFT)
    return Appeal.objects.filter(decision__case__in=cases).select_related("decision__case__applicant")


def appeals(request: HttpRequest) -> HttpResponse:
    """The appeals in the actor's place, the latest first."""
    by = frame.staff(request)
    open_only = request.GET.get("state", "") != "all"
    rows = _within(by).filter(Q(state__in=_RUNNING) if open_only else Q())
    page, lights = latest_first(rows, request), Lights()
    return render(
        request,
        "desk/cases/appeals.html",
        frame.header("行政复议", lead="先审查是否受理，受理后在期限内作出决定。")
        | {
            "columns": COLUMNS,
            "page": page,
            "count": capped(rows),
            "open_only": open_only,
            "rows": [_row(one, lights) for one in page.rows],
        },
    )


def _row(one: Appeal, lights: Lights) -> Row:
    case = one.decision.case
    due = {Appeal.State.FILED: one.examine_by, Appeal.State.ACCEPTED: one.decide_by}.get(
        Appeal.State(one.state)
    )
    light = lights.of(due, one.filed_at, case.path).badge() if due else "—"
    state = badge(one.get_state_display(), _KINDS[one.state])
    cells = [
        mask_name(case.applicant.name),
        service_label(case.service),
        one.decision.number,
        state,
        light,
        one.filed_at,
    ]
    return Row(cells, url=f"/desk/appeals/{one.pk}/")


def appeal_page(request: HttpRequest, appeal_id: int) -> HttpResponse:
    """One appeal with the decision it is against."""
    by = frame.staff(request)
    appeal = _within(by).filter(pk=appeal_id).first()
    if appeal is None:
        raise NotFound("appeal_not_found", "没有这件行政复议，或不在您的管辖范围内。")
    case = appeal.decision.case
    sheets = _sheets(appeal, case, by)
    done, status = handled(
        request, sheets, by=by, about=appeal, path=case.path, case_id=case.pk, read="casework.read_appeal"
    )
    if done:
        return redirect(f"/desk/appeals/{appeal.pk}/")
    state = badge(appeal.get_state_display(), _KINDS[appeal.state])
    head = frame.header(
        f"{case.applicant.name}的行政复议", crumbs=[("行政复议", "/desk/appeals/")], badge=state
    )
    return render(request, "desk/cases/appeal.html", head | {
        "appeal": appeal, "case": case, "sheets": sheets, "items": _items(appeal),
        "found": findings.of_decision(appeal.decision), "decided": dossier.carried_out(appeal.decision.payload),
    }, status=status)  # fmt: skip


def _items(appeal: Appeal) -> list[tuple[str, Any]]:
    made = appeal.decision
    items: list[tuple[str, Any]] = [
        ("被复议的决定", f"{made.get_kind_display()}（{made.number}，{cn_date(made.on)}）"),
        ("决定人", made.by_name),
        ("送达日期", cn_date(made.served_on) if made.served_on else "尚未送达"),
        ("提出时间", cn_datetime(appeal.filed_at)),
        ("审查期限", cn_date(appeal.examine_by)),
        ("决定期限", cn_date(appeal.decide_by) if appeal.decide_by else "受理后起算"),
    ]
    if appeal.result:
        items.append(("复议结果", appeal.get_result_display()))
    return [*items, ("复议意见", appeal.opinion)] if appeal.opinion else items


def _sheets(appeal: Appeal, case: Case, by: Actor) -> list[Sheet]:
    """Examine, then decide; only for the reviewing body of the service."""
    declared = catalogue.current().service_of(case)
    reviewer = declared.item.reviewed_by
    if reviewer is None or by.post_for(declared.role(reviewer), path=case.path) is None:
        return []

    def examine(sent: Sent) -> str:
        clean = EXAMINE.clean(sent.answers).plain
        accepted = clean["accepted"] == "yes"
        appealing.accept_appeal(
            appeal.pk, accepted=accepted, opinion=clean.get("opinion", ""), by=by, key=sent.key
        )
        return "已受理。" if accepted else "已作出不予受理决定。"

    def decide(sent: Sent) -> str:
        clean = DECIDE.clean(sent.answers).plain
        appealing.decide_appeal(
            appeal.pk, result=clean["result"], opinion=clean["opinion"], by=by, key=sent.key
        )
        return "行政复议决定已作出。"

    if appeal.state == Appeal.State.FILED:
        return [Sheet("examine", EXAMINE, examine, submit="提交审查结果")]
    if appeal.state == Appeal.State.ACCEPTED:
        return [Sheet("decide", DECIDE, decide, submit="作出复议决定", confirm="决定作出后不能修改。")]
    return []
