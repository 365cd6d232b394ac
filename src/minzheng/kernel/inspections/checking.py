"""A check is planned for a reason or drawn, carried out by those named, clause by clause, and published in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from minzheng.kernel import audit, clock, declare
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale

from .duties import (
    Declared,
    days_after,
    of,
    require,
    require_own,
    subject_of,
    working_days_after,
)
from .models import Aside, Check, Hazard

__all__ = ["RESULTS", "carry_out", "check_own_house", "plan_check", "publish"]

RESULTS = {"meets": "符合", "not": "不符合", "na": "不适用"}
Answers = Mapping[str, Mapping[str, Any]]


@verb("inspections.plan_check", label="安排检查")
def plan_check(
    *,
    supervision: str,
    subject: str,
    path: str,
    kind: str,
    list_code: str,
    inspectors: Mapping[str, str],
    due_on: date,
    partners: Sequence[str] = (),
    by: Actor,
    key: str | None = None,
) -> Check:
    """For a reason: the year, a first filing, a complaint, a special topic; two inspectors at least."""
    declared, today = of(supervision), clock.today()
    require(declared, declared.item.overseer, path=path, by=by)
    who, sheet = subject_of(declared, subject, path), declared.item.list_on(list_code, today)
    if kind in (Check.Kind.RANDOM, Check.Kind.OWN) or kind not in Check.Kind.values:
        raise Refused("check_kind", "请选择检查类别；双随机检查由抽取产生。", field="kind")
    if sheet is None or due_on < today or not set(partners) <= set(declared.item.partners):
        raise Refused("check_list", "请选择现行检查表和联合部门，完成期限不能早于今天。", field="list_code")
    _team(supervision, subject, inspectors)
    made = Check.objects.create(
        supervision=supervision, path=who.path, subject=subject, subject_name=who.name, kind=kind, due_on=due_on,
        list_code=sheet.code, list_version=sheet.version, inspectors=sorted(inspectors), partners=list(partners),
        inspector_names="、".join(inspectors[one] for one in sorted(inspectors)),
    )  # fmt: skip
    audit.note(about=made, path=who.path, after={"kind": kind, "list": sheet.code})
    return made


def _team(supervision: str, subject: str, inspectors: Mapping[str, str]) -> None:
    """Two at least, and nobody with an interest in the subject, who is not sent there by hand either."""
    if len(inspectors) < 2:
        raise Refused("inspectors_two", "检查人员不得少于两人。", field="inspectors")
    aside = Aside.objects.filter(supervision=supervision, subject=subject, user__in=list(inspectors)).first()
    if aside is not None:
        name = inspectors[aside.user]
        raise Refused("stands_aside", f"{name}已登记回避这个检查对象，请另选检查人员。", field="inspectors")


@verb("inspections.carry_out", label="登记检查结果")
def carry_out(
    *,
    check: Check,
    answers: Answers,
    photos: Mapping[str, Document] | None = None,
    by: Actor,
    key: str | None = None,
) -> Check:
    """By one of those named: every clause answered; each one not met becomes a fault with its day."""
    row = Check.objects.select_for_update(of=("self",)).filter(pk=check.pk).first()
    if row is None or not by.covers(row.path):
        raise NotFound("check_unknown", "没有这项检查，或不在您的管辖范围内。")
    declared = of(row.supervision)
    require(declared, declared.item.inspector, path=row.path, by=by)
    if by.id not in row.inspectors:
        raise NotAllowed("check_others", f"这项检查由{row.inspector_names}进行。")
    if row.done_on is not None:
        raise Stale("check_done", "检查结果已经登记。请刷新页面。")
    return _result(row, declared, answers, photos or {}, by)


@verb("inspections.check_own_house", label="登记自查")
def check_own_house(
    *,
    supervision: str,
    subject: str,
    path: str,
    list_code: str,
    answers: Answers,
    photos: Mapping[str, Document] | None = None,
    by: Actor,
    key: str | None = None,
) -> Check:
    """The subject's own staff go through the list themselves; what they find is a fault like any other."""
    declared, today = of(supervision), clock.today()
    require_own(declared, subject, by)
    who, sheet = subject_of(declared, subject, path), declared.item.list_on(list_code, today)
    if sheet is None:
        raise Refused("check_list", "请选择现行检查表。", field="list_code")
    row = Check.objects.create(
        supervision=supervision, path=who.path, subject=subject, subject_name=who.name, kind=Check.Kind.OWN,
        list_code=sheet.code, list_version=sheet.version, inspectors=[by.id], inspector_names=by.name, due_on=today,
    )  # fmt: skip
    return _result(row, declared, answers, photos or {}, by)


def _result(
    row: Check, declared: Declared, answers: Answers, photos: Mapping[str, Document], by: Actor
) -> Check:
    sheet, today = declared.item.list_of(row.list_code, row.list_version), clock.today()
    if sheet is None:
        raise Refused("list_gone", "这一版检查表已不再保留，请联系管理员。")
    cleaned = _cleaned(sheet, answers)
    faults = [one for one in sheet.clauses if cleaned[one.code]["result"] == "not"]
    row.answers, row.done_on, row.done_by = cleaned, today, by.id
    row.met = not any(one.mandatory for one in faults)
    if row.kind != Check.Kind.OWN:
        row.publish_by = working_days_after(today, declared.item.publish_term, path=row.path)
    row.save()
    Hazard.objects.bulk_create(
        Hazard(
            check_of=row, supervision=row.supervision, path=row.path, subject=row.subject, mandatory=one.mandatory,
            subject_name=row.subject_name, clause=one.code, clause_text=one.text[:200], found_on=today,
            words=cleaned[one.code]["words"], photo=photos.get(one.code),
            due_on=days_after(today, one.term or declared.item.rectify_term, path=row.path),
        )
        for one in faults
    )  # fmt: skip
    audit.note(
        about=row, path=row.path, article=declared.item.basis,
        after={"met": row.met, "faults": [one.code for one in faults], "list": f"{sheet.code} {sheet.version}"},
    )  # fmt: skip
    return row


def _cleaned(sheet: declare.Checklist, answers: Answers) -> dict[str, dict[str, str]]:
    """One answer for each clause of the version, with words where it is not met."""
    found, errors = {}, {}
    for clause in sheet.clauses:
        given = answers.get(clause.code, {})
        result, words = str(given.get("result", "")), str(given.get("words", "")).strip()[:300]
        if result not in RESULTS:
            errors[clause.code] = f"{clause.text}：请选择检查结果。"
        elif result == "not" and not words:
            errors[f"{clause.code}_words"] = f"{clause.text}：不符合的，请写明问题。"
        found[clause.code] = {"result": result, "words": words}
    if errors:
        raise Refused("check_incomplete", "还有条款没有填写完整。", errors=errors)
    return found


@verb("inspections.publish", label="公开检查结果")
def publish(*, check: Check, by: Actor, key: str | None = None) -> Check:
    """The result is shown to everybody, within working days of the check."""
    row = Check.objects.select_for_update(of=("self",)).filter(pk=check.pk).first()
    if row is None or not by.covers(row.path):
        raise NotFound("check_unknown", "没有这项检查，或不在您的管辖范围内。")
    declared = of(row.supervision)
    require(declared, declared.item.overseer, path=row.path, by=by)
    if row.done_on is None or row.kind == Check.Kind.OWN:
        raise Refused("check_not_done", "检查完成后才能公开；机构自查不公开。")
    if row.published_on is not None:
        raise Stale("check_published", "检查结果已经公开。请刷新页面。")
    row.published_on = clock.today()
    row.save()
    late = row.publish_by is not None and row.published_on > row.publish_by
    audit.note(about=row, path=row.path, after={"published_on": str(row.published_on), "late": late})
    return row
