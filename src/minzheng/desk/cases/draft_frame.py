"""A draft in the hands of whoever began it, and the head of its pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest

from minzheng.desk import frame
from minzheng.kernel import catalogue, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework import joining
from minzheng.kernel.casework.models import Case
from minzheng.kernel.casework.queries import case_for
from minzheng.kernel.errors import NotFound
from minzheng.ui.shown import badge

from .case_page import case_title
from .search import KINDS

__all__ = ["answers_of", "draft", "head", "together"]


def draft(request: HttpRequest, case_id: int) -> tuple[Case, catalogue.Declared[declare.Service], Actor]:
    """A draft or an application sent back, in the hands of whoever began it; what is asked is that of all schemes."""
    by = frame.staff(request)
    case = case_for(case_id, by)
    if case.created_by != by.id or case.state not in (Case.State.DRAFT, Case.State.CORRECTING):
        raise NotFound("draft_not_found", "没有这件待填写的申请。已提交的申请请在“办件”中查看。")
    declared = catalogue.current().service(case.service)
    if others := together(case)[1:]:
        declared = replace(declared, item=joining.application(case, others))
    return case, declared, by


def together(case: Case) -> list[Case]:
    """This application and the drafts that are filled in with it (一次申请、分类审核认定)."""
    return [case, *joining.joined_drafts(case)]


def answers_of(case: Case) -> tuple[dict[str, Any], dict[str, Any]]:
    """Every answer of the one form, wherever it is kept: plain, and sealed."""
    plain: dict[str, Any] = {}
    sealed: dict[str, Any] = {}
    for one in reversed(together(case)):
        plain |= one.form
        sealed |= one.sealed
    return plain, sealed


def head(case: Case, title: str = "", *, lead: str = "") -> dict[str, Any]:
    """The head of each page of a draft."""
    mine = ("我的任务", "/desk/")
    if not title:
        state = badge(case.get_state_display(), KINDS[case.state])
        return frame.header(case_title(case), crumbs=[mine], lead=lead, badge=state) | {"case": case}
    return frame.header(
        title, crumbs=[mine, (case_title(case), f"/desk/cases/{case.pk}/draft/")], lead=lead
    ) | {"case": case}
