"""The report (核对报告): each answer with source, time, validity and hash; the differences; the conclusion.

A difference opens a window in which the household may explain before anything is refused (handbook 01 §8).
What is issued is frozen under its hash; what is decided afterwards stands beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Q

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.people.models import Person
from minzheng.kernel.signing import sm3

from . import answers
from .asking import locked
from .figures import Figure, Verdict, compared, figures
from .models import Discrepancy, Query, Verification
from .policies import needing_no_word
from .silence import refuse_if_held
from .standing import concerning, staff

__all__ = ["conclude", "document_of", "expire", "report", "report_hash"]

State = Verification.State
Conclusion = Verification.Conclusion


@verb("exchange.report", label="出具核对报告")
def report(
    *, verification: Verification, tolerance: Fraction, valid_until: date, explain_due: date, by: Actor
) -> Verification:
    """Compare and issue; a source that has not answered leaves its items, and the conclusion, unknown.

    ``valid_until`` is the first day on which it no longer holds, ``explain_due`` the last on which a
    difference may be explained: both, like the tolerance, from the dated parameters of the caller.
    """
    verification = locked(verification)
    concerning(verification, case_id=verification.case_id, path=verification.path, article=verification.basis)
    staff(by, path=verification.path)
    if verification.state not in {State.PARTIAL, State.COMPLETE, State.RECHECKING}:
        message = f"核对处于“{verification.get_state_display()}”，不能出具报告。请先向数据单位查询。"
        raise Refused("verification_not_answered", message, state=verification.state)
    if not 0 <= tolerance < 1 or valid_until <= clock.today() or explain_due < clock.today():
        raise Refused("report_terms", "容差、有效期或者说明期限的参数不对。请检查“标准与参数”后再出具报告。")
    refuse_if_held(verification)
    free = needing_no_word(verification.path)
    lines = [(figure, compared(figure, tolerance=tolerance, free=free)) for figure in figures(verification)]
    _write_discrepancies(verification, lines, explain_due=explain_due)
    verification.conclusion = conclude(verification)
    verification.reported_at, verification.valid_until = clock.now(), valid_until
    verification.state = State.REPORTED
    verification.report = _document(verification, lines, tolerance=tolerance)
    verification.report_sha = report_hash(verification.report)
    verification.save()
    note(after={"conclusion": verification.conclusion, "report": verification.report_sha})
    return verification


def report_hash(document: dict[str, Any]) -> str:
    """The SM3 of the report in canonical form."""
    return sm3(json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def _write_discrepancies(
    verification: Verification, lines: Sequence[tuple[Figure, Verdict]], *, explain_due: date
) -> None:
    """After a re-check a difference that is gone is cleared, one that changed is open again."""
    known = {(one.item, one.member_id): one for one in verification.discrepancies.select_for_update()}
    for figure, verdict in lines:
        if verdict is Verdict.EXCEEDS:
            before = known.pop((figure.item.name, figure.holder), None)
            _open(verification, figure, before=before, explain_due=explain_due)
    unknown = {(figure.item.name, figure.member) for figure, verdict in lines if verdict is Verdict.UNKNOWN}
    for (item, member), gone in known.items():
        if not {(item, None), (item, member)} & unknown:
            _clear(gone)


def _open(
    verification: Verification, figure: Figure, *, before: Discrepancy | None, explain_due: date
) -> None:
    found = int(figure.at_least)
    declared = None if figure.declared is None else int(figure.declared)
    if before is not None and before.found == found and before.state != Discrepancy.State.CLEARED:
        return
    row = before or Discrepancy(verification=verification, item=figure.item.name, member_id=figure.holder)
    row.path, row.source, row.declared, row.found = verification.path, figure.source.code, declared, found
    row.state, row.explain_due, row.settled = Discrepancy.State.OPEN, explain_due, None
    row.save()


def _clear(gone: Discrepancy) -> None:
    gone.state = Discrepancy.State.CLEARED
    gone.save(update_fields=["state"])


def conclude(verification: Verification) -> Conclusion:
    """A difference that stands exceeds; else a missing answer leaves it unknown; else it is within."""
    unsettled = Q(state__in=[Discrepancy.State.OPEN, Discrepancy.State.EXPLAINED, Discrepancy.State.UPHELD])
    if verification.discrepancies.filter(unsettled).exists():
        return Conclusion.EXCEEDS
    asked = verification.queries.filter(round=verification.round)
    if asked.exclude(state=Query.State.ANSWERED).exists():
        return Conclusion.UNKNOWN
    return Conclusion.WITHIN


def _document(
    verification: Verification, lines: Sequence[tuple[Figure, Verdict]], *, tolerance: Fraction
) -> dict[str, Any]:
    names = dict(Person.objects.filter(pk__in=verification.member_ids).values_list("pk", "name"))
    asked = list(verification.queries.filter(round=verification.round).order_by("id"))
    differences = verification.discrepancies.exclude(state=Discrepancy.State.CLEARED)
    kept = list(differences.order_by("id").values_list("pk", flat=True))
    return document_of(verification, lines, asked=asked, names=names, tolerance=tolerance) | {
        "discrepancies": kept
    }


def document_of(
    verification: Verification,
    lines: Sequence[tuple[Figure, Verdict]],
    *,
    asked: Sequence[Query],
    names: Mapping[int, str],
    tolerance: Fraction,
) -> dict[str, Any]:
    """The report in words and figures, from what is at hand; the differences are named by whoever keeps them."""
    return {
        "case_id": verification.case_id,
        "purpose": verification.purpose,
        "basis": verification.basis,
        "reference_date": verification.reference_date.isoformat(),
        "round": verification.round,
        "reported_at": verification.reported_at.isoformat() if verification.reported_at else "",
        "valid_until": verification.valid_until.isoformat() if verification.valid_until else "",
        "tolerance": str(tolerance),
        "members": [{"person": pk, "name": names[pk]} for pk in verification.member_ids],
        "answers": [_answer(query, names) for query in asked],
        "comparison": [_line(figure, verdict, names) for figure, verdict in lines],
        "discrepancies": [],
        "unanswered": sum(1 for query in asked if query.state != Query.State.ANSWERED),
        "conclusion": verification.conclusion,
        "conclusion_label": Conclusion(verification.conclusion).label,
    }


def _answer(query: Query, names: Mapping[int, str]) -> dict[str, Any]:
    body = query.body
    rows = [] if body is None else answers.rows_of(body)
    return {
        "source": query.source,
        "label": query.of.label,
        "department": query.of.department,
        "person": query.person_id,
        "name": names[query.person_id],
        "state": query.state,
        "state_label": query.get_state_display(),
        "error": query.error,
        "policy": query.policy,
        "policy_label": query.get_policy_display(),
        "taken_over": query.taken_from_id is not None,
        "found": None if body is None else body["found"],
        "reason": "" if body is None else body.get("reason", ""),
        "rows": [
            [{"label": one.label, "value": answers.in_words(one, row[one.name])} for one in query.of.fields]
            for row in rows
        ],
        "asked_at": _iso(query.asked_at),
        "answered_at": _iso(query.answered_at),
        "as_of": _iso(query.as_of),
        "valid_until": _iso(query.valid_until),
        "sha": query.raw_sha,
    }


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _line(figure: Figure, verdict: Verdict, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "item": figure.item.name,
        "label": figure.item.label,
        "source": figure.source.code,
        "person": figure.member,
        "name": "全家" if figure.member is None else names[figure.member],
        "declared": figure.declared,
        "found": figure.found,
        "declared_words": figure.declared_words,
        "found_words": figure.found_words,
        "verdict": verdict.value,
        "verdict_label": verdict.label,
    }


@verb("exchange.expire", label="核对报告到期")
def expire(*, on: date, by: Actor) -> int:
    """Reports whose validity has run out no longer carry a decision; how many there were."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("scheduled_only", "核对报告由系统按有效期自动到期，不需要人工办理。")
    over = Verification.objects.filter(state=State.REPORTED, valid_until__lte=on)
    count = over.update(state=State.EXPIRED)
    note(after={"on": on.isoformat(), "expired": count})
    return count
