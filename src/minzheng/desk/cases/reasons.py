"""The page of one determination: what was decided step by step, from which facts and values, and what would change it.

A decision is shown exactly as it was kept, whatever the rules say by now; before one, the law of today is applied.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from minzheng.desk import frame
from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.casework.models import Case, Decision
from minzheng.kernel.casework.queries import case_for
from minzheng.kernel.errors import MinzhengError, NotFound
from minzheng.kernel.law import Facts
from minzheng.kernel.law.changes import Turn
from minzheng.ui.reasoning import STANDARD_COLUMNS, Reasons, by_name
from minzheng.ui.shown import cn_date

from . import findings
from .assuming import Assumed, asked
from .case_page import case_title

__all__ = ["reasons_page"]

MOST_TURNS = 8  # named at first sight; the rest are folded


def reasons_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """Why; and what if.  A post asks, nothing is stored but that the page was looked at."""
    by = frame.staff(request)
    case = case_for(case_id, by)
    if case.state == Case.State.DRAFT:
        return redirect(f"/desk/cases/{case.pk}/draft/")
    audit.read("casework.read_reasons", by=by, about=case, path=case.path)
    decision = _chosen(case, request.GET.get("decision", ""))
    facts = catalogue.current().service_of(case).item.facts(case)
    shown = _determined(case, decision, facts, whole="print" in request.GET)
    shown |= _assumed(case, facts, request) if "print" not in request.GET else {}
    status = 400 if shown.get("wrong") else 200
    return render(request, "desk/cases/reasons.html", _head(case, decision) | shown, status=status)


def _chosen(case: Case, wanted: str) -> Decision | None:
    """The decision asked for; else the latest of a closed case, else none: the law of today is applied."""
    decisions = case.decisions.order_by("-id")
    if wanted == "today":
        return None
    if wanted:
        found = decisions.filter(pk=int(wanted)).first() if wanted.isdigit() and len(wanted) < 18 else None
        if found is None:
            raise NotFound("decision_not_found", "这件办件没有这份决定。")
        return found
    return decisions.first() if case.state in (Case.State.GRANTED, Case.State.REFUSED) else None


def _head(case: Case, decision: Decision | None) -> dict[str, Any]:
    address = f"/desk/cases/{case.pk}/reasons/"
    query = f"decision={decision.pk if decision else 'today'}"
    actions = [{"label": "打印版", "url": f"{address}?{query}&print=1", "icon": "printer", "kind": "quiet"}]
    head = frame.header(
        "依据与计算", crumbs=[("办件", "/desk/cases/"), (case_title(case), f"/desk/cases/{case.pk}/")],
        lead=f"办件编号 {case.number or '—'}", actions=actions,
    )  # fmt: skip
    others = [("today", "按今天的法规和现有事实", decision is None)] if case.closed_at is None else []
    others += [
        (
            str(one.pk),
            f"{one.on.isoformat()} {one.get_kind_display()}",
            decision is not None and one.pk == decision.pk,
        )
        for one in case.decisions.order_by("-id")
    ]
    return head | {
        "case": case,
        "decision": decision,
        "per": findings.per_of(case),
        "editions": others if len(others) > 1 else [],
    }


def _determined(case: Case, decision: Decision | None, facts: Facts, *, whole: bool) -> dict[str, Any]:
    """The tree and the values it rests on, from what a decision keeps or would keep."""
    try:
        kept = decision.determination if decision else _today(case, facts)
    except MinzhengError as error:
        return {"problem": error.message}
    reasons = Reasons(kept, names=facts.names, whole=whole)
    day = cn_date(decision.on) if decision else f"{cn_date(clock.today())}（尚未作出决定）"
    return {
        "kept": kept, "reasons": reasons.drawn(), "failed": reasons.failed_first(), "whole": whole,
        "standards": reasons.standards(), "other_standards": reasons.other_standards(),
        "standard_columns": STANDARD_COLUMNS,
        "summary": [
            ("适用日期", day), ("法规版本", decision.rule_set if decision else kept["rule_set"]),
            ("参数指纹", kept.get("parameters_digest", "")[:16]),
        ],
        "said": reasons.said(kept["eligible"]["because"]),
    }  # fmt: skip


def _today(case: Case, facts: Facts) -> dict[str, Any]:
    """What a decision of today would keep."""
    book = catalogue.current()
    service = book.service_of(case).item
    return service.determine(facts, book.parameters(), path=case.path, on=clock.today()).to_json()


def _assumed(case: Case, facts: Facts, request: HttpRequest) -> dict[str, Any]:
    """What single facts would turn, and the form that asks about others."""
    try:
        form = asked(case, facts)
        if form is None:
            return {}
        turning = form.turning()
    except MinzhengError:
        return {}
    shown: dict[str, Any] = {"assumed": form, "turning": turning, **_turns(form, turning.turns)}
    if request.method == "POST":
        shown["answer"] = form.answered(request.POST)
        shown["wrong"] = shown["answer"] is None
    return shown


def _turns(form: Assumed, turns: Sequence[Turn]) -> dict[str, Any]:
    said = [(by_name(one.says, form.facts.names), one.now) for one in turns]
    return {"turns": said[:MOST_TURNS], "more_turns": said[MOST_TURNS:]}
