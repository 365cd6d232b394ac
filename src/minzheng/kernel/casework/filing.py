"""Papers filled from the file of a case, to be signed and kept: application, materials, investigation, delivery.

What the office knows is not written by hand again.  Numbers are masked; what is sealed stays sealed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from minzheng.kernel import audit, catalogue, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.clock import at_office_time
from minzheng.kernel.declare.forms import Form, Rows
from minzheng.kernel.documents import queries as documents
from minzheng.kernel.documents.actions import write_letter
from minzheng.kernel.documents.letters.record_shapes import Line, Part, Record, Row
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.notices.models import Delivery
from minzheng.kernel.people.masks import mask_id_number, mask_phone
from minzheng.kernel.people.relations import NOT_COUNTED, relation_label

from .letters import office_name
from .models import Case, Member, Task
from .queries import case_for

__all__ = ["KINDS", "print_form"]

Service = catalogue.Declared[declare.Service]


@verb("casework.print_form", label="出具表格")
def print_form(*, case_id: int, kind: str, by: Actor, key: str | None = None) -> Document:
    """One of the papers, numbered and kept with the case like any letter; printed anew it replaces the one before."""
    case = case_for(case_id, by)
    if by.kind is not Kind.SYSTEM and not by.covers(case.path):
        raise NotAllowed("out_of_scope", "这件办件不在您的管辖范围内，不能出具表格。")
    if kind not in KINDS:
        raise Refused("form_unknown", "没有这种表格。请从列表中选择。", field="kind")
    if case.state == Case.State.DRAFT:
        raise Refused("form_of_draft", "申请还没有提交，不能出具表格。请先提交申请。", field="kind")
    content = KINDS[kind][1](case, catalogue.current().service_of(case), by)
    standing = documents.visible_to(by).filter(
        case_id=case.pk, letter=kind, superseded_by=None, withdrawn_at=None
    )
    made = write_letter(
        letter=kind, data=content, path=case.path, case_id=case.pk, person_id=case.applicant_id,
        replaces=standing.order_by("-id").first(), by=by,
    )  # fmt: skip
    audit.note(about=case, case_id=case.pk, path=case.path, after={"kind": kind, "document": made.pk})
    return made


def _record(case: Case, declared: Service, **what: Any) -> Record:
    return Record(
        office=office_name(case, Level.TOWNSHIP), service=declared.item.label, case_number=case.number or "",
        applicant=case.applicant.name, basis=str(declared.item.basis[0]), **what,
    )  # fmt: skip


def _application(case: Case, declared: Service, by: Actor) -> Record:
    who, service = case.applicant, declared.item
    number = mask_id_number(who.id_number) if who.id_number else who.internal_number or "—"
    about = {
        "姓名": who.name, "证件号码": number, "联系电话": mask_phone(who.phone) if who.phone else "—",
        "地区": name_of(case.path), "申请渠道": case.get_channel_display(), "代办人": case.agent_name,
    }  # fmt: skip
    parts = [
        Part(title="申请人", lines=tuple(Line(label=key, text=text) for key, text in about.items() if text)),
        _family(case), *_answers("申报情况", service.form, case.form),
    ]  # fmt: skip
    statement = "以上内容由本人（本家庭）申报，并已经本人核对。如有隐瞒或者虚报，本人愿意承担相应责任。"
    return _record(
        case, declared, parts=tuple(parts), statement=statement, signers=("申请人", "代办人", "受理人")
    )


def _family(case: Case) -> Part:
    members = case.members.select_related("person").order_by("id")
    return Part(
        title="共同生活的家庭成员", columns=("姓名", "与申请人关系", "证件号码", "共同生活"),
        rows=tuple(Row(cells=_member(one)) for one in members), otherwise="没有登记其他成员。",
    )  # fmt: skip


def _member(one: Member) -> tuple[str, ...]:
    number = (
        mask_id_number(one.person.id_number) if one.person.id_number else one.person.internal_number or "—"
    )
    why = NOT_COUNTED.get(one.not_counted_reason, one.not_counted_reason)
    return (
        one.person.name,
        relation_label(one.relation),
        number,
        "计入" if one.counted else f"不计入（{why}）",
    )


def _answers(title: str, form: Form, given: Mapping[str, Any]) -> list[Part]:
    """What was asked and answered, and each list as a table of its own."""
    lines = tuple(Line(label=label, text=text or "—") for label, text in form.shown(given))
    parts = [Part(title=title, lines=lines)] if lines else []
    for one in form.fields:
        if isinstance(one, Rows) and given.get(one.code):
            rows = [
                Row(cells=tuple(part.shown(row.get(part.code)) or "—" for part in one.of))
                for row in given[one.code]
            ]
            parts.append(
                Part(title=one.label, columns=tuple(part.label for part in one.of), rows=tuple(rows))
            )
    return parts


def _cells(asked: Rows, row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(part.shown(row.get(part.code)) or "—" for part in asked.of)


def _materials(case: Case, declared: Service, by: Actor) -> Record:
    uploads = [
        one for one in documents.of_case(case.pk, by) if one.kind == Document.Kind.UPLOAD and one.in_force
    ]
    waived = [one for one in declared.item.materials if one.source == "system"]
    signed = [one for one in declared.item.materials if one.source == "signed"]
    parts = (
        Part(
            title="收到的材料", columns=("材料名称", "编号", "收到时间"), otherwise="没有收到纸质或者照片材料。",
            rows=tuple(Row(cells=(one.label, one.number, _when(one.created_at))) for one in uploads),
        ),
        Part(
            title="由本人签署的材料", columns=("材料名称", "签署人"), otherwise="没有需要签署的材料。",
            rows=tuple(Row(cells=(one.label, "申请人和成年家庭成员")) for one in signed),
        ),
        Part(
            title="不需要提交的材料", columns=("材料名称", "由谁提供"), otherwise="没有。",
            rows=tuple(Row(cells=(one.label, one.from_source)) for one in waived),
        ),
    )  # fmt: skip
    return _record(case, declared, parts=parts, signers=("申请人", "接收人"))


def _investigation(case: Case, declared: Service, by: Actor) -> Record:
    steps = {step.code: step for step in declared.item.steps}
    parts: list[Part] = []
    for task in case.tasks.filter(state__in=(Task.State.DONE, Task.State.CARRIED)).order_by("done_at", "id"):
        step = steps.get(task.step)
        if step is None or step.evidence is None or not task.evidence:
            continue
        head = [
            Line(label="办理人", text=task.done_by_name),
            Line(label="办理时间", text=_when(task.done_at)),
        ]
        head += [Line(label="意见", text=task.reason)] if task.reason else []
        parts += [
            Part(title=step.label, lines=tuple(head)),
            *_answers(f"{step.label}：记录", step.evidence, task.evidence),
        ]
    if not parts:
        raise Refused("nothing_investigated", "这件办件还没有调查记录。请在调查完成后再出具。", field="kind")
    return _record(case, declared, parts=tuple(parts), signers=("调查人", "调查人", "被调查人", "见证人"))


def _delivery(case: Case, declared: Service, by: Actor) -> Record:
    served = {one.document_id: one for one in Delivery.objects.filter(case_id=case.pk)}
    letters = [
        one for one in documents.of_case(case.pk, by)
        if one.kind == Document.Kind.LETTER and one.in_force and one.letter not in KINDS
    ]  # fmt: skip
    if not letters:
        raise Refused("nothing_to_serve", "这件办件还没有要送达的文书。", field="kind")
    rows = tuple(Row(cells=(one.label, one.number, *_served(served.get(one.pk)))) for one in letters)
    part = Part(title="送达的文书", columns=("文书", "文号", "送达方式", "送达时间"), rows=rows)
    statement = "受送达人拒绝签收的，由见证人签名，并记明拒收的理由和日期，把文书留在受送达人的住所。"
    return _record(
        case, declared, parts=(part,), statement=statement, signers=("受送达人", "送达人", "见证人")
    )


def _served(delivery: Delivery | None) -> tuple[str, str]:
    return (delivery.get_way_display(), _when(delivery.served_at)) if delivery else ("　", "　")


def _when(at: Any) -> str:
    return f"{at_office_time(at):%Y年%m月%d日 %H:%M}" if at else "—"


Filled = Callable[[Case, Service, Actor], Record]
KINDS: Mapping[str, tuple[str, Filled]] = {
    "application_form": ("申请书", _application),
    "materials_list": ("申请材料清单", _materials),
    "investigation_record": ("调查核实记录", _investigation),
    "delivery_record": ("送达回证", _delivery),
}
