"""What lies in a case: answers, family, authorisations, papers, decisions, each as a page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minzheng.desk.reveals.links import link
from minzheng.kernel import catalogue, declare
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.appealing import last_day_to_appeal
from minzheng.kernel.casework.models import Appeal, Case, Decision, Member
from minzheng.kernel.casework.queries import family_of
from minzheng.kernel.casework.revealed import KINDS, TARGET
from minzheng.kernel.declare.forms import Field, Form, Rows
from minzheng.kernel.documents import queries as documents
from minzheng.kernel.documents.checks import size_in_words
from minzheng.kernel.documents.models import Document
from minzheng.kernel.exchange.models import Consent
from minzheng.kernel.people import masks
from minzheng.kernel.people.relations import NOT_COUNTED, relation_label
from minzheng.kernel.registers.words import in_words
from minzheng.ui.shown import cn_date, cn_datetime, iso_day, yuan
from minzheng.ui.tables import Head, Row

__all__ = [
    "answers", "asked_rows", "carried_out", "consents", "decisions", "edition", "facts", "family", "paper", "papers",
    "person_facts",
]  # fmt: skip


def facts(case: Case, declared: catalogue.Declared[declare.Service]) -> list[tuple[str, str]]:
    """The head of the case: who, where, since when, under which versions."""
    level = {int(step.by.at): step.by.at.label for step in declared.item.steps}
    bound = case.bound
    items = [
        ("申请渠道", case.get_channel_display() + (f"（{case.agent_name}代办）" if case.agent_name else "")),
        ("地区", name_of(case.path)),
        ("提交时间", cn_datetime(case.submitted_at) if case.submitted_at else ""),
        ("受理日期", cn_date(case.accepted_on) if case.accepted_on else ""),
    ]
    if bound:
        decider = level.get(bound["decided_at"], "")
        delegated = "（受委托）" if bound["decided_at"] != bound["declared_at"] else ""
        items += [
            ("决定机关", decider + delegated),
            ("受理时的版本", f"事项 {bound['service']} · 表单 {bound['form']} · 日历 {bound['calendar']}"),
        ]
    return [*items, ("特殊情形", case.special_reason)] if case.special_reason else items


def person_facts(case: Case) -> list[tuple[str, str]]:
    """The applicant as an officer may see them."""
    who = case.applicant
    number = masks.mask_id_number(who.id_number) if who.id_number else who.internal_number or ""
    phone = masks.mask_phone(who.phone) if who.phone else ""
    if who.id_number:
        number = link(number, TARGET, case.pk, "applicant-id_number")
    return [
        ("姓名", who.name),
        ("身份证号码", number),
        ("出生日期", cn_date(who.birth) if who.birth else ""),
        ("联系电话", link(phone, TARGET, case.pk, "applicant-phone")),
        ("家庭编号", case.household.number if case.household else "尚未建档"),
    ]


def answers(
    form: Form, plain: dict[str, Any], sealed: dict[str, Any], *, case: Case | None = None
) -> list[tuple[str, str]]:
    """The answers in the order of the form; numbers and accounts masked, to be opened where a case is shown."""
    shown = dict(form.shown(plain))
    items = []
    for one in form.fields:
        if one.sealed and sealed.get(one.code):
            masked = masks.mask(KINDS[one.kind], str(sealed[one.code]), masks.Audience.STAFF)
            items.append((one.label, link(masked, TARGET, case.pk, f"answer-{one.code}") if case else masked))
        elif not isinstance(one, Rows) and one.code in plain:
            items.append((one.label, shown[one.label]))
    return items


def asked_rows(form: Form, plain: dict[str, Any]) -> list[dict[str, Any]]:
    """Answers that are lists, each as a small table."""
    return [
        {"label": one.label, "columns": [Head(part.label) for part in one.of],
         "rows": [Row([_cell(part, row) for part in one.of]) for row in plain[one.code]]}
        for one in form.fields if isinstance(one, Rows) and plain.get(one.code)
    ]  # fmt: skip


def _cell(part: Field, row: dict[str, Any]) -> str:
    return part.shown(row.get(part.code))


def family(case: Case, form: Form) -> list[dict[str, Any]]:
    """Each member with what was declared of them."""
    return [_member(one, form) for one in family_of(case)]


def _member(one: Member, form: Form) -> dict[str, Any]:
    who, why = one.person, NOT_COUNTED.get(one.not_counted_reason, one.not_counted_reason)
    return {
        "id": one.pk, "row": one, "person": who, "name": who.name, "relation": relation_label(one.relation),
        "number": masks.mask_id_number(who.id_number) if who.id_number else who.internal_number,
        "birth": iso_day(who.birth),
        "counted": "计入" if one.counted else f"不计入（{why}）",
        "answers": [*_number(one), *answers(form, one.answers, {})],
    }  # fmt: skip


def _number(one: Member) -> list[tuple[str, str]]:
    """The member's number, to be opened."""
    if not one.person.id_number:
        return []
    masked = masks.mask_id_number(one.person.id_number)
    return [("身份证号码", link(masked, TARGET, one.case_id, f"member-{one.pk}-id_number"))]


def consents(letters: Iterable[Consent]) -> list[Row]:
    """Letters of authorisation signed and withdrawn."""
    return [
        Row([one.person.name + (f"（{one.guardian.name}代签）" if one.guardian else ""), one.get_channel_display(),
             one.signed_at, one.witness_name or "—", "已撤回 " + cn_datetime(one.withdrawn_at) if one.withdrawn_at
             else "有效", edition(one.version)])
        for one in letters
    ]  # fmt: skip


def edition(code: str) -> str:
    """Which text of the letter was signed: authorisation_1 is the first."""
    return f"第 {code.rpartition('_')[2]} 版"


def papers(case: Case, by: Actor) -> list[dict[str, Any]]:
    """The documents of the case, to be opened one by one."""
    return [paper(one) for one in documents.of_case(case.pk, by)]


def paper(one: Document) -> dict[str, Any]:
    """A document as a line of the list."""
    standing = "" if one.in_force else "（已失效）"
    letter = one.kind == Document.Kind.LETTER
    return {
        "url": f"/desk/documents/{one.pk}/",
        "label": f"{one.label}{standing}",
        "note": f"{one.number if letter else one.filename} · {size_in_words(one.size)} · {cn_datetime(one.created_at)}",
        "icon": "file-certificate" if letter else "file-text",
        "picture": one.content_type.startswith("image/"),
        "leaves": f"/desk/papers/{one.pk}/" if one.content_type == "application/pdf" else "",
    }


def decisions(case: Case) -> list[dict[str, Any]]:
    """Each decision with its figures, delivery and what was said against it."""
    appeals: dict[int, list[Appeal]] = {}
    made = sorted(case.decisions.all(), key=lambda one: one.pk)
    for appeal in Appeal.objects.filter(decision__in=made).order_by("id"):
        appeals.setdefault(appeal.decision_id, []).append(appeal)
    return [
        {"made": one, "kind": "good" if one.kind == Decision.Kind.GRANT else "bad", "items": _decided(one),
         "appeals": appeals.get(one.pk, []), "url": f"/desk/documents/{one.document_id}/" if one.document_id else ""}
        for one in made
    ]  # fmt: skip


def _decided(one: Decision) -> list[tuple[str, str]]:
    items = [
        ("文书号", one.number),
        ("决定日期", cn_date(one.on)),
        ("决定人", one.by_name),
        ("法规版本", one.rule_set),
    ]
    items += carried_out(one.payload)
    if one.reason:
        items.append(("理由", one.reason))
    items.append(("送达", cn_date(one.served_on) if one.served_on else "尚未送达"))
    if (last := last_day_to_appeal(one)) is not None:
        items.append(("复议期限至", cn_date(last)))
    return items


def carried_out(payload: dict[str, Any]) -> list[tuple[str, str]]:
    """What a decision carries out, in words; what has no word here stands in the letter."""
    items = []
    if payload.get("scheme") in catalogue.current().schemes:
        items.append(("项目", catalogue.current().schemes[payload["scheme"]].item.label))
    if payload.get("change"):
        items.append(("办理结果", str(payload["change"])))
    for key, label in (("before", "原金额"), ("amount", "金额")):
        if isinstance(payload.get(key), int):
            items.append((label, f"{yuan(payload[key])} 元"))
    if payload.get("plan"):
        items.append(("发放安排", "；".join(payload["plan"])))
    words = (("members", "保障人数"), ("first_month", "起始月份"), ("until_month", "发放至"), ("ends", "停止日期"),
             ("review_due", "下次复核不晚于"), ("score", "评估得分"), ("tier", "评估等级"))  # fmt: skip
    return items + [
        (label, in_words(payload[key])) for key, label in words if payload.get(key) not in (None, "")
    ]
