"""What has changed since the last time: a review beside the case it reviews, an application beside the one before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minzheng.kernel import declare
from minzheng.kernel.casework.models import Case, Member
from minzheng.kernel.people.masks import mask_name
from minzheng.kernel.people.relations import relation_label
from minzheng.ui.shown import cn_date
from minzheng.ui.tables import Head, Row

from . import dossier
from .words import service_label

__all__ = ["with_last"]

_COLUMNS = (Head("内容"), Head("上次"), Head("这次"))
_DECIDED = (Case.State.GRANTED, Case.State.REFUSED)


def with_last(case: Case, service: declare.Service, near: Sequence[Case]) -> dict[str, Any] | None:
    """The lines that differ; nothing where no case ``near`` to it is an earlier one to compare with."""
    last = _last(case, near)
    if last is None:
        return None
    now = dict(dossier.answers(service.form, case.form, case.sealed))
    before = dict(dossier.answers(service.form, last.form, last.sealed))
    rows = [
        Row([label, before.get(label, "—"), now.get(label, "—")])
        for label in dict.fromkeys([*now, *before])
        if now.get(label) != before.get(label)
    ]
    rows += _family(case, last)
    decided = cn_date(last.closed_at) if last.closed_at else "办理中"
    return {
        "title": "与上次比较", "url": f"/desk/cases/{last.pk}/", "columns": _COLUMNS, "rows": rows,
        "lead": f"上次：{service_label(last.service)}，{last.get_state_display()}（{decided}）。只列出有变化的。",
    }  # fmt: skip


def _last(case: Case, near: Sequence[Case]) -> Case | None:
    """The case it came from, else the last one decided for the same applicant and service."""
    if case.origin_id is not None:
        return next((one for one in near if one.pk == case.origin_id), None)
    same = (case.applicant_id, case.service)
    return next(
        (
            one for one in near
            if (one.applicant_id, one.service) == same and one.pk < case.pk and one.state in _DECIDED
        ),
        None,
    )  # fmt: skip


def _family(case: Case, last: Case) -> list[Row]:
    """Who has come, who has gone, who counts now and did not."""
    rows = Member.objects.filter(case_id__in=[case.pk, last.pk]).select_related("person").order_by("id")
    here = {one.person_id: one for one in rows if one.case_id == case.pk}
    there = {one.person_id: one for one in rows if one.case_id == last.pk}
    found = []
    for pk in dict.fromkeys([*there, *here]):
        before, now = _said(there.get(pk)), _said(here.get(pk))
        if before != now:
            found.append(Row([f"家庭成员 {mask_name((here.get(pk) or there[pk]).person.name)}", before, now]))
    return found


def _said(member: Member | None) -> str:
    if member is None:
        return "不在其中"
    return relation_label(member.relation) + ("" if member.counted else "（不计入）")
