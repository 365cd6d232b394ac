"""A fault on its way: put right, checked again, pleaded against, or punished; each deed by another person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import NOTHING, Sent, Sheet, handled, limited
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Form, Money, Photo, Text, YesNo
from minzheng.kernel.documents import queries as documents
from minzheng.kernel.inspections import actions
from minzheng.kernel.inspections.duties import Declared, holds, of, one_in_reach
from minzheng.kernel.inspections.models import Credit, Hazard, Penalty
from minzheng.kernel.inspections.rectifying import overdue
from minzheng.ui.shown import iso_day, yuan

from .lists import INSPECTIONS, hazard_state

__all__ = ["hazard"]

_REMEDY = Form(
    "remedy",
    "整改",
    (Text("words", "整改情况", longest=300, lines=2), Photo("photo", "整改照片", required=False)),
)
_AGAIN = Form(
    "again", "复查",
    (
        YesNo("met", "整改合格"), Text("words", "复查意见", required=False, longest=120),
        Day("due_on", "新的整改期限（不合格时填写）", required=False, future=True),
    ),
)  # fmt: skip
_PLEA = Form("plea", "申辩", (Text("reason", "申辩理由", longest=300, lines=3),))
_ANSWER = Form(
    "answer", "复核", (YesNo("upheld", "申辩成立"), Text("answer", "复核意见", longest=300, lines=2))
)
_REVIEW = Form(
    "review", "法制审核", (YesNo("agreed", "同意"), Text("opinion", "审核意见", longest=300, lines=2))
)
_CREDIT = Form(
    "credit", "认定失信",
    (
        Choice("level", "失信程度", options={str(n): t for n, t in Credit.Level.choices}),
        Text("basis", "认定依据", longest=200),
    ),
)  # fmt: skip
_REPAIR = Form("repair", "信用修复", (Text("promise", "信用承诺", longest=200),))
Do = Callable[[dict[str, Any], Sent], str]


@require_http_methods(["GET", "POST"])
@limited
def hazard(request: HttpRequest, hazard_id: int) -> HttpResponse:
    """The page of a fault, its case and its entry in the credit file."""
    by = staff(request)
    found = one_in_reach(Hazard.objects.select_related("check_of"), hazard_id, by)
    case = Penalty.objects.filter(hazard=found).first()
    entry = Credit.objects.filter(penalty=case).first() if case else None
    sheets = _sheets(found, case, entry, by)
    done, status = handled(request, sheets, by=by, about=found, read="inspections.read_hazard")
    if done:
        return redirect(f"{INSPECTIONS[1]}hazards/{found.pk}/")
    return render(request, "desk/inspections/hazard.html", {
        **header(found.clause_text, crumbs=[INSPECTIONS], lead=found.subject_name, badge=hazard_state(found)),
        "sheets": sheets, "facts": _facts(found), "case": _case(case), "entry": _entry(entry),
    }, status=status)  # fmt: skip


def _facts(one: Hazard) -> list[tuple[str, Any]]:
    return [
        ("问题", one.words), ("发现日期", iso_day(one.found_on)), ("整改期限", iso_day(one.due_on)), ("整改情况",
        one.remedy),
        ("整改日期", iso_day(one.remedied_on)), ("申辩", one.plea), ("复核意见", one.plea_answer),
        ("销号", f"{one.closed_by_name} {iso_day(one.closed_on)}" if one.closed_on else ""),
    ]  # fmt: skip


def _case(one: Penalty | None) -> list[tuple[str, Any]]:
    if one is None:
        return []
    return [
        ("状态", one.get_state_display()), ("处罚",
        f"{of(one.supervision).item.penalties.get(one.kind, one.kind)} {yuan(one.amount)} 元"),
        ("事实和依据", one.grounds), ("承办", one.proposed_by_name), ("法制审核",
        f"{one.reviewed_by_name} {one.opinion}"),
        ("决定", f"{one.decided_by_name} {iso_day(one.decided_on)}"), ("公开期限", iso_day(one.publish_by)),
        ("公开日期", iso_day(one.published_on)),
    ]  # fmt: skip


def _entry(one: Credit | None) -> list[tuple[str, Any]]:
    if one is None:
        return []
    shown = f"最短至 {one.least_until}，最长至 {one.most_until}"
    return [
        ("失信程度", one.get_level_display()),
        ("认定依据", one.basis),
        ("公示期", shown),
        ("修复日期", iso_day(one.repaired_on)),
    ]


def _sheets(found: Hazard, case: Penalty | None, entry: Credit | None, by: Actor) -> list[Sheet]:
    declared = of(found.supervision)
    item, may = declared.item, lambda role: holds(declared, role, path=found.path, by=by)
    sheets: list[Sheet] = []
    if found.state == "open" and item.own(found.subject, by):
        sheets += [_sheet("remedy", _REMEDY, _remedies(found, by), "登记整改")]
        sheets += [] if found.plea else [_sheet("plea", _PLEA, _pleads(found, by), "提出申辩")]
    if may(item.reviewer) and found.plea and not found.plea_answer:
        sheets.append(_sheet("answer", _ANSWER, _answers(found, by), "复核申辩"))
    if may(item.inspector):
        if found.state == "remedied" and found.remedied_by != by.id:
            sheets.append(_sheet("again", _AGAIN, _checks_again(found, by), "复查"))
        if case is None and overdue(found):
            sheets.append(_propose(found, declared, by))
    if case is not None:
        sheets += _of_case(case, entry, declared, by)
    return sheets


def _of_case(case: Penalty, entry: Credit | None, declared: Declared, by: Actor) -> list[Sheet]:
    item, may = declared.item, lambda role: holds(declared, role, path=case.path, by=by)
    if case.state == "proposed" and may(item.reviewer):

        def review(given: dict[str, Any], sent: Sent) -> str:
            actions.review(
                penalty=case, agreed=given["agreed"], opinion=given["opinion"], by=by, key=sent.key
            )
            return "审核意见已登记。"

        return [_sheet("review", _REVIEW, review, "法制审核")]
    if not may(item.overseer):
        return []
    if case.state == "reviewed":

        def decide(given: dict[str, Any], sent: Sent) -> str:
            actions.decide(penalty=case, by=by, key=sent.key)
            return "已作出处罚决定。"

        return [_sheet("decide", NOTHING, decide, "作出处罚决定")]
    return _after(case, entry, by) if case.state == "decided" else []


def _after(case: Penalty, entry: Credit | None, by: Actor) -> list[Sheet]:
    """A decided penalty is published, entered in the credit file, and the entry repaired in time."""
    sheets = []
    if case.published_on is None:

        def publish(given: dict[str, Any], sent: Sent) -> str:
            actions.publish_penalty(penalty=case, by=by, key=sent.key)
            return "处罚决定已公开。"

        sheets.append(_sheet("publish", NOTHING, publish, "公开处罚决定"))
    if entry is None:

        def recognise(given: dict[str, Any], sent: Sent) -> str:
            actions.recognise(
                penalty=case, level=int(given["level"]), basis=given["basis"], by=by, key=sent.key
            )
            return "已记入信用档案。"

        sheets.append(_sheet("credit", _CREDIT, recognise, "认定失信"))
    elif entry.repaired_on is None:

        def repair(given: dict[str, Any], sent: Sent) -> str:
            actions.repair(credit=entry, promise=given["promise"], by=by, key=sent.key)
            return "信用已修复。"

        sheets.append(_sheet("repair", _REPAIR, repair, "信用修复"))
    return sheets


def _sheet(code: str, form: Form, do: Do, submit: str) -> Sheet:
    return Sheet(
        code, form, lambda sent: do(form.clean(sent.answers).plain, sent), submit=submit, title=submit
    )


def _remedies(found: Hazard, by: Actor) -> Do:
    def do(given: dict[str, Any], sent: Sent) -> str:
        photo = documents.get(given["photo"], by) if given.get("photo") else None
        actions.remedy(hazard=found, words=given["words"], photo=photo, by=by, key=sent.key)
        return "整改已登记，等待复查。"

    return do


def _pleads(found: Hazard, by: Actor) -> Do:
    def do(given: dict[str, Any], sent: Sent) -> str:
        actions.plead(hazard=found, reason=given["reason"], by=by, key=sent.key)
        return "申辩已提出。"

    return do


def _answers(found: Hazard, by: Actor) -> Do:
    def do(given: dict[str, Any], sent: Sent) -> str:
        actions.answer_plea(hazard=found, upheld=given["upheld"], answer=given["answer"], by=by, key=sent.key)
        return "复核意见已登记。"

    return do


def _checks_again(found: Hazard, by: Actor) -> Do:
    def do(given: dict[str, Any], sent: Sent) -> str:
        due = date.fromisoformat(given["due_on"]) if given.get("due_on") else None
        words = given.get("words") or ""
        actions.check_again(hazard=found, met=given["met"], words=words, due_on=due, by=by, key=sent.key)
        return "复查已登记。"

    return do


def _propose(found: Hazard, declared: Declared, by: Actor) -> Sheet:
    form = Form(
        "propose", "处罚立案",
        (
            Choice("kind", "处罚种类", options=declared.item.penalties), Money("amount", "罚款金额",
            help="不罚款填 0。"),
            Text("grounds", "事实和依据", longest=500, lines=3), Photo("record", "执法过程记录", required=False),
        ),
    )  # fmt: skip

    def do(given: dict[str, Any], sent: Sent) -> str:
        record = documents.get(given["record"], by) if given.get("record") else None
        made = actions.propose(
            hazard=found, kind=given["kind"], amount=given["amount"], grounds=given["grounds"], record=record, by=by,
            key=sent.key,
        )  # fmt: skip
        return f"已立案，{made.decide_by} 前作出决定。"

    return _sheet("propose", form, do, "处罚立案")
