"""可享受待遇: what a household may receive, from what the office has on file or from what a case has found.

The law is asked for the day and the place; nothing is stored but that the page was looked at.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from minzheng.desk import frame
from minzheng.kernel import audit, catalogue, clock, declare
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case
from minzheng.kernel.casework.queries import case_for
from minzheng.kernel.errors import MinzhengError, NotFound
from minzheng.kernel.law import Facts
from minzheng.kernel.people.models import Household
from minzheng.kernel.profiles.queries import known_by_name
from minzheng.ui.screening import Told
from minzheng.ui.shown import cn_date

from .case_page import case_title

__all__ = ["household_for", "of_case", "of_household", "screening_of"]

Screening = catalogue.Declared[declare.Screening]


def of_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """From the facts of a case: declared, seen and verified."""
    by = frame.staff(request)
    case = case_for(case_id, by)
    if case.state == Case.State.DRAFT:
        return redirect(f"/desk/cases/{case.pk}/draft/")
    declared = catalogue.current().service_of(case)
    one = screening_of(declared.domain)
    audit.read("casework.read_receivable", by=by, about=case, path=case.path)
    crumbs = [("办件", "/desk/cases/"), (case_title(case), f"/desk/cases/{case.pk}/")]
    head = frame.header("可享受待遇", crumbs=crumbs, lead=f"办件编号 {case.number or '—'}")
    facts = declared.item.facts(case)
    source = "办件中的申报、调查和核对情况"
    return render(request, "desk/cases/receivable.html", head | _shown(one, facts, case.path, source))


def screening_of(domain: declare.Domain) -> Screening:
    """What the domain asks and answers of a household; a domain without one has no such page."""
    found = [one for one in catalogue.current().screenings.values() if one.domain is domain]
    if not found:
        raise NotFound("no_screening", "这类事项没有待遇测算。")
    return found[0]


def of_household(request: HttpRequest, household_id: int) -> HttpResponse:
    """From the household's profile, for the counter and for visits."""
    by = frame.staff(request)
    home = household_for(household_id, by)
    audit.read("people.read_receivable", by=by, about=home, path=home.path)
    lead = f"家庭编号 {home.number} · {name_of(home.path)}"
    head = frame.header("可享受待遇", crumbs=[("受理申请", "/desk/cases/new/")], lead=lead)
    book = catalogue.current()
    one = next((each for each in book.screenings.values() if each.domain.code in book.profiles), None)
    kept = known_by_name(book.profiles[one.domain.code], home.pk) if one else None
    if one is None or kept is None:
        return render(request, "desk/cases/receivable.html", head | {"screening": one})
    facts, profile = kept
    source = f"家庭经济状况档案（{profile.source}，截至{cn_date(profile.as_of)}）"
    return render(request, "desk/cases/receivable.html", head | _shown(one, facts, home.path, source))


def household_for(household_id: int, by: Actor) -> Household:
    """A household within scope, or the same answer for one that does not exist."""
    home = Household.objects.filter(pk=household_id).first()
    if home is None or not by.covers(home.path):
        raise NotFound("household_not_found", "没有这户家庭，或不在您的管辖范围内。")
    return home


def _shown(one: Screening, facts: Facts, path: str, source: str) -> dict[str, Any]:
    """The answer, or why there is none yet."""
    today = clock.today()
    try:
        found = one.item.answer(facts, catalogue.current().parameters(), path=path, on=today)
    except MinzhengError as error:
        return {"screening": one, "problem": error.message}
    return {
        "screening": one, "told": Told(found), "answer": found, "staff": True,
        "summary": [("适用日期", cn_date(today)), ("法规版本", found.rule_set), ("依据的情况", source)],
    }  # fmt: skip
