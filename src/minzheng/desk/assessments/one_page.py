"""One assessment: its points and level, who signed, and what can still be done about it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import NOTHING, Sent, Sheet, handled
from minzheng.kernel import clock
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Form, Text
from minzheng.kernel.visits import assessing
from minzheng.kernel.visits.duties import Scoring, holds, instrument_of
from minzheng.kernel.visits.models import Assessment
from minzheng.kernel.visits.round_queries import assessment_of
from minzheng.ui.shown import cn_date, cn_datetime
from minzheng.ui.tables import Head, Row

from .lists import ROOM, state_badge

__all__ = ["assessment"]

_ITEMS = (Head("项目"), Head("情况"), Head("得分", "number"))


@require_http_methods(["GET", "POST"])
def assessment(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """The page and its deeds."""
    by = staff(request)
    one = assessment_of(assessment_id, by)
    declared = instrument_of(one.instrument)
    sheets = _sheets(declared, one, by)
    done, status = handled(request, sheets, by=by, about=one, read="visits.read_assessment")
    if done:
        return redirect(f"{ROOM[1]}{one.pk}/")
    assesses = holds(declared, (declared.item.by,), by, path=one.path)
    return render(request, "desk/assessments/one.html", {
        **header(f"{declared.item.label}：{one.person.name}", crumbs=[ROOM], badge=state_badge(one),
                 lead=name_of(one.path)),
        "one": one, "facts": _facts(declared, one), "sheets": sheets, "columns": _ITEMS, "rows": _rows(declared, one),
        "parts": [(label, f"{points} / {most}") for label, points, most in one.scored["parts"]],
        "reasons": one.scored["reasons"], "level": declared.item.levels[one.level], "most": declared.item.most,
        "beside": declared.item.beside.shown(one.beside),
        "again_url": f"{ROOM[1]}{one.pk}/again/" if one.state == Assessment.State.OBJECTED and assesses else "",
    }, status=status)  # fmt: skip


def _facts(declared: Scoring, one: Assessment) -> list[tuple[str, str]]:
    facts = [
        ("评估编号", one.number), ("量表", one.version_used), ("评估日期", cn_date(one.on)),
        ("第一评估员", f"{one.first_by_name} {cn_datetime(one.first_at)}"),
    ]  # fmt: skip
    if one.second_at is not None:
        facts.append(("第二评估员", f"{one.second_by_name} {cn_datetime(one.second_at)}"))
    if one.valid_until is not None:
        facts.append(("有效期至", cn_date(one.valid_until)))
    if one.objection_until is not None:
        facts.append(("异议期限", cn_date(one.objection_until)))
    if one.objection:
        facts.append(("异议", f"{one.objected_by_name}：{one.objection}"))
    if one.again_of_id is not None:
        facts.append(("复评", "最终结果"))
    return [*facts, ("退回原因", one.words)] if one.words else facts


def _rows(declared: Scoring, one: Assessment) -> list[Row]:
    return [
        Row(
            [
                f"{item.part}：{item.label}",
                dict(item.options).get(one.sheet[item.code], ""),
                one.sheet[item.code],
            ]
        )
        for item in declared.item.items
    ]


def _sheets(declared: Scoring, one: Assessment, by: Actor) -> list[Sheet]:
    found: list[Sheet] = []
    assesses = holds(declared, (declared.item.by,), by, path=one.path)
    if one.state == Assessment.State.FIRST_SIGNED and assesses:
        if by.id != one.first_by:
            found.append(_sign(one, by))
        found.append(_words(
            one, "back", "退回", "退回原因", 200, "评估已退回，可以重新登记。",
            lambda text, sent: assessing.send_back(
                assessment=one, reason=text, version=sent.version, by=by, key=sent.key
            ),
        ))  # fmt: skip
    hears = holds(declared, (declared.item.heard_by,), by, path=one.path)
    open_ = one.objection_until is not None and clock.today() <= one.objection_until
    if one.state == Assessment.State.IN_FORCE and hears and open_:
        found.append(_words(
            one, "object", "登记异议", "异议理由", 500, "异议已登记，请另一组评估员复评。",
            lambda text, sent: assessing.object_to(
                assessment=one, reason=text, version=sent.version, by=by, key=sent.key
            ),
        ))  # fmt: skip
    return found


def _sign(one: Assessment, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        assessing.sign_second(assessment=one, version=sent.version, by=by, key=sent.key)
        return "评估已生效，结果告知书已送本人。"

    return Sheet("sign", NOTHING, do, submit="核对无误，签字", version=one.version)


def _words(one: Assessment, code: str, label: str, asked: str, longest: int, told: str, deed: Any) -> Sheet:
    form = Form(code, label, (Text("reason", asked, longest=longest, lines=2),))

    def do(sent: Sent) -> str:
        deed(form.clean(sent.answers).plain["reason"], sent)
        return told

    return Sheet(code, form, do, submit=label, version=one.version, quiet=True)
