"""The plan as a document: each section with its targets, and what carries it out; both ways are links."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html_join
from django.views.decorators.http import require_GET

from minzheng.desk.boards.scope import reader
from minzheng.desk.frame import header, staff
from minzheng.kernel.plans.duties import Plan, only_plan
from minzheng.kernel.plans.queries import carriers
from minzheng.ui.tables import Head, Row

from .words import ROOM

__all__ = ["text"]

COLUMNS = (Head("节、专栏"), Head("目标和基期"), Head("由什么落实"))
_LINK = '<a href="/desk/plans/targets/{}/">{}</a>'
UNCLEAR = (Head("表述"), Head("采用"), Head("有关目标"))


@require_GET
def text(request: HttpRequest) -> HttpResponse:
    """All chapters."""
    reader(staff(request))
    plan, carried = only_plan(), carriers()
    lead = f"{plan.item.label}，{plan.item.source}，版本 {plan.item.version}"
    return render(request, "desk/plans/text.html", {
        **header("规划条文", crumbs=[ROOM], lead=lead), "columns": COLUMNS, "unclear_columns": UNCLEAR,
        "unclear": [_unclear(plan, one) for one in plan.item.ambiguities],
        "chapters": [
            {"label": f"第{code}章 {label}", "rows": [
                _row(plan, section, carried) for section in plan.item.sections if section.chapter == code
            ]}
            for code, label in plan.item.chapters
        ],
    })  # fmt: skip


def _row(plan: Plan, section: Any, carried: dict[str, list[tuple[str, str]]]) -> Row:
    targets = [one for one in plan.item.targets if section.code in one.sections]
    programmes = [one.label for one in plan.item.programmes if one.section == section.code]
    measures = [f"{label}（{code}）" for label, code in carried.get(section.code, [])]
    mark = "" if section.code.startswith("专栏") else f"{section.code} "
    return Row([
        f"{mark}{section.label}",
        format_html_join("；", _LINK, ((t.code, f"{t.code} {t.label}") for t in targets)),
        "；".join([*measures, *programmes]),
    ])  # fmt: skip


def _unclear(plan: Plan, one: Any) -> Row:
    touched = [target for target in plan.item.targets if target.ambiguity == one.code]
    links = format_html_join(
        "；", '<a href="/desk/plans/targets/{}/">{}</a>', ((t.code, t.code) for t in touched)
    )
    return Row([one.text, one.used, links])
