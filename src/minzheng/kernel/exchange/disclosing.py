"""Other departments ask about a person: answered field by field as granted, within the quota, and every time kept.

A department proves itself by a signature under its own key; whoever asks is named, and what for.  An agreement says
which fields, for which purposes, how often a day, and for how long (政务数据共享条例; handbook 15 §10).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.queries import find_person
from minzheng.kernel.signing import sm3

from .models import Answered

__all__ = ["REASONS", "Asked", "Told", "department_actor", "disclose"]

LONGEST = 60
REASONS: Mapping[str, str] = {
    "no_grant": "贵单位没有这项查询的有效授权。请先与民政部门签订共享协议。",
    "purpose_not_granted": "授权不包括这一用途。请按协议载明的用途查询。",
    "field_not_granted": "所查字段不在授权范围内。请只查询协议载明的字段。",
    "out_of_place": "该人员不在授权的地区范围内。",
    "over_quota": "今日查询次数已达协议额度。请明日再查，或者商民政部门调整额度。",
    "officer_missing": "没有写明查询人员。请填写实际查询的工作人员。",
    "question_malformed": "请求内容不完整或者不合格式。请按接口约定重新提交。",
}
_SPEND = """
INSERT INTO exchange_spent AS s ("grant", day, count, quota) VALUES (%(grant)s, %(day)s, 1, %(quota)s)
ON CONFLICT ("grant", day) DO UPDATE SET count = s.count + 1, quota = %(quota)s WHERE s.count < %(quota)s
RETURNING count
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it came: who, about whom, which fields, what for; the number is kept nowhere."""

    question: str
    number: str
    purpose: str
    officer: str
    fields: tuple[str, ...]
    request_id: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the department is told, and the row that says so."""

    kept: Answered
    fields: Mapping[str, Any]


def department_actor(code: str, label: str) -> Actor:
    """The department as the audit names it; it holds no post and reaches nothing but its question."""
    return Actor(id=f"department:{code}"[:40], name=label[:60], kind=Kind.RESIDENT)


@verb("exchange.disclose", label="答复其他部门查询", beyond="查询记录保存在被查询人所在地")
def disclose(*, asked: Asked, department: str, by: Actor) -> Told:
    """Answer or refuse; either is kept with who asked what, about whom, and why."""
    if by.id != department_actor(department, "").id:
        raise NotAllowed("not_the_department", "只有通过签名校验的部门可以查询。")
    person = find_person(asked.number)
    grant = _grant(department, asked)
    reason = _refused(grant, asked, person)
    if not reason and grant is not None and not _spend(grant):
        reason = "over_quota"
    fields = {} if reason or grant is None else _fields(grant.item, asked.fields, person)
    kept = Answered.objects.create(
        path=person.path if person else "", grant=grant.code if grant else "", department=department[:40],
        officer=asked.officer[:LONGEST], question=asked.question[:LONGEST], purpose=asked.purpose[:LONGEST],
        person=person, fields=sorted(fields), request_id=asked.request_id, reason=reason, at=clock.now(),
        outcome=Answered.Outcome.REFUSED if reason else Answered.Outcome.GIVEN,
        answer_sha="" if reason else _sha(fields),
    )  # fmt: skip
    note(
        about=kept, path=kept.path, article=grant.item.document if grant else "", reason=REASONS.get(reason),
        after={"question": kept.question, "purpose": kept.purpose, "officer": kept.officer, "outcome": kept.outcome},
    )  # fmt: skip
    return Told(kept, fields)


def _grant(department: str, asked: Asked) -> catalogue.Declared[declare.Grant] | None:
    """The agreement in force today with this department about this question; of several the latest."""
    today = clock.today()
    found = [
        one
        for one in catalogue.current().grants.values()
        if one.item.department == department
        and f"{one.domain.code}.{one.item.disclosure.code}" == asked.question
        and one.item.holds(today)
    ]
    return max(found, key=lambda one: one.item.from_, default=None)


def _refused(grant: catalogue.Declared[declare.Grant] | None, asked: Asked, person: Person | None) -> str:
    """Why the question is not answered, or empty; without an agreement nothing else is looked at."""
    if grant is None:
        return "no_grant"
    if not asked.officer.strip():
        return "officer_missing"
    if asked.purpose not in grant.item.purposes:
        return "purpose_not_granted"
    if not asked.fields or set(asked.fields) - set(grant.item.fields):
        return "field_not_granted"
    if person is not None and not person.path.startswith(grant.item.path):
        return "out_of_place"
    return ""


def _spend(grant: catalogue.Declared[declare.Grant]) -> bool:
    """Take one of the day's answers; of two questions at once for the last one, one is refused."""
    facts: dict[str, Any] = {"grant": grant.code, "day": clock.today(), "quota": grant.item.per_day}
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, facts)
        return cursor.fetchone() is not None


def _fields(grant: declare.Grant, wanted: Sequence[str], person: Person | None) -> dict[str, Any]:
    """The granted fields that were asked for; of whom nobody has a file, no benefit is drawn here."""
    every = grant.disclosure.answer(person.pk if person else 0, on=clock.today())
    return {name: every[name] for name in grant.fields if name in wanted}


def _sha(fields: Mapping[str, Any]) -> str:
    return sm3(json.dumps(dict(fields), ensure_ascii=False, sort_keys=True).encode())
