"""One check of a household's means: where each figure comes from, whether it is what was received, what is disputed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from minzheng.desk.cases import checking
from minzheng.desk.frame import header, staff
from minzheng.desk.reveals.links import to_field
from minzheng.desk.sheets import handled
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case
from minzheng.kernel.casework.queries import visible
from minzheng.kernel.errors import NotFound
from minzheng.kernel.exchange import answers, proof, queries
from minzheng.kernel.exchange.models import Discrepancy, Query, Verification
from minzheng.kernel.exchange.revealed import TARGET
from minzheng.kernel.exchange.standing import may_check
from minzheng.ui.shown import badge, cn_date, cn_datetime
from minzheng.ui.tables import Head, Row

from .check_deeds import deeds, step_of
from .checks import CHECKS
from .rechecks import ROOM
from .words import why

__all__ = ["check"]

_PROOFS = {"intact": "good", "altered": "bad", "misplaced": "bad", "unproved": "unknown"}
Proofs = Mapping[int, proof.Proof]


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, check_id: int) -> HttpResponse:
    """The page and its deeds; looking at it is kept in the audit."""
    by = staff(request)
    one = queries.check_of(check_id, by=by)
    case = visible(by).select_related("applicant").filter(pk=one.case_id).first()
    if case is None and not may_check(by, path=one.path):
        raise NotFound("check_missing", "没有这次核对，或不在您的管辖范围内。请返回列表重新选择。")
    step = step_of(case)
    sheets = [] if step else deeds(one, by)
    done, status = handled(request, sheets, by=by, about=one, case_id=one.case_id, read="exchange.read_check")
    if done:
        return redirect(f"{CHECKS[1]}{one.pk}/")
    return render(request, "desk/exchange/check.html", _shown(request, one, case, by) | {
        "sheets": {sheet.code: sheet for sheet in sheets}, "step": step, "upheld": _upheld(one, step, case),
        "differences": [
            (each, [s for s in sheets if s.code in (f"explain{each['id']}", f"decide{each['id']}")])
            for each in checking.differences(one, by)
        ],
    }, status=status)  # fmt: skip


def _upheld(one: Verification, step: str, case: Case | None) -> str:
    """Where a benefit is looked at anew, once a difference was found to stand after it had been granted."""
    if step or case is None or case.state != Case.State.GRANTED:
        return ""
    stands = one.discrepancies.filter(state=Discrepancy.State.UPHELD).exists()
    return f"/desk/cases/{case.pk}/" if stands else ""


def _shown(request: HttpRequest, one: Verification, case: Case | None, by: Actor) -> dict[str, Any]:
    at = _round(request, one)
    asked = list(queries.query_log(one.case_id, by=by).filter(verification=one, round=at))
    proofs = proof.of_answers(asked)
    names = [name for _, name in sorted({(q.person_id, q.person.name) for q in asked})]
    lead = f"{name_of(one.path)}，{one.requester_name}{cn_datetime(one.requested_at)}发起"
    told = checking.report(one, by)
    return {
        **header("、".join(names) + "的核对", crumbs=[ROOM, CHECKS], lead=lead, badge=_state(one),
                 actions=_to_case(case)),
        "check": told, "facts": told["items"][:-1], "columns": checking.COMPARISON_COLUMNS, "one": one,
        "proved": _proved(one, asked, proofs, at), "sources": _sources(asked, proofs), "round": at,
        "rounds": [n for n in range(1, one.round + 1) if n != at],
    }  # fmt: skip


def _round(request: HttpRequest, one: Verification) -> int:
    """The latest round, or an earlier one whose answers are kept as evidence."""
    wanted = request.GET.get("round", "")
    return (
        int(wanted) if wanted.isdecimal() and len(wanted) < 4 and 0 < int(wanted) < one.round else one.round
    )


def _state(one: Verification) -> str:
    disputed = one.state in (Verification.State.OBJECTED, Verification.State.RECHECKING)
    return badge(one.get_state_display(), "warn" if disputed else "neutral")


def _to_case(case: Case | None) -> list[dict[str, Any]]:
    return [{"url": f"/desk/cases/{case.pk}/", "label": "查看办件", "icon": "file-text"}] if case else []


def _proved(one: Verification, asked: Sequence[Query], proofs: Proofs, at: int) -> dict[str, Any]:
    """What the comparisons have shown, first in one sentence, then part by part."""
    wrong = [each for each in proofs.values() if each is not proof.Proof.INTACT]
    rows = [("各部门答复", _badge(wrong[0]) if wrong else badge(f"{len(proofs)} 条全部与原文一致", "good"))]
    if not proofs:
        rows = [("各部门答复", "还没有答复")]
    if one.report_sha and one.report and one.report["round"] == at:
        told = proof.of_report(one, asked)
        rows += [
            ("报告内容", _badge(told.words, "与签发时的摘要一致")),
            ("报告所列答复", _badge(told.answers, "与留存的答复一致")),
            ("审计记录", _badge(told.audit, "与审计记录一致", "没有可比的审计记录")),
            ("报告摘要（SM3）", format_html('<span class="mz-code mz-hash">{}</span>', one.report_sha)),
        ]  # fmt: skip
        wrong += [each for each in (told.words, told.answers) if each is not proof.Proof.INTACT]
    return {"rows": rows, "wrong": bool(wrong), "any": bool(proofs)}


def _badge(found: proof.Proof, good: str = "", unproved: str = "") -> str:
    words = {"intact": good, "unproved": unproved}.get(found.value, "") or found.label
    return badge(words, _PROOFS[found.value])


def _sources(asked: Sequence[Query], proofs: Proofs) -> list[dict[str, Any]]:
    """Each source with what it said of each member."""
    grouped: dict[str, list[Query]] = {}
    for one in asked:
        grouped.setdefault(one.source, []).append(one)
    return [
        {
            "label": rows[0].of.label, "department": rows[0].of.department, "said": _summary(rows),
            "people": [_person(one, proofs) for one in rows],
        }
        for rows in grouped.values()
    ]  # fmt: skip


def _summary(rows: Sequence[Query]) -> str:
    found = sum(1 for one in rows if (one.body or {}).get("found"))
    silent = sum(1 for one in rows if one.state != Query.State.ANSWERED)
    words = f"{found} 人有记录" if found else "无记录" if silent < len(rows) else "情况未知"
    return words + (f"，{silent} 人未返回" if silent and silent < len(rows) else "")


def _person(one: Query, proofs: Proofs) -> dict[str, Any]:
    """One answer: what it says line by line, and the evidence for it."""
    proved = proofs.get(one.pk)
    # What is not the answer to this question is not read out as if it were.
    body = one.body if proved is proof.Proof.INTACT else None
    rows = [] if body is None else answers.rows_of(body)
    said = (
        "无记录"
        if body is not None
        else "留存的内容与收到时不一致，不予显示"
        if proved
        else "没有返回，按“未知”处理"
    )
    evidence: list[tuple[str, Any]] = [
        ("查询", f"{cn_datetime(one.asked_at)}，{one.asked_by}" if one.asked_at else "没有查询"),
        ("查询编号", format_html('<span class="mz-code">{}</span>', one.request_id)),
    ]  # fmt: skip
    if proved is None:
        evidence += [("原因", why(one.error)), ("未返回的处理", one.get_policy_display())]
    else:
        evidence += _received(one, proved)
    return {
        "name": one.person.name, "words": "" if rows else said, "evidence": [pair for pair in evidence if pair[1]],
        "columns": [Head(field.label) for field in one.of.fields],
        "rows": [Row([answers.in_words(field, row[field.name]) for field in one.of.fields]) for row in rows],
        "raw": to_field(TARGET, str(one.verification_id), f"raw-{one.pk}") if proved else "",
    }  # fmt: skip


def _received(one: Query, proved: proof.Proof) -> list[tuple[str, Any]]:
    taken = "本次未返回，沿用有效期内的上次结果" if one.taken_from_id is not None else ""
    return [
        ("返回", cn_datetime(one.answered_at)),
        ("数据截至", cn_date(one.as_of)), ("有效期至（不含）", cn_date(one.valid_until)),
        ("说明", taken), ("原文摘要（SM3）", format_html('<span class="mz-code mz-hash">{}</span>', one.raw_sha)),
        ("比对", badge(proved.label, _PROOFS[proved.value])),
    ]  # fmt: skip
