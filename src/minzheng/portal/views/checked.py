"""What a check has found, for those it is about: my own data by source, the family's figures, my objection."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel import audit, catalogue, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.exchange import actions, answers, queries
from minzheng.kernel.exchange.models import Query, Verification
from minzheng.portal.differences import open_differences
from minzheng.portal.pages import carried_out, key_of, page, resident_page
from minzheng.ui.posted import read_form
from minzheng.ui.shown import cn_date

__all__ = ["check"]

OBJECTION = declare.Form(
    "objection", "提出异议",
    (
        declare.Text(
            "text", "哪里不对", longest=1000, lines=5,
            help="例如：车已经报废注销；这笔存款不是我的。提出后由核对机构重新查询。"
        ),
    ),
)  # fmt: skip
_UNKNOWN = "没有返回，按“未知”处理，不当作没有"


@resident_page
def check(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """The newest check of a matter of my family, and my word against it."""
    one = queries.latest_verification(pk, by=by)
    if one is None:
        raise NotFound("check_missing", "没有与您有关的核对。请返回“我的事项”查看。")
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        if carried_out(request, by, "exchange.object_to"):
            return redirect(f"/my/checks/{pk}/")
        values = read_form(OBJECTION, request.POST)
        try:
            text = OBJECTION.clean(values).plain["text"]
            actions.object_to(verification=one, text=text, by=by, key=key_of(request))
        except Refused as refused:
            errors = refused.errors or {"": refused.message}
        else:
            messages.success(request, "异议已经提出，由核对机构重新查询。")
            return redirect(f"/my/checks/{pk}/")
    audit.read("portal.check", by=by, about=one, path=one.path)
    return page(request, "my/check.html", _shown(one, by) | {
        "form": OBJECTION, "values": values, "errors": errors,
    }, at="my", status=400 if errors else 200)  # fmt: skip


def _shown(one: Verification, by: Actor) -> dict[str, Any]:
    asked = list(queries.query_log(one.case_id, by=by).filter(verification=one, round=one.round))
    kept = one.report or {}
    own = [row for row in kept.get("comparison", ()) if row["person"] in (None, by.person_id)]
    case = Case.objects.filter(pk=one.case_id).select_related("applicant").first()
    return {
        "one": one, "service": _service(case), "differences": open_differences(one.case_id, by),
        "facts": [
            ("依据", one.basis), ("基准日", cn_date(one.reference_date)),
            ("报告日期", cn_date(one.reported_at) if one.reported_at else "还没有出具"),
            ("有效期至（不含）", cn_date(one.valid_until) if one.valid_until else ""),
            ("结论", one.get_conclusion_display() if one.reported_at else ""),
        ],
        "comparison": own, "answers": [_answer(each) for each in asked],
        "objectable": one.state == Verification.State.REPORTED,
        "objected": one.state in (Verification.State.OBJECTED, Verification.State.RECHECKING),
        "back_url": f"/my/cases/{one.case_id}/" if case and case.applicant_id == by.person_id else "/my/",
    }  # fmt: skip


def _service(case: Case | None) -> str:
    declared = catalogue.current().services.get(case.service) if case else None
    return declared.item.label if declared else "家庭经济状况核对"


def _answer(one: Query) -> dict[str, Any]:
    """What one source has on me."""
    body = one.body
    rows = [] if body is None else answers.rows_of(body)
    of = one.of
    return {
        "label": of.label, "department": of.department, "day": cn_date(one.as_of) if one.as_of else "",
        "said": "" if rows else "没有记录" if body is not None else _UNKNOWN,
        "rows": [[(each.label, answers.in_words(each, row[each.name])) for each in of.fields] for row in rows],
    }  # fmt: skip
