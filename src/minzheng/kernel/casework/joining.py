"""一次申请、分类审核认定: several schemes are asked for in one application, and each is determined by its own law.

The family fills in one case; the others take over what they ask as well, and all are handed in together or none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from minzheng.kernel import audit, catalogue, clock, declare
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import Refused

from .drafting import complete, editable, open_draft, save_draft, submit
from .locking import locked
from .models import Case, Mandate, Member

__all__ = [
    "application", "join", "joined_drafts", "missing_together", "save_together", "submit_together",
]  # fmt: skip

_UNENDED = (
    Case.State.DRAFT, Case.State.SUBMITTED, Case.State.CORRECTING, Case.State.OPEN, Case.State.PAUSED,
)  # fmt: skip


def joined_drafts(case: Case) -> list[Case]:
    """The drafts that go along with this one, in the order in which they were chosen."""
    return list(case.joined.filter(state=Case.State.DRAFT).select_related("applicant").order_by("id"))


def _declared(case: Case) -> declare.Service:
    return catalogue.current().service(case.service).item


def application(case: Case, joined: Iterable[Case]) -> declare.Service:
    """The one form of all schemes: each question and each paper once, required where any of them requires it."""
    service, others = _declared(case), [_declared(one) for one in joined]
    if not others:
        return service
    asked = {f.code: f for f in service.form.fields}
    papers = {one.label: one for one in service.materials}
    for other in others:
        for f in other.form.fields:
            known = asked.setdefault(f.code, f)
            if f.required and not known.required:
                asked[f.code] = f
        for paper in other.materials:
            papers.setdefault(paper.label, paper)
    # The commitments stay last, as in every application.
    fields = sorted(asked.values(), key=_promised)
    form = declare.Form(service.form.code, service.form.label, tuple(fields), service.form.version)
    consent = service.consent or next((one.consent for one in others if one.consent), "")
    return replace(service, form=form, materials=tuple(papers.values()), consent=consent)


def _promised(f: declare.Field) -> bool:
    return isinstance(f, declare.YesNo) and f.must


@verb("casework.join", label="合并申请")
def join(case_id: int, *, services: Iterable[str], by: Actor) -> Case:
    """Let a draft go along for each of these schemes; one that is under way already is left alone."""
    case = locked(case_id)
    editable(case, by)
    if case.state != Case.State.DRAFT or case.joined_to_id is not None:
        raise Refused("not_joinable", "只有还没有提交的申请可以合并其他事项。")
    under_way = set(
        Case.objects.filter(applicant=case.applicant, state__in=_UNENDED).values_list("service", flat=True)
    )
    opened = []
    for code in dict.fromkeys(services):
        declared = catalogue.current().service(code)
        if declared.item.offered != "public":
            raise Refused("not_applied_for", f"“{declared.item.label}”不是由居民自行申请的事项，不能合并。")
        if code in under_way:
            continue
        _go_along(case, declared)
        opened.append(code)
    audit.note(about=case, case_id=case.pk, path=case.path, after={"services": opened})
    return case


def _go_along(case: Case, declared: catalogue.Declared[declare.Service]) -> None:
    other = Case(
        channel=case.channel, applicant=case.applicant, household=case.household, path=case.path,
        created_at=clock.now(), created_by=case.created_by, agent=case.agent, agent_name=case.agent_name,
        joined_to=case,
    )  # fmt: skip
    open_draft(other, declared, None)
    given = Mandate.objects.filter(case=case).first()
    if given is not None:
        Mandate.objects.create(
            case=other, agent=given.agent, relation=given.relation, path=other.path, given_at=given.given_at,
            document_id=given.document_id,
        )  # fmt: skip


def _take_over(case: Case, other: Case) -> None:
    """What both ask is answered as in this application; what only the other asks stays as answered there."""
    service = _declared(other)
    asked = {f.code for f in service.form.fields}
    other.form |= {code: value for code, value in case.form.items() if code in asked}
    other.sealed |= {code: value for code, value in case.sealed.items() if code in asked}
    own = {one.person_id: one.answers for one in other.members.all()}
    other.members.all().delete()
    about = {f.code for f in service.member_form.fields}
    Member.objects.bulk_create(
        Member(
            case=other, person_id=one.person_id, relation=one.relation, counted=one.counted,
            not_counted_reason=one.not_counted_reason,
            answers=own.get(one.person_id, {}) | {c: v for c, v in one.answers.items() if c in about},
        )
        for one in case.members.order_by("id")
    )  # fmt: skip
    paper = Mandate.objects.filter(case=case).values_list("document_id", flat=True).first()
    Mandate.objects.filter(case=other).update(document_id=paper)
    other.version += 1
    other.save()


def missing_together(case: Case, joined: Iterable[Case]) -> dict[str, str]:
    """What the other schemes still ask, by the field of this application or of its questions beyond it."""
    missing: dict[str, str] = {}
    for one in joined:
        service = _declared(one)
        answers = {**one.form, **one.sealed, **case.form, **case.sealed}
        try:
            service.form.complete(answers)
        except Refused as error:
            promised = {f.code for f in service.form.fields if _promised(f)}
            missing |= {code: text for code, text in error.errors.items() if code not in promised}
    return missing


@verb("casework.save_together", label="保存草稿")
def save_together(case_id: int, given: Mapping[str, Any], *, by: Actor, version: int | None = None) -> Case:
    """Keep what has been filled in of the one form: each answer in every application that asks for it."""
    case = locked(case_id)
    editable(case, by, version=version)
    for other in joined_drafts(case):
        asked = {f.code for f in _declared(other).form.fields}
        if theirs := {code: value for code, value in given.items() if code in asked}:
            save_draft(other.pk, theirs, by=by)
    asked = {f.code for f in _declared(case).form.fields}
    kept: Case = save_draft(case.pk, {c: v for c, v in given.items() if c in asked}, by=by)
    return kept


@verb("casework.submit_together", label="合并提交申请")
def submit_together(case_id: int, *, by: Actor, version: int | None = None) -> Case:
    """Hand in the application for every scheme at once; where one is incomplete, none is handed in."""
    case = locked(case_id)
    editable(case, by, version=version)
    others = joined_drafts(case)
    errors: dict[str, str] = {}
    for other in others:
        _take_over(case, other)
        try:
            complete(other, _declared(other))
        except Refused as error:
            label = _declared(other).label
            errors |= {code: f"{label}·{text}" for code, text in error.errors.items()}
    if errors:
        raise Refused("application_incomplete", "申请还没有填完，请补充下列各项。", errors=errors)
    for other in others:
        submit(other.pk, by=by)
    sent: Case = submit(case.pk, by=by)
    audit.note(after={"joined": [one.pk for one in others]})
    return sent
