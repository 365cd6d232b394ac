"""The plan as a document: each section with its targets, and what carries it out; both ways are links."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from minzheng.desk.boards.scope import reader
from minzheng.desk.frame import header, staff
from minzheng.kernel import catalogue, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.plans.duties import Plan, only_plan
from minzheng.kernel.plans.queries import carriers
from minzheng.kernel.registers import reach as registers
from minzheng.ui.tables import Head, Row

from .words import ROOM

__all__ = ["anchor", "carrier", "clauses", "text"]

COLUMNS = (Head("节、专栏"), Head("目标和基期"), Head("由什么落实"))
_LINK = '<a href="/desk/plans/targets/{}/">{}</a>'
UNCLEAR = (Head("表述"), Head("采用"), Head("有关目标"))


@require_GET
def text(request: HttpRequest) -> HttpResponse:
    """All chapters."""
    by = staff(request)
    reader(by)
    plan, carried = only_plan(), carriers()
    lead = f"{plan.item.label}，{plan.item.source}，版本 {plan.item.version}"
    return render(request, "desk/plans/text.html", {
        **header("规划条文", crumbs=[ROOM], lead=lead), "columns": COLUMNS, "unclear_columns": UNCLEAR,
        "unclear": [_unclear(plan, one) for one in plan.item.ambiguities],
        "chapters": [
            {"label": f"第{code}章 {label}", "rows": [
                _row(plan, section, carried, by) for section in plan.item.sections if section.chapter == code
            ]}
            for code, label in plan.item.chapters
        ],
    })  # fmt: skip


def _row(plan: Plan, section: Any, carried: dict[str, list[tuple[str, str]]], by: Actor) -> Row:
    targets = [one for one in plan.item.targets if section.code in one.sections]
    programmes = [one.label for one in plan.item.programmes if one.section == section.code]
    carriers = [
        *(carrier(label, code, by) for label, code in carried.get(section.code, [])),
        *(format_html('<a href="/desk/plans/projects/">{}</a>', label) for label in programmes),
    ]
    mark = "" if section.code.startswith("专栏") else f"{section.code} "
    return Row([
        format_html('<span id="{}">{}</span>', anchor(section.code), f"{mark}{section.label}"),
        format_html_join("；", _LINK, ((t.code, f"{t.code} {t.label}") for t in targets)),
        format_html_join("；", "{}", ((one,) for one in carriers)),
    ])  # fmt: skip


def anchor(section: str) -> str:
    """Where a section stands on the page of the text."""
    return f"s{section.removeprefix('专栏').replace('.', '-')}" + ("b" if section.startswith("专栏") else "")


def clauses(target: declare.Target) -> SafeString:
    """The clauses of a target, each leading to its section of the text."""
    at = '<a href="/desk/plans/text/#{}">{}</a>'
    return format_html_join("；", at, ((anchor(one.split(" ")[0]), one) for one in target.clauses))


def carrier(label: str, code: str, by: Actor) -> SafeString | str:
    """Whatever carries out a clause, leading to its page where it has one that the reader may open."""
    book, told = catalogue.current(), f"{label}（{code}）"
    if code in book.registers and registers.reader(book.registers[code], by).posts:
        return format_html('<a href="/desk/registers/{}/">{}</a>', code, told)
    if code in book.services:
        return format_html('<a href="/desk/cases/?service={}">{}</a>', code, told)
    return told


def _unclear(plan: Plan, one: Any) -> Row:
    touched = [target for target in plan.item.targets if target.ambiguity == one.code]
    links = format_html_join(
        "；", '<a href="/desk/plans/targets/{}/">{}</a>', ((t.code, t.code) for t in touched)
    )
    return Row([one.text, one.used, links])
