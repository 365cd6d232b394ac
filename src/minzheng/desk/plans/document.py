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
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor
from minzheng.kernel.plans.carrying import Carrier, carried_by, carriers
from minzheng.kernel.plans.duties import Plan, only_plan
from minzheng.kernel.registers import reach as registers
from minzheng.ui.tables import Head, Row

from .words import ROOM

__all__ = ["carried_out", "clauses", "sections", "text"]

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


def _row(plan: Plan, section: Any, carried: dict[str, list[Carrier]], by: Actor) -> Row:
    targets = [one for one in plan.item.targets if section.code in one.sections]
    programmes = [one.label for one in plan.item.programmes if one.section == section.code]
    carriers = [
        *(_carrier(one, by) for one in carried.get(section.code, [])),
        *(format_html('<a href="/desk/plans/projects/">{}</a>', label) for label in programmes),
    ]
    mark = "" if section.code.startswith("专栏") else f"{section.code} "
    return Row([
        format_html('<span id="{}">{}</span>', _anchor(section.code), f"{mark}{section.label}"),
        format_html_join("；", _LINK, ((t.code, f"{t.code} {t.label}") for t in targets)),
        format_html_join("；", "{}", ((one,) for one in carriers)),
    ])  # fmt: skip


def _anchor(section: str) -> str:
    """Where a section stands on the page of the text."""
    return f"s{section.removeprefix('专栏').replace('.', '-')}" + ("b" if section.startswith("专栏") else "")


def clauses(target: declare.Target) -> SafeString:
    """The clauses of a target, each leading to its section of the text."""
    at = '<a href="/desk/plans/text/#{}">{}</a>'
    return format_html_join("；", at, ((_anchor(one.split(" ")[0]), one) for one in target.clauses))


def sections(code: str, by: Actor) -> SafeString | str:
    """The sections of the plan that something declared carries out, each a link, for whoever may read the plan."""
    if not any(post.level <= Level.TOWNSHIP for post in by.posts):
        return ""
    at = '<a href="/desk/plans/text/#{}">{} {}</a>'
    return format_html_join("、", at, ((_anchor(one), one, title) for one, title in carried_by(code)))


def carried_out(target: declare.Target, by: Actor) -> SafeString:
    """What carries out the very clauses of a target."""
    every = carriers()
    mine = [one for section in target.sections for one in every.get(section, [])]
    found = [one for one in mine if one.clause in target.clauses]
    return format_html_join("；", "{}", ((_carrier(one, by),) for one in found))


def _carrier(one: Carrier, by: Actor) -> SafeString | str:
    """Leading to its page where it has one that the reader may open; a rule leads to the dated values it reads."""
    book, told = catalogue.current(), f"规则“{one.label}”" if one.rule else one.label
    if one.code in book.registers and registers.reader(book.registers[one.code], by).posts:
        return format_html('<a href="/desk/registers/{}/">{}</a>', one.code, told)
    if one.code in book.services:
        return format_html('<a href="/desk/cases/?service={}">{}</a>', one.code, told)
    if one.values:
        return format_html('<a href="/desk/standards/values/{}/">{}</a>', one.values[0], told)
    return told


def _unclear(plan: Plan, one: Any) -> Row:
    touched = [target for target in plan.item.targets if target.ambiguity == one.code]
    links = format_html_join(
        "；", '<a href="/desk/plans/targets/{}/">{}</a>', ((t.code, t.code) for t in touched)
    )
    return Row([one.text, one.used, links])
